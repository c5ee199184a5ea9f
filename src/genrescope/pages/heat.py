"""
A confusion matrix as a picture: counts in cells, whose colour is their share of the row.

Public functions: `confusion_heat`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genrescope.pages.drawing import box, drawing, words
from genrescope.pages.html import Safe
from genrescope.pages.scales import percent, shortened

_CELL, _N_WITH_COUNTS = 42, 24
_LETTER = 8.0
# Shares from which on letters are dark on either ground, and then light on the light one.
_DARK, _PALE = 0.6, 0.8


def confusion_heat(labels: Sequence[str], counts: np.ndarray, *, label: str) -> Safe:
    """
    Draw which class was taken for which.

    Parameters
    ----------
    labels : sequence of str
        Names of the classes, in the order in which they shall stand.
    counts : np.ndarray [shape=(n_classes, n_classes)]
        Rows are true classes; not whole where they are means.
    label : str
        What it shows, for who cannot see it.

    Returns
    -------
    Safe
        A picture; with more than 24 classes only colours and tips are drawn.
    """
    n = len(labels)
    cell = _CELL if n <= _N_WITH_COUNTS else 16
    names = [shortened(text, 18) for text in labels]
    margin = 14 + _LETTER * max(map(len, names))
    left, top = margin + 20, 0.72 * margin + 30
    totals = counts.sum(axis=1)
    shapes = [
        words(left + n * cell / 2, 16, "what it said", size=14, anchor="middle", color="soft"),
        words(14, top + n * cell / 2, "what it was", size=14, anchor="middle", color="soft",
              turn=-90),
    ]  # fmt: skip
    size = 15 if cell == _CELL else 11
    for i, name in enumerate(names):
        x, y = left + (i + 0.5) * cell, top + (i + 0.5) * cell
        shapes.append(words(left - 8, y + 5, name, size=size, anchor="end"))
        shapes.append(words(x - 4, top - 8, name, size=size, turn=-42))
        for j in range(n):
            share = counts[i, j] / totals[i] if totals[i] else 0.0
            tip = f"{labels[i]} taken for {labels[j]}: {_count(counts[i, j])} ({percent(share)})"
            shapes += _cell(left + j * cell, top + i * cell, cell, counts[i, j], share, tip, i == j)
    width, height = left + n * cell + 0.75 * margin, top + n * cell + 2
    return drawing(*shapes, label=label, width=width, height=height, max_width=1.2 * width)


def _cell(
    x: float, y: float, side: float, count: float, share: float, tip: str, right: bool
) -> list[Safe]:
    shapes = [box(x + 1, y + 1, side - 2, side - 2, fill="raised")]
    shapes.append(
        box(x + 1, y + 1, side - 2, side - 2, fill="good", edge="mark" if right else None,
            opacity=share, tip=tip)
    )  # fmt: skip
    if count and side == _CELL:
        color = "ink" if share < _DARK else "on-mid" if share < _PALE else "on-good"
        shapes.append(
            words(x + side / 2, y + side / 2 + 6, _count(count), size=17, anchor="middle",
                  color=color, bold=right)
        )  # fmt: skip
    return shapes


def _count(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"
