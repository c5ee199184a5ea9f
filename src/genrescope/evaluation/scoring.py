"""
From the answers about single tracks to scores with intervals.

The folds of a protocol are pooled: each track is tested once a seed. With several seeds a score is
the mean of the scores of each seed, and its intervals count tracks (and artists), never tracks
times seeds: training again gives no new music. Where seeds test different tracks a different number
of times, Wilson's interval counts the effective number of tracks of the mean that is reported.

Public functions: `scores`, `headline`, `accuracy_by_seed`, `baseline_scores`, `track_sums`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.evaluation.pool import Pool, track_weights
from genrescope.metrics import baselines, calibration, classification, intervals

TOP_K = (2, 3, 5)
BY_ARTISTS = "wilson by artists"
BOOTSTRAPS = ("artist bootstrap", "track bootstrap")
_LOSSES = ("log_loss", "brier")
_NO_WIDTH = 1e-9


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
        ``"wilson"`` (tracks drawn independently), ``"artist bootstrap"`` (artists drawn, a track of
        an unknown artist by itself), ``"track bootstrap"`` (no artist is known), ``"wilson by
        artists"`` (Wilson, as if all tracks of an artist were right or wrong together), ``"t over
        seeds"`` (trainings drawn, same tracks) or ``"none"``.
    n_effective : float or None
        Number of independent draws that a Wilson interval counts.
    """

    metric: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None
    interval_kind: str = "none"
    n_effective: float | None = None


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
        accuracy, macro-F1 and, with probabilities, top-k accuracies, log loss, Brier score and
        calibration error.
    """
    n = len(table.groups)
    names, parts, statistics = track_sums(table)
    weights = track_weights(table)
    by_artist = np.bincount(intervals.group_codes(table.groups), weights=weights)
    if len(by_artist) >= 2:
        ends = intervals.bootstrap_statistics(
            parts,
            table.groups,
            rng,
            statistics=statistics,
            n_resamples=n_resamples,
            confidence=confidence,
            scales=["log" if name in _LOSSES else "logit" for name in names],
        )
        kind = BOOTSTRAPS[table.groups.count(None) == n]
        means = [
            Score(name, i.value, n, i.low, i.high, kind)
            for name, i in zip(names, ends, strict=True)
        ]
    else:
        values = statistics(parts.sum(axis=0, keepdims=True))[0]
        means = [Score(name, float(v), n) for name, v in zip(names, values, strict=True)]
    value = means[0].value
    found = [_wilson(value, n, weights, "wilson", confidence), means[0]]
    if len(by_artist) < n:
        found.append(_wilson(value, n, by_artist, BY_ARTISTS, confidence))
    if len(table.seeds) > 1:
        t = intervals.mean_interval(accuracy_by_seed(table), confidence=confidence)
        found.append(Score("accuracy", value, n, t.low, t.high, "t over seeds"))
    return (*found, *means[1:], *_calibration_error(table))


def headline(found: Sequence[Score]) -> Score:
    """
    Choose the accuracy with the interval that is reported first.

    It is that of resampled artists (of resampled tracks, where no artist is known). Resampling
    tells nothing where all answers are right, or all wrong: so is every resample, and the interval
    has no width. There Wilson's interval on the effective number of artists takes its place. That
    supposes the worst, that all tracks of an artist are right or wrong together (a design effect as
    large as can be), since a design effect cannot be estimated from answers that do not differ.

    Parameters
    ----------
    found : sequence of Score
        As `scores` gives them.

    Returns
    -------
    Score
        One of them.

    References
    ----------
    .. [1] Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
       expected number of positive counts estimated from survey data. Survey Methodology 24,
       193-201. (Intervals of a binomial on the effective sample size.)
    """
    by_kind = {s.interval_kind: s for s in found if s.metric == "accuracy"}
    cautious = by_kind.get(BY_ARTISTS, by_kind["wilson"])
    drawn = next((by_kind[kind] for kind in BOOTSTRAPS if kind in by_kind), None)
    if drawn is None:
        return cautious
    return drawn if _width(drawn) > _NO_WIDTH else cautious


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


def track_sums(
    table: Pool,
) -> tuple[list[str], np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """
    Give what each track adds to the sums that the mean metrics are functions of.

    Parameters
    ----------
    table : Pool
        The answers.

    Returns
    -------
    names : list of str
        The metrics: accuracy, balanced accuracy, macro-F1 and, with probabilities, more.
    parts : np.ndarray [shape=(n_tracks, d)]
        What each track adds to each of the `d` sums.
    statistics : callable
        Gives the metrics [shape=(r, s)] of sums [shape=(r, d)], in the order of `names`.
    """
    one_hot = np.eye(table.n_classes)
    right = (table.y_true == table.y_pred)[:, None]
    columns = [one_hot[table.y_true] * right, one_hot[table.y_true], one_hot[table.y_pred]]
    names = ["accuracy", "balanced_accuracy", "macro_f1"]
    if table.P is not None:
        ranks = classification.ranks(table.y_true, table.P)
        wanted = [k for k in TOP_K if k < table.n_classes]
        losses = classification.log_losses(table.y_true, table.P)
        terms = [*(ranks < k for k in wanted), losses]
        columns += [np.stack([*terms, calibration.brier_terms(table.y_true, table.P)], 1)]
        names += [*(f"top_{k}_accuracy" for k in wanted), "log_loss", "brier"]
    rows = np.concatenate(columns, axis=1)
    parts = np.zeros((len(table.groups), len(table.seeds), rows.shape[1]))
    parts[table.track_index, table.seed_index] = rows
    shape = parts.shape[1:]
    return names, parts.reshape(len(parts), -1), lambda sums: _means(sums, shape, table.n_classes)


def _width(score: Score) -> float:
    return 0.0 if score.low is None or score.high is None else score.high - score.low


def _wilson(value: float, n: int, weights: np.ndarray, kind: str, confidence: float) -> Score:
    size = intervals.effective_size(weights)
    ends = intervals.wilson(value * size, size, confidence=confidence)
    return Score("accuracy", value, n, ends.low, ends.high, kind, size)


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
