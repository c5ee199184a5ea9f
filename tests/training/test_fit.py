"""Which tracks a training learns from, and which may end it."""

import dataclasses

import numpy as np
import pytest

from genrescope.bundle.format import read_manifest
from genrescope.models import classifier
from genrescope.models.precision import resolved_precision
from genrescope.records import Track
from genrescope.splits.split import make_splits
from genrescope.training import fit
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Choice, Recipe

PATIENT = {"epochs": 60, "patience": 2, "batch_size": 16, "learning_rate": 0.05, "device": "cpu"}


@pytest.fixture(scope="module")
def recipe():
    return Recipe.from_dict(
        {
            "name": "patient",
            "dataset": {"name": "synthetic"},
            "model": {"name": "linear"},
            "protocol": {"name": "artist-grouped"},
            "training": PATIENT,
        }
    )


@pytest.fixture(scope="module")
def inputs(recipe):
    """Sixty tracks of two genres and twenty artists, one window each."""
    tracks = tuple(
        Track(f"t{i:02d}", None, ("rock" if i % 2 else "jazz",), sha256=f"{i:064d}",
              artist=f"artist {i // 6} {i % 2}", group=f"artist {i // 6} {i % 2}")
        for i in range(60)
    )  # fmt: skip
    rng = np.random.default_rng(5)
    X = rng.normal(size=(60, 4, 5)).astype(np.float32)
    X[1::2, 0] += 0.5
    return Inputs(
        tracks=tracks,
        skipped=(),
        front_end=recipe.front_end,
        windows=recipe.windows,
        features=recipe.features,
        X=X,
        track_of_window=np.arange(60),
        logmels=lambda _: [],
    )


@pytest.fixture
def taught(monkeypatch):
    """What the classifiers of a training were given."""
    seen = []
    make = classifier.make_classifier

    def recording(*args, **kwargs):
        model = make(*args, **kwargs)
        learn = model.fit

        def fitting(X, y, **further):
            seen.append({"X": X, **further})
            return learn(X, y, **further)

        model.fit = fitting
        seen.append(model)
        return model

    monkeypatch.setattr(fit, "make_classifier", recording)
    return seen


def places(part, inputs):
    """The tracks that a part's features belong to."""
    return {int(np.flatnonzero((x == inputs.X).all(axis=(1, 2)))[0]) for x in part}


@pytest.mark.parametrize("protocol", ["artist-grouped", "random", None])
def test_patience_works_where_the_split_has_no_validation_part(
    protocol, recipe, inputs, taught, tmp_path
):
    if protocol is None:
        parts, test = fit.Parts(learn=tuple(t.track_id for t in inputs.tracks)), set()
    else:
        (split,) = make_splits(protocol, inputs.tracks)
        assert not split.valid
        parts = fit.parts_for(recipe, train=split.train, valid=(), test=split.test)
        test = {int(i[1:]) for i in split.test}
    given = dataclasses.asdict(parts)
    fit.train_bundle(recipe, inputs, parts, seed=0, folder=tmp_path, provenance={})
    model, data = taught
    learned, steering = places(data["X"], inputs), places(data["valid"][0], inputs)
    assert steering
    assert learned | steering == {int(i[1:]) for i in parts.learn}
    assert not (learned | steering) & test
    artist = {i: track.group for i, track in enumerate(inputs.tracks)}
    assert not {artist[i] for i in learned} & {artist[i] for i in steering}
    assert {inputs.tracks[i].label for i in steering} == {"rock", "jazz"}
    assert len(model.history_) < PATIENT["epochs"]
    assert dataclasses.asdict(parts) == given
    training = read_manifest(tmp_path / "bundle").training
    assert training["track_ids"] == sorted(parts.learn)


def test_the_validation_part_of_a_split_is_the_one_that_ends_its_training(
    recipe, inputs, taught, tmp_path
):
    (split,) = make_splits("artist-grouped", inputs.tracks, valid_fraction=0.2)
    parts = fit.parts_for(recipe, train=split.train, valid=split.valid, test=split.test)
    fit.train_bundle(recipe, inputs, parts, seed=0, folder=tmp_path, provenance={})
    assert places(taught[1]["valid"][0], inputs) == {int(i[1:]) for i in split.valid}


def test_without_patience_every_training_track_is_learned(recipe, inputs, taught, tmp_path):
    hasty = dataclasses.replace(recipe, training={"epochs": 1, "device": "cpu"})
    (split,) = make_splits("artist-grouped", inputs.tracks)
    parts = fit.parts_for(hasty, train=split.train, valid=(), test=split.test)
    fit.train_bundle(hasty, inputs, parts, seed=0, folder=tmp_path, provenance={})
    assert "valid" not in taught[1]
    assert places(taught[1]["X"], inputs) == {int(i[1:]) for i in split.train}


@pytest.mark.parametrize(
    ("model", "training", "expected"),
    [
        ("linear", {}, "float32"),
        ("linear", {"precision": "bfloat16"}, "bfloat16"),
        ("linear", {"precision": "auto"}, resolved_precision("auto", "cpu")),
        ("svm", None, None),
    ],
)
def test_the_bundle_says_in_what_precision_a_network_learned(
    model, training, expected, recipe, inputs, tmp_path
):
    values = {} if training is None else {"epochs": 1, "device": "cpu", **training}
    hasty = dataclasses.replace(recipe, model=Choice(model), training=values)
    parts = fit.Parts(learn=tuple(t.track_id for t in inputs.tracks))
    fit.train_bundle(hasty, inputs, parts, seed=0, folder=tmp_path, provenance={})
    manifest = read_manifest(tmp_path / "bundle")
    assert manifest.training.get("precision") == expected
    assert manifest.recipe["training"] == values
