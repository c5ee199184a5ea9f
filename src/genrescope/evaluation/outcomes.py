"""
What a model answered for each test track, kept as a CSV file: every figure can be recomputed.

The columns are ``track_id, fold, seed, group, y_true, y_pred`` and then ``p:LABEL`` for each label,
in the order of the labels. An unknown group is an empty cell. Probabilities are written with all
their digits: what is read back is equal to what was written.

Public functions: `write_predictions_csv`, `read_predictions_csv`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.atomic import write_text
from genrescope.errors import DatasetError, ParameterError

_COLUMNS = ("track_id", "fold", "seed", "group", "y_true", "y_pred")


@dataclass(frozen=True)
class TrackOutcome:
    """
    The answer of one trained model about one test track.

    Attributes
    ----------
    track_id : str
        The track.
    fold : int
        The part of the protocol in which it was tested; 0 where there is one.
    seed : int
        Seed of the training.
    group : str or None
        Artist of the track; None if unknown.
    y_true, y_pred : str
        True and predicted label.
    probabilities : tuple of float
        In the order of the labels; empty where the model gives none.
    """

    track_id: str
    fold: int
    seed: int
    group: str | None
    y_true: str
    y_pred: str
    probabilities: tuple[float, ...] = ()


def write_predictions_csv(
    path: Path, outcomes: Sequence[TrackOutcome], *, labels: Sequence[str]
) -> None:
    """
    Write the answers about all test tracks, atomically.

    Parameters
    ----------
    path : Path
        The file.
    outcomes : sequence of TrackOutcome
        One a track, fold and seed.
    labels : sequence of str
        Labels in the order of the probabilities.

    Raises
    ------
    ParameterError
        If an outcome has another number of probabilities than there are labels, and not none.
    """
    text = io.StringIO()
    # Quoting all text keeps a lone carriage return in a name, which minimal quoting loses.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([*_COLUMNS, *(f"p:{label}" for label in labels)])
    for o in outcomes:
        if len(o.probabilities) not in (0, len(labels)):
            raise ParameterError(
                f"track {o.track_id!r} has {len(o.probabilities)} probabilities for {len(labels)} "
                "labels; was it predicted with another model's labels?"
            )
        cells: list[float] | list[str] = [*map(float, o.probabilities)] or [""] * len(labels)
        writer.writerow([o.track_id, o.fold, o.seed, o.group or "", o.y_true, o.y_pred, *cells])
    write_text(path, text.getvalue())


def read_predictions_csv(path: Path) -> tuple[tuple[str, ...], list[TrackOutcome]]:
    """
    Read what `write_predictions_csv` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    labels : tuple of str
        Labels in the order of the probabilities.
    outcomes : list of TrackOutcome
        In the order of the file.

    Raises
    ------
    DatasetError
        If the file is no such table.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        names = header[len(_COLUMNS) :]
        if tuple(header[: len(_COLUMNS)]) != _COLUMNS or any(n[:2] != "p:" for n in names):
            raise DatasetError(
                f"{path}: the columns {header} are not those of a table of predictions "
                f"({', '.join(_COLUMNS)}, p:LABEL ...): give the predictions.csv of a run"
            )
        outcomes = [_outcome(path, rows.line_num, row, len(header)) for row in rows]
    return tuple(name[2:] for name in names), outcomes


def _outcome(path: Path, line: int, row: list[str], n_columns: int) -> TrackOutcome:
    try:
        if len(row) != n_columns:
            raise ValueError(f"{len(row)} cells where the header has {n_columns}")
        track_id, fold, seed, group, y_true, y_pred, *cells = row
        probabilities = tuple(float(c) for c in cells) if any(cells) else ()
        return TrackOutcome(
            track_id, int(fold), int(seed), group or None, y_true, y_pred, probabilities
        )
    except ValueError as error:
        raise DatasetError(
            f"{path}, line {line}: {error}; was the table cut or edited by hand?"
        ) from error
