"""
From which probability on a label is given: thresholds chosen on held-out tracks, label by label.

A label is given where its probability is at least its threshold. Only probabilities that occur
matter, so a threshold is laid halfway between two of them (rounding then moves no decision), or
halfway to 0 below the lowest. Of thresholds that are equally good the highest is taken, which gives
the label to the fewest tracks.

Public functions: `best_thresholds`, `best_common_threshold`.
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import unknown_name

CRITERIA = ("f1", "youden")
# Two F1 that differ by rounding alone are equal.
_DIGITS = 12


def best_thresholds(Y_true: np.ndarray, P: np.ndarray, *, criterion: str = "f1") -> np.ndarray:
    """
    Choose the threshold of each label by itself.

    Parameters
    ----------
    Y_true : np.ndarray [shape=(n, n_labels)]
        Which labels each held-out track has.
    P : np.ndarray [shape=(n, n_labels)]
        Their probabilities.
    criterion : {"f1", "youden"}
        What is made as large as can be: F1, or Youden's J (recall of the tracks that have the
        label, less the fraction of the others that are given it).

    Returns
    -------
    np.ndarray [shape=(n_labels,)]
        In [0, 1]; NaN for a label that no held-out track has (for ``"youden"``, or that all have),
        on which nothing can be chosen.

    Raises
    ------
    UnknownNameError
        If there is no such criterion.

    References
    ----------
    .. [1] Lipton, Z. C., Elkan, C. and Naryanaswamy, B. (2014). Optimal thresholding of classifiers
       to maximize F1 measure. ECML PKDD, 225-239.
    .. [2] Youden, W. J. (1950). Index for rating diagnostic tests. Cancer 3, 32-35.

    Examples
    --------
    >>> Y_true = np.array([[True], [True], [False]])
    >>> best_thresholds(Y_true, np.array([[0.75], [0.5], [0.25]])).tolist()
    [0.375]
    """
    if criterion not in CRITERIA:
        raise unknown_name("criterion", criterion, CRITERIA)
    found = [_best(y, p, criterion) for y, p in zip(Y_true.T, P.T, strict=True)]
    return np.array(found)


def best_common_threshold(Y_true: np.ndarray, P: np.ndarray) -> float:
    """
    Choose one threshold for all labels: that of the best F1 of all decisions together.

    Parameters
    ----------
    Y_true, P : np.ndarray [shape=(n, n_labels)]
        Which labels each held-out track has, and their probabilities.

    Returns
    -------
    float
        In [0, 1]; NaN where no track has a label.

    Examples
    --------
    >>> best_common_threshold(np.array([[True, False]]), np.array([[0.75, 0.25]]))
    0.5
    """
    return _best(Y_true.ravel(), P.ravel(), "f1")


def _best(y: np.ndarray, p: np.ndarray, criterion: str) -> float:
    candidates = np.unique(p)[::-1]
    lower = np.append(candidates[1:], 0.0)
    n_true, n = int(y.sum()), len(y)
    if n_true == 0 or (criterion == "youden" and n_true == n):
        return float("nan")
    order = np.argsort(-p, kind="stable")
    given = np.searchsorted(-p[order], -candidates, side="right")
    hits = np.cumsum(y[order])[given - 1]
    if criterion == "f1":
        merit = 2 * hits / (given + n_true)
    else:
        merit = hits / n_true - (given - hits) / (n - n_true)
    # The candidates come from the highest down: the first of equals is the highest.
    best = int(np.argmax(np.round(merit, _DIGITS)))
    halfway = (candidates[best] + lower[best]) / 2
    # Between two neighbouring floats there is none.
    return float(candidates[best] if halfway <= lower[best] else halfway)
