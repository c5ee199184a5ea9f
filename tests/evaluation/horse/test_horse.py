"""The horse test on trained models and synthetic music, from sound to report."""

import dataclasses
import shutil

import numpy as np
import pytest
import soundfile

from genrescope.augment.change import Change
from genrescope.augment.horse_changes import chosen_changes
from genrescope.datasets.dataset import Dataset, load_dataset
from genrescope.errors import DatasetError, ParameterError
from genrescope.evaluation.campaign import evaluate
from genrescope.evaluation.horse import hearing as horse_hearing
from genrescope.evaluation.horse.record import from_json
from genrescope.evaluation.horse.report import add_horse_test, horse_section
from genrescope.evaluation.horse.run import draw_tracks, has_sound, horse_test
from genrescope.evaluation.horse.subjects import subjects_of_folds
from genrescope.evaluation.plan import Plan
from genrescope.records import Track
from genrescope.training.recipe import Choice

CHANGES = chosen_changes(["mp3-32", "gain-minus-20", "mono-left", "white-20", "start-15s"])


@pytest.fixture(scope="module")
def dataset(recipe):
    return load_dataset(recipe.dataset.name, **recipe.dataset.settings)


@pytest.fixture(scope="module")
def runs(recipe, store, tmp_path_factory):
    """Run directories of two models, each of two folds, with their results and their report."""
    folder = tmp_path_factory.mktemp("runs")
    other = dataclasses.replace(recipe, name="other", training={**recipe.training, "epochs": 1})
    protocol = Choice("artist-grouped", {"n_folds": 2})
    plan = Plan((recipe, other), (protocol,), (0,), folder, store, "evaluate --horse")
    results, report = evaluate(plan)
    return folder, results, report


@pytest.fixture
def trained(runs, tmp_path):
    """These models, not yet asked anything, and the report."""
    folder, results, report = runs
    copy = shutil.copytree(folder, tmp_path / "runs")
    folders = [copy / r.model / "artist-grouped" for r in results]
    examined = [subjects_of_folds(f, r) for f, r in zip(folders, results, strict=True)]
    return examined, copy / report.relative_to(folder)


def test_all_models_hear_the_same_changes_of_their_own_test_tracks(trained, dataset, monkeypatch):
    examined, report = trained
    steps, decoded = [], []
    plain = horse_hearing.read_channels
    monkeypatch.setattr(
        horse_hearing, "read_channels", lambda path: decoded.append(path) or plain(path)
    )
    found = horse_test(
        examined, dataset, changes=CHANGES, n_tracks=10, jobs=2, advance=lambda *s: steps.append(s)
    )
    assert steps == [(i, 10) for i in range(1, 11)]
    assert len(decoded) == len(set(decoded)) == 10, "a track is decoded once for all models"
    for result, e in zip(found, examined, strict=True):
        assert (result.model, result.n) == (e.result.model, 10)
        assert [n for _, n in result.genres] == [1] * 10
        assert "10 of 40 test tracks with sound were drawn at random" in result.notes[0]
        assert "left channel alone: left out of 10 recordings" in result.notes[1]
        by_name = {row.change: row for row in result.rows}
        assert set(by_name) == {"mp3-32", "gain-minus-20", "white-20", "start-15s"}
        assert by_name["gain-minus-20"].agreement == 1, "the front end knows no level"
        late = by_name["start-15s"]
        assert (late.accuracy, late.agreement, late.n_missed) == (0, 0, 10)
        assert result.score == max(abs(row.difference) for row in result.rows)
    assert from_json(add_horse_test(report, found).read_text(encoding="utf-8")) == tuple(found)
    text = report.read_text(encoding="utf-8")
    assert horse_section(found)[:200] in text
    assert "**Horse score" in text
    figures = sorted((report.parent / "figures").glob("horse-*.png"))
    assert len(figures) == 2
    assert all(f"figures/{path.name}" in text for path in figures)


