"""From the windows of a recording to one answer about it.

Probabilities are ``[shape=(n_windows, n_labels)]``; rows sum to one, save those of a model that
gives a recording several labels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genrescope.records import GenreProbability, WindowPrediction


def mean_probabilities(P: np.ndarray, *, sums_to_one: bool = True) -> np.ndarray:
    """
    Average the probabilities of the windows: every window counts alike.

    Parameters
    ----------
    P : np.ndarray [shape=(n_windows, n_labels)]
        Probabilities of each window, at least one.
    sums_to_one : bool
        Whether each row does; False where a recording may have several labels.

    Returns
    -------
    np.ndarray [shape=(n_labels,)]
        Probabilities of the recording, float64; they sum to one where the rows do.

    Examples
    --------
    >>> mean_probabilities(np.array([[1.0, 0.0], [0.5, 0.5]])).tolist()
    [0.75, 0.25]
    """
    mean: np.ndarray = P.mean(axis=0, dtype=np.float64)
    if not sums_to_one:
        return mean
    shares: np.ndarray = mean / mean.sum()
    return shares


def ranked(probabilities: np.ndarray, labels: Sequence[str]) -> tuple[GenreProbability, ...]:
    """
    Name the probabilities and put the most probable first.

    Parameters
    ----------
    probabilities : np.ndarray [shape=(n_labels,)]
        In the order of `labels`.
    labels : sequence of str
        Genres.

    Returns
    -------
    tuple of GenreProbability
        All genres, most probable first; equal ones in the order of `labels`.

    Examples
    --------
    >>> [g.label for g in ranked(np.array([0.25, 0.75]), ["jazz", "rock"])]
    ['rock', 'jazz']
    """
    order = np.argsort(-probabilities, kind="stable")
    return tuple(GenreProbability(labels[i], float(probabilities[i])) for i in order)


def timeline(
    spans: Sequence[Sequence[int]],
    P: np.ndarray,
    music: np.ndarray,
    *,
    labels: Sequence[str],
    sr: int,
) -> list[WindowPrediction]:
    """
    Say what was heard in each window.

    Parameters
    ----------
    spans : sequence of (int, int)
        First sample of each window, and the one after its last.
    P : np.ndarray [shape=(n_windows, n_labels)]
        Probabilities of genres.
    music : np.ndarray [shape=(n_windows,)]
        Probability that it is music; NaN where the model cannot tell.
    labels : sequence of str
        Genres.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    list of WindowPrediction
        One a window.
    """
    return [
        WindowPrediction(start / sr, end / sr, ranked(p, labels), known(m))
        for (start, end), p, m in zip(spans, P, music, strict=True)
    ]


def known(probability: float) -> float | None:
    """
    Give a probability, or None for NaN.

    Parameters
    ----------
    probability : float
        In [0, 1], or NaN where the model cannot tell.

    Returns
    -------
    float or None
        The probability.

    Examples
    --------
    >>> known(0.5), known(float("nan"))
    (0.5, None)
    """
    return None if np.isnan(probability) else float(probability)
