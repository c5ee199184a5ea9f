"""
From the answers about single tracks, of several labels each, to scores with intervals.

The folds of a protocol are pooled: each track is tested once a seed, and the tracks of all folds
are ranked together. With several seeds a score is the mean of the scores of each seed; intervals
count artists, never tracks times seeds (`metrics.bootstrap`). What a constant answer gets stands
beside each score: the prevalence of a label is the average precision of any constant; for F1 the
constant is the set of labels that is best on the very test tracks, which favours it.

Public functions: `summarise`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.evaluation.multilabel.outcomes import LabelOutcome
from genrescope.evaluation.multilabel.record import LabelRow, MultiLabelResult
from genrescope.evaluation.scoring import BOOTSTRAPS, Score
from genrescope.metrics import intervals
from genrescope.metrics.classification import ClassScores
from genrescope.metrics.label_ranking import (
    average_precision,
    label_ranking_average_precision,
    micro_average_precision,
    roc_auc,
)
from genrescope.metrics.multilabel import (
    label_scores,
    mean_over_labels,
    micro_f1,
    subset_accuracy,
)
from genrescope.models.label_sets import multi_hot
from genrescope.seeding import rng_for

MEANS = ("mean_average_precision", "macro_roc_auc", "macro_f1", "micro_f1", "micro_precision",
         "micro_recall")  # fmt: skip
# These have no interval: to rank all decisions of a resample together takes too long.
EXTRA = ("micro_average_precision", "subset_accuracy", "label_ranking_average_precision")
N_RESAMPLES = 1000
CONFIDENCE = 0.95
# Numbers of a block of resamples that are ranked at once.
_BLOCK = 4_000_000
_NO_WIDTH = 1e-9


@dataclass(frozen=True, eq=False)
class _Answers:
    """The answers of one seed: which tracks [shape=(n,)], truth, labels given, probabilities."""

    tracks: np.ndarray
    Y_true: np.ndarray
    Y_pred: np.ndarray
    P: np.ndarray


def summarise(
    outcomes: Sequence[LabelOutcome],
    labels: Sequence[str],
    *,
    model: str,
    protocol: str,
    leakage_label: str,
    honest: bool,
    dataset: str = "",
    unit: str = "track",
) -> MultiLabelResult:
    """
    Score the answers of one model under one protocol.

    Parameters
    ----------
    outcomes : sequence of LabelOutcome
        One a track, fold and seed, at least one.
    labels : sequence of str
        All labels, in the order of the probabilities.
    model, protocol, leakage_label : str
        As `MultiLabelResult` has them.
    honest : bool
        Whether the protocol is meant to say how new music will fare.
    dataset : str
        The data: name and size.
    unit : {"track", "segment"}
        What is tested and counted.

    Returns
    -------
    MultiLabelResult
        Scores with intervals over artists, what a constant gets, and each label by itself.
    """
    group_of = {o.track_id: o.group for o in outcomes}
    groups = list(group_of.values())
    place = {track_id: i for i, track_id in enumerate(group_of)}
    seeds = sorted({o.seed for o in outcomes})
    by_seed = [_answers([o for o in outcomes if o.seed == s], labels, place) for s in seeds]
    found = _with_intervals(by_seed, groups, model)
    n, n_means = len(groups), len(MEANS)
    of_label = dict(zip(labels, found[n_means:], strict=True))
    whole = [
        (
            float(micro_average_precision(a.Y_true, a.P)),
            subset_accuracy(a.Y_true, a.Y_pred),
            label_ranking_average_precision(a.Y_true, a.P),
        )
        for a in by_seed
    ]
    extra = [Score(name, float(v), n) for name, v in zip(EXTRA, np.mean(whole, 0), strict=True)]
    return MultiLabelResult(
        model=model,
        protocol=protocol,
        leakage_label=leakage_label,
        honest=honest,
        labels=tuple(labels),
        n=n,
        n_groups=len({g for g in groups if g is not None}),
        n_ungrouped=groups.count(None),
        n_folds=len({o.fold for o in outcomes}),
        seeds=tuple(seeds),
        confidence=CONFIDENCE,
        scores=tuple(s for s in (*found[:n_means], *extra) if np.isfinite(s.value)),
        baselines=_baselines(by_seed, n),
        per_label=_rows(by_seed, of_label),
        dataset=dataset,
        unit=unit,
    )


def _answers(
    outcomes: Sequence[LabelOutcome], labels: Sequence[str], place: dict[str, int]
) -> _Answers:
    return _Answers(
        np.array([place[o.track_id] for o in outcomes]),
        multi_hot([o.labels for o in outcomes], labels),
        multi_hot([o.given for o in outcomes], labels),
        np.array([o.probabilities for o in outcomes], dtype=np.float64),
    )


def _with_intervals(
    by_seed: Sequence[_Answers], groups: Sequence[str | None], name: str
) -> list[Score]:
    """Give the means, and the average precision of each label, with their intervals."""
    codes = intervals.group_codes(groups)
    n = len(groups)
    sizes = np.bincount(codes).astype(np.float64)
    n_labels = by_seed[0].Y_true.shape[1]
    names = [*MEANS, *["average_precision"] * n_labels]
    whole = _statistics(np.ones((1, n)), by_seed)[0]
    # A label without positive tracks has no score in any resample either.
    there = np.flatnonzero(np.isfinite(whole))
    bare = [Score(name, float(v), n) for name, v in zip(names, whole, strict=True)]
    if len(sizes) < 2:
        return bare

    def of_sums(sums: np.ndarray) -> np.ndarray:
        return _statistics((sums / sizes)[:, codes], by_seed)[:, there]

    ends = intervals.bootstrap_statistics(
        np.eye(len(sizes))[codes],
        groups,
        rng_for(0, "multilabel", name),
        statistics=of_sums,
        n_resamples=N_RESAMPLES,
        confidence=CONFIDENCE,
        scales="logit",
    )
    kind = BOOTSTRAPS[list(groups).count(None) == n]
    # Where all rankings are perfect, so is every resample: that is no interval.
    known = {
        int(k): Score(names[k], i.value, n, i.low, i.high, kind)
        for k, i in zip(there, ends, strict=True)
        if i.high - i.low > _NO_WIDTH
    }
    return [known.get(k, score) for k, score in enumerate(bare)]


def _statistics(W: np.ndarray, by_seed: Sequence[_Answers]) -> np.ndarray:
    """Compute all scores of resamples that count each track so often [shape=(r, n)]."""
    size = max(1, _BLOCK // len(by_seed[0].P))
    blocks = [
        np.mean([_of_seed(W[start : start + size][:, a.tracks], a) for a in by_seed], axis=0)
        for start in range(0, len(W), size)
    ]
    return np.concatenate(blocks)


def _of_seed(W: np.ndarray, a: _Answers) -> np.ndarray:
    precisions = average_precision(a.Y_true, a.P, weights=W)
    both = _together(label_scores(a.Y_true, a.Y_pred, weights=W), W @ a.Y_pred.astype(np.float64))
    means = [
        mean_over_labels(precisions),
        mean_over_labels(roc_auc(a.Y_true, a.P, weights=W)),
        mean_over_labels(label_scores(a.Y_true, a.Y_pred, weights=W).f1),
        micro_f1(a.Y_true, a.Y_pred, weights=W),
        *both,
    ]
    return np.concatenate([np.stack(means, axis=-1), precisions], axis=-1)


def _together(scores: ClassScores, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute precision and recall of all decisions together, from those of each label."""
    hits = np.nan_to_num(scores.recall * scores.support).sum(axis=-1)
    n_given, n_true = given.sum(axis=-1), scores.support.sum(axis=-1)
    precision = hits / np.where(n_given > 0, n_given, 1)
    return precision, np.where(n_true > 0, hits / np.where(n_true > 0, n_true, 1), np.nan)


