"""Music told from noise: from sound to a table, and that a small network learns it."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from genrescope.audio.write import write_wav
from genrescope.datasets.noise_and_music import Settings
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.metrics.intervals import wilson
from genrescope.records import Track
from genrescope.reproduction.at_hand import is_here
from genrescope.reproduction.experiments import mersy_noise_music
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe import Choice
from genrescope.training.recipe_files import load_recipe

N_ARTISTS = 28
SR = 8000
CHANGES = [
    'dataset.snrs_db="10"', "dataset.n_noise=112", "dataset.sr=8000", "dataset.n_fft=512",
    "dataset.hop_length=256", "dataset.n_mels=24", "training.epochs=8", "training.batch_size=8",
    "protocol.n_folds=2", "honest.n_folds=2",
]  # fmt: skip


def chords(rng):
    """Notes of a scale, one chord a quarter of a second."""
    t = np.arange(SR // 4) / SR
    parts = []
    for _ in range(8):
        hz = 220 * 2 ** (rng.choice([0, 2, 4, 5, 7, 9, 12, 16, 19, 24], 3, replace=False) / 12)
        tones = sum(np.sin(2 * np.pi * k * f * t) / k for f in hz for k in (1, 2, 3))
        parts.append(0.1 * tones * np.exp(-2 * t))
    return np.concatenate(parts)


class Bench(Workbench):
    """With music that stands in a folder of the test."""

    def recipe(self, name, changes=()):
        music = (self.folder / "music.csv").as_posix()
        return super().recipe(name, [*changes, *CHANGES, f"dataset.music={music}"])


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    lines = ["track_id,path,labels,artist"]
    for i in range(2 * N_ARTISTS):
        write_wav(folder / f"{i}.wav", chords(np.random.default_rng(i)), sr=SR)
        lines.append(f"t{i},{i}.wav,any,artist {i // 2}")
    (folder / "music.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Bench(folder)


@pytest.fixture(scope="module")
def section(bench):
    return mersy_noise_music.run(bench)


@pytest.mark.parametrize("way", ["protocol", "honest"])
def test_a_small_network_tells_music_from_noise(section, bench, way):
    recipe = bench.recipe(mersy_noise_music.RECIPE)
    result = bench.measure(recipe, getattr(recipe, way)).result
    assert result.n == 4 * N_ARTISTS + 112
    # Half of the clips are music; the interval holds out whole kinds of noise.
    assert result.headline.low > 0.6
    assert (result.caveat, result.honest) == {"protocol": ("leaky", False), "honest": ("", True)}[
        way
    ]


def test_the_table_has_each_ratio_with_n_and_intervals(section):
    rows = {line.split(" | ")[0].strip("| "): line for line in section.text.splitlines()}
    percent = r"[\d.]+ %"
    for name, n, n_balanced in (("clean", 56, 168), ("10 dB", 56, 168), ("noise alone", 112, 0)):
        cells = rows[name].strip("| ").split(" | ")[1:]
        assert len(cells) == 4
        for k, cell in enumerate(cells):
            if k % 2 and not n_balanced:
                assert cell == "-"
                continue
            leaky = " leaky" if k < 2 else ""
            assert re.fullmatch(
                rf"{percent}{leaky} \([\d.]+ to {percent}; n = {(n, n_balanced)[k % 2]}\)", cell
            ), cell
    assert "quick look" not in section.text


def test_answers_are_told_apart_by_ratio_and_kind():
    clips, answers = {}, []

    def add(name, kind, ratio, label, right):
        clips[name] = Track(name, None, (label,), extra={"snr_db": ratio, "noise": kind})
        answered = label if right else ({"music", "noise"} - {label}).pop()
        answers.append(TrackOutcome(name, 0, 0, kind or "surf", label, answered))

    for kind in ("rain", "wind"):
        for sound in range(3):
            for k in range(4):
                right = kind == "rain" or k < 2
                add(f"{kind}.{sound}@noise.{k}", kind, "noise alone", "noise", right)
        for k in range(4):
            add(f"{kind} song {k}@0dB.0", kind, "0", "music", k < 2)
            add(f"{kind} song {k}@clean.0", "", "clean", "music", True)
    result = SimpleNamespace(protocol="random", caveat="leaky")
    judged = SimpleNamespace(answers=lambda: answers, result=result)
    way = mersy_noise_music.way_of(judged, clips)
    assert {r: (s.value, s.n) for r, s in way.right.items()} == {
        "clean": (1.0, 8), "0": (0.5, 8), "noise alone": (0.75, 24),
    }  # fmt: skip
    assert {r: s.value for r, s in way.balanced.items()} == {"clean": 0.875, "0": 0.625}
    assert {k: (s.value, s.n) for k, s in way.by_kind.items()} == {
        "rain": (1.0, 12), "wind": (0.5, 12),
    }  # fmt: skip
    # Three sounds of a kind, all right: Wilson's interval on three.
    assert way.by_kind["rain"].low == pytest.approx(wilson(3, 3).low)
    assert all(s.low <= s.value <= s.high for s in (*way.right.values(), *way.balanced.values()))


def test_the_figures_are_there(section):
    assert len(section.figures) == 2
    for path in section.figures.values():
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_recipe_hears_what_the_data_set_gives():
    recipe = load_recipe(mersy_noise_music.RECIPE)
    made = Settings(**recipe.dataset.settings)
    plain = recipe.front_end.to_dict()
    assert {name: getattr(made, name) for name in plain} == plain
    assert recipe.windows.length == round(made.duration_s * made.sr)


def test_without_music_the_data_are_not_here(tmp_path, monkeypatch):
    monkeypatch.delenv("GENRESCOPE_DATA", raising=False)
    assert not is_here(Choice("noise_and_music"))
    assert not is_here(Choice("noise_and_music", {"music": str(tmp_path / "none")}))
    assert is_here(Choice("noise_and_music", {"music": str(tmp_path)}))
    assert is_here(Choice("noise_and_music", {"music": "synthetic"}))
