"""
Dots with intervals, row by row: what was measured of each row of a table, and what was published.

Public: `Dot`, `compared_dots`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from genrescope.errors import ParameterError
from genrescope.evaluation.drawing.canvas import COLOURS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT_A_ROW = 0.34


@dataclass(frozen=True)
class Dot:
    """
    A value with its interval.

    Attributes
    ----------
    value : float
        A fraction in [0, 1].
    low, high : float or None
        Ends of the interval; None where there is none.
    """

    value: float
    low: float | None = None
    high: float | None = None


def compared_dots(
    rows: Sequence[str],
    series: Mapping[str, Sequence[Dot | None]],
    *,
    title: str,
    metric: str = "accuracy",
) -> Figure:
    """
    Draw several values of each row.

    Parameters
    ----------
    rows : sequence of str
        Names of the rows, from top to bottom; at least one.
    series : mapping of str to sequence of Dot or None
        Values of all rows, by name; None where there is none.
    title : str
        What is measured.
    metric : str
        What the values are, for the axis.

    Returns
    -------
    Figure
        Rows downwards, per cent to the right; a colour and a mark a series.

    Raises
    ------
    ParameterError
        If there are more series than colours, no rows, or a series of another length.
    """
    if len(series) > len(COLOURS):
        raise ParameterError(
            f"{len(series)} series in one figure, but only {len(COLOURS)} colours can be told "
            "apart; draw fewer at once"
        )
    lengths = {name: len(dots) for name, dots in series.items()}
    if not rows or set(lengths.values()) - {len(rows)}:
        raise ParameterError(f"{len(rows)} rows and series of {lengths}: each needs a dot a row")
    figure = new_figure(7.5, 1.6 + HEIGHT_A_ROW * len(rows))
    axes = figure.add_subplot()
    for number, (name, dots) in enumerate(series.items()):
        # Beside one another, so that intervals do not cover each other.
        shift = 0.5 * ((number + 0.5) / len(series) - 0.5)
        drawn = [(y + shift, dot) for y, dot in enumerate(dots) if dot is not None]
        color = COLOURS[number]
        axes.plot(
            [100 * dot.value for _, dot in drawn], [y for y, _ in drawn], "oDs^v<>"[number],
            color=color, markersize=5, label=name,
        )  # fmt: skip
        for y, dot in drawn:
            if dot.low is not None and dot.high is not None:
                axes.plot([100 * dot.low, 100 * dot.high], [y, y], color=color, linewidth=1.2)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel(f"{metric} in %, with 95 % interval where there is one")
    axes.grid(axis="x", alpha=0.3)
    # Over the whole sheet: names of rows may leave the axes narrow.
    figure.suptitle(fill(title, 80), fontsize=10)
    figure.legend(loc="outside lower center", ncols=min(3, len(series)), frameon=False)
    return figure
