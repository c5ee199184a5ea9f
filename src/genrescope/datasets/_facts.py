"""What is known of tracks besides their sound: a CSV of artists, titles and published partitions.

Columns ``track_id`` and, as far as there are such, ``genre, artist, title, artist_group``; further
columns go to `Track.extra`, but for those that say where the sound lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from genrescope.datasets import _index_rows
from genrescope.datasets.index import artist_key
from genrescope.errors import DatasetError
from genrescope.records import Track

_NOT_EXTRA = ("track_id", "genre", "artist", "title", "artist_group", "audio", "logmel_row")

Facts = Mapping[str, Mapping[str, str]]


def read_facts(path: Path) -> Facts:
    """
    Read the CSV.

    Parameters
    ----------
    path : Path
        The file, UTF-8.

    Returns
    -------
    mapping of str to mapping of str to str
        Values by track id and column.

    Raises
    ------
    DatasetError
        If the file cannot be read, or has an id twice.
    """
    try:
        text, problems = _index_rows.decoded(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"tracks file {path} cannot be read: {error}") from error
    rows, found = _index_rows.rows_of(text, required=("track_id",)) if not problems else ([], [])
    facts: dict[str, Mapping[str, str]] = {}
    for line, row in rows:
        values = {key: value.strip() for key, value in row.items()}
        if values["track_id"] in facts:
            found.append(f"line {line}: track_id {values['track_id']!r} is there already")
        facts[values["track_id"]] = values
    problems = [*problems, *found]
    if problems or not facts:
        raise DatasetError(f"tracks file {path}: {'; '.join(problems[:20]) or 'no rows'}")
    return facts


def find_facts(given: Path | None, folders: tuple[Path, ...]) -> Path | None:
    """
    Find the tracks file that belongs to a data set.

    Parameters
    ----------
    given : Path or None
        The file that the settings name, if any.
    folders : tuple of Path
        Where ``tracks.csv`` may stand otherwise.

    Returns
    -------
    Path or None
        The file, or None where there is none.
    """
    if given is not None:
        return given
    return next((f / "tracks.csv" for f in folders if (f / "tracks.csv").is_file()), None)


def sounds(facts: Facts, folder: Path, track_ids: Iterable[str]) -> dict[str, Path]:
    """
    Find the sound files that a tracks file names.

    Parameters
    ----------
    facts : mapping of str to mapping of str to str
        What `read_facts` gave.
    folder : Path
        The folder of the tracks file, which its column ``audio`` is relative to.
    track_ids : iterable of str
        Which tracks to look for.

    Returns
    -------
    dict of str to Path
        By track id; tracks whose file is not named, or not there, are left out.
    """
    named = {i: facts[i]["audio"] for i in track_ids if facts.get(i, {}).get("audio")}
    return {i: folder / name for i, name in named.items() if (folder / name).is_file()}


def with_facts(track: Track, facts: Facts) -> Track:
    """
    Add to a track what is known of it.

    Parameters
    ----------
    track : Track
        The track.
    facts : mapping of str to mapping of str to str
        What `read_facts` gave.

    Returns
    -------
    Track
        With artist, title, group and further columns; as it was, with the group from its artist,
        where the file lacks it.

    Raises
    ------
    DatasetError
        If the file gives the track another genre.
    """
    known = facts.get(track.track_id)
    if known is None:
        return replace(track, group=artist_key(track.artist))
    genre = known.get("genre")
    if genre and genre != track.label:
        raise DatasetError(
            f"track {track.track_id!r} is {track.label!r} by its place, but {genre!r} in the "
            "tracks file: they belong to different data sets, or one of them is wrong"
        )
    artist = known.get("artist") or track.artist
    group = known["artist_group"] or None if "artist_group" in known else artist_key(artist)
    return replace(
        track,
        artist=artist,
        title=known.get("title") or track.title,
        group=group,
        extra={key: value for key, value in known.items() if value and key not in _NOT_EXTRA},
    )
