"""Artists recognised, of results that are there: words, tables and the figure."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.results import summarise
from genrescope.records import Track
from genrescope.reproduction.experiments import artist_recognition
from genrescope.reproduction.workbench import Workbench
from genrescope.splits.split import Split
from genrescope.training.recipe_files import load_recipe

LABELS = ("Dio", "Queen", "Simply Red")
TRACKS = tuple(
    Track(f"{a}.{i}", None, (a,), group=f"{a}: song {i}", grouped_by="title")
    for a in LABELS
    for i in range(6)
)
WINDOWS = {t.track_id: np.eye(3)[[LABELS.index(t.label)] * 2 + [0] * 2] for t in TRACKS}


class Bench(Workbench):
    """Results without trainings: two of three songs right honestly, all of them leaky."""

    def recipe(self, name, changes=()):
        recipe = load_recipe(name, changes)
        given = recipe.stand_in[0]
        return dataclasses.replace(
            recipe,
            dataset=given.dataset,
            protocol=given.protocol or recipe.protocol,
            honest=given.honest,
        )

    def inputs(self, recipe):
        return SimpleNamespace(
            tracks=TRACKS,
            logmels=lambda track_id: WINDOWS[track_id],
            front_end=recipe.front_end,
            windows=recipe.windows,
        )

    def measure(self, recipe, protocol, *, seeds=None):
        leaky = protocol.name == "random"
        outcomes = [
            TrackOutcome(
                t.track_id, 1, 0, t.group, t.label,
                t.label if leaky or i % 3 else LABELS[0],
            )
            for i, t in enumerate(TRACKS)
        ]  # fmt: skip
        result = summarise(
            outcomes,
            LABELS,
            model=recipe.name,
            protocol=protocol.name,
            leakage_label="leaky: some" if leaky else "clean: none has its title in training",
            honest=not leaky,
            train_labels={(1, 0): LABELS * 3},
            dataset="gtzan, 18 tracks of 3 artists",
            grouped_by="title",
        )
        ids = tuple(t.track_id for t in TRACKS)
        split = Split(protocol.name, 1, 1, ("elsewhere",), (), ids)
        return SimpleNamespace(
            result=result, folds=[SimpleNamespace(split=split, seed=0, folder=self.folder)]
        )


@pytest.fixture
def section(tmp_path, monkeypatch):
    heard = SimpleNamespace(labels=LABELS, probabilities=lambda windows: windows)
    monkeypatch.setattr(artist_recognition, "Predictor", lambda folder: heard)
    return artist_recognition.run(Bench(tmp_path))


def test_songs_and_windows_stand_side_by_side(section):
    lines = section.text.splitlines()
    # Two networks and seven lengths, each honest and leaky.
    rows = [line for line in lines if "title-disjoint: clean" in line or "random: leaky" in line]
    assert len(rows) == 2 * 2 + 7 * 2
    honest = next(line for line in rows if line.startswith("| CNN 128-64-32") and "clean" in line)
    assert "77.8 % (" in honest
    assert honest.endswith("| 33.3 % | 18 | 72 |")
    assert " leaky" not in honest
    assert all("100.0 % leaky (" in line for line in rows if "random: leaky" in line)


def test_windows_are_counted_by_themselves(section):
    # Half of the windows of the last two artists are taken for the first one's.
    f1 = (2 * 24 / (24 + 48) + 2 * (2 / 3)) / 3
    assert f"{100 * f1:.1f} %" in section.text


def test_the_words_say_what_is_held_apart_and_what_is_not(section):
    text = section.text
    assert "What must not stand on both sides is the title: 18 titles were tested" in text
    assert "No albums are known here" in text
    assert "above the 33.3 % of the largest artist; a random split changes that by +22.2" in text
    assert "means nothing" not in text


def test_the_figure_is_there_and_what_was_kept_is_read_back(section, tmp_path, monkeypatch):
    (path,) = section.figures.values()
    assert path.read_bytes().startswith(b"\x89PNG")
    monkeypatch.setattr(artist_recognition, "Predictor", None)
    assert artist_recognition.run(Bench(tmp_path)).text == section.text
