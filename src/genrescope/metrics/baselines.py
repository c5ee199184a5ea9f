"""
What a model gets that has heard nothing: the floor under every accuracy.

`y_train` and `y_test` are integer class indices [shape=(n,)]; accuracies are fractions in [0, 1].

Public functions: `majority`, `chance`, `stratified_chance`.
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.validation import validate


def majority(y_train: np.ndarray, y_test: np.ndarray) -> float:
    """
    Score the answer that is always the most frequent class of the training tracks.

    Parameters
    ----------
    y_train : np.ndarray [shape=(n_train,)]
        Classes of the training tracks; of equally frequent ones the lowest index is taken.
    y_test : np.ndarray [shape=(n_test,)]
        Classes of the test tracks.

    Returns
    -------
    float
        Accuracy in [0, 1].

    Examples
    --------
    >>> majority(np.array([1, 1, 0]), np.array([0, 1, 1, 1]))
    0.75
    """
    validate(y_train, y_train)
    validate(y_test, y_test)
    return float(np.mean(y_test == np.bincount(y_train).argmax()))


def chance(n_classes: int) -> float:
    """
    Compute the expected accuracy of a class drawn at random, all equally likely.

    Parameters
    ----------
    n_classes : int
        Number of classes, at least 1.

    Returns
    -------
    float
        ``1 / n_classes``.

    Raises
    ------
    ParameterError
        If `n_classes` is below 1.
    """
    if n_classes < 1:
        raise ParameterError(f"n_classes is {n_classes}, but there must be at least one class")
    return 1 / n_classes


def stratified_chance(y_train: np.ndarray, y_test: np.ndarray) -> float:
    """
    Compute the expected accuracy of a class drawn as often as it occurs in training.

    Parameters
    ----------
    y_train : np.ndarray [shape=(n_train,)]
        Classes of the training tracks.
    y_test : np.ndarray [shape=(n_test,)]
        Classes of the test tracks.

    Returns
    -------
    float
        ``sum(p_train * p_test)`` over the classes.

    Examples
    --------
    >>> stratified_chance(np.array([0, 0, 0, 1]), np.array([0, 1]))
    0.5
    """
    validate(y_train, y_train)
    validate(y_test, y_test)
    n_classes = int(max(y_train.max(), y_test.max())) + 1
    p_train = np.bincount(y_train, minlength=n_classes) / y_train.size
    p_test = np.bincount(y_test, minlength=n_classes) / y_test.size
    return float(p_train @ p_test)
