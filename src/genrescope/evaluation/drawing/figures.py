"""
Figures of results, each a function from data to a matplotlib `Figure`.

What matters is told by hatching or text beside colour. Accuracies are drawn in percent. Titles say
protocol, number of test tracks and, where it is so, that the split is leaky. The curves of
trainings stand in `curves`, log-mels in `spectrograms`, what all figures share in `canvas`.

Public functions: `accuracy_bars`, `confusion_matrices`, `describe`, `measured_on`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope.evaluation.drawing.canvas import COLOURS, new_figure
from genrescope.evaluation.group_words import interval_kind
from genrescope.evaluation.papers import Paper
from genrescope.evaluation.record import ProtocolResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def accuracy_bars(
    results: Sequence[ProtocolResult], *, papers: Mapping[str, Paper] | None = None
) -> Figure:
    """
    Draw the accuracies of models with their intervals, baseline and what papers reported.

    Parameters
    ----------
    results : sequence of ProtocolResult
        From top to bottom, at least one; bars of leaky or unverified results are hatched.
    papers : mapping of str to Paper, or None
        What papers reported, by name of the model; marked beside our result under their protocol.

    Returns
    -------
    Figure
        One bar a result, with the interval that `scoring.headline` chooses.
    """
    figure = new_figure(8.5, 1.7 + 0.62 * len(results))
    axes = figure.subplots()
    for y, result in enumerate(results):
        score = result.headline
        axes.barh(y, 100 * score.value, height=0.62, zorder=1, **_bar_style(result.caveat))
        low, high = (score.value if end is None else end for end in (score.low, score.high))
        axes.plot([100 * low, 100 * high], [y, y], color="black", linewidth=1.6, zorder=3)
        axes.plot([100 * low, 100 * high], [y, y], "|", color="black", markersize=9, zorder=3)
        axes.text(101.5, y, _value_text(result, score.value), va="center", fontsize=9)
        baseline = max(b.value for b in result.baselines)
        axes.vlines(100 * baseline, y - 0.5, y + 0.5, color=COLOURS[6], linestyle=":", zorder=2)
        reported = _reported(result, papers)
        if reported is not None:
            axes.plot(100 * reported, y - 0.38, zorder=4, **_reported_style())
    names = [f"{fill(r.model, 28)}\n{fill(r.protocol, 34)}, n = {r.n}" for r in results]
    axes.set_yticks(range(len(results)), names, fontsize=9)
    axes.set(xlim=(0, 100), ylim=(len(results) - 0.5, -0.5), xlabel="accuracy on test tracks (%)")
    _bar_legend(figure, results, papers)
    kinds = " or ".join(sorted({interval_kind(r) for r in results}))
    figure.suptitle(f"Accuracy, {100 * results[0].confidence:g} % intervals ({kinds})", fontsize=12)
    return figure


def confusion_matrices(results: Sequence[ProtocolResult], *, n_columns: int = 2) -> Figure:
    """
    Draw which genre was taken for which, for one model or several.

    Parameters
    ----------
    results : sequence of ProtocolResult
        At least one.
    n_columns : int
        Panels beside each other.

    Returns
    -------
    Figure
        One panel a result: rows are true genres; a cell holds tracks and their share of the row,
        which is also its colour. With more than 16 genres only colours are drawn.
    """
    n_columns = min(n_columns, len(results))
    n_rows = -(-len(results) // n_columns)
    side = 1.6 + 0.52 * len(results[0].labels)
    figure = new_figure(side * n_columns + 0.9, side * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axes, result in zip(panels, results, strict=False):
        image = _draw_confusion(axes, result)
    for axes in panels[len(results) :]:
        axes.set_axis_off()
    figure.colorbar(image, ax=list(panels), label="share of the true genre (%)", shrink=0.6)
    return figure


def measured_on(result: ProtocolResult) -> str:
    """
    Say what a result was measured on, and what to think of it.

    Parameters
    ----------
    result : ProtocolResult
        The result.

    Returns
    -------
    str
        Protocol, number of test tracks, and ``LEAKY`` or ``UNVERIFIED``.
    """
    caveat = f" ({result.caveat.upper()})" if result.caveat else ""
    return f"{result.protocol}, n = {result.n}{caveat}"


def describe(result: ProtocolResult) -> str:
    """
    Say what was measured, on what, and how often.

    Parameters
    ----------
    result : ProtocolResult
        The result.

    Returns
    -------
    str
        Model, then what `measured_on` gives, then the number of seeds where there are several.
    """
    seeds = f", mean of {len(result.seeds)} seeds" if len(result.seeds) > 1 else ""
    return f"{result.model}: {measured_on(result)}{seeds}"


def _reported(result: ProtocolResult, papers: Mapping[str, Paper] | None) -> float | None:
    paper = (papers or {}).get(result.model)
    return paper.accuracy if paper is not None and paper.is_beside(result) else None


def _value_text(result: ProtocolResult, value: float) -> str:
    return f"{100 * value:.1f} % {result.caveat}".rstrip()


def _bar_style(caveat: str) -> dict[str, Any]:
    if not caveat:
        return {"facecolor": COLOURS[5], "edgecolor": COLOURS[0]}
    if caveat == "leaky":
        return {"facecolor": "white", "edgecolor": COLOURS[1], "hatch": "///"}
    return {"facecolor": "white", "edgecolor": COLOURS[3], "hatch": ".."}


def _reported_style() -> dict[str, Any]:
    return {"marker": "v", "color": COLOURS[6], "markersize": 7, "linestyle": ""}


def _bar_legend(
    figure: Any, results: Sequence[ProtocolResult], papers: Mapping[str, Paper] | None
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(label=f"{caveat or 'clean'} split", **_bar_style(caveat))
        for caveat in sorted({r.caveat for r in results})
    ]
    handles.append(Line2D([], [], color=COLOURS[6], linestyle=":", label="best baseline"))
    if any(_reported(r, papers) is not None for r in results):
        handles.append(Line2D([], [], label="paper, on its own split", **_reported_style()))
    figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=9)


def _ink(background: tuple[float, ...]) -> str:
    """Choose black or white, whichever stands out more (WCAG 2.2, relative luminance)."""
    rgb = np.array(background[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"


def _draw_confusion(axes: Any, result: ProtocolResult) -> Any:
    counts = np.array(result.confusion)
    share = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
    image = axes.imshow(share, cmap="Blues", vmin=0, vmax=100)
    ticks = range(len(result.labels))
    axes.set_xticks(ticks, result.labels, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(ticks, result.labels)
    axes.set(xlabel="predicted genre", ylabel="true genre")
    axes.set_title(fill(describe(result), 60), fontsize=11)
    whole = np.array_equal(counts, np.round(counts))
    if len(result.labels) <= 16:
        for row, column in zip(*np.nonzero(counts), strict=True):
            count = f"{counts[row, column]:.0f}" if whole else f"{counts[row, column]:.1f}"
            color = _ink(image.cmap(image.norm(share[row, column])))
            text = f"{count}\n{share[row, column]:.0f} %"
            axes.text(column, row, text, ha="center", va="center", color=color, fontsize=7.5)
    return image
