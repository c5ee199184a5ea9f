"""The rows of a track index: bytes to text, text to rows, a row to a track and back.

Nothing here raises on bad input: each function gives what it could make and the problems it met, so
that a reader can report all of them together.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from genrescope.errors import did_you_mean
from genrescope.labels import SEPARATOR, label_problem
from genrescope.records import Track

REQUIRED = ("track_id", "path", "labels")
COLUMNS = ("track_id", "path", "sha256", "labels", "artist", "album", "title", "duration_s")
GROUP = "artist_group"

Row = Mapping[str, str]


def decoded(data: bytes) -> tuple[str, list[str]]:
    """
    Decode an index as UTF-8, or say what it is instead.

    Parameters
    ----------
    data : bytes
        Content of the file.

    Returns
    -------
    tuple of (str, list of str)
        The text, and the problems.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", ["line 1: the file is UTF-16; save it as 'CSV UTF-8'"]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [
            f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8 (perhaps the file was saved "
            "as Windows-1252 or Latin-1); save it as 'CSV UTF-8'"
        ]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return "", [f"line {line}: a NUL character; the file is no text, or is damaged"]
    return text, []


def rows_of(
    text: str, *, required: Sequence[str] = REQUIRED
) -> tuple[list[tuple[int, Row]], list[str]]:
    """
    Cut an index into rows by column.

    Parameters
    ----------
    text : str
        Content of the file.
    required : sequence of str
        Columns that must be there.

    Returns
    -------
    tuple of (list of (int, mapping of str to str), list of str)
        The line that each row starts in and its values by column; and the problems.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, Row]] = []
    header: list[str] | None = None
    problems: list[str] = []
    start = 1
    try:
        for fields in reader:
            line, start = start, reader.line_num + 1
            if not any(field.strip() for field in fields):
                continue
            if header is None:
                header = [name.strip() for name in fields]
                problems += _header_problems(header, line, required)
                if problems:
                    return [], problems
            elif len(fields) != len(header):
                problems.append(
                    f"line {line}: {len(fields)} fields, but the header has {len(header)}; put a "
                    "field that holds a comma in double quotes"
                )
            else:
                rows.append((line, dict(zip(header, fields, strict=True))))
    except csv.Error as error:
        problems.append(f"line {start}: {error}; a double quote is perhaps not closed or doubled")
    if header is None and not problems:
        problems.append("line 1: no header; the first line names the columns")
    return rows, problems


def _header_problems(header: list[str], line: int, required: Sequence[str]) -> list[str]:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        mark = "semicolons" if ";" in header[0] else "tabs"
        return [f"line {line}: columns are separated by {mark}; save the file with commas"]
    problems = [
        f"line {line}: column {name!r} is missing{did_you_mean(name, header)}; name it in the "
        "first line"
        for name in required
        if name not in header
    ]
    twice = sorted({name for name in header if header.count(name) > 1})
    problems += [f"line {line}: column {name!r} stands twice; rename one" for name in twice]
    if "" in header:
        problems.append(
            f"line {line}: column {header.index('') + 1} has no name; name or remove it"
        )
    return problems


def track_of(row: Row, *, folder: Path) -> tuple[Track | None, list[str]]:
    """
    Make a track of a row, its group from the column for it.

    Parameters
    ----------
    row : mapping of str to str
        Values by column.
    folder : Path
        Folder of the index.

    Returns
    -------
    tuple of (Track or None, list of str)
        The track, or what is wrong.
    """
    values = {name: (row.get(name) or "").strip() for name in (*COLUMNS, GROUP)}
    problems: list[str] = []
    if not values["track_id"]:
        problems.append("track_id is empty; give each track a name of its own")
    elif not values["track_id"].isprintable():
        problems.append(
            f"track_id {values['track_id']!r} holds a character that cannot be printed; rename it"
        )
    labels = tuple(label.strip() for label in values["labels"].split(SEPARATOR))
    problems += [p for p in map(label_problem, labels) if p]
    twice = {label for label in labels if label and labels.count(label) > 1}
    problems += [f"label {label!r} stands twice; remove one" for label in sorted(twice)]
    sha256 = values["sha256"].lower()
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        problems.append(
            f"sha256 {values['sha256']!r} is not 64 hexadecimal digits; correct it or "
            "leave it empty"
        )
    duration_s, problem = _duration(values["duration_s"])
    problems += problem
    if problems:
        return None, problems
    further = {key: value.strip() for key, value in row.items() if key not in (*COLUMNS, GROUP)}
    track = Track(
        track_id=values["track_id"],
        path=folder / row["path"] if values["path"] else None,
        labels=labels,
        sha256=sha256 or None,
        artist=values["artist"] or None,
        album=values["album"] or None,
        title=values["title"] or None,
        duration_s=duration_s,
        group=values[GROUP] or None,
        extra={key: value for key, value in further.items() if value},
    )
    return track, []


def _duration(text: str) -> tuple[float | None, list[str]]:
    if not text:
        return None, []
    rule = "it must be a number of seconds above 0, such as 30.5, or empty"
    try:
        value = float(text)
    except ValueError:
        return None, [f"duration_s {text!r} is no number; {rule}"]
    if not math.isfinite(value) or value <= 0:
        return None, [f"duration_s is {text}; {rule}"]
    return value, []


def row_of(track: Track, *, folder: Path) -> Row:
    """
    Make the row of a track, with the column for its group.

    Parameters
    ----------
    track : Track
        The track.
    folder : Path
        Folder of the index, absolute.

    Returns
    -------
    mapping of str to str
        Values by column.
    """
    return {
        **track.extra,
        "track_id": track.track_id,
        "path": "" if track.path is None else _written_path(track.path, folder),
        "sha256": track.sha256 or "",
        "labels": SEPARATOR.join(track.labels),
        "artist": track.artist or "",
        "album": track.album or "",
        "title": track.title or "",
        "duration_s": "" if track.duration_s is None else repr(float(track.duration_s)),
        GROUP: track.group or "",
    }


def _written_path(path: Path, folder: Path) -> str:
    whole = Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow links)
    return (
        whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else whole.as_posix()
    )
