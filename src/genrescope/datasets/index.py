"""The track index: a CSV file that says which recordings a data set has, and their genres.

Columns ``track_id, path, sha256, labels, artist, album, title, duration_s``, of which ``track_id,
path, labels`` must be there; labels are separated by ``;``, paths are relative to the folder of the
index or absolute, lengths are in seconds. Further columns are kept as text in `Track.extra`. A
column ``artist_group`` names who must not stand on both sides of a split; without it, that is the
artist. The file is UTF-8.

Public: `read_index`, `write_index`, `validate_index`, `make_index`, `artist_key`.
"""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from genrescope import atomic
from genrescope import labels as label_names
from genrescope.datasets import _index_rows, _scan
from genrescope.datasets.dataset import Dataset, Progress
from genrescope.errors import DatasetError
from genrescope.records import Skipped, Track

MAX_PROBLEMS = 20
_NOBODY = frozenset(
    {"various artists", "various", "va", "v.a.", "unknown artist", "unknown", "n/a"}
)


def artist_key(artist: str | None) -> str | None:
    """
    Reduce an artist's name to what decides whether two tracks have the same artist.

    Parameters
    ----------
    artist : str or None
        The name.

    Returns
    -------
    str or None
        Without differences of case, width and spacing; None for no name, and for names that stand
        for nobody, such as "Various Artists".

    Examples
    --------
    >>> artist_key("Rage  Against The Machine") == artist_key("Rage Against the Machine")
    True
    >>> artist_key("Various Artists") is None
    True
    """
    plain = " ".join(unicodedata.normalize("NFKC", artist or "").casefold().split())
    return None if not plain or plain in _NOBODY else plain


