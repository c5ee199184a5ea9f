"""
What all figures share: the sheet, the colours and the way to a file.

Nothing is drawn through pyplot, so there is no global state and no window. Colours are those of
Okabe and Ito, which colour-blind readers can tell apart.

Public functions: `new_figure`, `save_figure`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genrescope.atomic import open_atomic
from genrescope.errors import missing_extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe, M. and Ito, K. (2008). Color universal design. https://jfly.uni-koeln.de/color/
# Their yellow is left out: it vanishes on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")


def new_figure(width: float, height: float) -> Figure:
    """
    Make an empty figure whose parts keep clear of each other.

    Parameters
    ----------
    width, height : float
        In inches.

    Returns
    -------
    Figure
        A white sheet.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise missing_extra("train", "drawing figures", error) from error
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def save_figure(figure: Figure, path: Path, *, dpi: int = 150) -> None:
    """
    Write a figure as PNG, whole or not at all.

    Parameters
    ----------
    figure : Figure
        The figure.
    path : Path
        The file; equal figures give equal bytes.
    dpi : int
        Dots an inch.
    """
    with open_atomic(path) as file:
        figure.savefig(file, format="png", dpi=dpi, metadata={"Software": None})
