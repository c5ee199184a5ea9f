"""Baselines against hand-worked answers and scikit-learn's dummies."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics import baselines as m

Y_TRAIN = np.array([2, 2, 2, 1, 0, 0])
Y_TEST = np.array([0, 1, 2, 2, 3])


def test_by_hand() -> None:
    assert m.majority(Y_TRAIN, Y_TEST) == 0.4
    assert m.chance(10) == 0.1
    expected = (2 / 6) * 0.2 + (1 / 6) * 0.2 + (3 / 6) * 0.4
    assert m.stratified_chance(Y_TRAIN, Y_TEST) == pytest.approx(expected, abs=1e-15)


def test_tie_takes_the_lowest_class() -> None:
    assert m.majority(np.array([1, 0, 1, 0]), np.array([0, 0, 1])) == pytest.approx(2 / 3)


def test_agrees_with_sklearn() -> None:
    dummy = pytest.importorskip("sklearn.dummy")
    X_train, X_test = np.zeros((len(Y_TRAIN), 1)), np.zeros((len(Y_TEST), 1))
    frequent = dummy.DummyClassifier(strategy="most_frequent").fit(X_train, Y_TRAIN)
    assert m.majority(Y_TRAIN, Y_TEST) == frequent.score(X_test, Y_TEST)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ParameterError, match="n_classes is 0"):
        m.chance(0)
    with pytest.raises(ParameterError, match="no tracks"):
        m.majority(np.array([], dtype=int), Y_TEST)
