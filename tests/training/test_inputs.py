"""The model inputs of a data set: what cannot be used is left out, and progress is told."""

import dataclasses

import numpy as np
import pytest

from genrescope.datasets.dataset import Dataset, LogMelArrays
from genrescope.errors import DatasetError
from genrescope.features.front_end import FrontEnd
from genrescope.records import Track
from genrescope.training.inputs import prepare_inputs
from genrescope.training.recipe import Recipe

FRONT_END = FrontEnd(sr=8000, n_fft=512, hop_length=256, n_mels=32)
RECIPE = Recipe.from_dict(
    {
        "name": "small",
        "dataset": {"name": "synthetic"},
        "front_end": FRONT_END.to_dict(),
        "windows": {"length": 8000, "hop": 8000, "min_tail": 2000},
        "features": {"name": "mel-picture", "height": 16, "width": 16},
        "model": {"name": "linear"},
        "protocol": {"name": "random"},
    }
)


def arrays(n_tracks, *, damaged=()):
    X = np.random.default_rng(0).uniform(-80, 0, (n_tracks, 32, 32)).astype(np.float32)
    X[list(damaged)] = np.nan
    tracks = tuple(Track(f"t{i}", None, ("jazz",), sha256=f"{i:064}") for i in range(n_tracks))
    rows = {track.track_id: i for i, track in enumerate(tracks)}
    return Dataset("made", tracks, logmels=LogMelArrays(FRONT_END, X, rows))


@pytest.fixture
def picky(monkeypatch):
    """Features that refuse what is not finite."""
    from genrescope.features.feature_sets import FeatureChoice

    plain = FeatureChoice.compute

    def compute(self, logmels, front_end):
        if not all(np.isfinite(S).all() for S in logmels):
            raise DatasetError("holds values that are no numbers")
        return plain(self, logmels, front_end)

    monkeypatch.setattr(FeatureChoice, "compute", compute)


def test_a_track_without_features_does_not_end_the_run(picky, tmp_path):
    inputs = prepare_inputs(RECIPE, arrays(5, damaged=[1, 3]), store_folder=tmp_path)
    assert [t.track_id for t in inputs.tracks] == ["t0", "t2", "t4"]
    assert [(s.name, s.reason) for s in inputs.skipped] == [
        ("t1", "holds values that are no numbers"),
        ("t3", "holds values that are no numbers"),
    ]
    assert inputs.X.shape == (3, 16, 16)
    assert inputs.track_of_window.tolist() == [0, 1, 2]
    with pytest.raises(DatasetError, match="not one track can be used; the first reason: holds"):
        prepare_inputs(RECIPE, arrays(2, damaged=[0, 1]), store_folder=tmp_path)


def test_the_bar_moves_while_features_are_computed(tmp_path):
    steps = []
    prepare_inputs(
        RECIPE, arrays(4), store_folder=tmp_path, advance=lambda *step: steps.append(step)
    )
    assert steps == [(i, 4) for i in (1, 2, 3, 4)]


def test_sound_takes_two_steps_a_track(recordings, tmp_path):
    steps = []
    recipe = dataclasses.replace(RECIPE, front_end=FRONT_END)
    prepare_inputs(
        recipe,
        Dataset("made", tuple(recordings)),
        store_folder=tmp_path,
        advance=lambda *step: steps.append(step),
    )
    n = len(recordings)
    assert steps == [(i, 2 * n) for i in range(1, 2 * n + 1)]


def test_sound_beside_spectrograms_is_heard_as_they_were_made(recordings, tmp_path):
    made = arrays(2)
    both = dataclasses.replace(made, tracks=(*made.tracks, *recordings[:2]))
    steps = []
    inputs = prepare_inputs(
        RECIPE, both, store_folder=tmp_path, advance=lambda *step: steps.append(step)
    )
    assert [t.track_id for t in inputs.tracks] == [
        "t0",
        "t1",
        *(t.track_id for t in recordings[:2]),
    ]
    assert {S.shape for i in ("t0", recordings[0].track_id) for S in inputs.logmels(i)} == {
        (32, 32)
    }
    assert len(inputs.logmels("t0")) == 1
    assert len(inputs.logmels(recordings[0].track_id)) == 3
    assert steps == [(i, 6) for i in range(1, 7)]
    lost = dataclasses.replace(both, tracks=(*made.tracks, Track("t9", None, ("jazz",))))
    inputs = prepare_inputs(RECIPE, lost, store_folder=tmp_path)
    assert [s.name for s in inputs.skipped] == ["t9"]
