"""
Sheets of small pictures: the filters of a network, and inputs of it.

Rows of a picture are drawn upwards, the first one lowest, as the bands of a log-mel lie.

Public functions: `filter_sheet`, `input_sheet`, `as_picture`.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from genrescope.errors import ParameterError
from genrescope.evaluation.drawing.canvas import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def filter_sheet(weights: np.ndarray, *, title: str) -> Figure:
    """
    Draw all filters of a convolution on one sheet.

    Each filter has a scale of its own, symmetric about zero: white is zero, red adds and blue
    subtracts. Filters of several channels are drawn channel beside channel; those of a convolution
    along time alone as a picture of channels (upwards) and time.

    Parameters
    ----------
    weights : np.ndarray [shape=(n_filters, n_channels, ...)]
        The filters, with their height and width, or their width alone.
    title : str
        Of the sheet.

    Returns
    -------
    Figure
        One picture a filter, numbered from 0.

    Raises
    ------
    ParameterError
        If they are no filters along one or two axes.
    """
    if weights.ndim not in (3, 4):
        raise ParameterError(
            f"weights have shape {weights.shape}, but filters have (n, channels, height, width) or "
            "(n, channels, width)"
        )
    pictures = {
        f"{i}: ±{np.abs(w).max():.2g}": w if w.ndim == 2 else np.concatenate(list(w), axis=1)
        for i, w in enumerate(weights)
    }
    limits = [float(np.abs(picture).max()) or 1.0 for picture in pictures.values()]
    return _sheet(
        pictures, title=title, n_columns=8, side=1.05, cmap="RdBu_r",
        ranges=[(-limit, limit) for limit in limits],
    )  # fmt: skip


def input_sheet(
    pictures: Mapping[str, np.ndarray],
    *,
    title: str,
    n_columns: int = 4,
    limit: float | None = None,
) -> Figure:
    """
    Draw inputs of a network on one sheet, each with a scale of its own or all with one.

    Parameters
    ----------
    pictures : mapping of str to np.ndarray [shape=(height, width)]
        By their titles, at least one.
    title : str
        Of the sheet.
    n_columns : int
        Pictures beside each other.
    limit : float or None
        Values at both ends of the one scale, which is symmetric about zero; None gives each its
        own, from its least to its greatest value.

    Returns
    -------
    Figure
        One picture an input.
    """
    ranges = [
        (float(p.min()), float(p.max())) if limit is None else (-limit, limit)
        for p in pictures.values()
    ]
    cmap = "magma" if limit is None else "RdBu_r"
    return _sheet(
        pictures, title=title, n_columns=n_columns, side=2.0, cmap=cmap, ranges=ranges,
        aspect="auto",
    )  # fmt: skip


def as_picture(x: np.ndarray) -> np.ndarray:
    """
    Give an input as a picture of two axes.

    Parameters
    ----------
    x : np.ndarray [shape=(n,)], [shape=(height, width)] or with a further axis of colours
        An input.

    Returns
    -------
    np.ndarray [shape=(height, width)]
        A row of numbers becomes a picture of one row; colours are averaged.

    Raises
    ------
    ParameterError
        If it has more axes.

    Examples
    --------
    >>> [as_picture(np.zeros(shape)).shape for shape in ((5,), (4, 6), (3, 4, 6), (4, 6, 3))]
    [(1, 5), (4, 6), (4, 6), (4, 6)]
    """
    if x.ndim == 3 and min(x.shape[0], x.shape[2]) <= 4:
        x = x.mean(0 if x.shape[0] <= x.shape[2] else 2)
    if x.ndim > 2:
        raise ParameterError(f"an input of shape {x.shape} cannot be drawn as a picture")
    picture: np.ndarray = np.atleast_2d(x)
    return picture


def _sheet(
    pictures: Mapping[str, np.ndarray],
    *,
    title: str,
    n_columns: int,
    side: float,
    cmap: str,
    ranges: list[tuple[float, float]],
    aspect: str = "equal",
) -> Figure:
    n_columns = min(n_columns, len(pictures))
    n_rows = -(-len(pictures) // n_columns)
    figure = new_figure(max(4.0, side * n_columns), 0.7 + 1.15 * side * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for axes, (name, picture), (low, high) in zip(panels, pictures.items(), ranges, strict=False):
        axes.imshow(picture, origin="lower", aspect=aspect, cmap=cmap, vmin=low, vmax=high)
        axes.set_title(fill(name, int(14 * side)), fontsize=7)
        axes.set_xticks([])
        axes.set_yticks([])
    for axes in panels[len(pictures) :]:
        axes.set_axis_off()
    figure.suptitle(fill(title, int(11 * max(4.0, side * n_columns))), fontsize=9)
    return figure
