"""
A map of genres: how well each two are told apart, as a table of colours with a dendrogram above.

Public functions: `genre_map`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope.evaluation.drawing.canvas import COLOURS, new_figure
from genrescope.metrics.average_linkage import leaves

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def genre_map(
    accuracy: np.ndarray, joints: np.ndarray, labels: Sequence[str], *, title: str
) -> Figure:
    """
    Draw how well each two genres are told apart.

    Parameters
    ----------
    accuracy : np.ndarray [shape=(n, n)]
        Symmetric, in [0.5, 1]; the diagonal is left white.
    joints : np.ndarray [shape=(n - 1, 4)]
        As `average_linkage` gives them; heights are accuracies above 0.5.
    labels : sequence of str
        Genres.
    title : str
        What is drawn.

    Returns
    -------
    Figure
        The dendrogram, and below it the table in the order of its leaves.
    """
    order = leaves(joints)
    figure = new_figure(7.5, 9.0)
    top, below = figure.subplots(2, 1, height_ratios=(1, 2.6))
    _draw_dendrogram(top, joints, order)
    top.set_title(title, fontsize=11)
    shown = 100 * accuracy[np.ix_(order, order)]
    np.fill_diagonal(shown, np.nan)
    image = below.imshow(shown, cmap="cividis", vmin=50, vmax=100, aspect="auto")
    names = [labels[i] for i in order]
    below.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    below.set_yticks(range(len(names)), names)
    for row, column in np.argwhere(~np.isnan(shown)):
        value = shown[row, column]
        color = "black" if value > 75 else "white"
        below.text(column, row, f"{value:.0f}", ha="center", va="center", color=color, fontsize=8)
    figure.colorbar(image, ax=below, label="accuracy, %", location="bottom", shrink=0.6)
    return figure


def _draw_dendrogram(axes: Any, joints: np.ndarray, order: Sequence[int]) -> None:
    n = len(order)
    place = {leaf: (float(x), 50.0) for x, leaf in enumerate(order)}
    for step, (a, b, height, _) in enumerate(joints):
        (x_a, y_a), (x_b, y_b) = place[int(a)], place[int(b)]
        level = 50 + 100 * height
        axes.plot([x_a, x_a, x_b, x_b], [y_a, level, level, y_b], color=COLOURS[0])
        place[n + step] = ((x_a + x_b) / 2, level)
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(50, 102)
    axes.set_xticks([])
    axes.set_ylabel("joined at accuracy, %")
    axes.spines[["top", "right", "bottom"]].set_visible(False)
