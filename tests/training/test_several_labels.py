"""Trainings of several labels a track: what is learned, and where thresholds come from."""

import dataclasses
import json

import numpy as np
import pytest

from genrescope.bundle.format import read_manifest
from genrescope.errors import DatasetError
from genrescope.metrics.label_thresholds import best_common_threshold, best_thresholds
from genrescope.models.label_sets import multi_hot
from genrescope.prediction.aggregate import mean_probabilities
from genrescope.prediction.predictor import Predictor
from genrescope.records import Track
from genrescope.training import fit
from genrescope.training.fit import Parts, parts_for, train_bundle
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Recipe
from genrescope.training.several_labels import is_multi_label, taught

LABELS = ("blues", "jazz", "rock")


@pytest.fixture(scope="module")
def recipe():
    return Recipe.from_dict(
        {
            "name": "several",
            "dataset": {"name": "synthetic"},
            "model": {"name": "linear"},
            "protocol": {"name": "artist-grouped"},
            "training": {"epochs": 4, "batch_size": 32, "learning_rate": 0.03, "device": "cpu",
                         "task": "multi-label"},
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def inputs(recipe):
    """A hundred tracks of two windows each and twenty artists; blues is rare."""
    rng = np.random.default_rng(3)
    Y = rng.random((100, 3)) < [0.0, 0.4, 0.5]
    Y[::10, 0] = True
    Y[50] = [True, False, False]
    Y[~Y.any(axis=1), 2] = True
    X = rng.normal(size=(200, 3, 4)).astype(np.float32)
    X += np.repeat(Y, 2, axis=0)[:, :, None]
    tracks = tuple(
        Track(f"t{i:03d}", None, tuple(np.array(LABELS)[row][::-1].tolist()), sha256=f"{i:064d}",
              artist=f"artist {i % 20}", group=f"artist {i % 20}")
        for i, row in enumerate(Y)
    )  # fmt: skip
    return Inputs(
        tracks=tracks,
        skipped=(),
        front_end=recipe.front_end,
        windows=recipe.windows,
        features=recipe.features,
        X=X,
        track_of_window=np.repeat(np.arange(100), 2),
        logmels=lambda _: [],
    )


@pytest.fixture(scope="module")
def ids(inputs):
    return [track.track_id for track in inputs.tracks]


def probabilities(folder, inputs, ids):
    """Ask the graph of a bundle about tracks, as means over their windows."""
    session = Predictor(folder / "bundle")._session
    P = session.probabilities(inputs.X[inputs.rows(ids)]).reshape(len(ids), 2, -1)
    return np.array([mean_probabilities(p, sums_to_one=False) for p in P])


def test_thresholds_are_chosen_on_the_validation_part_alone(recipe, inputs, ids, tmp_path):
    parts = parts_for(recipe, train=ids[:60], valid=ids[60:80], test=ids[80:])
    assert parts == Parts(tuple(ids[:60]), tuple(ids[60:80]), tuple(ids[80:]))
    manifest = train_bundle(recipe, inputs, parts, seed=0, folder=tmp_path, provenance={})
    assert manifest.labels == LABELS
    assert manifest.abstention == {}
    assert manifest.recipe["training"]["task"] == "multi-label"
    Y = multi_hot([t.labels for t in inputs.tracks[60:80]], LABELS)
    P = probabilities(tmp_path, inputs, ids[60:80])
    few = Y.sum(axis=0) < 5
    assert few.tolist() == [True, False, False]
    expected = np.where(few, best_common_threshold(Y, P), best_thresholds(Y, P))
    assert manifest.label_thresholds == pytest.approx(expected.tolist(), abs=1e-6)
    assert "20 held-out tracks; fewer than 5 of them have blues" in manifest.task["fitted_on"]
    assert "ended the training" not in manifest.task["fitted_on"]
    history = (tmp_path / "training" / "history.csv").read_text(encoding="utf-8").splitlines()
    assert len(history) == 5
    assert "" not in history[1].split(",")
    assert read_manifest(tmp_path / "bundle") == manifest


def test_where_the_split_has_no_validation_part_whole_artists_are_held_out(
    recipe, inputs, ids, tmp_path, monkeypatch
):
    seen = []

    def noting(inputs, rows, further):
        seen.extend([rows, further["valid"]])
        return taught(inputs, rows, further)

    monkeypatch.setattr(fit, "taught", noting)
    more = dataclasses.replace(recipe, training={**recipe.training, "patience": 3})
    manifest = train_bundle(
        more, inputs, Parts(tuple(ids[:80])), seed=0, folder=tmp_path, provenance={}
    )
    learned, valid = seen
    assert not set(inputs.groups(learned)) & set(inputs.groups(valid))
    assert len(learned) + len(valid) == 160
    n = len(valid) // 2
    assert 10 <= n <= 24
    assert f"on {n} held-out tracks, which also ended the training" in manifest.task["fitted_on"]
    # They are known to the model all the same: its thresholds come from them.
    assert sorted(manifest.training["track_ids"]) == sorted(ids[:80])


def test_labels_that_are_not_learned_are_passed_over(inputs, ids):
    learn = inputs.rows([t.track_id for t in inputs.tracks if "blues" not in t.labels])
    rest = inputs.rows([t.track_id for t in inputs.tracks if "blues" in t.labels])
    y, data = taught(inputs, learn, {"valid": rest})
    assert len(y) == len(learn)
    assert {label for labels in y for label in labels} == {"jazz", "rock"}
    assert all("blues" not in labels for labels in data["valid"][1])
    alone = inputs.rows([t.track_id for t in inputs.tracks if t.labels == ("blues",)])
    assert len(alone) >= 2
    assert "watch" not in taught(inputs, learn, {"watch": alone})[1]


def test_one_label_cannot_be_learned(recipe, inputs, ids, tmp_path):
    same = dataclasses.replace(
        inputs, tracks=tuple(dataclasses.replace(t, labels=("rock",)) for t in inputs.tracks)
    )
    with pytest.raises(DatasetError, match=r"1 label\(s\) to learn from.*at least two"):
        train_bundle(recipe, same, Parts(tuple(ids)), seed=0, folder=tmp_path, provenance={})


def test_the_task_of_a_recipe(recipe):
    assert is_multi_label(recipe)
    assert is_multi_label(Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))))
    one = {**recipe.training, "task": "single-label"}
    assert not is_multi_label(dataclasses.replace(recipe, training=one))
