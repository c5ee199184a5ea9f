"""
How well probabilities rank tracks by a label, or labels by a track; in plain numpy.

`Y_true` is boolean [shape=(n, n_labels)]: which labels each track has. `P` holds probabilities (or
any scores) of the same shape; each label is ranked by itself, so that rows need not sum to one.
`weights` [shape=(..., n)] counts tracks several times or not at all, as resamples do; results then
have its leading axes. Where nothing is to be ranked, the result is NaN.

Public functions: `average_precision`, `micro_average_precision`, `roc_auc`,
`label_ranking_average_precision`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from genrescope.metrics.validation import checked_weights, validate_labels


def average_precision(
    Y_true: np.ndarray, P: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """
    Average the precision of each label over the recalls that its ranking of the tracks reaches.

    Tracks of equal probability are reached together; a constant gives the prevalence of the label.

    Parameters
    ----------
    Y_true : np.ndarray [shape=(n, n_labels)]
        Which labels each track has.
    P : np.ndarray [shape=(n, n_labels)]
        Their probabilities.
    weights : np.ndarray [shape=(..., n)] or None
        How often each track counts; None counts each once.

    Returns
    -------
    np.ndarray [shape=(..., n_labels)]
        In [0, 1]; NaN for a label without positive tracks.

    References
    ----------
    .. [1] Buckley, C. and Voorhees, E. M. (2000). Evaluating evaluation measure stability. SIGIR,
       33-40. (No interpolation between the points of the curve.)

    Examples
    --------
    >>> Y_true = np.array([[True], [False], [True], [False]])
    >>> average_precision(Y_true, np.array([[0.9], [0.8], [0.7], [0.1]])).round(3).tolist()
    [0.833]
    >>> average_precision(Y_true, np.full((4, 1), 0.3)).tolist()
    [0.5]
    """
    return _label_by_label(_average_precision, Y_true, P, weights)


def micro_average_precision(
    Y_true: np.ndarray, P: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """
    Compute the average precision of all decisions in one ranking, whatever their label.

    Parameters
    ----------
    Y_true, P : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and their probabilities.
    weights : np.ndarray [shape=(..., n)] or None
        How often each track counts; None counts each once.

    Returns
    -------
    np.ndarray [shape=(...,)]
        In [0, 1].
    """
    W = np.repeat(checked_weights(Y_true, P, weights), Y_true.shape[1], axis=-1)
    return _average_precision(Y_true.ravel(), P.ravel(), W)


def roc_auc(Y_true: np.ndarray, P: np.ndarray, *, weights: np.ndarray | None = None) -> np.ndarray:
    """
    Compute how often a track of a label is held more probable than one that is not of it.

    Parameters
    ----------
    Y_true : np.ndarray [shape=(n, n_labels)]
        Which labels each track has.
    P : np.ndarray [shape=(n, n_labels)]
        Their probabilities; of equal ones each counts as half above the other.
    weights : np.ndarray [shape=(..., n)] or None
        How often each track counts; None counts each once.

    Returns
    -------
    np.ndarray [shape=(..., n_labels)]
        Area under the receiver operating characteristic, 0.5 for a constant; NaN for a label that
        all tracks have, or none.

    References
    ----------
    .. [1] Hanley, J. A. and McNeil, B. J. (1982). The meaning and use of the area under a receiver
       operating characteristic (ROC) curve. Radiology 143, 29-36.
    """
    return _label_by_label(_roc_auc, Y_true, P, weights)


def label_ranking_average_precision(Y_true: np.ndarray, P: np.ndarray) -> float:
    """
    Average, over the labels of each track, which part of those held as probable is true.

    Parameters
    ----------
    Y_true, P : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and their probabilities.

    Returns
    -------
    float
        In [0, 1]; tracks without a label are left out, and where there is no other it is NaN.

    Examples
    --------
    >>> Y_true, P = np.array([[True, False, True]]), np.array([[0.9, 0.8, 0.1]])
    >>> print(f"{label_ranking_average_precision(Y_true, P):.3f}")
    0.833
    """
    validate_labels(Y_true, P)
    of_track = [
        np.mean([(p[y] >= own).sum() / (p >= own).sum() for own in p[y]])
        for y, p in zip(Y_true, P, strict=True)
        if y.any()
    ]
    return float(np.mean(of_track)) if of_track else float("nan")


def _label_by_label(
    metric: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    Y_true: np.ndarray,
    P: np.ndarray,
    weights: np.ndarray | None,
) -> np.ndarray:
    W = checked_weights(Y_true, P, weights)
    return np.stack([metric(y, p, W) for y, p in zip(Y_true.T, P.T, strict=True)], axis=-1)


def _average_precision(y: np.ndarray, p: np.ndarray, W: np.ndarray) -> np.ndarray:
    hits, reached = _curve(y, p, W)
    n_true = hits[..., -1]
    precision = hits / np.where(reached > 0, reached, 1)
    area = (np.diff(hits, prepend=0) * precision).sum(axis=-1)
    return np.where(n_true > 0, area / np.where(n_true > 0, n_true, 1), np.nan)


def _roc_auc(y: np.ndarray, p: np.ndarray, W: np.ndarray) -> np.ndarray:
    hits, reached = _curve(y, p, W)
    misses = reached - hits
    n_pairs = hits[..., -1] * misses[..., -1]
    halfway = hits - np.diff(hits, prepend=0) / 2
    area = (np.diff(misses, prepend=0) * halfway).sum(axis=-1)
    return np.where(n_pairs > 0, area / np.where(n_pairs > 0, n_pairs, 1), np.nan)


def _curve(y: np.ndarray, p: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count true tracks, and all, down to each probability that occurs, the greatest first."""
    order = np.argsort(-p, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(p[order]) != 0, True))
    w = W[..., order]
    return np.cumsum(w * y[order], axis=-1)[..., ends], np.cumsum(w, axis=-1)[..., ends]
