"""
Curves of trainings: loss and accuracy over the epochs.

A title must say what the held-out curve was measured on (`figures.measured_on` does).

Public functions: `training_curves`, `compared_curves`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

from genrescope.errors import ParameterError
from genrescope.evaluation.drawing.canvas import COLOURS, new_figure
from genrescope.models.history import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def training_curves(
    history: Sequence[Epoch], *, title: str, watch_name: str = "test (only watched)"
) -> Figure:
    """
    Draw loss and accuracy of one training over its epochs.

    Parameters
    ----------
    history : sequence of Epoch
        In the order of the epochs, at least one.
    title : str
        Model and protocol.
    watch_name : str
        What the watched part is.

    Returns
    -------
    Figure
        Loss above, accuracy below.
    """
    figure, axes = _curve_panels(title)
    parts = (("train", "train", "--"), ("valid", "validation", "-"), ("watch", watch_name, "-"))
    for i, (part, name, style) in enumerate(parts):
        _draw_part(axes, history, part, color=COLOURS[i], linestyle=style, label=name)
    axes[0].legend(frameon=False)
    return figure


def compared_curves(histories: Mapping[str, Sequence[Epoch]], *, title: str) -> Figure:
    """
    Draw loss and accuracy of several trainings together.

    The held-out curve of a model is its watched part, or the validation part where none was
    watched.

    Parameters
    ----------
    histories : mapping of str to sequence of Epoch
        Trainings by the name of their model, at most seven.
    title : str
        Protocol.

    Returns
    -------
    Figure
        Loss above, accuracy below; a colour a model, training dashed, held-out solid.

    Raises
    ------
    ParameterError
        If there are more models than colours.
    """
    if len(histories) > len(COLOURS):
        raise ParameterError(
            f"{len(histories)} models in one figure, but only {len(COLOURS)} colours can be told "
            "apart; draw fewer at once"
        )
    figure, axes = _curve_panels(title)
    for (name, history), color in zip(histories.items(), COLOURS, strict=False):
        _draw_part(axes, history, "train", color=color, linestyle="--", linewidth=1, label="")
        watched = any(e.watch_loss is not None for e in history)
        held_out = "watch" if watched else "valid"
        _draw_part(axes, history, held_out, color=color, linestyle="-", label=name)
    for style, name in (("-", "held-out"), ("--", "train")):
        axes[0].plot([], [], color="#555555", linestyle=style, label=name)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, handles=_handles(axes[0]))
    return figure


def _curve_panels(title: str) -> tuple[Figure, Any]:
    figure = new_figure(8.5, 7)
    axes = figure.subplots(2, 1, sharex=True)
    axes[0].set_ylabel("cross-entropy (nats)")
    axes[1].set(ylabel="accuracy (%)", xlabel="epoch", ylim=(0, 102))
    for panel in axes:
        panel.grid(color="#dddddd", linewidth=0.6)
        panel.spines[["top", "right"]].set_visible(False)
        panel.margins(x=0.01)
    axes[1].xaxis.get_major_locator().set_params(integer=True)
    figure.suptitle(fill(title, 80), fontsize=12)
    return figure, axes


def _draw_part(axes: Any, history: Sequence[Epoch], part: str, **line: Any) -> None:
    for panel, what, factor in ((axes[0], "loss", 1), (axes[1], "accuracy", 100)):
        values = [(e.epoch, getattr(e, f"{part}_{what}")) for e in history]
        known = [(epoch, factor * value) for epoch, value in values if value is not None]
        if known:
            panel.plot(*zip(*known, strict=True), marker="." if len(known) < 3 else "", **line)


def _handles(axes: Any) -> list[Any]:
    return [line for line in axes.get_lines() if not line.get_label().startswith("_")]
