"""
The average precision of each genre, beside what a constant answer gets.

Public functions: `label_bars`.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

from genrescope.evaluation.drawing.canvas import COLOURS, new_figure
from genrescope.evaluation.multilabel.record import MultiLabelResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def label_bars(result: MultiLabelResult) -> Figure:
    """
    Draw how well the tracks of each genre are ranked.

    Parameters
    ----------
    result : MultiLabelResult
        What was measured.

    Returns
    -------
    Figure
        One bar a genre that has test tracks, the best on top, with its interval; a dotted line
        marks the prevalence of the genre. Bars of leaky or unverified results are hatched.
    """
    rows = [r for r in result.per_label if r.average_precision is not None]
    rows.sort(key=lambda r: -(r.average_precision or 0.0))
    figure = new_figure(8.5, 1.6 + 0.36 * len(rows))
    axes = figure.subplots()
    style: dict[str, Any] = {"facecolor": COLOURS[5]}
    if result.caveat:
        style = {"facecolor": "white", "hatch": "///"}
    for y, row in enumerate(rows):
        assert row.average_precision is not None
        value = 100 * row.average_precision
        axes.barh(y, value, height=0.66, edgecolor=COLOURS[0], zorder=1, **style)
        if row.low is not None and row.high is not None:
            axes.plot([100 * row.low, 100 * row.high], [y, y], color="black", zorder=3)
            axes.plot([100 * row.low, 100 * row.high], [y, y], "|", color="black", zorder=3)
        share = 100 * row.prevalence
        axes.vlines(share, y - 0.45, y + 0.45, color=COLOURS[6], linestyle=":", zorder=4)
        axes.text(101.5, y, f"{value:.0f} % {result.caveat}".rstrip(), va="center", fontsize=9)
    names = [f"{fill(r.label, 28)}, n = {r.support:g}" for r in rows]
    axes.set_yticks(range(len(rows)), names, fontsize=9)
    axes.set(xlim=(0, 100), ylim=(len(rows) - 0.4, -0.6))
    axes.set_xlabel(
        f"average precision (%), {100 * result.confidence:g} % interval; dotted: prevalence"
    )
    caveat = f" ({result.caveat.upper()})" if result.caveat else ""
    title = f"{result.model}: {result.protocol}, n = {result.n}{caveat}"
    figure.suptitle(fill(title, 80), fontsize=11)
    return figure
