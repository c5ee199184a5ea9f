"""From the answers about single tracks to one record of a protocol: the use case of scoring.

The arithmetic stands in `pool` and `scoring`, the records in `outcomes` and `record`.

Public functions: `summarise`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from genrescope.errors import ParameterError, unknown_name
from genrescope.evaluation import scoring
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.pool import Pool, pool, track_weights
from genrescope.evaluation.record import ClassRow, ProtocolResult, leakage_caveat
from genrescope.metrics import classification, intervals
from genrescope.seeding import rng_for


def summarise(
    outcomes: Sequence[TrackOutcome],
    labels: Sequence[str],
    *,
    model: str,
    protocol: str,
    leakage_label: str,
    honest: bool,
    train_labels: Mapping[tuple[int, int], Sequence[str]] | None = None,
    dataset: str = "",
    unit: str = "track",
    grouped_by: str = "artist",
    seed: int = 0,
    n_resamples: int = 10_000,
    confidence: float = 0.95,
) -> ProtocolResult:
    """
    Score the answers of all folds and seeds of one protocol.

    Parameters
    ----------
    outcomes : sequence of TrackOutcome
        One a track and seed, in any order.
    labels : sequence of str
        All labels, in the order of the probabilities.
    model, protocol : str
        Their names.
    leakage_label : str
        What is known about leakage between the parts of the split.
    honest : bool
        Whether the protocol is meant to say how new music will fare.
    train_labels : mapping of (int, int) to sequence of str, or None
        Labels of the training tracks by (fold, seed), for the baselines; None leaves out the
        majority class.
    dataset : str
        The data: name and size.
    unit : {"track", "segment"}
        What an outcome is about.
    grouped_by : str
        What the groups of the outcomes are.
    seed : int
        Seed of the resamples.
    n_resamples : int
        Number of resamples of artists.
    confidence : float
        Of all intervals.

    Returns
    -------
    ProtocolResult
        The result.

    Raises
    ------
    ParameterError
        If the outcomes are incomplete or contradict each other, or an honest result is leaky.
    UnknownNameError
        If a label is not among `labels`.
    """
    if honest and leakage_caveat(leakage_label) == "leaky":
        raise ParameterError(
            f"a result with the leakage label {leakage_label!r} cannot be called honest; measure "
            "it on a split without shared artists or duplicates, or set honest=False"
        )
    table = pool(outcomes, labels)
    per_class, confusion = _by_class(table, labels, confidence)
    return ProtocolResult(
        model,
        protocol,
        leakage_label,
        honest,
        tuple(labels),
        len(table.groups),
        len(set(table.groups) - {None}),
        table.groups.count(None),
        len(np.unique(table.fold)),
        table.seeds,
        confidence,
        scoring.scores(
            table, rng_for(seed, "bootstrap"), n_resamples=n_resamples, confidence=confidence
        ),
        scoring.accuracy_by_seed(table),
        per_class,
        confusion,
        scoring.baseline_scores(table, _class_indices(train_labels, labels)),
        dataset,
        unit,
        grouped_by,
    )


def _class_indices(
    by_part: Mapping[tuple[int, int], Sequence[str]] | None, labels: Sequence[str]
) -> dict[tuple[int, int], list[int]] | None:
    if by_part is None:
        return None
    index = {label: i for i, label in enumerate(labels)}
    for label in {x for part in by_part.values() for x in part} - set(labels):
        raise unknown_name("label", label, labels)
    return {key: [index[label] for label in part] for key, part in by_part.items()}


def _by_class(
    table: Pool, labels: Sequence[str], confidence: float
) -> tuple[tuple[ClassRow, ...], tuple[tuple[float, ...], ...]]:
    stack = np.stack(
        [
            classification.confusion_matrix(
                table.y_true[table.seed_index == s],
                table.y_pred[table.seed_index == s],
                n_classes=table.n_classes,
            )
            for s in range(len(table.seeds))
        ]
    )
    by_seed = classification.class_scores(stack)
    rows = []
    for c, label in enumerate(labels):
        present = by_seed.support[:, c] > 0
        if not present.any():
            rows.append(ClassRow(label, 0.0, None, None, None, None, None))
            continue
        precision, recall, f1 = (
            float(x[present, c].mean()) for x in (by_seed.precision, by_seed.recall, by_seed.f1)
        )
        size = intervals.effective_size(track_weights(table, table.y_true == c))
        i = intervals.wilson(recall * size, size, confidence=confidence)
        support = float(by_seed.support[:, c].mean())
        rows.append(ClassRow(label, support, precision, recall, f1, i.low, i.high))
    return tuple(rows), tuple(tuple(row) for row in stack.mean(axis=0).tolist())
