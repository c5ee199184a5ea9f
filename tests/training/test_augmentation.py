"""Changed copies of the recordings that a model learns from."""

import dataclasses

import numpy as np
import pytest

from genrescope.errors import ConfigError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.models import classifier
from genrescope.records import Track
from genrescope.training import fit
from genrescope.training.augmentation import Augmentation, changed_copies
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Recipe

N = 40


@pytest.fixture(scope="module")
def inputs():
    """Forty tracks of two genres, of which the first has two windows; the features are levels."""
    front_end = FrontEnd(n_mels=32, scale="unit", hop_length=1708)
    features = FeatureChoice.from_dict({"name": "mel-picture", "height": 8, "width": 6})
    rng = np.random.default_rng(0)
    logmels = {}
    for i in range(N):
        S = rng.uniform(0, 0.5, (32, 60)).astype(np.float32)
        S[slice(0, 12) if i % 2 else slice(12, 24)] += 0.5
        logmels[f"t{i}"] = [S, S[:, :50]] if i == 0 else [S]
    tracks = tuple(
        Track(f"t{i}", None, ("rock" if i % 2 else "jazz",), sha256=f"{i:064d}",
              artist=f"artist {i // 4} {i % 2}", group=f"artist {i // 4} {i % 2}")
        for i in range(N)
    )  # fmt: skip
    n_windows = [len(logmels[t.track_id]) for t in tracks]
    X = np.concatenate([features.compute(logmels[t.track_id], front_end) for t in tracks])
    return Inputs(
        tracks=tracks, skipped=(), front_end=front_end, windows=WindowSettings(),
        features=features, X=X, track_of_window=np.repeat(np.arange(N), n_windows),
        logmels=logmels.__getitem__,
    )  # fmt: skip


def recipe(model, training=None, n_copies=3):
    return Recipe.from_dict(
        {
            "name": "copies",
            "dataset": {"name": "synthetic"},
            "features": {"name": "mel-picture", "height": 8, "width": 6},
            "augmentation": {"n_copies": n_copies},
            "model": model,
            "protocol": {"name": "artist-grouped"},
            "training": training or {},
        }
    )


def test_copies_are_changed_inputs_of_every_window_and_the_same_each_time(inputs):
    copies = changed_copies(inputs, 3)
    assert copies.shape == (3, N + 1, 8, 6)
    assert copies.dtype == np.float32
    for copy in copies:
        assert all(not np.allclose(a, b) for a, b in zip(copy, inputs.X, strict=True))
    assert not np.allclose(copies[0], copies[1])
    changed_copies.cache_clear()
    np.testing.assert_array_equal(changed_copies(inputs, 3), copies)


def test_a_copy_does_not_depend_on_what_else_is_there(inputs):
    few = dataclasses.replace(
        inputs, tracks=inputs.tracks[5:9], X=inputs.X[6:10], track_of_window=np.arange(4)
    )
    np.testing.assert_array_equal(changed_copies(few, 2), changed_copies(inputs, 3)[:2, 6:10])


@pytest.mark.parametrize("name", ["svm", "svm-and-mlp", "linear"])
def test_a_model_learns_the_copies_of_its_own_tracks_alone(name, inputs, tmp_path, monkeypatch):
    given = {}
    made = classifier.make_classifier

    def watched(*args, **kwargs):
        model = made(*args, **kwargs)
        learn = model.fit

        def learn_and_tell(X, y, **more):
            given.update(more, X=X, y=y)
            return learn(X, y, **more)

        model.fit = learn_and_tell
        return model

    monkeypatch.setattr(fit, "make_classifier", watched)
    is_network = name == "linear"
    settings = {"n_hidden": 16, "epochs": 20} if name == "svm-and-mlp" else {}
    wanted = recipe(
        {"name": name, **settings},
        {"epochs": 3, "batch_size": 16, "device": "cpu"} if is_network else None,
    )
    learn = tuple(t.track_id for t in inputs.tracks[:24])
    fit.train_bundle(wanted, inputs, fit.Parts(learn=learn), seed=0, folder=tmp_path, provenance={})
    rows = inputs.rows(learn)
    copies = changed_copies(inputs, 3)[:, rows]
    if name == "svm-and-mlp":
        np.testing.assert_array_equal(given["X"], inputs.X[rows])
        np.testing.assert_array_equal(given["copies"], copies)
    else:
        assert "copies" not in given
        np.testing.assert_array_equal(given["X"], np.concatenate([inputs.X[rows], *copies]))
        assert list(given["y"]) == [*inputs.labels(rows)] * 4
        assert list(given["groups"]) == [*inputs.groups(rows)] * 4


def test_features_that_hear_the_sound_have_no_copies(inputs):
    heard = dataclasses.replace(inputs, features=FeatureChoice("chroma"))
    assert heard.features.hears_sound
    with pytest.raises(ConfigError, match="log-mels"):
        changed_copies(heard, 1)


def test_a_recipe_says_its_copies_only_where_it_has_some():
    assert recipe({"name": "svm"}).to_dict()["augmentation"] == {"n_copies": 3}
    assert "augmentation" not in recipe({"name": "svm"}, n_copies=0).to_dict()
    assert Augmentation.from_dict({}) == Augmentation()
    for wrong in ({"n_copies": -1}, {"n_copies": 1.5}, {"copies": 1}):
        with pytest.raises(ConfigError, match="augmentation"):
            Augmentation.from_dict(wrong)
