"""
The answers of all folds and seeds as arrays, checked to be complete.

A track is tested once a seed, in whichever fold; every seed goes through all folds. What breaks
this (a run that was cut off, two runs in one table) is refused, since means over it would mislead.

Public functions: `pool`, `track_weights`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from genrescope.errors import ParameterError, unknown_name
from genrescope.evaluation.outcomes import TrackOutcome


@dataclass(frozen=True)
class Pool:
    """
    The answers as arrays, one entry an outcome, with the tracks that they are about.

    Attributes
    ----------
    seeds : tuple of int
        Seeds, sorted.
    groups : tuple of str or None
        Artist of each track, by track number.
    fold, seed_index, track_index : np.ndarray [shape=(n_outcomes,)]
        Fold, position in `seeds` and track number.
    y_true, y_pred : np.ndarray [shape=(n_outcomes,)]
        Class indices.
    P : np.ndarray [shape=(n_outcomes, n_classes)] or None
        Probabilities, where the model gives them.
    n_classes : int
        Number of labels.
    """

    seeds: tuple[int, ...]
    groups: tuple[str | None, ...]
    fold: np.ndarray
    seed_index: np.ndarray
    track_index: np.ndarray
    y_true: np.ndarray
    y_pred: np.ndarray
    P: np.ndarray | None
    n_classes: int


def pool(outcomes: Sequence[TrackOutcome], labels: Sequence[str]) -> Pool:
    """
    Check the answers of all folds and seeds and put them into arrays.

    Parameters
    ----------
    outcomes : sequence of TrackOutcome
        One a track and seed, in any order.
    labels : sequence of str
        All labels, in the order of the probabilities.

    Returns
    -------
    Pool
        The answers, sorted by track and seed, so that no figure depends on their order.

    Raises
    ------
    ParameterError
        If there are none, a track is tested twice with one seed or described in two ways, a seed
        lacks a fold, or only some have probabilities.
    UnknownNameError
        If a label is not among `labels`.
    """
    if not outcomes:
        raise ParameterError("there are no outcomes: no track was tested")
    rows = sorted(outcomes, key=lambda o: (o.track_id, o.seed))
    _check(rows, labels)
    index = {label: i for i, label in enumerate(labels)}
    tracks = {o.track_id: o.group for o in rows}
    number = {track_id: i for i, track_id in enumerate(tracks)}
    seeds = tuple(sorted({o.seed for o in rows}))
    return Pool(
        seeds,
        tuple(tracks.values()),
        np.array([o.fold for o in rows]),
        np.array([seeds.index(o.seed) for o in rows]),
        np.array([number[o.track_id] for o in rows]),
        np.array([index[o.y_true] for o in rows]),
        np.array([index[o.y_pred] for o in rows]),
        np.array([o.probabilities for o in rows]) if rows[0].probabilities else None,
        len(labels),
    )


def track_weights(table: Pool, chosen: np.ndarray | None = None) -> np.ndarray:
    """
    Find the weight of each track in a mean over seeds of means over tracks.

    Seeds of a protocol that draws its splits test different tracks a different number of times, so
    that the weights differ.

    Parameters
    ----------
    table : Pool
        The answers.
    chosen : np.ndarray [shape=(n_outcomes,), dtype=bool] or None
        The answers that are averaged (those about one genre); None takes all. Seeds without any
        have no share.

    Returns
    -------
    np.ndarray [shape=(n_tracks,)]
        Sums to one; 0 for a track that was not chosen.
    """
    rows = np.ones(table.y_true.shape, dtype=bool) if chosen is None else chosen
    per_seed = np.bincount(table.seed_index[rows], minlength=len(table.seeds))
    share = 1 / (np.count_nonzero(per_seed) * np.maximum(per_seed, 1))
    weights: np.ndarray = np.bincount(
        table.track_index[rows],
        weights=share[table.seed_index[rows]],
        minlength=len(table.groups),
    )
    return weights


def _check(rows: Sequence[TrackOutcome], labels: Sequence[str]) -> None:
    for o in rows:
        for label in (o.y_true, o.y_pred):
            if label not in labels:
                raise unknown_name("label", label, labels)
        if len(o.probabilities) != (len(labels) if rows[0].probabilities else 0):
            raise ParameterError(
                f"track {o.track_id!r} has {len(o.probabilities)} probabilities, but each needs "
                f"{len(labels)} (one a label), or all none"
            )
    for a, b in pairwise(rows):
        if a.track_id != b.track_id:
            continue
        if a.seed == b.seed:
            raise ParameterError(
                f"track {a.track_id!r} is tested twice with seed {a.seed} (folds {a.fold} and "
                f"{b.fold}), but counts once; were two runs put together?"
            )
        if (a.group, a.y_true) != (b.group, b.y_true):
            raise ParameterError(
                f"track {a.track_id!r} has group and label {(a.group, a.y_true)} with seed "
                f"{a.seed} but {(b.group, b.y_true)} with seed {b.seed}; did the index change?"
            )
    folds = {o.fold for o in rows}
    for seed in sorted({o.seed for o in rows}):
        if missing := folds - {o.fold for o in rows if o.seed == seed}:
            raise ParameterError(
                f"seed {seed} lacks fold(s) {sorted(missing)} that other seeds have; was its run "
                "cut off?"
            )
