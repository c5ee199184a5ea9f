"""Classification metrics against hand-worked answers and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genrescope.errors import ParameterError
from genrescope.metrics import classification as m

Y_TRUE = np.array([0, 0, 0, 1, 1, 2])
Y_PRED = np.array([0, 0, 1, 1, 0, 3])


def random_case(seed: int, n: int = 97, n_classes: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, n_classes, n), rng.dirichlet(np.ones(n_classes), n)


def test_confusion_by_hand() -> None:
    confusion = m.confusion_matrix(Y_TRUE, Y_PRED, n_classes=4)
    assert confusion.tolist() == [[2, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_scores_by_hand() -> None:
    scores = m.class_scores(m.confusion_matrix(Y_TRUE, Y_PRED, n_classes=5))
    np.testing.assert_allclose(scores.precision, [2 / 3, 1 / 2, 0, np.nan, np.nan])
    np.testing.assert_allclose(scores.recall, [2 / 3, 1 / 2, 0, np.nan, np.nan])
    np.testing.assert_allclose(scores.f1, [2 / 3, 1 / 2, 0, np.nan, np.nan])
    assert scores.support.tolist() == [3, 2, 1, 0, 0]
    assert m.accuracy(Y_TRUE, Y_PRED) == 0.5
    assert m.balanced_accuracy(Y_TRUE, Y_PRED) == pytest.approx((2 / 3 + 1 / 2) / 3, abs=1e-15)
    assert m.macro_f1(Y_TRUE, Y_PRED) == pytest.approx((2 / 3 + 1 / 2) / 3, abs=1e-15)


def test_class_scores_of_a_stack_are_those_of_each() -> None:
    stack = np.random.default_rng(0).integers(0, 5, (7, 4, 4))
    stack[2, 1] = 0
    whole = m.class_scores(stack)
    for i, confusion in enumerate(stack):
        np.testing.assert_array_equal(whole.f1[i], m.class_scores(confusion).f1)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_sklearn(seed: int) -> None:
    sk = pytest.importorskip("sklearn.metrics")
    y_true, P = random_case(seed)
    y_pred = P.argmax(axis=1)
    labels = np.arange(6)
    assert m.accuracy(y_true, y_pred) == pytest.approx(sk.accuracy_score(y_true, y_pred), abs=1e-12)
    expected = sk.balanced_accuracy_score(y_true, y_pred)
    assert m.balanced_accuracy(y_true, y_pred) == pytest.approx(expected, abs=1e-12)
    expected = sk.f1_score(y_true, y_pred, average="macro")
    assert m.macro_f1(y_true, y_pred) == pytest.approx(expected, abs=1e-12)
    expected = sk.log_loss(y_true, P, labels=labels)
    assert m.log_loss(y_true, P) == pytest.approx(expected, abs=1e-12)
    confusion = m.confusion_matrix(y_true, y_pred, n_classes=6)
    np.testing.assert_array_equal(confusion, sk.confusion_matrix(y_true, y_pred, labels=labels))
    ours = m.class_scores(confusion)
    theirs = sk.precision_recall_fscore_support(y_true, y_pred, labels=labels, zero_division=0)
    for a, b in zip((ours.precision, ours.recall, ours.f1, ours.support), theirs, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    for k in (1, 2, 3, 5):
        expected = sk.top_k_accuracy_score(y_true, P, k=k, labels=labels)
        assert m.top_k_accuracy(y_true, P, k=k) == pytest.approx(expected, abs=1e-12)


def test_absent_class_agrees_with_sklearn_on_the_present_ones() -> None:
    sk = pytest.importorskip("sklearn.metrics")
    expected = sk.f1_score(
        Y_TRUE, Y_PRED, average="macro", labels=np.unique(Y_TRUE), zero_division=0
    )
    assert m.macro_f1(Y_TRUE, Y_PRED) == pytest.approx(expected, abs=1e-12)


def test_log_loss_of_certainty_and_of_ignorance() -> None:
    assert m.log_loss(np.array([2]), np.full((1, 10), 0.1)) == pytest.approx(math.log(10))
    wrong = m.log_loss(np.array([0]), np.array([[0.0, 1.0]]))
    assert wrong == pytest.approx(-math.log(np.finfo(float).eps))
    assert m.log_loss(np.array([1]), np.array([[0.0, 1.0]])) == pytest.approx(0, abs=1e-15)


def test_ties_go_to_the_lower_index_as_in_argmax() -> None:
    P = np.full((3, 3), 1 / 3)
    assert m.ranks(np.array([0, 1, 2]), P).tolist() == [0, 1, 2]


@given(
    hnp.arrays(np.int64, 20, elements=st.integers(0, 4)),
    hnp.arrays(np.float64, (20, 5), elements=st.integers(0, 3)),
)
def test_top_1_is_accuracy_and_top_all_is_1(y_true: np.ndarray, weights: np.ndarray) -> None:
    P = (weights + 1) / (weights + 1).sum(axis=1, keepdims=True)
    assert m.top_k_accuracy(y_true, P, k=1) == m.accuracy(y_true, P.argmax(axis=1))
    assert m.top_k_accuracy(y_true, P, k=5) == 1


@given(
    hnp.arrays(np.int64, 15, elements=st.integers(0, 3)),
    hnp.arrays(np.int64, 15, elements=st.integers(0, 3)),
    st.permutations(range(15)),
)
def test_order_of_tracks_does_not_count(
    y_true: np.ndarray, y_pred: np.ndarray, order: list[int]
) -> None:
    before = y_true.copy(), y_pred.copy()
    assert m.evaluate(y_true, y_pred) == m.evaluate(y_true[order], y_pred[order])
    np.testing.assert_array_equal(before, (y_true, y_pred))


def test_evaluate_adds_nothing() -> None:
    y_true, P = random_case(1)
    y_pred = P.argmax(axis=1)
    assert m.evaluate(y_true, y_pred, P) == {
        "accuracy": m.accuracy(y_true, y_pred),
        "balanced_accuracy": m.balanced_accuracy(y_true, y_pred),
        "macro_f1": m.macro_f1(y_true, y_pred),
        "top_3_accuracy": m.top_k_accuracy(y_true, P, k=3),
        "log_loss": m.log_loss(y_true, P),
    }


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        ([0, 1], [0], "2 tracks and y_pred 1"),
        ([], [], "no tracks"),
        ([0.0], [0.0], "float64"),
        ([-1], [0], "class index -1"),
        ([[0]], [[0]], "shape"),
    ],
)
def test_bad_classes_are_refused(y_true: list[int], y_pred: list[int], message: str) -> None:
    empty = np.int64 if not y_true else None
    with pytest.raises(ParameterError, match=message):
        m.accuracy(np.array(y_true, dtype=empty), np.array(y_pred, dtype=empty))


@pytest.mark.parametrize(
    ("P", "message"),
    [
        ([[0.5, 0.5]], "shape"),
        ([[0.5, 0.5], [0.7, 0.2]], "row 1"),
        ([[1.5, -0.5], [0.5, 0.5]], "logits"),
        ([[np.nan, 1.0], [0.5, 0.5]], "row 0"),
        ([[1.0], [1.0]], "largest true class index is 1"),
    ],
)
def test_bad_probabilities_are_refused(P: list[list[float]], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        m.log_loss(np.array([0, 1]), np.array(P))


def test_class_beyond_the_count_is_refused() -> None:
    with pytest.raises(ParameterError, match="not below n_classes=2"):
        m.confusion_matrix(Y_TRUE, Y_PRED, n_classes=2)
