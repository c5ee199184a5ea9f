"""
What a model answered for each test track, kept as a CSV file: every figure can be recomputed.

The columns are ``track_id, fold, seed, group, y_true, y_pred`` and then ``p:LABEL`` for each label,
in the order of the labels. An unknown group is an empty cell. Probabilities are written with all
their digits: what is read back is equal to what was written.

The pooled table of a report has ``model, protocol`` before these columns, and the labels of all
models; cells of labels that a model was not judged by are empty.

Public functions: `write_predictions_csv`, `read_predictions_csv`, `write_pooled_csv`,
`read_pooled_csv`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.atomic import write_text
from genrescope.errors import DatasetError, ParameterError

_KEY = ("model", "protocol")
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
    header = [*_COLUMNS, *(f"p:{label}" for label in labels)]
    _write(path, header, [_cells(o, range(len(labels))) for o in outcomes])


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
    labels, rows = _read(path, _COLUMNS)
    return labels, [_outcome(path, line, row) for line, row in rows]


def write_pooled_csv(
    path: Path,
    answers: Mapping[tuple[str, str], Sequence[TrackOutcome]],
    *,
    labels: Mapping[tuple[str, str], Sequence[str]],
) -> None:
    """
    Write the answers of several models under several protocols as one table, atomically.

    Parameters
    ----------
    path : Path
        The file.
    answers : mapping of (str, str) to sequence of TrackOutcome
        By model and protocol.
    labels : mapping of (str, str) to sequence of str
        Labels in the order of the probabilities, by model and protocol.

    Raises
    ------
    ParameterError
        If an outcome has another number of probabilities than there are labels, and not none.
    """
    known = list(dict.fromkeys(label for key in answers for label in labels[key]))
    header = [*_KEY, *_COLUMNS, *(f"p:{label}" for label in known)]
    rows: list[Sequence[object]] = []
    for key, found in answers.items():
        place = {label: i for i, label in enumerate(labels[key])}
        columns = [place.get(label) for label in known]
        rows += [[*key, *_cells(o, columns)] for o in found]
    _write(path, header, rows)


def read_pooled_csv(
    path: Path,
) -> dict[tuple[str, str], tuple[tuple[str, ...], list[TrackOutcome]]]:
    """
    Read what `write_pooled_csv` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of (str, str) to tuple
        By model and protocol: the labels in the order of the probabilities (all labels of the
        table, where there are no probabilities), and the outcomes.

    Raises
    ------
    DatasetError
        If the file is no such table.
    """
    labels, rows = _read(path, (*_KEY, *_COLUMNS))
    found: dict[tuple[str, str], tuple[tuple[str, ...], list[TrackOutcome]]] = {}
    for line, (model, protocol, *row) in rows:
        cells = row[len(_COLUMNS) :]
        own = tuple(x for x, cell in zip(labels, cells, strict=False) if cell)
        found.setdefault((model, protocol), (own or labels, []))[1].append(
            _outcome(path, line, [*row[: len(_COLUMNS)], *filter(None, cells)])
        )
    return found


def _cells(o: TrackOutcome, columns: Sequence[int | None]) -> list[object]:
    n_labels = len([i for i in columns if i is not None])
    if len(o.probabilities) not in (0, n_labels):
        raise ParameterError(
            f"track {o.track_id!r} has {len(o.probabilities)} probabilities for {n_labels} "
            "labels; was it predicted with another model's labels?"
        )
    p = [float(x) for x in o.probabilities]
    cells = [p[i] if p and i is not None else "" for i in columns]
    return [o.track_id, o.fold, o.seed, o.group or "", o.y_true, o.y_pred, *cells]


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    text = io.StringIO()
    # Quoting all text keeps a lone carriage return in a name, which minimal quoting loses.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(header)
    writer.writerows(rows)
    write_text(path, text.getvalue())


def _read(
    path: Path, columns: tuple[str, ...]
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        names = header[len(columns) :]
        if tuple(header[: len(columns)]) != columns or any(n[:2] != "p:" for n in names):
            raise DatasetError(
                f"{path}: the columns {header} are not those of a table of predictions "
                f"({', '.join(columns)}, p:LABEL ...): give the predictions.csv of a run"
            )
        found = []
        for row in rows:
            if len(row) != len(header):
                raise DatasetError(
                    f"{path}, line {rows.line_num}: {len(row)} cells where the header has "
                    f"{len(header)}; was the table cut or edited by hand?"
                )
            found.append((rows.line_num, row))
    return tuple(name[2:] for name in names), found


def _outcome(path: Path, line: int, row: Sequence[str]) -> TrackOutcome:
    try:
        track_id, fold, seed, group, y_true, y_pred, *cells = row
        probabilities = tuple(float(c) for c in cells) if any(cells) else ()
        return TrackOutcome(
            track_id, int(fold), int(seed), group or None, y_true, y_pred, probabilities
        )
    except ValueError as error:
        raise DatasetError(
            f"{path}, line {line}: {error}; was the table cut or edited by hand?"
        ) from error
