"""Partitions that others published: read from a column of the track index, or from list files.

A list file names one track a line, as ``blues/blues.00029.wav`` or ``blues.00029``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

from genrescope.datasets.dataset import expand_path
from genrescope.errors import SplitError, did_you_mean
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
        advice = (
            f"add that column ({', '.join(files)} or empty), or give the folder of the lists as "
            f"the setting 'lists'; they are published at {published}"
        )
        found = places_of_column(tracks, column, values={p: p for p in files}, advice=advice)
        missing: list[str] = []
    else:
        found, missing = _from_lists(tracks, files, lists, published)
    parts, left_out = sorted_tracks(tracks, found, tuple(files), column=column)
    left_out += [Skipped(i, f"listed in {column}, but not in the data set") for i in missing]
    for part, size in sizes.items():
        if len(parts[part]) != size:
            text = "%s: part %s has %d tracks here, %d as published: numbers compare only roughly"
            logger.warning(text, column, part, len(parts[part]), size)
    return parts, tuple(left_out)


def places_of_column(
    tracks: Sequence[Track], column: str, *, values: Mapping[str, str], advice: str
) -> dict[str, str]:
    """
    Read the part of each track from a column of the track index.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.
    column : str
        Name of the column.
    values : mapping of str to str
        The part that each value stands for.
    advice : str
        What to do where no track has a value, for the message.

    Returns
    -------
    dict of str to str
        Part by track id, of the tracks that have one.

    Raises
    ------
    SplitError
        If no track has a value, or one has an unknown value.
    """
    said = {t.track_id: t.extra[column] for t in tracks if t.extra.get(column)}
    if not said:
        others = sorted({name for track in tracks for name in track.extra})
        raise SplitError(
            f"no track has a value in the column {column!r} of the track index"
            f"{did_you_mean(column, others)}: {advice}"
        )
    for track_id, value in said.items():
        if value not in values:
            raise SplitError(
                f"track {track_id!r} has {column} = {value!r}: it must be {', '.join(values)} or "
                "empty"
            )
    return {track_id: values[value] for track_id, value in said.items()}


def sorted_tracks(
    tracks: Sequence[Track], found: Mapping[str, str], names: Sequence[str], *, column: str
) -> tuple[dict[str, tuple[str, ...]], list[Skipped]]:
    """
    Sort the tracks by their parts.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.
    found : mapping of str to str
        Part by track id.
    names : sequence of str
        The parts.
    column : str
        What names the parts, for the reason of what is left out.

    Returns
    -------
    tuple of (dict of str to tuple of str, list of Skipped)
        Track ids by part, sorted, and what stands in none.
    """
    ids = sorted(track.track_id for track in tracks)
    reason = f"in no part of {column} as published"
    left_out = [Skipped(i, reason, is_fault=False) for i in ids if i not in found]
    return {name: tuple(i for i in ids if found.get(i) == name) for name in names}, left_out


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
