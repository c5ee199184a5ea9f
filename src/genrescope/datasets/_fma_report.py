"""What was changed in the genre cells of FMA: how many of each kind, with examples.

Public: `Example`, `KindCount`, `GenreReport`, `genre_report`, `cleaned`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from genrescope.datasets import _fma_cells
from genrescope.datasets._fma_cells import CleanCell, clean_cell
from genrescope.datasets._fma_genres import GenreTable
from genrescope.datasets._fma_rows import Row

N_EXAMPLES = 3
MAX_SHOWN = 80

_TOP_RULES = {
    "disagrees": "genre_top is none of the top-level genres of the list: genre_top stands",
    "not top level": "genre_top is a genre below the top level: its top-level genre is taken",
}
# A title is what belongs into genre_top, and nothing where a track has several such genres.
_TOP_MAY = ("text", "name", "empty cell")


@dataclass(frozen=True)
class Example:
    """
    A cell that was not as it should be.

    Attributes
    ----------
    track_id : str
        The track.
    cell : str
        The text of the cell, cut where it is long.
    genres : tuple of str
        Titles of the genres that it was read as.
    """

    track_id: str
    cell: str
    genres: tuple[str, ...]


@dataclass(frozen=True)
class KindCount:
    """
    How often cells were not as they should be in one way.

    Attributes
    ----------
    column : str
        ``track.genres`` or ``track.genre_top``.
    kind : str
        Name of the way.
    rule : str
        What is done with such cells.
    n_cells : int
        Number of cells.
    examples : tuple of Example
        The first of them.
    """

    column: str
    kind: str
    rule: str
    n_cells: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class GenreReport:
    """
    What was found in the genre cells of a subset, and done with them.

    Attributes
    ----------
    subset : str
        Name of the subset.
    n_tracks : int
        Number of tracks in it, each with one cell of genres.
    n_as_given : int
        Cells that are a list of one known id: nothing was changed.
    n_several : int
        Cells that were read as several genres.
    n_without : int
        Cells without any genre.
    kinds : tuple of KindCount
        Each kind that was found, most frequent first; a cell may be of several kinds.
    """

    subset: str
    n_tracks: int
    n_as_given: int
    n_several: int
    n_without: int
    kinds: tuple[KindCount, ...]


def cleaned(row: Row, table: GenreTable) -> tuple[CleanCell, CleanCell]:
    """
    Clean the two genre cells of a track.

    Parameters
    ----------
    row : Row
        The track.
    table : GenreTable
        The genres.

    Returns
    -------
    top, genres : CleanCell
        What became of ``track.genre_top``, lifted to the top level, and of ``track.genres``. The
        kinds of the former do not tell that it is a title, or empty: so it should be.
    """
    top, genres = clean_cell(row.genre_top, table), clean_cell(row.genres, table)
    lifted = table.tops(top.genre_ids)
    kinds = [kind for kind in top.kinds if kind not in _TOP_MAY]
    if lifted != top.genre_ids:
        kinds.append("not top level")
    if lifted and genres.genre_ids and not set(lifted) & set(table.tops(genres.genre_ids)):
        kinds.append("disagrees")
    return CleanCell(lifted, tuple(kinds), top.reason), genres


def genre_report(rows: Iterable[Row], table: GenreTable, *, subset: str) -> GenreReport:
    """
    Count what is not as it should be; rows are looked at one by one.

    Parameters
    ----------
    rows : iterable of Row
        The tracks of the subset.
    table : GenreTable
        The genres.
    subset : str
        Name of the subset.

    Returns
    -------
    GenreReport
        The counts, with examples.

    Examples
    --------
    >>> from genrescope.datasets._fma_genres import genre_table
    >>> rows = [Row(2, "training", "small", "Rock", "[12]"), Row(3, "test", "small", "", "[]")]
    >>> report = genre_report(rows, genre_table({12: "Rock"}, {}), subset="small")
    >>> report.n_as_given, [(k.kind, k.n_cells) for k in report.kinds]
    (1, [('empty list', 1)])
    """
    n_tracks = n_as_given = n_several = n_without = 0
    counts: dict[tuple[str, str], int] = {}
    examples: dict[tuple[str, str], list[Example]] = {}
    for row in rows:
        top, genres = cleaned(row, table)
        n_tracks += 1
        n_as_given += not genres.kinds
        n_several += len(genres.genre_ids) > 1
        n_without += not genres.genre_ids
        for column, text, cell in (
            ("track.genres", row.genres, genres),
            ("track.genre_top", row.genre_top, top),
        ):
            for kind in cell.kinds:
                key = (column, kind)
                counts[key] = counts.get(key, 0) + 1
                if counts[key] <= N_EXAMPLES:
                    example = Example(row.track_id, _cut(text), table.named(cell.genre_ids))
                    examples.setdefault(key, []).append(example)
    rules = {**_fma_cells.RULES, **_TOP_RULES}
    kinds = tuple(
        KindCount(column, kind, rules[kind], n, tuple(examples[column, kind]))
        for (column, kind), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    return GenreReport(subset, n_tracks, n_as_given, n_several, n_without, kinds)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
