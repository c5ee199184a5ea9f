"""What windows of 100 ms cost, and the network judged by windows and by tracks."""

from types import SimpleNamespace

import numpy as np
import pytest

from genrescope.audio.write import write_wav
from genrescope.evaluation.scoring import Score
from genrescope.features.windows import cut
from genrescope.prediction.listening import Listening
from genrescope.records import Track
from genrescope.reproduction.experiments import conv1d_features as experiment
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe_files import load_recipe

RECIPE = load_recipe(experiment.RECIPE)
LABELS = ("jazz", "rock")


@pytest.fixture
def sound():
    rng = np.random.default_rng(0)
    return (0.2 * rng.standard_normal(30 * 22050 + 300)).astype(np.float32)


def test_a_half_minute_has_599_windows_of_five_frames_as_librosa_has_them(sound):
    pytest.importorskip("librosa")
    windows = list(cut([sound], RECIPE.windows))
    assert len(windows) == 599
    some = windows[::100]
    ours = list(Listening(some, RECIPE.front_end))
    theirs = experiment._by_librosa(some, RECIPE)
    assert ours[0].shape == (128, 5)
    np.testing.assert_allclose(ours, theirs, atol=1e-3)
    X = RECIPE.features.compute(ours, RECIPE.front_end)
    np.testing.assert_allclose(X, (np.array(ours) + 32.74) / 14.82, atol=1e-4)


def test_seconds_are_measured_of_a_file(sound, tmp_path):
    pytest.importorskip("librosa")
    write_wav(tmp_path / "a.wav", sound[: 22050 * 2], sr=22050)
    spent = experiment._of_file(tmp_path / "a.wav", RECIPE)
    assert set(spent) == set(experiment.PATHS)
    assert all(0 < seconds < 60 for seconds in spent.values())


class Model:
    """Hears rock in what is loud."""

    labels = LABELS

    def __init__(self, folder):
        assert folder.name == "bundle"

    def probabilities(self, logmels):
        loud = np.array([float(S.mean()) for S in logmels])
        return np.stack([1 - loud, loud], axis=1)


class Bench(Workbench):
    """Two tracks to test, and results without trainings."""

    def recipe(self, name, changes=()):
        return load_recipe(name, changes)

    def inputs(self, recipe):
        # Of the ten windows of the rock track eight are loud, of those of the jazz track one.
        loud = {"rock.0": 8, "jazz.0": 1}
        tracks = tuple(Track(i, None, (i[:4],), artist=i, group=i) for i in loud)
        return SimpleNamespace(
            tracks=tracks,
            front_end=recipe.front_end,
            windows=recipe.windows,
            logmels=lambda i: [np.full((2, 2), 0.9 if n < loud[i] else 0.1) for n in range(10)],
        )

    def measure(self, recipe, protocol, *, seeds=None, inputs=None):
        leaky = protocol == recipe.protocol
        value, n = (0.6, 1000) if leaky else (0.5, 2)
        result = SimpleNamespace(
            headline=Score("accuracy", value, n, value - 0.1, value + 0.1, "artist bootstrap"),
            caveat="leaky" if leaky else "",
            leakage_label="clean: made",
            labels=LABELS,
            protocol=protocol.name,
            honest=not leaky,
        )
        split = SimpleNamespace(test=("rock.0", "jazz.0"), fold=1)
        return SimpleNamespace(
            result=result, folds=[SimpleNamespace(split=split, seed=0, folder=self.folder)]
        )


def test_one_network_is_judged_three_ways(tmp_path, monkeypatch):
    monkeypatch.setattr(experiment, "Predictor", Model)
    seconds = {"ours": 0.12, "ours_windows": 0.1, "librosa_windows": 0.4}
    monkeypatch.setattr(
        experiment, "_times", lambda bench, recipe: {k: [v, v] for k, v in seconds.items()}
    )
    section = experiment.run(Bench(tmp_path))
    lines = section.text.splitlines()
    assert "| our feature stage, from the file | 0.120 | 0.120 to 0.120 | 2 | 1000 |" in lines
    assert any(line.startswith("| windows of tracks that it learned | 60.0 % leaky |")
               and line.endswith("| 1,000 | 62.0 % |") for line in lines)  # fmt: skip
    # 8 of 10 and 9 of 10 windows.
    assert any(line.startswith("| windows of new tracks, new artists | 85.0 % |")
               and line.endswith("| 20 | - |") for line in lines)  # fmt: skip
    assert "loses -25.0 points" in section.text
    assert "(4.0 times as long)" in section.text
    (path,) = section.figures.values()
    assert path.read_bytes().startswith(b"\x89PNG")
