"""Classes that are taken for each other stand side by side, whatever order they came in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.errors import ParameterError
from genrescope.metrics.seriation import seriation, similarity


def _chain(n):
    """Each class is taken for its neighbours alone."""
    i = np.arange(n)
    return np.where(np.abs(i[:, None] - i) <= 1, 1.0, 0.0) + 9 * np.eye(n)


@given(st.integers(3, 12), st.randoms(use_true_random=False))
def test_a_chain_is_found_again_from_any_order(n, random):
    shuffled = list(range(n))
    random.shuffle(shuffled)
    confusion = _chain(n)[np.ix_(shuffled, shuffled)]
    found = [shuffled[i] for i in seriation(similarity(confusion))]
    assert found in (list(range(n)), list(range(n))[::-1])


def test_two_families_stay_together():
    confusion = 8 * np.eye(6)
    for family in ((0, 3, 5), (1, 2, 4)):
        confusion[np.ix_(family, family)] += 2
    order = seriation(similarity(confusion)).tolist()
    assert set(order[:3]) in ({0, 3, 5}, {1, 2, 4})
    assert order.index(0) < 3


def test_the_argument_is_left_alone_and_the_answer_is_the_same_each_time():
    confusion = np.random.default_rng(0).poisson(3, (8, 8))
    before = confusion.copy()
    near = similarity(confusion)
    kept = near.copy()
    order = seriation(near)
    assert sorted(order.tolist()) == list(range(8))
    assert np.array_equal(order, seriation(near))
    assert np.array_equal(confusion, before)
    assert np.array_equal(near, kept)


@pytest.mark.parametrize("confusion", [np.eye(5), np.zeros((5, 5)), np.eye(2), np.ones((1, 1))])
def test_where_nothing_is_confused_the_order_stays(confusion):
    assert seriation(similarity(confusion)).tolist() == list(range(len(confusion)))


def test_similarity_is_symmetric_and_counts_shares_not_tracks():
    confusion = np.array([[90, 10, 0], [1, 9, 0], [0, 0, 0]])
    near = similarity(confusion)
    assert np.array_equal(near, near.T)
    assert near[0, 1] == pytest.approx(0.1)
    assert near[2].sum() == 0


@pytest.mark.parametrize(
    ("confusion", "what"),
    [(np.ones((2, 3)), "square"), (-np.eye(2), "below 0"), (np.full((2, 2), np.nan), "finite")],
)
def test_what_is_no_confusion_matrix_is_refused(confusion, what):
    with pytest.raises(ParameterError, match=what):
        similarity(confusion)
