"""
From the answers about single tracks to scores with intervals.

The folds of a protocol are pooled: each track is tested once a seed. With several seeds a score is
the mean of the scores of each seed, and its intervals count tracks (and artists), never tracks
times seeds: training again gives no new music.

Public functions: `scores`, `accuracy_by_seed`, `baseline_scores`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.evaluation.pool import Pool
from genrescope.metrics import baselines, calibration, classification, intervals


@dataclass(frozen=True)
class Score:
    """
    A figure with the interval around it.

    Attributes
    ----------
    metric : str
        Name of the metric (``"accuracy"``).
    value : float
        The figure; a fraction, never a percentage.
    n : int
        Number of test tracks that it was measured on.
    low, high : float or None
        Ends of the interval; None where there is none.
    interval_kind : str
        ``"wilson"`` (tracks drawn independently), ``"artist bootstrap"`` (artists drawn),
        ``"t over seeds"`` (trainings drawn, same tracks) or ``"none"``.
    """

    metric: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None
    interval_kind: str = "none"


def scores(
    table: Pool, rng: np.random.Generator, *, n_resamples: int, confidence: float
) -> tuple[Score, ...]:
    """
    Score the answers.

    Parameters
    ----------
    table : Pool
        The answers.
    rng : np.random.Generator
        Source of the resamples.
    n_resamples : int
        Number of resamples of artists.
    confidence : float
        Of every interval, in (0, 1).

    Returns
    -------
    tuple of Score
        Accuracy (Wilson, then by artists, then over seeds where there are several), balanced
        accuracy, macro-F1 and, with probabilities, top-3 accuracy, log loss, Brier score and
        calibration error.
    """
    n = len(table.groups)
    names, parts, statistics = _sums(table)
    if len(set(table.groups) - {None}) + table.groups.count(None) >= 2:
        by_artist = intervals.bootstrap_statistics(
            parts,
            table.groups,
            rng,
            statistics=statistics,
            n_resamples=n_resamples,
            confidence=confidence,
        )
        means = [
            Score(name, i.value, n, i.low, i.high, "artist bootstrap")
            for name, i in zip(names, by_artist, strict=True)
        ]
    else:
        values = statistics(parts.sum(axis=0, keepdims=True))[0]
        means = [Score(name, float(v), n) for name, v in zip(names, values, strict=True)]
    value = means[0].value
    wilson = intervals.wilson(value * n, n, confidence=confidence)
    found = [Score("accuracy", value, n, wilson.low, wilson.high, "wilson"), means[0]]
    if len(table.seeds) > 1:
        t = intervals.mean_interval(accuracy_by_seed(table), confidence=confidence)
        found.append(Score("accuracy", value, n, t.low, t.high, "t over seeds"))
    return (*found, *means[1:], *_calibration_error(table))


def accuracy_by_seed(table: Pool) -> tuple[float, ...]:
    """
    Compute the accuracy of each seed over all folds.

    Parameters
    ----------
    table : Pool
        The answers.

    Returns
    -------
    tuple of float
        In the order of `table.seeds`.
    """
    right = np.bincount(table.seed_index, weights=table.y_true == table.y_pred)
    return tuple((right / np.bincount(table.seed_index)).tolist())


def baseline_scores(
    table: Pool, train_labels: Mapping[tuple[int, int], Sequence[int]] | None
) -> tuple[Score, ...]:
    """
    Score the answers of who heard nothing.

    Parameters
    ----------
    table : Pool
        The answers that say which tracks were tested.
    train_labels : mapping of (int, int) to sequence of int, or None
        Classes of the training tracks by (fold, seed); None leaves out what needs them.

    Returns
    -------
    tuple of Score
        Chance, and with training labels the majority class and stratified chance.
    """
    n = len(table.groups)
    chance = Score("chance", baselines.chance(table.n_classes), n)
    if train_labels is None:
        return (chance,)
    sums = np.zeros((len(table.seeds), 2))
    for s, seed in enumerate(table.seeds):
        for fold in np.unique(table.fold[table.seed_index == s]).tolist():
            if (fold, seed) not in train_labels:
                raise ParameterError(
                    f"no training labels of fold {fold}, seed {seed}: the baselines need those of "
                    "each fold and seed that was tested"
                )
            y_train = np.asarray(train_labels[fold, seed])
            y_test = table.y_true[(table.seed_index == s) & (table.fold == fold)]
            sums[s, 0] += baselines.majority(y_train, y_test) * y_test.size
            sums[s, 1] += baselines.stratified_chance(y_train, y_test) * y_test.size
    majority, stratified = (sums / np.bincount(table.seed_index)[:, None]).mean(axis=0).tolist()
    return Score("majority", majority, n), chance, Score("stratified_chance", stratified, n)


def _sums(table: Pool) -> tuple[list[str], np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Give the means' names, what each track adds to their sums, and the way from sums to means."""
    one_hot = np.eye(table.n_classes)
    right = (table.y_true == table.y_pred)[:, None]
    columns = [one_hot[table.y_true] * right, one_hot[table.y_true], one_hot[table.y_pred]]
    names = ["accuracy", "balanced_accuracy", "macro_f1"]
    if table.P is not None:
        top_3 = classification.ranks(table.y_true, table.P) < 3
        losses = classification.log_losses(table.y_true, table.P)
        columns += [np.stack([top_3, losses, calibration.brier_terms(table.y_true, table.P)], 1)]
        names += ["top_3_accuracy", "log_loss", "brier"]
    terms = np.concatenate(columns, axis=1)
    parts = np.zeros((len(table.groups), len(table.seeds), terms.shape[1]))
    parts[table.track_index, table.seed_index] = terms
    shape = parts.shape[1:]
    return names, parts.reshape(len(parts), -1), lambda sums: _means(sums, shape, table.n_classes)


def _means(sums: np.ndarray, shape: tuple[int, ...], n_classes: int) -> np.ndarray:
    by_seed = sums.reshape(-1, *shape)
    hits, support, predicted = (by_seed[..., i * n_classes :][..., :n_classes] for i in range(3))
    by_class = classification.class_scores_of_counts(hits, support, predicted)
    n, n_present = support.sum(axis=-1), (support > 0).sum(axis=-1)
    # A resample may miss all tracks of a seed: its means are then NaN, and it is left out.
    with np.errstate(invalid="ignore"):
        values = [
            hits.sum(axis=-1) / n,
            np.nansum(by_class.recall, axis=-1) / n_present,
            np.nansum(by_class.f1, axis=-1) / n_present,
            *np.moveaxis(by_seed[..., 3 * n_classes :] / n[..., None], -1, 0),
        ]
    return np.stack([v.mean(axis=-1) for v in values], axis=1)


def _calibration_error(table: Pool) -> tuple[Score, ...]:
    if table.P is None:
        return ()
    values = [
        calibration.expected_calibration_error(
            table.y_true[table.seed_index == s], table.P[table.seed_index == s]
        )
        for s in range(len(table.seeds))
    ]
    return (Score("expected_calibration_error", float(np.mean(values)), len(table.groups)),)
