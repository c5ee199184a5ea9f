"""What every model of the folder must do, because it stands there."""

import functools
import random
import re

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_validate

from genrescope.bundle.export import largest_difference
from genrescope.errors import ConfigError, ParameterError, UnknownNameError
from genrescope.models import architectures
from genrescope.models.classifier import make_classifier

NAMES = architectures.MODELS.names()
# Their inputs have rows and columns: vectors are refused.
PICTURES_ALONE = {
    "crnn",
    "li-cnn",
    "lstm",
    "mfcc-cnn",
    "pair-cnn",
    "resnet18",
    "six-block-cnn",
    "three-block-cnn",
}
TRAINING = {"epochs": 4, "batch_size": 24, "learning_rate": 3e-3, "device": "cpu"}
# What holds of any training is tested on a short one, since some models are heavy: of two batches
# and two epochs, so that their order is drawn twice.
BRIEF = {**TRAINING, "epochs": 2}
# A classical model with a network in it.
LIGHT = {"svm-and-mlp": {"n_hidden": 16, "epochs": 20}}
N_FEW = 36


def is_network(name):
    return architectures.MODELS.module(name).KIND == "network"


def new(name, training=BRIEF, **more):
    given = training if is_network(name) else None
    return make_classifier(name, LIGHT.get(name), training=given, **more)


def numpy_state():
    return np.random.get_state()[1].copy()  # noqa: NPY002 - that it is left alone is the test


@pytest.fixture(scope="module")
def fitted(problem):
    """Give a model by name, trained on 90 of the inputs when it is first asked for."""
    X, y, groups = (part[:90] for part in problem)
    return functools.cache(lambda name: new(name, TRAINING, seed=3).fit(X, y, groups=groups))


@pytest.fixture(scope="module")
def few(problem):
    """A part of the problem: as many inputs of each genre, of four artists each."""
    return tuple(part[:N_FEW] for part in problem)


@pytest.fixture(scope="module")
def briefly_fitted(few):
    """Give a model by name, trained briefly on few inputs when it is first asked for."""
    X, y, groups = few
    return functools.cache(lambda name: new(name, seed=3).fit(X, y, groups=groups))


def test_the_registry_has_the_models_of_the_paper():
    assert {"linear", "svm", "three-block-cnn"} <= set(NAMES)
    kinds = {architectures.MODELS.module(name).KIND for name in NAMES}
    assert kinds == {"network", "classical"}


@pytest.mark.parametrize("name", NAMES)
def test_learns_better_than_chance(name, fitted, problem):
    X, y, _ = problem
    assert (fitted(name).predict(X[90:]) == y[90:]).mean() > 0.6


@pytest.mark.parametrize("name", NAMES)
def test_probabilities_sum_to_one_in_the_order_of_sorted_string_labels(name, fitted, problem):
    X, _, _ = problem
    model = fitted(name)
    assert model.classes_.tolist() == ["blues", "jazz", "rock"]
    P = model.predict_proba(X[90:])
    assert P.shape == (30, 3)
    assert P.min() >= 0
    np.testing.assert_allclose(P.sum(axis=1), 1, atol=1e-5)
    assert (model.predict(X[90:]) == model.classes_[P.argmax(axis=1)]).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_graph_gives_the_models_own_answers(name, fitted, problem):
    X, _, _ = problem
    onnx = fitted(name).to_onnx()
    for n in (1, 7):
        assert largest_difference(onnx, fitted(name).predict_proba, X[90 : 90 + n]) < 1e-4
    assert largest_difference(onnx, fitted(name).predict_proba, 50 * X[90:97]) < 1e-4


@pytest.mark.parametrize("name", sorted({*NAMES} - PICTURES_ALONE))
def test_two_labels_and_vectors(name, problem):
    X, y, _ = problem
    two = y != "blues"
    vectors = X[two].mean(axis=2)
    model = new(name).fit(vectors, y[two])
    assert largest_difference(model.to_onnx(), model.predict_proba, vectors[:7]) < 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_alone_decides(name, briefly_fitted, few, problem):
    X, y, groups = few
    unseen = problem[0][90:]
    P = briefly_fitted(name).predict_proba(unseen)
    again = new(name, seed=3).fit(X, y, groups=groups)
    assert (again.predict_proba(unseen) == P).all()
    if is_network(name):
        other = new(name, seed=4).fit(X, y)
        assert np.abs(other.predict_proba(unseen) - P).max() > 1e-4


@pytest.mark.parametrize("name", NAMES)
def test_fit_leaves_the_data_and_all_global_state_alone(name, few):
    X, y, groups = (a.copy() for a in few)
    states = [torch.get_rng_state(), numpy_state(), random.getstate()]
    threads, level = torch.get_num_threads(), torch.is_grad_enabled()
    new(name).fit(X, y, groups=groups)
    assert all((a == b).all() for a, b in zip((X, y, groups), few, strict=True))
    assert (torch.get_rng_state() == states[0]).all()
    assert (numpy_state() == states[1]).all()
    assert random.getstate() == states[2]
    assert (torch.get_num_threads(), torch.is_grad_enabled()) == (threads, level)


@pytest.mark.parametrize("name", NAMES)
def test_fits_read_only_and_strided_data(name, few):
    X, y, _ = few
    strided = np.asfortranarray(X.astype(np.float64))
    strided.flags.writeable = False
    a = new(name).fit(strided, y)
    assert np.isfinite(a.predict_proba(strided[:5])).all()


