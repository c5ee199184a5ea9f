"""Thresholds of labels against an exhaustive search, and the rules for ties and empty labels."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import UnknownNameError
from genrescope.metrics.label_thresholds import best_common_threshold, best_thresholds
from genrescope.metrics.multilabel import label_scores, micro_f1


def given(P: np.ndarray, thresholds: np.ndarray | float) -> np.ndarray:
    """Say which labels each track is given."""
    return np.greater_equal(P, thresholds)


def random_case(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    Y = rng.random((60, 4)) < [0.1, 0.3, 0.5, 0.8]
    Y[0], Y[1] = True, False
    return Y, np.round(0.4 * Y + 0.6 * rng.random((60, 4)), 2)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_threshold_is_better(seed: int) -> None:
    Y, P = random_case(seed)
    steps = np.linspace(0, 1, 401)
    f1 = label_scores(Y, given(P, best_thresholds(Y, P))).f1
    others = np.array([label_scores(Y, given(P, t)).f1 for t in steps])
    np.testing.assert_allclose(f1, others.max(axis=0), rtol=1e-12)
    D = given(P, best_thresholds(Y, P, criterion="youden"))
    gained = np.array([given(P, t)[Y[:, k], k].mean() - given(P, t)[~Y[:, k], k].mean()
                       for t in steps for k in range(4)]).reshape(-1, 4)  # fmt: skip
    mine = [D[Y[:, k], k].mean() - D[~Y[:, k], k].mean() for k in range(4)]
    np.testing.assert_allclose(mine, gained.max(axis=0), rtol=1e-12)
    common = micro_f1(Y, given(P, best_common_threshold(Y, P)))
    assert common == pytest.approx(max(micro_f1(Y, given(P, t)) for t in steps), rel=1e-12)


def test_of_equals_the_highest_is_taken_and_laid_halfway() -> None:
    Y = np.array([[True], [False], [True], [False], [False]])
    P = np.array([[0.9], [0.7], [0.5], [0.3], [0.1]])
    # F1 is 2/3 from 0.9 on and 4/5 from 0.5 on.
    assert best_thresholds(Y, P) == pytest.approx([0.4])
    Y[2, 0] = False
    assert best_thresholds(Y, P) == pytest.approx([0.8])
    tied = np.array([[True], [False], [False], [True]])
    # From 0.9 on, and from 0.1 on: 2 of 3 and 4 of 6.
    assert best_thresholds(tied, P[[0, 1, 2, 4]]) == pytest.approx([0.8])


def test_rounding_and_neighbouring_floats_move_no_decision() -> None:
    Y = np.array([[True], [False]])
    P = np.array([[np.nextafter(0.5, 1)], [0.5]])
    assert given(P, best_thresholds(Y, P)).tolist() == [[True], [False]]
    apart = best_thresholds(Y, np.array([[0.8], [0.2]]))
    for shift in (-1e-6, 1e-6):
        assert (np.array([[0.8], [0.2]]) + shift >= apart).tolist() == [[True], [False]]


def test_a_label_on_which_nothing_can_be_chosen_has_no_threshold() -> None:
    Y = np.array([[False, True], [False, True]])
    P = np.array([[0.4, 0.6], [0.2, 0.8]])
    assert np.isnan(best_thresholds(Y, P)).tolist() == [True, False]
    assert given(P, best_thresholds(Y, P))[:, 1].all()
    assert np.isnan(best_thresholds(Y, P, criterion="youden")).all()
    with pytest.raises(UnknownNameError, match="did you mean 'f1'"):
        best_thresholds(Y, P, criterion="f11")
