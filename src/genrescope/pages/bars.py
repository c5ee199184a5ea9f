"""
Bars and dots on a scale from 0 to 100 %, with their intervals; as wide as the window lets them be.

Each row has its name and its value in words above it, so that it can be read on a telephone. What
is leaky is hatched and carries the word.

Public functions: `interval_bars`, `interval_dots`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.pages.drawing import box, circle, drawing, hatching, stroke, words
from genrescope.pages.html import Safe, element, join
from genrescope.pages.scales import percent, place, shortened

_ROW, _TOP, _HIGH = 58, 20, 22


@dataclass(frozen=True)
class Bar:
    """
    One value on the scale.

    Attributes
    ----------
    label : str
        What it is.
    value : float
        A fraction.
    low, high : float or None
        Ends of its interval.
    kind : str
        ``"good"``, ``"leaky"``, ``"unverified"`` or ``"floor"``: what a model gets that has heard
        nothing.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    kind: str = "good"


def interval_bars(
    bars: Sequence[Bar],
    *,
    label: str,
    name: str,
    mark: float | None = None,
    mark_label: str = "",
) -> Safe:
    """
    Draw values as bars.

    Parameters
    ----------
    bars : sequence of Bar
        From top to bottom.
    label : str
        What the chart shows, for who cannot see it; the values are added.
    name : str
        Beginning of the ids in it, unique in the page.
    mark : float or None
        A value to compare all bars with: a dashed line through them.
    mark_label : str
        What that is.

    Returns
    -------
    Safe
        A picture.
    """
    shapes = [hatching(f"{name}-leaky", color="bad"), hatching(f"{name}-unverified", color="soft")]
    shapes += [_grid(len(bars)), _axis(len(bars) * _ROW + 8, mark, mark_label)]
    for i, bar in enumerate(bars):
        y = i * _ROW + _TOP
        shapes += [_heading(bar, y), _bar(bar, y, name), _whisker(bar, y + _HIGH / 2)]
        if bar.kind in ("leaky", "unverified"):
            middle = place(bar.value / 2)
            shapes.append(
                words(middle, y + 16, bar.kind, size=15, anchor="middle", bold=True, halo=True)
            )
    return _chart(bars, shapes, label, mark, mark_label)


def interval_dots(bars: Sequence[Bar], *, label: str) -> Safe:
    """
    Draw values as dots on lines; those of a leaky split are hollow.

    Parameters
    ----------
    bars : sequence of Bar
        From top to bottom.
    label : str
        What the chart shows, for who cannot see it; the values are added.

    Returns
    -------
    Safe
        A picture.
    """
    shapes: list[Safe] = [_grid(len(bars))]
    for i, bar in enumerate(bars):
        y = i * _ROW + _TOP + 10
        color = "good" if bar.kind == "good" else "bad" if bar.kind == "leaky" else "soft"
        shapes += [_heading(bar, y - 10), stroke("0%", y, "100%", y, color="line")]
        if bar.low is not None and bar.high is not None:
            shapes.append(stroke(place(bar.low), y, place(bar.high), y, color=color, width=5))
        fill = color if bar.kind == "good" else "paper"
        shapes.append(circle(place(bar.value), y, 8, fill=fill, edge=color, tip=_text(bar)))
    shapes.append(_axis(len(bars) * _ROW + 8, None, ""))
    return _chart(bars, shapes, label, None, "")


def _chart(
    bars: Sequence[Bar], shapes: Sequence[Safe], label: str, mark: float | None, mark_label: str
) -> Safe:
    said = "; ".join(f"{bar.label} {_text(bar)}" for bar in bars)
    if mark is not None:
        said += f"; {mark_label} {percent(mark)}"
    height = len(bars) * _ROW + (46 if mark is None else 64)
    return drawing(*shapes, label=f"{label}: {said}", height=height)


def _text(bar: Bar) -> str:
    kind = f" {bar.kind}" if bar.kind in ("leaky", "unverified") else ""
    return f"{percent(bar.value)}{kind}{_ends(bar)}"


def _ends(bar: Bar) -> str:
    if bar.low is None or bar.high is None:
        return ""
    return f" ({percent(bar.low).removesuffix(' %')} to {percent(bar.high)})"


def _heading(bar: Bar, y: float) -> Safe:
    label = words(0, y - 6, shortened(bar.label, 34), size=15, bold=True, halo=True)
    ends = _ends(bar)
    # A telephone has no room for the interval in words; its line is there.
    said = join(_text(bar).removesuffix(ends), element("tspan", ends, class_="wide"))
    value = words("100%", y - 6, said, size=14, anchor="end", color="soft", halo=True)
    return join(label, value)


def _bar(bar: Bar, y: float, name: str) -> Safe:
    track = box(0, y, "100%", _HIGH, fill="raised", rounding=3)
    style = {
        "good": ("good", None),
        "floor": ("line", "soft"),
        "leaky": (f"url(#{name}-leaky)", "bad"),
        "unverified": (f"url(#{name}-unverified)", "soft"),
    }
    fill, edge = style[bar.kind]
    width = place(bar.value)
    return join(track, box(0, y, width, _HIGH, fill=fill, edge=edge, tip=_text(bar), rounding=3))


def _whisker(bar: Bar, y: float) -> Safe:
    if bar.low is None or bar.high is None:
        return Safe()
    ends = [place(bar.low), place(bar.high)]
    lines = [stroke(ends[0], y, ends[1], y, color="paper", width=6)]
    lines += [stroke(ends[0], y, ends[1], y, color="mark", width=2.5)]
    lines += [stroke(x, y - 7, x, y + 7, color="mark", width=2.5) for x in ends]
    return join(*lines)


def _grid(n: int) -> Safe:
    bottom = n * _ROW
    return join(*(stroke(place(v), 0, place(v), bottom, color="grid") for v in (0.25, 0.5, 0.75)))


def _axis(y: float, mark: float | None, mark_label: str) -> Safe:
    shapes = [stroke("0%", y, "100%", y, color="soft")]
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        anchor = {0.0: "start", 1.0: "end"}.get(value, "middle")
        x = place(value)
        shapes += [stroke(x, y, x, y + 5, color="soft")]
        text = percent(value, digits=0)
        shapes.append(words(x, y + 21, text, size=13, anchor=anchor, color="soft"))
    if mark is not None:
        x = place(mark)
        anchor = "start" if mark < 0.5 else "end"
        shapes.append(stroke(x, 0, x, y + 28, color="mark", width=1.5, dash="2 4"))
        shapes.append(words(x, y + 42, mark_label, size=13, anchor=anchor))
    return join(*shapes)
