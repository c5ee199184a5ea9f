"""Tracks that sound like another genre than their label says.

A small classifier (kernel ridge regression on the statistics of the log-mel) hears every track once
without having learned it, its artist or a copy of it. Its scores become probabilities at the one
temperature that suits them best. A track is suspected if the classifier is at least as sure of
another genre as it is, on average, of tracks that carry that label, and holds the own label for
improbable. That is a reason to listen, and no more: the share of tracks on which the classifier is
right stands beside the list.

Public: `Suspect`, `Mislabelled`, `find_mislabelled`.

References
----------
C. Northcutt, L. Jiang, I. Chuang: Confident learning: estimating uncertainty in dataset labels.
JAIR 70 (2021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.metrics.calibration import apply_temperature, fit_temperature
from genrescope.records import Track
from genrescope.seeding import rng_for
from genrescope.splits._grouping import grouped_folds, units

N_FOLDS = 5
MIN_TRACKS, MIN_ARTISTS = 8, 4
MAX_TRAIN = 4000
RIDGE = 0.1
OWN_AT_MOST = 0.1


@dataclass(frozen=True)
class Suspect:
    """
    A track that sounds like another genre.

    Attributes
    ----------
    track_id : str
        Its name.
    label : str
        What it is labelled as.
    sounds_like : str
        What it was heard as.
    confidence : float
        Probability of that genre, in [0, 1].
    label_probability : float
        Probability of its own label.
    """

    track_id: str
    label: str
    sounds_like: str
    confidence: float
    label_probability: float


@dataclass(frozen=True)
class Mislabelled:
    """
    The suspects, and how far to trust the suspicion.

    Attributes
    ----------
    suspects : tuple of Suspect
        The least probable label first.
    n_heard : int
        Tracks that the classifier heard.
    accuracy : float or None
        Share of them that it heard as labelled, artists kept apart; None where it did not learn.
    left_out : tuple of str
        Labels of too few tracks or artists.
    reason : str or None
        Why no label was looked at, else None.
    """

    suspects: tuple[Suspect, ...]
    n_heard: int
    accuracy: float | None
    left_out: tuple[str, ...] = ()
    reason: str | None = None


def find_mislabelled(
    tracks: Sequence[Track], statistics: Sequence[np.ndarray | None], *, seed: int = 0
) -> Mislabelled:
    """
    Find the tracks that sound like another genre than their label says.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks; those that share a digest count as copies.
    statistics : sequence of np.ndarray [shape=(n_features,)] or None
        What was heard of each; None leaves a track out.
    seed : int
        Seed of the folds.

    Returns
    -------
    Mislabelled
        The suspects.
    """
    heard = [i for i, vector in enumerate(statistics) if vector is not None]
    enough = _labels_with_enough([tracks[i] for i in heard])
    left_out = tuple(sorted({track.label for track in tracks} - enough))
    used = [i for i in heard if tracks[i].label in enough]
    if len(enough) < 2:
        reason = (
            f"at least two labels with {MIN_TRACKS} tracks and {MIN_ARTISTS} artists each are "
            f"needed to compare; {len(enough)} of {len(enough) + len(left_out)} have them"
        )
        if len(heard) < len(tracks):
            reason += f" ({len(tracks) - len(heard)} of {len(tracks)} tracks are too short for it)"
        return Mislabelled((), 0, None, left_out, reason)
    names = sorted(enough)
    own = [tracks[i] for i in used]
    y_true = np.array([names.index(track.label) for track in own])
    X = np.array([statistics[i] for i in used])
    scores = _out_of_fold(X, y_true, own, len(names), seed=seed)
    P = apply_temperature(scores, fit_temperature(y_true, scores))
    return Mislabelled(
        _suspects(own, names, y_true, P),
        n_heard=len(own),
        accuracy=float(np.mean(P.argmax(axis=1) == y_true)),
        left_out=left_out,
    )


def _labels_with_enough(tracks: Sequence[Track]) -> set[str]:
    counts = Counter(track.label for track in tracks)
    pairs = {(track.label, int(u)) for track, u in zip(tracks, units(tracks), strict=True)}
    artists = Counter(label for label, _ in pairs)
    return {i for i in counts if counts[i] >= MIN_TRACKS and artists[i] >= MIN_ARTISTS}


def _out_of_fold(
    X: np.ndarray, y_true: np.ndarray, tracks: Sequence[Track], n_labels: int, *, seed: int
) -> np.ndarray:
    fold = grouped_folds(tracks, N_FOLDS, rng_for(seed, "audit", "folds"))
    rng = rng_for(seed, "audit", "training tracks")
    scores = np.zeros((len(y_true), n_labels))
    for k in range(N_FOLDS):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        if len(train) > MAX_TRAIN:
            train = np.sort(rng.choice(train, MAX_TRAIN, replace=False))
        targets = np.eye(n_labels)[y_true[train]] - 1 / n_labels
        A = X[train].astype(np.float32)
        mean, spread = A.mean(axis=0), A.std(axis=0) + 1e-6
        A = (A - mean) / spread
        weights = np.linalg.solve(_kernel(A, A) + RIDGE * np.eye(len(A)), targets)
        for at in range(0, len(test), MAX_TRAIN):
            some = test[at : at + MAX_TRAIN]
            scores[some] = _kernel((X[some] - mean) / spread, A) @ weights
    return scores


def _kernel(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Compute the Gaussian kernel; standardised features differ by 2 per feature on average."""
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.asarray(np.exp(-np.maximum(squares, 0.0) / (2 * A.shape[1])), dtype=np.float64)


def _suspects(
    tracks: Sequence[Track], names: Sequence[str], y_true: np.ndarray, P: np.ndarray
) -> tuple[Suspect, ...]:
    usual = np.array([P[y_true == k, k].mean() for k in range(len(names))])
    guess = P.argmax(axis=1)
    at = np.arange(len(tracks))
    own, other = P[at, y_true], P[at, guess]
    doubtful = (guess != y_true) & (other >= usual[guess]) & (own <= OWN_AT_MOST)
    found = [
        Suspect(
            tracks[i].track_id,
            names[y_true[i]],
            names[guess[i]],
            confidence=round(float(other[i]), 4),
            label_probability=round(float(own[i]), 4),
        )
        for i in np.flatnonzero(doubtful).tolist()
    ]
    return tuple(sorted(found, key=lambda s: (s.label_probability, -s.confidence)))
