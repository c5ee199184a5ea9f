"""Labels as a CSV of zeros and ones: ``track_id``, then a column a label, 1 where a track has it.

This is what a network learns from (with one label a track, "one-hot"), and what other programs
read. A file that has text columns before ``track_id``, as the labels of pictures do, reads too.

Public: `OneHot`, `write_one_hot`, `read_one_hot`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope import atomic
from genrescope.datasets import _index_rows
from genrescope.errors import DatasetError
from genrescope.labels import one_hot, vocabulary
from genrescope.records import Track

ID = "track_id"
MAX_PROBLEMS = 20


@dataclass(frozen=True, eq=False)
class OneHot:
    """
    A table of labels.

    Attributes
    ----------
    track_ids : tuple of str
        The tracks.
    labels : tuple of str
        The labels.
    Y : np.ndarray [shape=(n, n_labels), dtype=int8]
        1 where a track has a label.
    """

    track_ids: tuple[str, ...]
    labels: tuple[str, ...]
    Y: np.ndarray


def write_one_hot(path: Path, tracks: Sequence[Track], *, single: bool = False) -> tuple[str, ...]:
    """
    Write the labels of tracks, whole or not at all.

    Parameters
    ----------
    path : Path
        Where the file shall stand.
    tracks : sequence of Track
        The tracks.
    single : bool
        Write the first label of each alone.

    Returns
    -------
    tuple of str
        The labels: the columns.

    Raises
    ------
    DatasetError
        If a label is ``track_id``.
    OutputError
        If the file cannot be written.
    """
    sets = [track.labels[:1] if single else track.labels for track in tracks]
    names = vocabulary(sets)
    if ID in names:
        raise DatasetError(f"label {ID!r} is the name of the first column: rename the label")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([ID, *names])
    for track, labels in zip(tracks, sets, strict=True):
        writer.writerow([track.track_id, *one_hot(labels, names)])
    atomic.write_bytes(path, text.getvalue().encode())
    return names


def read_one_hot(path: Path) -> OneHot:
    """
    Read such a file.

    Parameters
    ----------
    path : Path
        The file, UTF-8.

    Returns
    -------
    OneHot
        Tracks, labels and which track has which.

    Raises
    ------
    DatasetError
        If the file cannot be read, has no label, an id twice, a value that is neither 0 nor 1, or a
        track without a label; the message lists the first 20 problems.
    """
    try:
        text, problems = _index_rows.decoded(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"label table {path} cannot be read: {error}") from error
    rows, found = _index_rows.rows_of(text, required=(ID,)) if not problems else ([], [])
    problems = [*problems, *found]
    columns = list(rows[0][1]) if rows else []
    labels = tuple(columns[columns.index(ID) + 1 :]) if rows else ()
    if not problems and not labels:
        problems.append("it has no rows" if not rows else f"no column follows {ID}: add the labels")
    ids: dict[str, int] = {}
    for line, row in rows:
        values = [row[label].strip() for label in labels]
        if row[ID] in ids:
            problems.append(f"line {line}: track_id {row[ID]!r} is in line {ids[row[ID]]} already")
        ids.setdefault(row[ID], line)
        wrong = next((v for v in values if v not in ("0", "1")), None)
        if wrong is not None:
            problems.append(f"line {line}: {wrong!r} must be 0 or 1")
        elif labels and "1" not in values:
            problems.append(f"line {line}: track {row[ID]!r} has no label; remove the line")
    if problems:
        raise DatasetError(f"label table {path}: {'; '.join(problems[:MAX_PROBLEMS])}")
    Y = np.array(
        [[row[label].strip() == "1" for label in labels] for _, row in rows], dtype=np.int8
    )
    return OneHot(tuple(ids), labels, Y)
