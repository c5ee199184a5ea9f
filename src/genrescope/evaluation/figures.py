"""
Figures of results, each a function from data to a matplotlib `Figure`.

What matters is told by hatching or text beside colour. Accuracies are drawn in percent. Titles say
protocol, number of test tracks and, where it is so, that the split is leaky. The curves of
trainings stand in `curves`, what all figures share in `canvas`; both are at hand here too.

Public functions: `accuracy_bars`, `confusion_matrices`, `spectrogram`, `describe`, `measured_on`;
`training_curves`, `compared_curves`, `save_figure` of the other two modules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope.errors import ParameterError
from genrescope.evaluation.canvas import COLOURS, new_figure, save_figure
from genrescope.evaluation.curves import compared_curves, training_curves
from genrescope.evaluation.record import ProtocolResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "accuracy_bars",
    "compared_curves",
    "confusion_matrices",
    "describe",
    "measured_on",
    "save_figure",
    "spectrogram",
    "training_curves",
]


def accuracy_bars(
    results: Sequence[ProtocolResult], *, published: Mapping[str, float] | None = None
) -> Figure:
    """
    Draw the accuracies of models with their intervals, baseline and what papers reported.

    Parameters
    ----------
    results : sequence of ProtocolResult
        From top to bottom, at least one; bars of leaky or unverified results are hatched.
    published : mapping of str to float, or None
        Reported accuracy by name of the model, in [0, 1].

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
        reported = (published or {}).get(result.model)
        if reported is not None:
            axes.plot(100 * reported, y - 0.38, zorder=4, **_reported_style())
    names = [f"{fill(r.model, 28)}\n{fill(r.protocol, 34)}, n = {r.n}" for r in results]
    axes.set_yticks(range(len(results)), names, fontsize=9)
    axes.set(xlim=(0, 100), ylim=(len(results) - 0.5, -0.5), xlabel="accuracy on test tracks (%)")
    _bar_legend(figure, results, published)
    kinds = " or ".join(sorted({r.headline.interval_kind for r in results}))
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


def spectrogram(
    S: np.ndarray,
    *,
    sr: float,
    hop_length: int,
    frequencies: np.ndarray,
    title: str,
    unit: str = "dB relative to the maximum",
) -> Figure:
    """
    Draw a log-mel spectrogram.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel spectrogram.
    sr : float
        Sample rate, in Hz.
    hop_length : int
        Samples from frame to frame.
    frequencies : np.ndarray [shape=(n_mels,)]
        Centre of each mel band, in Hz.
    title : str
        Which recording it is.
    unit : str
        Of the values of `S`.

    Returns
    -------
    Figure
        Time in seconds to the right, frequency in Hz upwards (on the mel scale of the bands).

    Raises
    ------
    ParameterError
        If there are not as many frequencies as bands.
    """
    if S.ndim != 2 or len(S) != len(frequencies):
        raise ParameterError(
            f"S has shape {S.shape}, but must have one row for each of {len(frequencies)} bands"
        )
    figure = new_figure(8.5, 3.6)
    axes = figure.subplots()
    extent = (0, S.shape[1] * hop_length / sr, -0.5, len(S) - 0.5)
    image = axes.imshow(S, origin="lower", aspect="auto", cmap="magma", extent=extent)
    wanted = [hz for hz in 2.0 ** np.arange(7, 15) if frequencies[0] <= hz <= frequencies[-1]]
    axes.set_yticks(np.interp(wanted, frequencies, np.arange(len(S))), [f"{h:.0f}" for h in wanted])
    axes.set(xlabel="time (s)", ylabel="frequency (Hz)")
    axes.set_title(fill(title, 80), fontsize=12)
    figure.colorbar(image, label=unit)
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
    figure: Any, results: Sequence[ProtocolResult], published: Mapping[str, float] | None
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(label=f"{caveat or 'clean'} split", **_bar_style(caveat))
        for caveat in sorted({r.caveat for r in results})
    ]
    handles.append(Line2D([], [], color=COLOURS[6], linestyle=":", label="best baseline"))
    if published and any(r.model in published for r in results):
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
