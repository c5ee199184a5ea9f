"""Genre cells of FMA, cleaned by rules that are stated: the text of a cell to ids of genres.

A cell that needs nothing is a list of one id of ``genres.csv``, as ``[21]``. Each other kind has a
name and a rule, see `RULES`. Nothing is guessed: what is no genre is left out, and told.

Public: `RULES`, `CleanCell`, `clean_cell`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from genrescope.datasets import _fma_text
from genrescope.datasets._fma_genres import GenreTable
from genrescope.labels import label_key

RULES = {
    "several": "a list of several genres: all are kept, in their order; which of them become "
    "labels is decided by the settings",
    "empty list": "a list of nothing: no genre",
    "empty cell": "nothing, or white space alone: no genre",
    "missing": "a word or value for what is missing (nan, None, null, NA, n/a): no genre",
    "text": "plain text instead of a list: read as a title of genres.csv, else cut at , ; and |",
    "number": "a bare number instead of a list: read as a list of one",
    "json": "JSON with strings or objects: read as JSON",
    "python": "what Python prints ('...' strings, tuples, sets): read as such; sets are sorted",
    "array": "numbers as numpy prints them ([21 10], array([21, 10])): read as a list",
    "broken": "a list that is neither JSON nor Python (brackets or quotes that lack): they are "
    "taken off, and the rest is cut at , ; and |",
    "quoted": "the whole cell inside quotes: read once more without them",
    "nested": "lists in a list: read as one list",
    "record": "objects as in raw_tracks.csv: their genre_id is taken, else their genre_title",
    "number as text": "an id in quotes: read as a number",
    "float": "a number such as 21.0: read as 21",
    "name": "a title in place of an id: looked up without case, spaces, hyphens and slashes",
    "whitespace": "white space or invisible marks around the cell or an item: taken off",
    "duplicate": "a genre that comes twice: kept once",
    "unknown id": "an id that genres.csv does not have: left out",
    "unknown name": "a title that genres.csv does not have: left out",
    "ambiguous name": "a title that two genres of genres.csv have: left out",
    "no genre": "what can be no genre (true, 21.5, an object without an id): left out",
    "too long": f"more than {_fma_text.MAX_CHARACTERS} characters: not read",
}
"""The kinds of cells that are not as they should be, and what is done with them."""

_LEFT_OUT = ("unknown id", "unknown name", "ambiguous name", "no genre")
_MAX_DIGITS = 9
_ID_KEYS = ("genre_id", "id")
_TITLE_KEYS = ("genre_title", "title", "name")


@dataclass(frozen=True)
class CleanCell:
    """
    What became of a genre cell.

    Attributes
    ----------
    genre_ids : tuple of int
        Genres of the table, each once, in their order; empty where there is none.
    kinds : tuple of str
        What was not as it should be, by the names of `RULES`; empty for a list of one known id.
    reason : str
        Why there is no genre, and empty where there is one.
    """

    genre_ids: tuple[int, ...]
    kinds: tuple[str, ...] = ()
    reason: str = ""


def clean_cell(text: str, table: GenreTable) -> CleanCell:
    """
    Clean one genre cell.

    Parameters
    ----------
    text : str
        The cell, as the CSV holds it.
    table : GenreTable
        The genres.

    Returns
    -------
    CleanCell
        Its genres, what was changed, and why there is none.

    Examples
    --------
    >>> from genrescope.datasets._fma_genres import genre_table
    >>> table = genre_table({12: "Rock", 21: "Hip-Hop"}, {})
    >>> clean_cell("[21]", table)
    CleanCell(genre_ids=(21,), kinds=(), reason='')
    >>> clean_cell("['hip hop', 'Rok']", table).kinds
    ('python', 'name', 'unknown name')
    >>> clean_cell("[]", table).reason
    'its genre cell is an empty list'
    """
    whole = table.by_name.get(label_key(_fma_text.trimmed(text)))
    items, kinds = _fma_text.items_of(text, is_title=whole is not None)
    found: list[int] = []
    strange: list[str] = []
    for value in items:
        for item, more in _flat(value):
            genre_id, told = _genre(item, table)
            kinds += [*more, *told]
            if genre_id is not None:
                found.append(genre_id)
            elif told[-1] in _LEFT_OUT:
                strange.append(str(item)[:40])
    genre_ids = tuple(dict.fromkeys(found))
    if len(genre_ids) < len(found):
        kinds.append("duplicate")
    if len(genre_ids) > 1:
        kinds.append("several")
    kinds = list(dict.fromkeys(kinds))
    reason = "" if genre_ids else _reason(kinds, strange)
    return CleanCell(genre_ids, tuple(kinds), reason)


def _reason(kinds: list[str], strange: list[str]) -> str:
    if strange:
        return f"its genre cell holds no genre of genres.csv: {', '.join(map(repr, strange[:5]))}"
    for kind, what in (
        ("too long", f"has more than {_fma_text.MAX_CHARACTERS} characters"),
        ("empty cell", "is empty"),
        ("missing", "says that the genre is missing"),
    ):
        if kind in kinds:
            return f"its genre cell {what}"
    return "its genre cell is an empty list"


def _flat(value: object) -> Iterator[tuple[object, list[str]]]:
    """Give the items of lists in lists, and of objects what names the genre."""
    if isinstance(value, (list, tuple)):
        for item in value:
            for inner, kinds in _flat(item):
                yield inner, ["nested", *kinds]
    elif isinstance(value, (set, frozenset)):
        yield from _flat(sorted(value, key=str))
    elif isinstance(value, dict):
        names = [key for key in (*_ID_KEYS, *_TITLE_KEYS) if value.get(key) not in (None, "")]
        inner = value[names[0]] if names else value
        yield (value if isinstance(inner, (list, tuple, dict, set)) else inner), ["record"]
    else:
        yield value, []


def _genre(item: object, table: GenreTable) -> tuple[int | None, list[str]]:
    """Find the genre of an item, and say how; without one, the last kind says why."""
    if item is None or (isinstance(item, float) and math.isnan(item)):
        return None, ["missing"]
    if isinstance(item, bool):
        return None, ["no genre"]
    if isinstance(item, int):
        return _known(item, table, [])
    if isinstance(item, float):
        whole = math.isfinite(item) and item.is_integer()
        return _known(int(item), table, ["float"]) if whole else (None, ["no genre"])
    if isinstance(item, str):
        return _genre_of_text(item, table)
    return None, ["no genre"]


def _genre_of_text(item: str, table: GenreTable) -> tuple[int | None, list[str]]:
    plain = _fma_text.trimmed(item)
    kinds = ["whitespace"] if plain != item else []
    if _fma_text.is_missing(plain):
        return None, [*kinds, "missing"]
    match = re.fullmatch(r"([0-9]+)(\.0*)?", plain)
    # A genre may be called 1984: what is a title is one.
    if match and label_key(plain) not in table.by_name:
        kinds += ["number as text"] + (["float"] if match[2] else [])
        digits = match[1].lstrip("0")[: _MAX_DIGITS + 1]
        return _known(int(digits or "0"), table, kinds)
    ids = table.by_name.get(label_key(plain), ())
    if len(ids) == 1:
        return ids[0], [*kinds, "name"]
    return None, [*kinds, "ambiguous name" if ids else "unknown name"]


def _known(number: int, table: GenreTable, kinds: list[str]) -> tuple[int | None, list[str]]:
    return (number, kinds) if number in table.titles else (None, [*kinds, "unknown id"])
