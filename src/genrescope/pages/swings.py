"""
Bars to the left and to the right of zero: what each change of the sound does to a figure.

Public functions: `swing_bars`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.pages.drawing import box, drawing, hatching, stroke, words
from genrescope.pages.html import Safe, element, join
from genrescope.pages.scales import percent, place, round_up, shortened, ticks

_ROW = 44


@dataclass(frozen=True)
class Swing:
    """
    A difference with its interval.

    Attributes
    ----------
    label : str
        What was changed.
    value : float
        Difference of two fractions; below 0 is a loss.
    low, high : float or None
        Ends of its interval.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None


def swing_bars(swings: Sequence[Swing], *, label: str, name: str) -> Safe:
    """
    Draw differences; losses are hatched and go to the left.

    Parameters
    ----------
    swings : sequence of Swing
        From top to bottom.
    label : str
        What the chart shows, for who cannot see it; the values are added.
    name : str
        Beginning of the ids in it, unique in the page.

    Returns
    -------
    Safe
        A picture.
    """
    ends = [v for s in swings for v in (s.value, s.low, s.high) if v is not None]
    low = -round_up(max(0.01, -min(ends)))
    high = round_up(max(-low / 5, max(ends)))
    shapes: list[Safe] = [hatching(f"{name}-loss", color="bad")]
    bottom = len(swings) * _ROW
    for value in ticks(low, high, n_most=5):
        x = place(value, low=low, high=high)
        shapes.append(stroke(x, 0, x, bottom + 5, color="soft" if value == 0 else "grid"))
        anchor = "start" if x == "0%" else "end" if x == "100%" else "middle"
        text = percent(value, signed=value != 0, digits=0).removesuffix(" %")
        shapes.append(words(x, bottom + 21, text, size=13, anchor=anchor, color="soft"))
    for i, swing in enumerate(swings):
        shapes.append(_row(swing, i * _ROW + 18, low, high, name))
    text = "difference of accuracy, in points of a hundred"
    shapes.append(words("50%", bottom + 42, text, size=13, anchor="middle"))
    said = "; ".join(f"{s.label} {_text(s)}" for s in swings)
    return drawing(*shapes, label=f"{label}: {said}", height=bottom + 52)


def _row(swing: Swing, y: float, low: float, high: float, name: str) -> Safe:
    left, right = sorted((swing.value, 0.0))
    width = f"{float(_at(right, low, high)[:-1]) - float(_at(left, low, high)[:-1]):.4g}%"
    fill, edge = (f"url(#{name}-loss)", "bad") if swing.value < 0 else ("good", "good")
    shapes = [words(0, y - 4, shortened(swing.label, 40), size=14, halo=True)]
    ends = _ends(swing)
    said = join(_text(swing).removesuffix(ends), element("tspan", ends, class_="wide"))
    shapes.append(words("100%", y - 4, said, size=13, anchor="end", color="soft", halo=True))
    shapes.append(box(_at(left, low, high), y + 2, width, 14, fill=fill, edge=edge,
                      tip=_text(swing)))  # fmt: skip
    if swing.low is not None and swing.high is not None:
        places = [_at(v, low, high) for v in (swing.low, swing.high)]
        shapes.append(stroke(places[0], y + 9, places[1], y + 9, color="mark", width=2))
        shapes += [stroke(x, y + 4, x, y + 14, color="mark", width=2) for x in places]
    return join(*shapes)


def _at(value: float, low: float, high: float) -> str:
    return place(value, low=low, high=high)


def _text(swing: Swing) -> str:
    return percent(swing.value, signed=True).removesuffix(" %") + _ends(swing)


def _ends(swing: Swing) -> str:
    if swing.low is None or swing.high is None:
        return ""
    low, high = (percent(v, signed=True).removesuffix(" %") for v in (swing.low, swing.high))
    return f" ({low} to {high})"
