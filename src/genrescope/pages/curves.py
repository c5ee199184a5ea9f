"""
Two curves that say whether a model knows when it is right: reliability, and risk against coverage.

Values are fractions; axes are in percent.

Public functions: `reliability_diagram`, `risk_coverage_curve`.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.pages.drawing import box, circle, drawing, path, stroke, words
from genrescope.pages.html import Safe, join
from genrescope.pages.scales import percent, round_up, ticks

_WIDTH, _SIDE, _LEFT, _TOP = 460, 340, 66, 14


def reliability_diagram(
    confidence: Sequence[float], accuracy: Sequence[float], count: Sequence[float], *, label: str
) -> Safe:
    """
    Draw how often the answers of each confidence were right, and how many there were.

    Parameters
    ----------
    confidence, accuracy : sequence of float
        Means of each bin, by rising confidence.
    count : sequence of float
        Answers in each bin.
    label : str
        What it shows, for who cannot see it.

    Returns
    -------
    Safe
        A picture: on the diagonal a model is as often right as it says; below it, it boasts.
    """
    shapes = [_frame("how sure the model was", "how often it was right", 1.0)]
    shapes.append(stroke(*_at(0, 0), *_at(1, 1), color="soft", width=1.5, dash="6 5"))
    shapes.append(words(*_at(0.03, 0.93), "right more often than it says", size=13, color="soft"))
    shapes.append(words(*_at(0.97, 0.05), "boasts", size=13, anchor="end", color="soft"))
    points = [_at(x, y) for x, y in zip(confidence, accuracy, strict=True)]
    for (x, y), said in zip(points, confidence, strict=True):
        shapes.append(stroke(x, y, x, _at(0, said)[1], color="bad", width=3))
    shapes.append(path(points, color="good"))
    largest = max(count, default=1)
    for (x, y), c, a, n in zip(points, confidence, accuracy, count, strict=True):
        tip = f"{n:.0f} answers of {percent(c)} confidence: {percent(a)} right"
        shapes.append(circle(x, y, 4 + 7 * (n / largest) ** 0.5, fill="good", edge="paper",
                             tip=tip))  # fmt: skip
    shapes.append(_histogram(points, count, largest))
    return drawing(*shapes, label=label, width=_WIDTH, height=_TOP + _SIDE + 130)


def risk_coverage_curve(
    coverage: Sequence[float],
    risk: Sequence[float],
    *,
    label: str,
    marks: Sequence[tuple[float, float, str]] = (),
) -> Safe:
    """
    Draw how many answers are wrong where only the surest are given.

    Parameters
    ----------
    coverage, risk : sequence of float
        Points of the curve, by rising coverage.
    label : str
        What it shows, for who cannot see it.
    marks : sequence of (float, float, str)
        Coverage, risk and a few words: points to name.

    Returns
    -------
    Safe
        A picture.
    """
    top = round_up(max([0.05, *risk, *(m[1] for m in marks)]) * 1.05)
    shapes = [_frame("share of the recordings that it answers", "wrong among these", top)]
    shapes.append(path([_at(c, r / top) for c, r in zip(coverage, risk, strict=True)],
                       color="good", width=3))  # fmt: skip
    for c, r, text in marks:
        x, y = _at(c, r / top)
        shapes.append(circle(x, y, 6, fill="paper", edge="good", tip=text))
        shapes.append(words(x - 4, y - 12, text, size=13, anchor="end", halo=True))
    return drawing(*shapes, label=label, width=_WIDTH, height=_TOP + _SIDE + 56)


def _at(x: float, y: float) -> tuple[float, float]:
    return _LEFT + x * (_WIDTH - _LEFT - 22), _TOP + (1 - y) * _SIDE


def _frame(x_name: str, y_name: str, top: float) -> Safe:
    """Draw axes with their names, from 0 to 1 across and from 0 to `top` upward."""
    shapes = []
    for value in ticks(0, top):
        x, y = _at(0, value / top)
        shapes.append(stroke(x, y, _at(1, 0)[0], y, color="grid"))
        text = percent(value, digits=0 if top >= 0.1 else 1)
        shapes.append(words(x - 8, y + 5, text, size=13, anchor="end", color="soft"))
    for value in (0, 0.25, 0.5, 0.75, 1):
        x, y = _at(value, 0)
        shapes.append(stroke(x, y, x, y + 5, color="soft"))
        text = percent(value, digits=0)
        shapes.append(words(x, y + 21, text, size=13, anchor="middle", color="soft"))
    left, bottom = _at(0, 0)
    shapes.append(stroke(left, bottom, _at(1, 0)[0], bottom, color="soft"))
    shapes.append(words(_at(0.5, 0)[0], bottom + 44, x_name, anchor="middle"))
    shapes.append(words(15, _at(0, 0.5)[1], y_name, anchor="middle", turn=-90))
    return join(*shapes)


def _histogram(
    points: Sequence[tuple[float, float]], count: Sequence[float], largest: float
) -> Safe:
    """Draw the number of answers of each bin, hanging below the axis, with numbers."""
    base = _TOP + _SIDE + 118
    shapes = [stroke(_LEFT, base, _at(1, 0)[0], base, color="line")]
    shapes.append(words(_LEFT - 8, base, "answers", size=13, anchor="end", color="soft"))
    for (x, _), n in zip(points, count, strict=True):
        height = 40 * n / largest
        shapes.append(box(x - 8, base - height, 16, height, fill="line"))
        text = f"{n:.0f}"
        shapes.append(words(x, base - height - 4, text, size=11, anchor="middle", color="soft"))
    return join(*shapes)
