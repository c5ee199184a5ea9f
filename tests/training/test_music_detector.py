"""A detector of music, from a data set and made sounds to the answers of the predictor."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from genrescope.bundle.format import read_manifest
from genrescope.errors import DatasetError
from genrescope.prediction.predictor import Predictor
from genrescope.records import Track
from genrescope.synthesis.not_music import noise_kinds, render_noise
from genrescope.synthesis.render import render_track
from genrescope.training import music_examples
from genrescope.training.fit import Parts, train_bundle
from genrescope.training.inputs import Inputs
from genrescope.training.music_detector import add_detector
from genrescope.training.recipe import Recipe

N_TRACKS = 60
RECIPE = {
    "name": "small",
    "dataset": {"name": "synthetic"},
    "model": {"name": "svm-one-vs-rest"},
    "protocol": {"name": "artist-grouped"},
    "front_end": {"hop_length": 1708, "scale": "unit"},
    "windows": {"length": 66150, "hop": 66150, "min_tail": 22050},
    "features": {"name": "logmel-statistics"},
}


@pytest.fixture(scope="module")
def inputs():
    """Sixty pieces of three seconds, of two kinds."""
    recipe = Recipe.from_dict(RECIPE)
    tracks, logmels = [], {}
    for i in range(N_TRACKS):
        kind = ("metal", "classical")[i % 2]
        y = render_track(kind, number=i, duration_s=3.0)
        name = f"{kind}.{i}"
        logmels[name] = [music_examples.first_logmel(y, recipe.front_end, recipe.windows)]
        group = f"{kind} {i // 4}"
        tracks.append(Track(name, None, (kind,), sha256=f"{i:064d}", artist=group, group=group))
    X = recipe.features.compute([windows[0] for windows in logmels.values()], recipe.front_end)
    return Inputs(
        tracks=tuple(tracks),
        skipped=(),
        front_end=recipe.front_end,
        windows=recipe.windows,
        features=recipe.features,
        X=X,
        track_of_window=np.arange(N_TRACKS),
        logmels=logmels.__getitem__,
    )


@pytest.fixture
def few(monkeypatch):
    """One piece and two sounds of each kind in place of forty."""
    from genrescope.training import music_detector

    monkeypatch.setattr(music_examples, "N_PLAYED_PER_KIND", 1)
    monkeypatch.setattr(
        music_detector,
        "no_music",
        lambda inputs, **given: music_examples.no_music(inputs, **given, n_per_kind=2),
    )


def trained(inputs, folder, ids):
    train_bundle(
        Recipe.from_dict(RECIPE),
        inputs,
        Parts(learn=tuple(ids)),
        seed=0,
        folder=folder,
        provenance={"protocol": "none"},
    )
    return folder / "bundle"


def test_examples_are_repeatable_and_grouped(inputs):
    ids = {track.track_id for track in inputs.tracks[:3]}
    music = music_examples.music_of(inputs, ids, seed=0)
    assert music.X.shape == (3 * music_examples.N_PER_TRACK, inputs.X.shape[1])
    np.testing.assert_allclose(music.X[0], inputs.X[0], atol=0.2)
    assert music.groups.tolist() == ["metal 0"] * 5 + ["classical 0"] * 5 + ["metal 0"] * 5
    again = music_examples.music_of(inputs, ids, seed=0)
    np.testing.assert_array_equal(again.X, music.X)
    noises = music_examples.no_music(inputs, seed=0, n_per_kind=1)
    assert len(noises.X) == len(noise_kinds())
    assert len(set(noises.groups)) == 7


def test_a_bundle_gets_a_detector_and_keeps_its_model(inputs, few, tmp_path):
    bundle = trained(inputs, tmp_path, [track.track_id for track in inputs.tracks])
    before = read_manifest(bundle)
    assert before.thresholds.confidence_below is not None, "the folds held tracks out"
    y = render_noise("coloured-noise", number=50, duration_s=3.0)
    assert Predictor(bundle).predict(y, sr=22050).music is None
    manifest = add_detector(bundle, inputs, seed=0)
    assert read_manifest(bundle) == manifest
    changed = dataclasses.replace(manifest, abstention=before.abstention)
    assert changed == before, "nothing but the thresholds changed"
    thresholds = manifest.thresholds
    assert thresholds.confidence_below == before.thresholds.confidence_below
    assert thresholds.music_features == inputs.features
    assert {"declined_as_not_sure", "declined_as_not_music", "not_music_rejected"} <= set(
        thresholds.measured
    )
    predictor = Predictor(bundle)
    heard = predictor.predict(render_track("metal", number=90, duration_s=3.0), sr=22050)
    noise = predictor.predict(y, sr=22050)
    assert heard.music > 0.5 > noise.music
    assert noise.abstained == "not_music"


def test_too_little_music_is_refused(inputs, few, tmp_path):
    bundle = trained(inputs, tmp_path, [track.track_id for track in inputs.tracks[:40]])
    with pytest.raises(DatasetError, match=r"40 tracks of 20 artists.*needs 50 tracks"):
        add_detector(bundle, inputs, seed=0)
    assert read_manifest(bundle).thresholds.music_below is None