def _baselines(by_seed: Sequence[_Answers], n: int) -> tuple[Score, ...]:
    found = []
    for a in by_seed:
        constant = np.full(a.P.shape, 0.5)
        # From the most frequent label on, who gives k labels to every track.
        order = np.argsort(-a.Y_true.mean(axis=0), kind="stable")
        sets = [np.isin(np.arange(len(order)), order[:k]) for k in range(1, len(order) + 1)]
        always = [np.broadcast_to(s, a.Y_true.shape) for s in sets]
        found.append(
            [
                float(mean_over_labels(average_precision(a.Y_true, constant))),
                0.5,
                float(mean_over_labels(label_scores(a.Y_true, always[-1]).f1)),
                max(float(micro_f1(a.Y_true, given)) for given in always),
                float(micro_average_precision(a.Y_true, constant)),
            ]
        )
    means = np.mean(found, axis=0).tolist()
    names = (*MEANS[:4], EXTRA[0])
    return tuple(Score(name, v, n) for name, v in zip(names, means, strict=True))


def _rows(by_seed: Sequence[_Answers], of_label: dict[str, Score]) -> tuple[LabelRow, ...]:
    decided = [label_scores(a.Y_true, a.Y_pred) for a in by_seed]
    areas = [roc_auc(a.Y_true, a.P) for a in by_seed]
    columns = [np.mean(values, axis=0) for values in (
        [s.support for s in decided], [a.Y_true.mean(axis=0) for a in by_seed], areas,
        [s.precision for s in decided], [s.recall for s in decided], [s.f1 for s in decided],
    )]  # fmt: skip
    rows = []
    for (label, score), (support, share, *rest) in zip(
        of_label.items(), np.stack(columns, axis=1).tolist(), strict=True
    ):
        ap = score.value
        area, precision, recall, f1 = (_known(v) for v in rest)
        rows.append(
            LabelRow(label, support, share, _known(ap), score.low, score.high, area, precision,
                     recall, f1)
        )  # fmt: skip
    return tuple(rows)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
