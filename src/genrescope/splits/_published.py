"""Partitions that others published: read from a column of the track index, or from list files.

A list file names one track a line, as ``blues/blues.00029.wav`` or ``blues.00029``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

from genrescope.datasets.dataset import expand_path
from genrescope.errors import SplitError
from genrescope.records import Skipped, Track

logger = logging.getLogger(__name__)

Places = tuple[dict[str, tuple[str, ...]], tuple[Skipped, ...]]


def places(
    tracks: Sequence[Track],
    *,
    column: str,
    files: Mapping[str, str],
    sizes: Mapping[str, int],
    lists: str | None,
    published: str,
) -> Places:
    """
    Sort tracks into the parts of a published partition.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.
    column : str
        Column of the track index that names the part.
    files : mapping of str to str
        Name of the list file of each part.
    sizes : mapping of str to int
        Number of tracks of each part as published; a warning is logged where there are less.
    lists : str or None
        Folder of the list files; None reads the column.
    published : str
        Where the lists are published, for messages.

    Returns
    -------
    tuple of (dict of str to tuple of str, tuple of Skipped)
        Track ids by part, and what stands in none, with the reason.

    Raises
    ------
    SplitError
        If the column or a list is missing, or names something unknown.
    """
    if lists is None:
        found = _from_column(tracks, column, tuple(files), published)
        missing: list[str] = []
    else:
        found, missing = _from_lists(tracks, files, lists, published)
    ids = sorted(track.track_id for track in tracks)
    left_out = [
        Skipped(i, f"in no part of {column} as published", is_fault=False)
        for i in ids
        if i not in found
    ]
    left_out += [Skipped(i, f"listed in {column}, but not in the data set") for i in missing]
    parts = {part: tuple(i for i in ids if found.get(i) == part) for part in files}
    for part, size in sizes.items():
        if len(parts[part]) != size:
            text = "%s: part %s has %d tracks here, %d as published: numbers compare only roughly"
            logger.warning(text, column, part, len(parts[part]), size)
    return parts, tuple(left_out)


def _from_column(
    tracks: Sequence[Track], column: str, parts: Sequence[str], published: str
) -> dict[str, str]:
    found = {t.track_id: t.extra[column] for t in tracks if t.extra.get(column)}
    if not found:
        raise SplitError(
            f"no track has a value in the column {column!r} of the track index: add that column "
            f"({', '.join(parts)} or empty), or give the folder of the lists as the setting "
            f"'lists'; they are published at {published}"
        )
    for track_id, part in found.items():
        if part not in parts:
            raise SplitError(
                f"track {track_id!r} has {column} = {part!r}: it must be {', '.join(parts)} or "
                "empty"
            )
    return found


def _from_lists(
    tracks: Sequence[Track], files: Mapping[str, str], lists: str, published: str
) -> tuple[dict[str, str], list[str]]:
    folder = expand_path(lists)
    by_name: dict[str, str] = {}
    for track in tracks:
        if by_name.setdefault(_name(track.track_id), track.track_id) != track.track_id:
            raise SplitError(
                f"two tracks are named {_name(track.track_id)!r}: lists cannot tell them"
            )
    found: dict[str, str] = {}
    missing: list[str] = []
    seen: set[str] = set()
    for part, file in files.items():
        try:
            lines = (folder / file).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SplitError(
                f"list {folder / file} cannot be read ({error}): the lists are published at "
                f"{published}; save {', '.join(files.values())} in that folder"
            ) from error
        for number, line in enumerate(lines, start=1):
            name = _name(line.strip())
            if not name:
                continue
            if name in seen:
                raise SplitError(f"list {folder / file}, line {number}: {name!r} is listed already")
            seen.add(name)
            if name in by_name:
                found[by_name[name]] = part
            else:
                missing.append(name)
    if not found:
        raise SplitError(
            f"none of the {len(missing)} tracks that the lists in {folder} name is in the data set "
            f"(the first is {missing[0] if missing else 'none'!r}): use the data set they are for"
        )
    return found, missing


def _name(text: str) -> str:
    return re.sub(r"(?i)\.(wav|au|ogg|mp3|flac)$", "", text.replace("\\", "/").rsplit("/", 1)[-1])
