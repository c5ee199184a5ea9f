"""
The strokes that all charts are made of: shapes and text of SVG, written as they stand in HTML.

Colours are names of variables of the page's sheet (``"good"``), so that a chart is light or dark as
its page is. Places are numbers (pixels) or text (``"40%"``, of the width of the chart).

Public functions: `drawing`, `box`, `stroke`, `words`, `circle`, `path`, `hatching`, `number`.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.pages.html import Safe, element

Place = float | str


def drawing(
    *parts: object, label: str, width: float | None = None, height: float, max_width: float = 0
) -> Safe:
    """
    Make a picture.

    Parameters
    ----------
    *parts : object
        Its shapes.
    label : str
        What it shows, for who cannot see it.
    width : float or None
        Units across, all of which shrink with the window; None takes the width that there is,
        keeps text at its size, and counts places across in percent.
    height : float
        Units down.
    max_width : float
        Of the picture on the page in pixels; 0 is `width`.

    Returns
    -------
    Safe
        An ``svg`` element.
    """
    size: dict[str, object] = {"width": "100%", "height": number(height)}
    if width is not None:
        size = {
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "style": f"width:100%;max-width:{number(max_width or width)}px",
        }
    return element("svg", *parts, role="img", aria_label=label, **size)


def box(
    x: Place,
    y: Place,
    width: Place,
    height: Place,
    *,
    fill: str,
    edge: str | None = None,
    opacity: float | None = None,
    tip: str | None = None,
    rounding: float | None = None,
) -> Safe:
    """
    Draw a rectangle.

    Parameters
    ----------
    x, y, width, height : float or str
        Where it stands, and its size.
    fill : str
        Name of a colour, ``"none"``, or ``"url(#id)"`` of a hatching.
    edge : str or None
        Colour of its edge.
    opacity : float or None
        Of its filling, in [0, 1].
    tip : str or None
        What a pointer is told that rests on it.
    rounding : float or None
        Radius of its corners.

    Returns
    -------
    Safe
        A shape.
    """
    inner = [] if tip is None else [element("title", tip)]
    return element(
        "rect",
        *inner,
        x=number(x),
        y=number(y),
        width=number(width),
        height=number(height),
        rx=None if rounding is None else number(rounding),
        style=f"fill:{_colour(fill)}" + ("" if edge is None else f";stroke:{_colour(edge)}"),
        fill_opacity=None if opacity is None else f"{opacity:.3g}",
    )


def stroke(
    x1: Place, y1: Place, x2: Place, y2: Place, *, color: str, width: float = 1, dash: str = ""
) -> Safe:
    """
    Draw a line.

    Parameters
    ----------
    x1, y1, x2, y2 : float or str
        From where to where.
    color : str
        Name of a colour.
    width : float
        In pixels.
    dash : str
        Lengths of dashes and gaps; nothing draws it through.

    Returns
    -------
    Safe
        A shape.
    """
    places = {"x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2)}
    style = f"stroke:{_colour(color)};stroke-width:{number(width)}"
    return element("line", **places, style=style, stroke_dasharray=dash or None)


def words(
    x: Place,
    y: Place,
    text: object,
    *,
    size: float = 14,
    anchor: str = "start",
    color: str = "ink",
    bold: bool = False,
    halo: bool = False,
    turn: float | None = None,
) -> Safe:
    """
    Write on a picture.

    Parameters
    ----------
    x, y : float or str
        Where the line of the text stands.
    text : object
        What to write.
    size : float
        Height of the letters.
    anchor : str
        ``"start"``, ``"middle"`` or ``"end"``: what of the text stands at `x`.
    color : str
        Name of a colour.
    bold : bool
        Whether it is heavy.
    halo : bool
        Whether the ground shows around the letters, so that they can be read on a pattern.
    turn : float or None
        Degrees, clockwise around the place (which must be numbers).

    Returns
    -------
    Safe
        A shape.
    """
    style = f"font-size:{number(size)}px;fill:{_colour(color)}"
    if bold:
        style += ";font-weight:650"
    if halo:
        style += ";paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round"
    return element(
        "text",
        text,
        x=number(x),
        y=number(y),
        text_anchor=None if anchor == "start" else anchor,
        style=style,
        transform=None if turn is None else f"rotate({number(turn)} {number(x)} {number(y)})",
    )


def hatching(name: str, *, color: str) -> Safe:
    """
    Define oblique lines to fill shapes with.

    Parameters
    ----------
    name : str
        Its id, unique in the page.
    color : str
        Of the lines.

    Returns
    -------
    Safe
        A definition.
    """
    line = stroke(0, 0, 0, 8, color=color, width=4)
    pattern = element(
        "pattern",
        line,
        id=name,
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", pattern)


def circle(x: Place, y: Place, radius: float, *, fill: str, edge: str, tip: str = "") -> Safe:
    """
    Draw a circle.

    Parameters
    ----------
    x, y : float or str
        Its centre.
    radius : float
        In pixels.
    fill, edge : str
        Names of colours.
    tip : str
        What a pointer is told that rests on it.

    Returns
    -------
    Safe
        A shape.
    """
    inner = [element("title", tip)] if tip else []
    style = f"fill:{_colour(fill)};stroke:{_colour(edge)};stroke-width:2"
    return element("circle", *inner, cx=number(x), cy=number(y), r=number(radius), style=style)


def path(points: Sequence[tuple[float, float]], *, color: str, width: float = 2) -> Safe:
    """
    Draw a line through points.

    Parameters
    ----------
    points : sequence of (float, float)
        In pixels.
    color : str
        Name of a colour.
    width : float
        In pixels.

    Returns
    -------
    Safe
        A shape.
    """
    text = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    style = f"fill:none;stroke:{_colour(color)};stroke-width:{number(width)}"
    return element("polyline", points=text, style=style + ";stroke-linejoin:round")


def number(place: Place) -> str:
    """
    Write a number with no more digits than can be seen.

    Parameters
    ----------
    place : float or str
        A number, or text that is taken as it is.

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> number(1.0), number(0.123), number("40%")
    ('1', '0.12', '40%')
    """
    return place if isinstance(place, str) else f"{place:.2f}".rstrip("0").rstrip(".")


def _colour(name: str) -> str:
    return name if name == "none" or name.startswith("url(") else f"var(--{name})"
