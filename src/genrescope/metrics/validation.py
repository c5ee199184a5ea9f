"""
What every metric asks of its input, checked in one place.

`y_true` and `y_pred` are integer class indices [shape=(n,)], truth first; `P` holds probabilities
[shape=(n, n_classes)], one row a track.

Of several labels a track, truth is boolean [shape=(n, n_labels)].

Public functions: `validate`, `validate_probabilities`, `validate_labels`, `checked_weights`.
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import ParameterError


def validate(y_true: np.ndarray, y_pred: np.ndarray) -> None:
    """
    Check that truth and prediction are class indices of the same tracks.

    Parameters
    ----------
    y_true, y_pred : np.ndarray [shape=(n,)]
        Class indices.

    Raises
    ------
    ParameterError
        If they are empty, differ in length, or are not non-negative integers.
    """
    for name, y in (("y_true", y_true), ("y_pred", y_pred)):
        if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer):
            raise ParameterError(
                f"{name} has shape {y.shape} and type {y.dtype}, but must be a vector of integer "
                "class indices; map the labels to their positions first"
            )
        if y.size and y.min() < 0:
            raise ParameterError(f"{name} holds the class index {y.min()}, but indices start at 0")
    if y_true.size != y_pred.size:
        raise ParameterError(
            f"y_true has {y_true.size} tracks and y_pred {y_pred.size}; was one of them dropped or "
            "cut to fit a batch?"
        )
    if not y_true.size:
        raise ParameterError("there are no tracks: a metric needs at least one test track")


def validate_probabilities(y_true: np.ndarray, P: np.ndarray) -> None:
    """
    Check that `P` holds one probability a class for each track of `y_true`.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities; each row sums to 1 within 1e-3 (float32 softmax does).

    Raises
    ------
    ParameterError
        If a shape, a true class or a row of `P` breaks these rules.
    """
    validate(y_true, y_true)
    if P.ndim != 2 or len(P) != y_true.size or y_true.max() >= P.shape[1]:
        raise ParameterError(
            f"P has shape {P.shape}, but must have one row for each of the {y_true.size} tracks "
            f"and a column for each class (the largest true class index is {y_true.max()})"
        )
    sums = P.sum(axis=1, dtype=np.float64)
    bad = ~(np.isfinite(sums) & (P.min(axis=1) >= 0) & (np.abs(sums - 1) <= 1e-3))
    if bad.any():
        row = int(bad.argmax())
        raise ParameterError(
            f"row {row} of P is {P[row].tolist()}, but probabilities are not negative and sum "
            "to 1; are these logits?"
        )


def validate_labels(Y_true: np.ndarray, other: np.ndarray) -> None:
    """
    Check answers about the labels of tracks.

    Parameters
    ----------
    Y_true : np.ndarray [shape=(n, n_labels)]
        Which labels each track has.
    other : np.ndarray [shape=(n, n_labels)]
        Which it was given, or their probabilities.

    Raises
    ------
    ParameterError
        If a shape or type breaks these rules, or a probability is not finite.
    """
    if Y_true.ndim != 2 or Y_true.dtype != bool or 0 in Y_true.shape:
        raise ParameterError(
            f"Y_true has shape {Y_true.shape} and type {Y_true.dtype}, but must be boolean (n, "
            "n_labels), with one track and one label at least"
        )
    if other.shape != Y_true.shape or not np.isfinite(other).all():
        raise ParameterError(
            f"answers of shape {other.shape} for truth of shape {Y_true.shape}: give finite "
            "numbers, a row a track and a column a label"
        )


def checked_weights(
    Y_true: np.ndarray, other: np.ndarray, weights: np.ndarray | None
) -> np.ndarray:
    """
    Check answers about the labels of tracks, and give how often each track counts.

    Parameters
    ----------
    Y_true : np.ndarray [shape=(n, n_labels)]
        Which labels each track has.
    other : np.ndarray [shape=(n, n_labels)]
        Which it was given, or their probabilities.
    weights : np.ndarray [shape=(..., n)] or None
        How often each track counts; None counts each once.

    Returns
    -------
    np.ndarray [shape=(..., n)]
        The weights.

    Raises
    ------
    ParameterError
        If a shape or type breaks these rules, or a probability is not finite.
    """
    validate_labels(Y_true, other)
    if weights is None:
        return np.ones(len(Y_true))
    if weights.shape[-1:] != (len(Y_true),):
        raise ParameterError(f"weights of shape {weights.shape} for {len(Y_true)} tracks")
    return weights
