"""
Pictures of log-mel spectrograms, several on one sheet.

Time runs to the right in seconds, frequency upwards in Hz (on the mel scale of the bands). All
pictures of a sheet share the scale of their colours.

Public functions: `spectrograms`.
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


def spectrograms(
    pictures: Mapping[str, np.ndarray],
    *,
    sr: float,
    hop_length: int,
    frequencies: np.ndarray,
    unit: str = "dB relative to the maximum",
    n_columns: int = 2,
) -> Figure:
    """
    Draw log-mel spectrograms as small pictures on one sheet.

    Parameters
    ----------
    pictures : mapping of str to np.ndarray [shape=(n_mels, t)]
        Log-mel spectrograms by their titles, at least one.
    sr : float
        Sample rate, in Hz.
    hop_length : int
        Samples from frame to frame.
    frequencies : np.ndarray [shape=(n_mels,)]
        Centre of each mel band, in Hz.
    unit : str
        Of the values.
    n_columns : int
        Pictures beside each other.

    Returns
    -------
    Figure
        One picture a spectrogram, in rows.

    Raises
    ------
    ParameterError
        If there are not as many frequencies as bands.
    """
    for S in pictures.values():
        if S.ndim != 2 or len(S) != len(frequencies):
            raise ParameterError(
                f"S has shape {S.shape}, but must have one row for each of {len(frequencies)} bands"
            )
    n_columns = min(n_columns, len(pictures))
    n_rows = -(-len(pictures) // n_columns)
    figure = new_figure(8.5, 0.8 + (1.9 if n_columns > 1 else 2.8) * n_rows)
    panels = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    low = min(float(S.min()) for S in pictures.values())
    high = max(float(S.max()) for S in pictures.values())
    wanted = [hz for hz in 2.0 ** np.arange(7, 15) if frequencies[0] <= hz <= frequencies[-1]][::2]
    for axes, (title, S) in zip(panels, pictures.items(), strict=False):
        extent = (0, S.shape[1] * hop_length / sr, -0.5, len(S) - 0.5)
        image = axes.imshow(
            S, origin="lower", aspect="auto", cmap="magma", extent=extent, vmin=low, vmax=high
        )
        places = np.interp(wanted, frequencies, np.arange(len(S)))
        axes.set_yticks(places, [f"{hz:.0f}" for hz in wanted])
        axes.set_title(fill(title, 80 // n_columns), fontsize=9)
    for axes in panels[len(pictures) :]:
        axes.set_axis_off()
    figure.supxlabel("time (s)", fontsize=10)
    figure.supylabel("frequency (Hz)", fontsize=10)
    figure.colorbar(image, ax=list(panels), label=unit, shrink=0.6)
    return figure
