"""A label map: a CSV that says what the genres of one data set are called in another.

Columns ``from, to``: the name of a genre in the data set that is tested, and in the one that is
learned. A line with ``train`` in a third column, ``side``, renames a genre that is learned. An
empty ``to`` leaves the tracks of that genre out. Genres are compared without case, spaces, hyphens,
underscores and slashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from genrescope.datasets import _index_rows
from genrescope.errors import DatasetError, did_you_mean
from genrescope.labels import label_key, label_problem
from genrescope.records import Skipped, Track

SIDES = ("train", "test")
REQUIRED = ("from", "to")
MAX_PROBLEMS = 20

Names = dict[str, str]
"""The new name by the `label_key` of the old one; empty where tracks are left out."""


def read_label_map(path: Path, known: Mapping[str, Iterable[str]]) -> dict[str, Names]:
    """
    Read a label map.

    Parameters
    ----------
    path : Path
        The file, UTF-8.
    known : mapping of str to iterable of str
        The labels of either side.

    Returns
    -------
    dict of str to dict of str to str
        New names by side.

    Raises
    ------
    DatasetError
        If the file cannot be read or breaks a rule; the message lists the first 20 problems.
    """
    try:
        text, problems = _index_rows.decoded(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"label map {path} cannot be read: {error}") from error
    rows, found = _index_rows.rows_of(text, required=REQUIRED) if not problems else ([], [])
    columns = (*REQUIRED, "side")
    problems += [*found] + [
        f"column {name!r} is unknown{did_you_mean(name, columns)}; a label map has "
        f"{', '.join(columns)}"
        for name in (rows[0][1] if rows else ())
        if name not in columns
    ]
    names: dict[str, Names] = {side: {} for side in SIDES}
    for line, row in rows if not problems else ():
        problems += [f"line {line}: {text}" for text in _put(row, names, known)]
    problems += _not_learned(names, known) if not problems else []
    if problems or not rows:
        more = [f"and {len(problems) - MAX_PROBLEMS} more"] if len(problems) > MAX_PROBLEMS else []
        shown = "; ".join([*problems[:MAX_PROBLEMS], *more])
        raise DatasetError(f"label map {path}: {shown or 'it has no rows'}")
    return names


def renamed(track: Track, names: Names, spelling: Mapping[str, str]) -> Track | Skipped:
    """
    Give a track its new labels.

    Parameters
    ----------
    track : Track
        A track.
    names : mapping of str to str
        New names of its side.
    spelling : mapping of str to str
        How a label is spelled, by its `label_key`.

    Returns
    -------
    Track or Skipped
        The track, or why its first label leaves it out.
    """
    new = [names.get(label_key(label), label) for label in track.labels]
    if not new[0]:
        reason = f"the label map leaves the genre {track.label!r} out"
        return Skipped(track.track_id, reason, is_fault=False)
    spelled = dict.fromkeys(spelling.get(label_key(label), label) for label in new if label)
    return replace(track, labels=tuple(spelled))


def _put(
    row: Mapping[str, str], names: dict[str, Names], known: Mapping[str, Iterable[str]]
) -> list[str]:
    """Put a line in its place, or say what is wrong with it."""
    old, new, side = (row.get(key, "").strip() for key in ("from", "to", "side"))
    if side and side not in SIDES:
        return [f"side {side!r}{did_you_mean(side, SIDES)}; it must be train, test or empty (test)"]
    problem = label_problem(new) if new else None
    if problem:
        return [problem]
    side = side or "test"
    labels = sorted(known[side])
    if label_key(old) not in {label_key(label) for label in labels}:
        return [
            f"no track of the {side} data set is {old!r}{did_you_mean(old, labels)}; correct or "
            "remove it"
        ]
    if label_key(old) in names[side]:
        return [f"{old!r} is mapped already; give it one line"]
    names[side][label_key(old)] = new
    return []


def _not_learned(names: Mapping[str, Names], known: Mapping[str, Iterable[str]]) -> list[str]:
    """Tell of new names of test genres that are none of those learned, once the map is read."""
    learned = sorted({names["train"].get(label_key(x), x) for x in known["train"]} - {""})
    keys = {label_key(label) for label in learned}
    wanted = dict.fromkeys(new for new in names["test"].values() if new)
    # Where nothing is left to learn, that is the thing to tell.
    return [
        f"no genre that is learned is {new!r}{did_you_mean(new, learned)}; correct it, or leave "
        "'to' empty to leave the genre out"
        for new in wanted
        if learned and label_key(new) not in keys
    ]
