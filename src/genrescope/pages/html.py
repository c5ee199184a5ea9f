"""
Pages that stand alone: one HTML document with everything in it, and no way to ask anyone for more.

Whatever comes from outside (names of files, labels, titles) is text and is escaped. What is HTML
already is `Safe`, which all functions here return. A page has no script, and a content security
policy that forbids every request: it opens from disk, from a mail and without a network.

Public functions: `escape`, `join`, `element`, `page`, `section`, `paragraph`, `folded`, `table`,
`player`, `anchor`.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence

from genrescope.pages.style import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:"
# What XML 1.0 and HTML allow nowhere, not even escaped.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


class Safe(str):
    """Text that is HTML already, and is written as it is."""

    __slots__ = ()


def escape(text: object) -> Safe:
    """
    Make text safe for content and for attributes in double quotes.

    Parameters
    ----------
    text : object
        Any text; what is `Safe` already stays as it is. Anything else is taken by its ``str``.

    Returns
    -------
    Safe
        HTML; a character that HTML does not allow is shown as the replacement character.

    Examples
    --------
    >>> escape('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    >>> escape(Safe("<b>"))
    '<b>'
    """
    if isinstance(text, Safe):
        return text
    return Safe(html.escape(_FORBIDDEN.sub("\ufffd", str(text)), quote=True))


def join(*parts: object) -> Safe:
    """
    Put parts one after another.

    Parameters
    ----------
    *parts : object
        Text, which is escaped, or `Safe`.

    Returns
    -------
    Safe
        HTML.

    Examples
    --------
    >>> join("a < b", Safe("<br>"))
    'a &lt; b<br>'
    """
    return Safe("".join(escape(part) for part in parts))


def element(name: str, /, *parts: object, **attributes: object) -> Safe:
    """
    Make an element.

    Parameters
    ----------
    name : str
        Of the element.
    *parts : object
        What it holds: text, which is escaped, or `Safe`.
    **attributes : object
        Attributes; ``_`` becomes ``-``, and one at the end is dropped (``class_``). None leaves an
        attribute out, True gives it no value.

    Returns
    -------
    Safe
        HTML.

    Examples
    --------
    >>> element("p", "1 < 2", class_="note", aria_label='"x"')
    '<p class="note" aria-label="&quot;x&quot;">1 &lt; 2</p>'
    """
    given = [
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None
    ]
    return Safe(f"<{name}{''.join(given)}>{join(*parts)}</{name}>")


def page(title: str, body: str, *, subtitle: str = "") -> str:
    """
    Make a whole page.

    Parameters
    ----------
    title : str
        Its name, also of the window.
    body : str
        HTML, made by the functions of this module: it is written as it is.
    subtitle : str
        A line below the title.

    Returns
    -------
    str
        An HTML document, to be stored as UTF-8.
    """
    below = element("p", subtitle, class_="subtitle") if subtitle else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="generator" content="genrescope">\n<link rel="icon" href="data:,">\n'
        f"{element('title', title)}\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<main class="sheet">\n<header>{element("h1", title)}{below}</header>\n'
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def section(title: str, *parts: object, name: str | None = None) -> Safe:
    """
    Make a section with a heading.

    Parameters
    ----------
    title : str
        The heading.
    *parts : object
        What it holds, one below the other: text, which is escaped, or `Safe`.
    name : str or None
        The id that links lead to, unique in its page; None makes it of the title.

    Returns
    -------
    Safe
        HTML.
    """
    inner = [Safe("\n"), element("h2", title)]
    for part in parts:
        inner += [Safe("\n"), escape(part)]
    return join(element("section", *inner, Safe("\n"), id=name or anchor(title)), Safe("\n"))


def paragraph(text: object, *, kind: str | None = None) -> Safe:
    """
    Make a paragraph.

    Parameters
    ----------
    text : object
        Text, which is escaped, or `Safe`.
    kind : str or None
        Its class: ``"note"`` is small print.

    Returns
    -------
    Safe
        HTML.
    """
    return element("p", text, class_=kind)


def folded(summary: object, *parts: object) -> Safe:
    """
    Make parts that are out of sight until the reader asks for them; no script is needed.

    Parameters
    ----------
    summary : object
        What the reader sees first: text, which is escaped, or `Safe`.
    *parts : object
        What is folded away.

    Returns
    -------
    Safe
        HTML.
    """
    return element("details", element("summary", summary), *parts)


def table(
    header: Sequence[object],
    rows: Sequence[Sequence[object]],
    *,
    n_text: int = 1,
    caption: str | None = None,
) -> Safe:
    """
    Make a table that scrolls sideways where the window is narrow.

    Parameters
    ----------
    header : sequence of object
        Names of the columns: text, which is escaped, or `Safe`; where all are empty, none stand.
    rows : sequence of sequence of object
        Cells: text, which is escaped, or `Safe`.
    n_text : int
        Columns that hold text; those after them hold numbers and are set to the right.
    caption : str or None
        What it shows.

    Returns
    -------
    Safe
        HTML.
    """
    kinds = [None if i < n_text else "n" for i in range(len(header))]
    head = [
        element("th", cell, scope="col", class_=kind)
        for cell, kind in zip(header, kinds, strict=True)
    ]
    body = [
        element("tr", *(element("td", c, class_=k) for c, k in zip(row, kinds, strict=True)))
        for row in rows
    ]
    inner = [] if caption is None else [element("caption", caption)]
    inner += [element("thead", element("tr", *head))] if any(header) else []
    inner += [element("tbody", *body)]
    # A box that scrolls must be reachable by keyboard, and then it needs a name.
    name = caption or f"table: {', '.join(map(_text_of, filter(None, header)))}"
    box = {"class_": "scroll", "role": "region", "tabindex": 0, "aria_label": name}
    return element("div", element("table", *inner), **box)


def _text_of(cell: object) -> str:
    return html.unescape(re.sub("<[^>]*>", "", escape(cell)))


def player(mp3: bytes, *, label: str) -> Safe:
    """
    Make a player of sound that the page itself holds.

    Parameters
    ----------
    mp3 : bytes
        The sound, as MP3; a third more of it stands in the page.
    label : str
        What it is, for who cannot see it.

    Returns
    -------
    Safe
        HTML.
    """
    source = f"data:audio/mpeg;base64,{base64.b64encode(mp3).decode('ascii')}"
    return element("audio", controls=True, preload="none", aria_label=label, src=source)


def anchor(text: str) -> str:
    """
    Make an id of a title.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Lower-case letters, digits and hyphens; ``x`` where nothing of the text is left.

    Examples
    --------
    >>> anchor("Which genre was taken for which?")
    'which-genre-was-taken-for-which'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"
