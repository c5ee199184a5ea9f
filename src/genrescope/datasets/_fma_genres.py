"""The genres of FMA and their hierarchy: ``genres.csv``, one genre a row.

A genre is known by its id, a whole number above 0; a parent of 0 stands for none. The way from a
genre to its parents ends in a top-level genre, such as Rock or Jazz.

Public: `GenreTable`, `read_genres`, `genre_table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from genrescope.datasets import _index_rows
from genrescope.errors import DatasetError
from genrescope.labels import label_key, label_problem

COLUMNS = ("genre_id", "parent", "title")
MAX_PROBLEMS = 20


@dataclass(frozen=True)
class GenreTable:
    """
    Genres with their parents.

    Attributes
    ----------
    titles : mapping of int to str
        Title by genre id.
    ancestors : mapping of int to tuple of int
        By genre id: its parent, the parent of that, and so on up to the top level; empty for a
        top-level genre.
    by_name : mapping of str to tuple of int
        Genre ids by the `label_key` of their title; several where titles read the same.
    """

    titles: Mapping[int, str]
    ancestors: Mapping[int, tuple[int, ...]]
    by_name: Mapping[str, tuple[int, ...]]

    def top(self, genre_id: int) -> int:
        """
        Go up to the top level.

        Parameters
        ----------
        genre_id : int
            A genre.

        Returns
        -------
        int
            The last of its ancestors; the genre itself where it has none.
        """
        return (genre_id, *self.ancestors[genre_id])[-1]

    def tops(self, genre_ids: Iterable[int]) -> tuple[int, ...]:
        """
        Go up to the top level from several genres.

        Parameters
        ----------
        genre_ids : iterable of int
            Genres.

        Returns
        -------
        tuple of int
            Each top-level genre once, in the order of the first genre that led to it.
        """
        return tuple(dict.fromkeys(map(self.top, genre_ids)))

    def with_ancestors(self, genre_ids: Iterable[int]) -> tuple[int, ...]:
        """
        Add the ancestors of genres.

        Parameters
        ----------
        genre_ids : iterable of int
            Genres.

        Returns
        -------
        tuple of int
            The genres, then their ancestors, each once.
        """
        given = tuple(genre_ids)
        return tuple(dict.fromkeys((*given, *(a for i in given for a in self.ancestors[i]))))

    def named(self, genre_ids: Iterable[int]) -> tuple[str, ...]:
        """
        Give the titles of genres.

        Parameters
        ----------
        genre_ids : iterable of int
            Genres.

        Returns
        -------
        tuple of str
            Their titles, in the same order.
        """
        return tuple(self.titles[i] for i in genre_ids)


def genre_table(titles: Mapping[int, str], parents: Mapping[int, int]) -> GenreTable:
    """
    Make a table of titles and parents.

    Parameters
    ----------
    titles : mapping of int to str
        Title by genre id.
    parents : mapping of int to int
        Parent by genre id; 0 or no entry for a top-level genre.

    Returns
    -------
    GenreTable
        The table.

    Raises
    ------
    DatasetError
        If a parent is no genre of the table, or the parents go round in a circle.

    Examples
    --------
    >>> table = genre_table({12: "Rock", 25: "Punk", 88: "Post-Punk"}, {25: 12, 88: 25})
    >>> table.top(88), table.ancestors[88]
    (12, (25, 12))
    """
    by_name: dict[str, tuple[int, ...]] = {}
    for genre_id, title in titles.items():
        key = label_key(title)
        by_name[key] = (*by_name.get(key, ()), genre_id)
    ancestors = {genre_id: _ancestors(genre_id, titles, parents) for genre_id in titles}
    return GenreTable(titles=dict(titles), ancestors=ancestors, by_name=by_name)


def _ancestors(
    genre_id: int, titles: Mapping[int, str], parents: Mapping[int, int]
) -> tuple[int, ...]:
    way = [genre_id]
    while parent := parents.get(way[-1], 0):
        if parent not in titles:
            raise DatasetError(
                f"genre {titles[way[-1]]!r} ({way[-1]}) has the parent {parent}, which is no genre "
                "of the table: add its row, or set the parent to 0 for a top-level genre"
            )
        if parent in way:
            circle = " -> ".join(
                f"{titles[i]!r} ({i})" for i in (*way[way.index(parent) :], parent)
            )
            raise DatasetError(
                f"the parents of genres go round in a circle: {circle}; one of them must have the "
                "parent 0 or another one"
            )
        way.append(parent)
    return tuple(way[1:])


def read_genres(path: Path) -> GenreTable:
    """
    Read ``genres.csv``.

    Parameters
    ----------
    path : Path
        The file, UTF-8, with the columns ``genre_id, parent, title``, and ``top_level``, which is
        compared with where the parents lead.

    Returns
    -------
    GenreTable
        The table.

    Raises
    ------
    DatasetError
        If the file cannot be read or breaks a rule, a parent is unknown, parents go round in a
        circle, or do not lead to the ``top_level`` of a genre.
    """
    try:
        text, problems = _index_rows.decoded(path.read_bytes())
    except OSError as error:
        raise DatasetError(
            f"genres file {path} cannot be read: {error}; `genrescope data get fma` brings it"
        ) from error
    rows, found = _index_rows.rows_of(text, required=COLUMNS) if not problems else ([], [])
    problems += found
    titles: dict[int, str] = {}
    parents: dict[int, int] = {}
    tops: dict[int, int] = {}
    for line, row in rows:
        problems += [f"line {line}: {problem}" for problem in _put(row, titles, parents, tops)]
    if problems or not titles:
        raise DatasetError(
            f"genres file {path}: {'; '.join(problems[:MAX_PROBLEMS]) or 'it has no rows'}"
        )
    try:
        table = genre_table(titles, parents)
        _check_tops(table, tops)
    except DatasetError as error:
        raise DatasetError(f"genres file {path}: {error}") from error
    return table


def _put(
    row: Mapping[str, str], titles: dict[int, str], parents: dict[int, int], tops: dict[int, int]
) -> list[str]:
    """Put a row in its place, or say what is wrong with it."""
    numbers: dict[str, int] = {}
    for name in ("genre_id", "parent", "top_level"):
        text = row.get(name, "").strip()
        # pandas writes whole numbers as floats where a column has gaps.
        plain = text.removesuffix(".0")
        if plain.isascii() and plain.isdecimal():
            numbers[name] = int(plain)
        elif text or name == "genre_id":
            return [f"{name} {text!r} is no whole number; correct it"]
    genre_id, title = numbers["genre_id"], row["title"].strip()
    problem = label_problem(title)
    if problem or genre_id == 0:
        return [problem or "genre_id 0 stands for no parent; give the genre another one"]
    if genre_id in titles:
        return [f"genre_id {genre_id} is there already, as {titles[genre_id]!r}; remove one"]
    titles[genre_id] = title
    parents[genre_id] = numbers.get("parent", 0)
    tops[genre_id] = numbers.get("top_level", 0)
    return []


def _check_tops(table: GenreTable, tops: Mapping[int, int]) -> None:
    for genre_id, top in tops.items():
        led = table.top(genre_id)
        if top and top != led:
            raise DatasetError(
                f"genre {table.titles[genre_id]!r} ({genre_id}) has the top_level {top}, but its "
                f"parents lead to {table.titles[led]!r} ({led}): correct either"
            )