def test_unchanged_answers_are_those_of_the_evaluation(trained, dataset):
    (e, _), _ = trained
    (result,) = horse_test([e], dataset, changes=CHANGES[1:2], jobs=1)
    assert result.n == 40
    outcomes = [o for subject in e.subjects for o in subject.outcomes]
    right = np.mean([o.y_true == o.y_pred for o in outcomes])
    assert result.rows[0].accuracy_unchanged == pytest.approx(right, abs=1e-9)


def test_a_stopped_test_goes_on(trained, dataset, monkeypatch):
    examined, _ = trained
    done = []

    def stop(n, _total):
        done.append(n)
        if n == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        horse_test(examined, dataset, changes=CHANGES, n_tracks=8, jobs=1, advance=stop)
    heard = []
    plain = horse_hearing.read_channels
    monkeypatch.setattr(
        horse_hearing, "read_channels", lambda path: heard.append(path) or plain(path)
    )
    resumed = horse_test(examined, dataset, changes=CHANGES, n_tracks=8, jobs=1)
    assert len(heard) == 4
    assert horse_test(examined, dataset, changes=CHANGES, n_tracks=8, jobs=1) == resumed
    assert len(heard) == 4, "what is answered is not heard again"
    more = (*CHANGES, Change("x", "louder", "level", {"gain_db": 3.0}))
    grown = horse_test(examined, dataset, changes=more, n_tracks=8, jobs=1)
    assert len(heard) == 12, "a further change is heard on every track"
    assert grown[0].rows[:-1] == resumed[0].rows


def test_what_cannot_be_read_or_changed_is_told(trained, dataset, tmp_path):
    (e, _), _ = trained
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF")
    first, second, *rest = dataset.tracks
    stereo = tmp_path / "stereo.wav"
    y, sr = soundfile.read(second.path)
    soundfile.write(stereo, np.stack([y, 0.5 * y], axis=1), sr)
    tracks = (dataclasses.replace(first, path=broken), dataclasses.replace(second, path=stereo),
              *(dataclasses.replace(t, path=None) for t in rest[:30]), *rest[30:])  # fmt: skip
    changes = (*CHANGES[2:3], Change("x", "no such rate", "codec", {"bit_rate": 1}))
    (result,) = horse_test(
        [e], dataclasses.replace(dataset, tracks=tracks), changes=changes, jobs=1
    )
    assert result.n == 9
    assert [(row.change, row.n) for row in result.rows] == [("mono-left", 1)]
    notes = "; ".join(result.notes)
    assert "30 of 40 test tracks have no sound file here" in notes
    assert "1 tracks gave no answer even unchanged" in notes
    assert "no such rate: could not be made on 9 tracks" in notes
    assert "bit_rate is 1, but MP3 has only" in notes


def test_without_sound_there_is_no_test(trained, dataset):
    (e, _), _ = trained
    silent = Dataset("x", tuple(dataclasses.replace(t, path=None) for t in dataset.tracks))
    assert not has_sound(e, silent)
    assert has_sound(e, dataset)
    with pytest.raises(DatasetError, match="none of the 40 test tracks has a sound file"):
        horse_test([e], silent, changes=CHANGES)


def test_drawn_tracks_keep_the_genres_in_proportion():
    genres = ("jazz",) * 60 + ("rock",) * 30 + ("pop",) * 10
    tracks = [Track(f"t{i}", None, (genre,)) for i, genre in enumerate(genres)]
    drawn = draw_tracks(tracks, 20, seed=0)
    counts = [sum(t.label == genre for t in drawn) for genre in ("jazz", "rock", "pop")]
    assert counts == [12, 6, 2]
    assert drawn == draw_tracks(tracks, 20, seed=0)
    assert drawn != draw_tracks(tracks, 20, seed=1)
    assert {t.track_id for t in drawn} <= {t.track_id for t in draw_tracks(tracks, 40, seed=0)}
    assert draw_tracks(tracks, 1000, seed=0) == tracks
    with pytest.raises(ParameterError, match="0 tracks to hear"):
        draw_tracks(tracks, 0, seed=0)
