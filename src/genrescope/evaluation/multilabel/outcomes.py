"""
What a model of several labels answered for each test track, kept so that figures can be recomputed.

The files are those of `evaluation.outcomes`, where ``y_true`` and ``y_pred`` hold all labels of a
track and all that it was given, separated by ``;`` as in a track index (nothing where it was given
none), and ``p:LABEL`` the probability of each, which need not sum to one.

Public: `LabelOutcome`, `write_outcomes`, `read_outcomes`, `pooled`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.evaluation.outcomes import (
    TrackOutcome,
    read_predictions_csv,
    write_predictions_csv,
)
from genrescope.labels import SEPARATOR


@dataclass(frozen=True)
class LabelOutcome:
    """
    The answer of one trained model about one test track.

    Attributes
    ----------
    track_id : str
        The track.
    fold, seed : int
        Part of the protocol in which it was tested, and seed of the training.
    group : str or None
        Artist of the track; None if unknown.
    labels : tuple of str
        What it has.
    given : tuple of str
        What it was given, most probable first.
    probabilities : tuple of float
        In the order of all labels.
    """

    track_id: str
    fold: int
    seed: int
    group: str | None
    labels: tuple[str, ...]
    given: tuple[str, ...]
    probabilities: tuple[float, ...]


def pooled(outcomes: Sequence[LabelOutcome]) -> list[TrackOutcome]:
    """
    Give answers as rows of a table of predictions.

    Parameters
    ----------
    outcomes : sequence of LabelOutcome
        The answers.

    Returns
    -------
    list of TrackOutcome
        Labels joined by ``;``.
    """
    return [
        TrackOutcome(
            o.track_id,
            o.fold,
            o.seed,
            o.group,
            SEPARATOR.join(o.labels),
            SEPARATOR.join(o.given),
            o.probabilities,
        )
        for o in outcomes
    ]


def write_outcomes(path: Path, outcomes: Sequence[LabelOutcome], *, labels: Sequence[str]) -> None:
    """
    Write the answers about all test tracks, atomically.

    Parameters
    ----------
    path : Path
        The file.
    outcomes : sequence of LabelOutcome
        One a track, fold and seed.
    labels : sequence of str
        Labels in the order of the probabilities.
    """
    write_predictions_csv(path, pooled(outcomes), labels=labels)


def read_outcomes(path: Path) -> tuple[tuple[str, ...], list[LabelOutcome]]:
    """
    Read what `write_outcomes` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    labels : tuple of str
        Labels in the order of the probabilities.
    outcomes : list of LabelOutcome
        In the order of the file.

    Raises
    ------
    DatasetError
        If the file is no such table.
    """
    labels, rows = read_predictions_csv(path)
    return labels, [
        LabelOutcome(
            o.track_id,
            o.fold,
            o.seed,
            o.group,
            _names(o.y_true),
            _names(o.y_pred),
            o.probabilities,
        )
        for o in rows
    ]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(SEPARATOR)) if text else ()
