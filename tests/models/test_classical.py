"""The folds on which the probabilities of classical models are calibrated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.errors import ParameterError
from genrescope.models.classical import ClassicalClassifier, calibration_folds


@st.composite
def labelled_artists(draw):
    """Labels and artists of tracks; every label has two artists or more."""
    y, groups = [], []
    for label in range(draw(st.integers(2, 5))):
        for artist in range(draw(st.integers(2, 7))):
            n = draw(st.integers(1, 6))
            y += [f"genre {label}"] * n
            groups += [f"{label} {artist}"] * n
    order = np.random.default_rng(draw(st.integers(0, 99))).permutation(len(y))
    return np.array(y)[order], np.array(groups)[order]


@given(labelled_artists(), st.integers(0, 3))
def test_folds_keep_artists_together_and_train_on_every_label(data, seed):
    y, groups = data
    folds = calibration_folds(y, groups, seed)
    assert 2 <= len(folds) <= 5
    held_out = np.sort(np.concatenate([test for _, test in folds]))
    assert (held_out == np.arange(len(y))).all()
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
        assert set(y[train]) == set(y)


def test_the_folds_are_the_same_with_every_scikit_learn():
    y = np.repeat(["a", "b", "c"], [9, 6, 5])
    groups = np.array(list("ppqqrrstuvvwxyyzzjkl"))
    held_out = [test.tolist() for _, test in calibration_folds(y, groups, 3)]
    assert held_out == [
        *([2, 3, 9, 10, 17], [0, 1, 8, 11, 15, 16]),
        *([4, 5, 12, 18], [6, 7, 13, 14, 19]),
    ]


def test_without_artists_each_item_stands_alone():
    y = np.repeat(["a", "b"], 10)
    assert len(calibration_folds(y, None, 0)) == 5
    assert len(calibration_folds(y[5:15], None, 0)) == 5
    assert len(calibration_folds(y[8:], None, 0)) == 2


def test_a_label_of_one_artist_is_refused_by_its_name():
    y = np.array(["jazz"] * 4 + ["rock"] * 4)
    groups = np.array(["one"] * 4 + ["two", "two", "three", "three"])
    with pytest.raises(ParameterError, match=r"label 'jazz' has 1 artist.*at least two artists"):
        calibration_folds(y, groups, 0)
    with pytest.raises(ParameterError, match=r"label 'jazz' has 1 artist"):
        ClassicalClassifier().fit(np.zeros((8, 2), np.float32), y, groups=groups)


def test_the_artists_change_the_calibration(problem):
    X, y, groups = problem
    vectors = X[:, ::6, :3].reshape(len(X), -1)
    grouped = ClassicalClassifier().fit(vectors, y, groups=groups)
    alone = ClassicalClassifier().fit(vectors, y)
    assert not np.allclose(grouped.predict_proba(vectors), alone.predict_proba(vectors))


def test_the_graph_is_that_of_the_training_though_its_data_were_written_over(problem):
    X, y, _ = problem
    vectors = X.mean(axis=2)
    model = ClassicalClassifier("svm_one_vs_rest").fit(vectors, y)
    onnx = model.to_onnx()
    vectors[:] = 0
    assert model.to_onnx() == onnx


def test_a_network_is_not_classical(problem):
    X, y, _ = problem
    with pytest.raises(ParameterError, match="'linear' is a network, not classical"):
        ClassicalClassifier("linear").fit(X, y)
