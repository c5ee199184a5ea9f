"""The text of a genre cell taken apart: JSON, Python, or what people type, to a list of items.

Nothing is evaluated: `json` and `ast.literal_eval` read literals alone, of a bounded length.

Public: `items_of`, `trimmed`, `is_missing`, `MAX_CHARACTERS`.
"""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterable

MAX_CHARACTERS = 4000
MAX_DEPTH = 20

_MISSING = frozenset({"nan", "none", "null", "na", "n/a", "<na>", "-", "?", "undefined"})
_MARKS = r"[\s\u200b\u200e\u200f\u2060\ufeff]+"
_EDGES = re.compile(rf"^{_MARKS}|{_MARKS}$")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
_QUOTES = "'\"\u2018\u2019\u201c\u201d"
_OPENING = ("[", "(", "{", "'", '"')
_FAILURES = (ValueError, SyntaxError, TypeError, RecursionError, MemoryError)


def trimmed(text: str) -> str:
    """
    Take white space and invisible marks off both ends.

    Parameters
    ----------
    text : str
        Text.

    Returns
    -------
    str
        The text without them.

    Examples
    --------
    >>> trimmed("\\ufeff Rock\\u00a0")
    'Rock'
    """
    return _EDGES.sub("", text)


def is_missing(text: str) -> bool:
    """
    Tell whether a text stands for nothing.

    Parameters
    ----------
    text : str
        Text, trimmed.

    Returns
    -------
    bool
        True for the empty text, and for words such as nan and None.

    Examples
    --------
    >>> is_missing("NaN"), is_missing("Rock")
    (True, False)
    """
    return text.casefold() in _MISSING or not text


def items_of(text: str, *, is_title: bool = False) -> tuple[list[object], list[str]]:
    """
    Take a cell apart.

    Parameters
    ----------
    text : str
        The cell.
    is_title : bool
        Whether the whole text is a title, which is not to be cut.

    Returns
    -------
    items : list of object
        Numbers, strings, and lists or objects where they are nested.
    kinds : list of str
        How it was not as it should be.

    Examples
    --------
    >>> items_of("[21, 10]"), items_of("Rock;Pop")
    (([21, 10], []), (['Rock', 'Pop'], ['text']))
    """
    plain = trimmed(text)
    if not plain:
        return [], ["empty cell"]
    if len(plain) > MAX_CHARACTERS:
        return [], ["too long"]
    kinds = ["whitespace"] if plain != text else []
    if is_title:
        return [plain], [*kinds, "text"]
    if is_missing(plain):
        return [], [*kinds, "missing"]
    if _NUMBER.fullmatch(plain):
        return [_number(plain)], [*kinds, "number"]
    items, more = _literal(plain) or _typed(plain)
    return items, kinds + more


def _number(text: str) -> object:
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else float(text)


def _literal(text: str, *, quoted: bool = False) -> tuple[list[object], list[str]] | None:
    """Read JSON, then what Python prints; None where it is neither."""
    if not text.startswith(_OPENING) or _depth(text) > MAX_DEPTH:
        return None
    value: object = None
    kind = "json"
    try:
        value = json.loads(text)
    except _FAILURES:
        # A backslash would be an escape, and a wrong one a warning.
        if "\\" in text:
            return None
        try:
            value = ast.literal_eval(text)
        except _FAILURES:
            return None
        kind = "python"
    if isinstance(value, str):
        if quoted:
            return [value], [kind]
        inner = trimmed(value)
        if not inner:
            return [], ["quoted", "empty cell"]
        again = _literal(inner, quoted=True) or _typed(inner)
        return again[0], ["quoted", *again[1]]
    items = list(_in_order(value))
    plain = kind == "json" and all(isinstance(i, (int, float, type(None))) for i in items)
    kinds = [] if plain else [kind]
    return items, kinds if items else [*kinds, "empty list"]


def _depth(text: str) -> int:
    """Count how deep brackets stand in brackets: the readers give up in various ways."""
    steps = (1 if c in "[({" else -1 for c in text if c in "[({})]")
    return max(itertools.accumulate(steps), default=0)


def _in_order(value: object) -> Iterable[object]:
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=lambda item: (isinstance(item, str), str(item).zfill(12)))
    return value if isinstance(value, (list, tuple)) else [value]


def _typed(text: str) -> tuple[list[object], list[str]]:
    """Cut what is no literal: numbers as numpy prints them, or titles as people type them."""
    inner = text.removeprefix("array(")
    bare = trimmed(inner.strip("[](){}"))
    words = bare.split()
    if len(words) > 1 and all(_NUMBER.fullmatch(word) for word in words):
        return [_number(word) for word in words], ["array"]
    listed = bare != text or text[0] in _QUOTES or text[-1] in _QUOTES
    items: list[object] = []
    for part in re.split(r"[,;|]", bare):
        item = trimmed(trimmed(part).strip(_QUOTES))
        if item:
            items.append(_number(item) if listed and _NUMBER.fullmatch(item) else item)
    kinds = [("array" if inner != text else "broken") if listed else "text"]
    return items, kinds if items else [*kinds, "empty list"]
