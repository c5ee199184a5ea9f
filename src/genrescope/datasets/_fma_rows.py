"""The rows of ``tracks.csv`` of FMA, one after the other: 106,574 of them, never all at once.

The header has three rows: the group of a column (album, artist, set, track), its field, and
``track_id``. A column is named here by both: ``set.split``, ``track.genre_top``. Of its 52 columns
a dozen are kept.

Public: `Row`, `read_rows`, `in_subset`, `SUBSETS`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.errors import DatasetError, did_you_mean
from genrescope.records import Skipped

SUBSETS = ("small", "medium", "large", "full")
"""Each holds those before it; large and full are all tracks, as clips of 30 s and as they are."""

REQUIRED = ("set.split", "set.subset", "track.genre_top", "track.genres")
OPTIONAL = {
    "album.id": "album_id",
    "album.title": "album",
    "artist.id": "artist_id",
    "artist.name": "artist",
    "track.title": "title",
    "track.duration": "duration",
    "track.bit_rate": "bit_rate",
    "track.license": "licence",
}
MAX_FIELD = 10_000_000
"""Characters of a field: biographies of artists are long."""
_GROUPS = ("album", "artist", "set", "track")


@dataclass(frozen=True, slots=True)
class Row:
    """
    One track of FMA, as ``tracks.csv`` tells of it; its genre cells as they stand there.

    Attributes
    ----------
    fma_id : int
        Its number, which names its file.
    split : str
        ``training``, ``validation`` or ``test``.
    subset : str
        The smallest subset that holds it: ``small``, ``medium`` or ``large``.
    genre_top, genres : str
        Genre cells: the title of its one top-level genre, and the list of genre ids.
    artist_id, artist, album_id, album, title, duration, bit_rate, licence : str
        As far as the file has them, without white space around; else empty, also where it has the
        -1 that stands for nothing. Duration (seconds) and bit rate (bits a second) are those of the
        whole recording.
    """

    fma_id: int
    split: str
    subset: str
    genre_top: str
    genres: str
    artist_id: str = ""
    artist: str = ""
    album_id: str = ""
    album: str = ""
    title: str = ""
    duration: str = ""
    bit_rate: str = ""
    licence: str = ""

    @property
    def track_id(self) -> str:
        """
        Name the track as its file is named.

        Returns
        -------
        str
            Six digits.
        """
        return f"{self.fma_id:06d}"


def in_subset(row: Row, subset: str) -> bool:
    """
    Tell whether a subset holds a track.

    Parameters
    ----------
    row : Row
        The track.
    subset : str
        One of `SUBSETS`.

    Returns
    -------
    bool
        True where it does; large and full hold every track.

    Examples
    --------
    >>> row = Row(2, "training", "medium", "Rock", "[12]")
    >>> [in_subset(row, subset) for subset in SUBSETS]
    [False, True, True, True]
    """
    return row.subset in SUBSETS[: SUBSETS.index(subset) + 1] or subset in ("large", "full")


def read_rows(path: Path) -> Iterator[Row | Skipped]:
    """
    Read ``tracks.csv`` row by row.

    Parameters
    ----------
    path : Path
        The file, UTF-8.

    Yields
    ------
    Row or Skipped
        A track; or a row that cannot be one, with the reason.

    Raises
    ------
    DatasetError
        If the file cannot be read, has another header, or a double quote is not closed.
    """
    # The csv module has one limit for all: it is put back when the rows are read.
    limit = csv.field_size_limit()
    csv.field_size_limit(max(limit, MAX_FIELD))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(csv.reader(file, strict=True), path)
    except OSError as error:
        raise DatasetError(
            f"tracks file {path} cannot be read: {error}; `genrescope data get fma` brings it"
        ) from error
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"tracks file {path} is not UTF-8 ({error}); unpack fma_metadata.zip once more"
        ) from error
    finally:
        csv.field_size_limit(limit)


def _rows(reader: Iterator[list[str]], path: Path) -> Iterator[Row | Skipped]:
    try:
        header = [next(reader, []) for _ in range(3)]
        places = _places(header, path)
        seen: set[int] = set()
        for fields in reader:
            if not any(fields):
                continue
            row = _row(fields, places, n_columns=len(header[0]))
            if isinstance(row, Row):
                if row.fma_id in seen:
                    yield Skipped(row.track_id, f"{path.name} has this track_id already")
                    continue
                seen.add(row.fma_id)
            yield row
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise DatasetError(
            f"tracks file {path}: line {line}: {error}; a double quote is perhaps not closed, or "
            "the file was cut off"
        ) from error


def _places(header: Sequence[Sequence[str]], path: Path) -> Mapping[str, int]:
    """Give the place of each column that is used, or refuse the header."""
    groups, fields, last = ([cell.strip() for cell in row] for row in header)
    if not last or last[0] != "track_id" or not set(groups[1:]) >= {"set", "track"}:
        raise DatasetError(
            f"tracks file {path}: its first three lines are not the header of FMA (groups "
            f"{', '.join(_GROUPS)}; fields; track_id): name the folder of tracks.csv, not of "
            "raw_tracks.csv or of a table that another program wrote"
        )
    names = [f"{group}.{field}" for group, field in zip(groups, fields, strict=False)]
    for name in REQUIRED:
        if name not in names:
            raise DatasetError(
                f"tracks file {path} has no column {name}{did_you_mean(name, names)}: unpack "
                "fma_metadata.zip once more"
            )
    return {name: names.index(name) for name in (*REQUIRED, *OPTIONAL) if name in names}


def _row(fields: Sequence[str], places: Mapping[str, int], *, n_columns: int) -> Row | Skipped:
    number = fields[0].strip()
    if len(fields) != n_columns:
        reason = f"its row has {len(fields)} fields, but the header has {n_columns}"
        return Skipped(number or "a row without track_id", reason)
    if not (number.isascii() and number.isdecimal() and len(number) <= 9):
        return Skipped(repr(number), "its track_id is no whole number")
    cells = {name: fields[place] for name, place in places.items()}
    return Row(
        fma_id=int(number),
        split=cells["set.split"].strip().lower(),
        subset=cells["set.subset"].strip().lower(),
        # Genre cells stay as they are: what is odd about them is told.
        genre_top=cells["track.genre_top"],
        genres=cells["track.genres"],
        **{
            field: " ".join(cells[name].split())
            for name, field in OPTIONAL.items()
            if name in cells and cells[name].strip() != "-1"
        },
    )
