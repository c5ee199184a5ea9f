"""
Sets of genres that hold the true one with a given probability (split conformal prediction).

`y_true` holds integer class indices [shape=(n,)], `P` probabilities [shape=(n, n_classes)]. A score
says how strange a genre would be for a track; the threshold is a quantile of the scores of the true
genres of validation tracks, raised a little because they are finite. The sets of new tracks then
hold the true genre with at least the asked probability, whatever the model is worth, as long as new
tracks and validation tracks are exchangeable. The promise is an average over tracks: it does not
hold for each genre, nor for other kinds of music, and tracks of one artist are not independent.

Two scores: `lac_scores` gives the smallest sets on average; `aps_scores` gives larger ones that
grow where a track is hard. A set holds the most probable genre in any case, so the coverage is
higher than asked where the model is right more often than that.

Public functions: `lac_scores`, `aps_scores`, `conformal_quantile`, `sets`, `set_coverage`,
`mean_set_size`.

References
----------
M. Sadinle, J. Lei, L. Wasserman: Least ambiguous set-valued classifiers with bounded error levels.
Journal of the American Statistical Association 114 (2019). Y. Romano, M. Sesia, E. Candès:
Classification with valid and adaptive coverage. NeurIPS (2020). A. Angelopoulos, S. Bates,
J. Malik, M. Jordan: Uncertainty sets for image classifiers using conformal prediction. ICLR (2021).
"""

from __future__ import annotations

import math

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.validation import validate, validate_probabilities


def lac_scores(P: np.ndarray) -> np.ndarray:
    """
    Score each genre by what its probability lacks to 1.

    Parameters
    ----------
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.

    Returns
    -------
    np.ndarray [shape=(n, n_classes)]
        In [0, 1].
    """
    return np.asarray(1.0 - P.astype(np.float64))


def aps_scores(P: np.ndarray, *, penalty: float = 0.0, free_size: int = 1) -> np.ndarray:
    """
    Score each genre by the probability of all genres that are at least as likely.

    The form without random numbers: it gives sets a little larger than needed.

    Parameters
    ----------
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.
    penalty : float
        Added for each rank beyond `free_size`, so that sets stay small (RAPS); 0 is plain APS.
    free_size : int
        Size of a set that costs no penalty.

    Returns
    -------
    np.ndarray [shape=(n, n_classes)]
        Not negative; at most 1 without a penalty.

    Examples
    --------
    >>> aps_scores(np.array([[0.2, 0.5, 0.3]])).round(2).tolist()
    [[1.0, 0.5, 0.8]]
    """
    order = np.argsort(-P, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(P.astype(np.float64), order, axis=1), axis=1)
    sums += penalty * np.maximum(np.arange(1, P.shape[1] + 1) - free_size, 0)
    scores = np.empty_like(sums)
    np.put_along_axis(scores, order, sums, axis=1)
    return scores


def conformal_quantile(y_true: np.ndarray, scores: np.ndarray, *, coverage: float) -> float:
    """
    Find the score up to which genres belong into the sets.

    It is the ``ceil((n + 1) * coverage)``-th smallest score of a true genre: with the plain
    quantile sets would miss the coverage by up to ``1 / (n + 1)``.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices of validation tracks, never of test tracks.
    scores : np.ndarray [shape=(n, n_classes)]
        As one of the functions above gives them for these tracks.
    coverage : float
        How often a set shall hold the true genre, in (0, 1).

    Returns
    -------
    float
        The threshold; infinite where there are too few tracks for the coverage.

    Raises
    ------
    ParameterError
        If the coverage is no fraction between 0 and 1, or shapes differ.

    Examples
    --------
    >>> scores = np.array([[0.1, 0.9], [0.2, 0.8], [0.4, 0.6]])
    >>> conformal_quantile(np.array([0, 0, 0]), scores, coverage=0.5)
    0.2
    """
    if not 0 < coverage < 1:
        raise ParameterError(f"coverage is {coverage}, but must lie between 0 and 1")
    validate(y_true, y_true)
    if scores.ndim != 2 or len(scores) != y_true.size or y_true.max() >= scores.shape[1]:
        raise ParameterError(
            f"scores have shape {scores.shape}, but must have one row for each of the "
            f"{y_true.size} tracks and a column for each class"
        )
    true = np.sort(np.take_along_axis(scores, y_true[:, None], axis=1)[:, 0])
    # The tolerance keeps (9 + 1) * 0.9 at 9, whatever its rounding.
    rank = math.ceil((true.size + 1) * coverage - 1e-9)
    return float(true[rank - 1]) if rank <= true.size else math.inf


def sets(P: np.ndarray, scores: np.ndarray, *, threshold: float) -> np.ndarray:
    """
    Gather the genres that are not too strange, and in any case the most probable one.

    Parameters
    ----------
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.
    scores : np.ndarray [shape=(n, n_classes)]
        Of the same tracks.
    threshold : float
        As `conformal_quantile` gives it for the same kind of scores.

    Returns
    -------
    np.ndarray [shape=(n, n_classes), dtype=bool]
        True where a genre belongs to the set of a track.
    """
    inside = scores <= threshold
    inside[np.arange(len(P)), P.argmax(axis=1)] = True
    return np.asarray(inside)


def set_coverage(y_true: np.ndarray, inside: np.ndarray) -> float:
    """
    Count how often the set holds the true genre.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    inside : np.ndarray [shape=(n, n_classes), dtype=bool]
        As `sets` gives it.

    Returns
    -------
    float
        A fraction.
    """
    validate_probabilities(y_true, inside / np.maximum(inside.sum(axis=1, keepdims=True), 1))
    return float(np.take_along_axis(inside, y_true[:, None], axis=1).mean())


def mean_set_size(inside: np.ndarray) -> float:
    """
    Count the genres in a set, on average.

    Parameters
    ----------
    inside : np.ndarray [shape=(n, n_classes), dtype=bool]
        As `sets` gives it.

    Returns
    -------
    float
        At least 1.
    """
    return float(inside.sum(axis=1).mean())
