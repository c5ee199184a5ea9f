"""Artists recognised, from sound to report: albums are the groups, and the words say so."""

import wave

import numpy as np
import pytest

from genrescope.evaluation import group_words
from genrescope.evaluation.folds import plan_folds
from genrescope.evaluation.record import from_json, to_json
from genrescope.evaluation.report_sections import headline, overview, per_class
from genrescope.evaluation.run import run_folds
from genrescope.training.loading import load_inputs
from genrescope.training.recipe import Recipe


def write_tone(path, *, hz, rng):
    path.parent.mkdir(parents=True, exist_ok=True)
    t = np.arange(16000) / 8000
    y = 8000 * np.sin(2 * np.pi * hz * t) + rng.normal(0, 300, t.size)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(y.astype("<i2").tobytes())


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Two artists of three albums of two songs, by album and by song."""
    root = tmp_path_factory.mktemp("artists")
    rng = np.random.default_rng(0)
    for artist, hz in (("Low", 300), ("High", 1800)):
        for album in ("A", "B", "C"):
            for song in ("One", "Two"):
                place = root / artist / f"{artist} {album}" / f"{album} {song}.wav"
                write_tone(place, hz=hz + 20 * ord(album[0]) - 1300, rng=rng)
    recipe = Recipe.from_dict(
        {
            "name": "who",
            "dataset": {"name": "artists", "root": str(root)},
            "selection": {"label": "artist", "at_least": 6},
            "front_end": {"sr": 8000, "n_fft": 512, "hop_length": 256, "n_mels": 32},
            "windows": {"length": 8000, "hop": 8000, "min_tail": 2000},
            "features": {"name": "mel-picture", "height": 16, "width": 16},
            "model": {"name": "linear"},
            "training": {"epochs": 8, "batch_size": 8, "learning_rate": 1e-2, "device": "cpu"},
            "protocol": {"name": "album", "n_folds": 3},
        }
    )
    runs = tmp_path_factory.mktemp("runs")
    inputs = load_inputs(recipe, tmp_path_factory.mktemp("store"))
    return {
        name: run_folds(recipe, inputs, plan_folds(inputs, name, {"n_folds": 3}, (0,), runs))
        for name in ("album", "title-disjoint")
    }


def test_albums_apart_are_honest_by_albums(measured):
    r = measured["album"]
    assert (r.n, r.n_groups, r.n_ungrouped, r.grouped_by) == (12, 6, 0, "album")
    assert r.honest
    assert r.leakage_label == "clean: none of the 12 test tracks has its album in training"
    assert r.dataset == "artists, 12 tracks of 2 artists"
    assert r.labels == ("High", "Low")
    assert group_words.interval_kind(r) in ("album bootstrap", "wilson by albums")


def test_the_report_speaks_of_albums_where_it_spoke_of_artists(measured):
    r = measured["album"]
    text = headline([r], ())
    assert "of albums not heard in training" in text
    assert "6 albums" in text
    assert "artist " not in text.replace("2 artists", "")
    table = overview([r])
    assert "Where artists are recognised, albums stand for artists in all of this." in table
    assert "| artist | tracks | recall" in per_class(r)
    assert per_class(r).startswith("## By artist")


def test_songs_apart_leak_their_album_and_the_report_says_so(measured):
    r = measured["title-disjoint"]
    assert not r.honest
    assert "have their album in training" in r.leakage_label
    assert "does not hold albums apart" in headline([r], ())


def test_a_result_remembers_its_groups(measured):
    r = measured["album"]
    assert from_json(to_json([r])) == (r,)
