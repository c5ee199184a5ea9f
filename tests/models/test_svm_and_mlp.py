"""Kernel machines and a network that answer with one mean."""

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.models import mixup_mlp
from genrescope.models.classifier import learns_copies, make_classifier

BRIEF = {"n_hidden": 32, "epochs": 40}


def new(**settings):
    return make_classifier("svm-and-mlp", {**BRIEF, **settings}, seed=3)


@pytest.fixture(scope="module")
def vectors():
    """Three genres in 20 features, of which the first tells them apart and the last betrays."""
    rng = np.random.default_rng(1)
    codes = np.arange(150) % 3
    X = rng.normal(size=(150, 20)).astype(np.float32)
    X[:, 0] += 2.0 * codes
    X[:, -1] += 3.0 * codes
    groups = np.array([f"artist {i // 9} {i % 3}" for i in range(150)])
    return X, np.array(["a", "b", "c"])[codes], groups


@pytest.fixture(scope="module")
def copies(vectors):
    """Copies that have lost what betrays."""
    X = np.tile(vectors[0], (4, 1, 1))
    X[..., -1] = np.random.default_rng(2).normal(size=X.shape[:2])
    return X


@pytest.fixture(scope="module")
def model(vectors, copies):
    X, y, groups = vectors
    return new().fit(X, y, groups=groups, copies=copies)


def test_copies_teach_what_does_not_count(model, vectors, copies):
    X, y, groups = vectors
    without = new().fit(X, y, groups=groups)
    changed = X.copy()
    changed[:, -1] = 0.0
    assert (model.predict(changed) == y).mean() > (without.predict(changed) == y).mean() + 0.05


def test_no_copies_are_as_none(vectors, copies):
    X, y, groups = vectors
    none, empty = (new().fit(X, y, groups=groups, copies=c) for c in (None, copies[:0]))
    np.testing.assert_allclose(none.predict_proba(X), empty.predict_proba(X), atol=1e-6)


def test_the_mean_stands_between_its_members(model, vectors):
    both = model.estimator_[-1]
    scores = both.members_.scores(vectors[0])
    for own, temperature in zip(scores, both.temperatures_, strict=False):
        assert own.shape == (150, 3)
        assert temperature > 0
    P = model.predict_proba(vectors[0])
    agreed = scores[0].argmax(axis=1) == scores[1].argmax(axis=1)
    assert agreed.mean() > 0.5
    np.testing.assert_array_equal(P.argmax(axis=1)[agreed], scores[0].argmax(axis=1)[agreed])


def test_held_out_answers_are_of_models_that_did_not_hear_the_artist(model, vectors):
    _, y, _ = vectors
    held_out = model.held_out_
    assert sorted(held_out.rows) == list(range(150))
    right = (model.classes_[held_out.P.argmax(axis=1)] == y[held_out.rows]).mean()
    assert 0.5 < right < (model.predict(vectors[0]) == y).mean()


def test_the_same_seed_gives_the_same_model_and_leaves_the_generators(vectors, copies):
    torch = pytest.importorskip("torch")
    X, y, groups = vectors
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    a, b = (new().fit(X, y, groups=groups, copies=copies).predict_proba(X) for _ in range(2))
    np.testing.assert_allclose(a, b, atol=1e-6)
    assert torch.equal(torch.rand(3), expected)


def test_a_changed_recording_far_from_all_gets_no_wild_answer(model, vectors):
    far = vectors[0][:5] * 1e6
    P = model.predict_proba(far)
    assert np.isfinite(P).all()
    assert np.allclose(P.sum(axis=1), 1)


def test_the_network_learns_alone():
    rng = np.random.default_rng(0)
    codes = np.arange(60) % 2
    Z = rng.normal(size=(2, 60, 6)).astype(np.float32)
    Z[..., 0] += 4 * codes - 2
    settings = mixup_mlp.MixupSettings(n_hidden=16, epochs=60, batch_size=16)
    layers = mixup_mlp.train(Z, codes, settings=settings, seed=0)
    assert (layers.logits(Z[0]).argmax(axis=1) == codes).mean() > 0.95
    np.testing.assert_array_equal(layers.hidden, layers.hidden.astype(np.float16))


def test_copies_are_for_models_that_learn_them_apart(vectors, copies):
    assert learns_copies("svm-and-mlp")
    assert not learns_copies("svm")
    X, y, groups = vectors
    with pytest.raises(ParameterError, match="apart"):
        make_classifier("svm").fit(X, y, groups=groups, copies=copies)


def test_copies_of_other_recordings_are_refused(vectors, copies):
    X, y, groups = vectors
    for wrong in (copies[:, :100], copies[..., :7], np.full_like(copies, np.nan)):
        with pytest.raises(ParameterError, match="changed copies"):
            new().fit(X, y, groups=groups, copies=wrong)


@pytest.mark.parametrize("settings", [{"C": 0.0}, {"n_hidden": 0}, {"epochs": -1}])
def test_settings_that_cannot_be_are_refused(settings):
    with pytest.raises(ParameterError, match="must be positive"):
        new(**settings).fit(np.zeros((4, 2)), ["a", "b", "a", "b"])