def read_index(path: Path) -> tuple[Track, ...]:
    """
    Read a track index.

    Parameters
    ----------
    path : Path
        The CSV file: UTF-8 with or without a byte order mark, any line ends.

    Returns
    -------
    tuple of Track
        In the order of the file. Whether the sound files exist is not looked at.

    Raises
    ------
    DatasetError
        If the file cannot be read or breaks a rule; the message lists the first 20 problems.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"track index {path} cannot be read: {error}") from error
    folder = Path(os.path.abspath(path.parent))  # noqa: PTH100 (resolve would follow links)
    tracks, problems = _parsed(data, folder=folder)
    _refuse(problems, what=f"track index {path}")
    if not tracks:
        raise DatasetError(f"track index {path} has no rows: add a row for each recording")
    return tracks


def write_index(path: Path, tracks: Sequence[Track]) -> None:
    """
    Write a track index that reads back as the same tracks, whole or not at all.

    Parameters
    ----------
    path : Path
        Where the file shall stand.
    tracks : sequence of Track
        The tracks; sound files below the folder of the index get relative paths.

    Raises
    ------
    DatasetError
        If a track could not be read back; the message lists the first 20 problems.
    """
    folder = Path(os.path.abspath(path.parent))  # noqa: PTH100 (resolve would follow links)
    grouped = any(t.group != artist_key(t.artist) for t in tracks)
    extra = sorted({key for track in tracks for key, value in track.extra.items() if value})
    columns = [*_index_rows.COLUMNS, *([_index_rows.GROUP] if grouped else []), *extra]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for track in tracks:
        row = _index_rows.row_of(track, folder=folder)
        writer.writerow([row.get(column, "") for column in columns])
    what = f"track index {path} was not written"
    try:
        data = text.getvalue().encode()
    except UnicodeEncodeError as error:
        bad = error.object[max(0, error.start - 20) : error.end]
        raise DatasetError(f"{what}: {bad!r} is no Unicode text; rename that file") from error
    read, problems = _parsed(data, folder=folder)
    _refuse(problems, what=what)
    for before, after in zip(tracks, read, strict=True):
        if before.track_id != after.track_id:
            raise DatasetError(f"{what}: track_id {before.track_id!r} has spaces around it")
    atomic.write_bytes(path, data)


def validate_index(tracks: Sequence[Track], *, check_files: bool = True) -> list[str]:
    """
    Find what is doubtful in an index that can be read.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    check_files : bool
        Look whether each sound file exists.

    Returns
    -------
    list of str
        Problems: missing files, recordings or files that are listed twice, labels that read the
        same, and labels with one track.
    """
    problems = []
    if check_files:
        problems += [
            f"track {t.track_id!r}: {_missing(t)}"
            for t in tracks
            if t.path is None or not t.path.is_file()
        ]
    for ids in _sharing((t.sha256, t.track_id) for t in tracks):
        problems.append(
            f"tracks {', '.join(ids)} have one sha256: they are one recording; keep one of them"
        )
    for ids in _sharing((t.path, t.track_id) for t in tracks):
        problems.append(f"tracks {', '.join(ids)} have one path: keep one of them")
    counts = Counter(label for track in tracks for label in track.labels)
    for names in _sharing((label_names.label_key(label), label) for label in sorted(counts)):
        problems.append(f"labels {', '.join(map(repr, names))} read the same: write them one way")
    for label in sorted(label for label, count in counts.items() if count == 1):
        problems.append(f"label {label!r} has one track: no split can train and test it; add more")
    return problems


def _missing(track: Track) -> str:
    if track.path is None:
        return "it has no path; give that of the sound file, relative to the folder of the index"
    hint = "; write / for the backslash" if "\\" in str(track.path) and os.sep == "/" else ""
    return f"there is no file {track.path}; correct the path, or bring the file back{hint}"


def _sharing(pairs: Iterable[tuple[Hashable | None, str]]) -> list[list[str]]:
    shared: dict[Hashable, list[str]] = {}
    for key, name in pairs:
        if key is not None:
            shared.setdefault(key, []).append(name)
    return [names for names in shared.values() if len(names) > 1]


def make_index(
    folder: Path,
    *,
    label_from: Literal["folder", "tag"] = "folder",
    progress: Progress | None = None,
) -> Dataset:
    """
    Make the tracks of a folder of sound files: hash and probe each, and read its tags.

    Parameters
    ----------
    folder : Path
        The folder; all below it is looked at.
    label_from : {"folder", "tag"}
        Take the genre from the first sub-folder, or from the genre tag.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        The tracks for `write_index`, and what was skipped, with the reason.

    Raises
    ------
    DatasetError
        If there is no such folder.
    """
    paths, skipped = _scan.sound_files(folder)
    items: list[tuple[Path, str, tuple[str, ...]]] = []
    for path, track_id in zip(paths, _scan.track_ids(paths, folder), strict=True):
        if label_from == "tag":
            items.append((path, track_id, ()))
            continue
        parts = path.relative_to(folder).parts
        label = unicodedata.normalize("NFC", parts[0]) if len(parts) > 1 else ""
        problem = label_names.label_problem(label)
        if len(parts) == 1:
            skipped.append(Skipped(track_id, "it lies in no sub-folder, which would be its genre"))
        elif problem:
            skipped.append(Skipped(track_id, f"its folder is no label: {problem}"))
        else:
            items.append((path, track_id, (label,)))
    tracks, unread = _scan.scanned(items, progress=progress)
    return Dataset(
        name=folder.resolve().name,
        tracks=tuple(replace(t, group=artist_key(t.artist)) for t in tracks),
        skipped=(*skipped, *unread),
    )


def _parsed(data: bytes, *, folder: Path) -> tuple[tuple[Track, ...], list[str]]:
    text, problems = _index_rows.decoded(data)
    rows, found = _index_rows.rows_of(text) if not problems else ([], [])
    problems = [*problems, *found]
    tracks = []
    lines: dict[str, int] = {}
    for line, row in rows:
        track, found = _index_rows.track_of(row, folder=folder)
        problems += [f"line {line}: {problem}" for problem in found]
        if track is None:
            continue
        if track.track_id in lines:
            problems.append(
                f"line {line}: track_id {track.track_id!r} stands in line {lines[track.track_id]} "
                "already; an id names one track, so rename one of them"
            )
        lines.setdefault(track.track_id, line)
        if _index_rows.GROUP not in row:
            track = replace(track, group=artist_key(track.artist))
        tracks.append(track)
    return tuple(tracks), problems


def _refuse(problems: Sequence[str], *, what: str) -> None:
    if problems:
        more = len(problems) - MAX_PROBLEMS
        shown = [*problems[:MAX_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise DatasetError("\n- ".join([f"{what}: {count}", *shown]))