@pytest.mark.parametrize("name", NAMES)
def test_clone_and_cross_validate(name, few, briefly_fitted):
    X, y, _ = few
    copy = clone(briefly_fitted(name))
    assert copy.get_params() == briefly_fitted(name).get_params()
    assert not hasattr(copy, "classes_")
    scores = cross_validate(new(name), X, y, cv=2)
    assert scores["test_score"].shape == (2,)
    assert np.isfinite(scores["test_score"]).all()


@pytest.mark.parametrize("name", NAMES)
def test_an_untrained_model_says_so(name, problem):
    for ask in (new(name).predict_proba, new(name).predict):
        with pytest.raises(NotFittedError):
            ask(problem[0])
    with pytest.raises(NotFittedError):
        new(name).to_onnx()


@pytest.mark.parametrize("name", NAMES)
def test_lists_are_learned_as_arrays(name, few, problem, briefly_fitted):
    X, y, groups = few
    listed = new(name, seed=3).fit(X.tolist(), y.tolist(), groups=groups.tolist())
    P = briefly_fitted(name).predict_proba(problem[0][90:])
    np.testing.assert_allclose(listed.predict_proba(problem[0][90:].tolist()), P, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_no_inputs_have_no_probabilities(name, problem, briefly_fitted):
    P = briefly_fitted(name).predict_proba(problem[0][:0])
    assert P.shape == (0, 3)
    assert briefly_fitted(name).predict(problem[0][:0]).shape == (0,)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e39])
@pytest.mark.parametrize("name", NAMES)
def test_numbers_that_are_not_finite_are_refused(name, bad, problem, briefly_fitted):
    X, y = problem[0].astype(np.float64), problem[1]
    X[7, 3, 5] = bad
    with pytest.raises(ParameterError, match="training features hold NaN, infinite or larger"):
        new(name).fit(X, y)
    with pytest.raises(ParameterError, match="features hold NaN"):
        briefly_fitted(name).predict_proba(X)


@pytest.mark.parametrize("name", NAMES)
def test_features_of_another_shape_are_refused_with_both_shapes(name, problem, briefly_fitted):
    X = problem[0]
    for wrong in (X[:5, :, 1:], X[:5].reshape(5, -1), X[0]):
        both = re.escape(f"{wrong.shape}, but the model is for (n, 54, 54)")
        with pytest.raises(ParameterError, match=both):
            briefly_fitted(name).predict_proba(wrong)
    with pytest.raises(ParameterError, match=r"have type <U4 .* must be numbers"):
        briefly_fitted(name).predict_proba(np.array(["rock"]))


@pytest.mark.parametrize("name", NAMES)
def test_data_that_no_model_can_learn_from(name, problem):
    X, y, groups = problem
    for values, match in (
        ((X, np.full(len(y), "rock")), "the 120 training labels are all 'rock'.*two genres"),
        ((X, y[1:]), "120 training inputs and 119 labels"),
        ((X[:0], y[:0]), "0 training inputs and 0 labels"),
        ((X, y[:, None]), r"120 training inputs and \(120, 1\) labels"),
        ((X[:, 0, 0], y), r"shape \(120,\), but must be \(n, ...\)"),
        ((X, np.where(y == "rock", np.nan, 1.0)), "label is NaN"),
        ((X, [None, *y[1:]]), "labels that cannot be sorted"),
        (([[1.0], [1.0, 2.0]], ["a", "b"]), "are no array"),
    ):
        with pytest.raises(ParameterError, match=match):
            new(name).fit(*values)
    with pytest.raises(ParameterError, match=r"groups have shape \(119,\)"):
        new(name).fit(X, y, groups=groups[1:])
    with pytest.raises(ParameterError, match=r"validation features have shape \(9, 54, 53\)"):
        new(name).fit(X, y, valid=(X[:9, :, 1:], y[:9]))


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_setting_is_an_error(name):
    known = list(architectures.MODELS.module(name).Settings.__dataclass_fields__)
    wrong = f"{known[0]}x" if known else "width"
    with pytest.raises(ConfigError, match=f"has no setting '{wrong}'"):
        make_classifier(name, {wrong: 1})
    if known:
        with pytest.raises(ConfigError, match=f"did you mean '{known[0]}'"):
            make_classifier(name, {wrong: 1})
        with pytest.raises(ConfigError, match="it must be"):
            make_classifier(name, {known[0]: "many"})


def test_an_unknown_model_is_an_error():
    with pytest.raises(UnknownNameError, match="did you mean 'linear'"):
        make_classifier("liner")


def test_training_settings_are_checked():
    with pytest.raises(ConfigError, match="no training setting 'epoch'; did you mean 'epochs'"):
        make_classifier("linear", training={"epoch": 3})
    with pytest.raises(ConfigError, match=r"training: epochs is 'two', a str; it must be int"):
        make_classifier("linear", training={"epochs": "two"})
    with pytest.raises(ConfigError, match=r"training: epochs is 2\.5"):
        make_classifier("linear", training={"epochs": 2.5})
    with pytest.raises(ConfigError, match="a classical model has no training setting 'epochs'"):
        make_classifier("svm", training={"epochs": 3})
    with pytest.raises(ConfigError, match="no training setting 'folder'"):
        make_classifier("linear", training={"folder": "elsewhere"})
    assert make_classifier("linear", training={"learning_rate": 1}).learning_rate == 1.0
