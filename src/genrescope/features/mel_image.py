"""The mel spectrogram as a small RGB picture: the input of Tanaka and Hurtado-Lopez.

Conventions: in ``[shape=(n_mels, t)]`` in the scale of the front end, out
``[shape=(3, height, width)]``, red, green and blue in [0, 1], float32. The first row is the top
one: the highest band is at the top and the lowest at the bottom, as pictures of spectrograms are
drawn. Colours have 8 bits, so the array is, bit for bit, what a PNG file of the picture holds
divided by 255 (`to_png`).

The paper says that PNG files of mel spectrograms of all three colours went into the network, but
neither their size nor their colours. The defaults are 64 x 64, which six pools of 2 x 2 bring to
one position, and magma, in which librosa (which the paper cites) draws levels in dB. There the
picture was drawn and then made smaller; here the levels are resized and then coloured.

References
----------
G. Tanaka and J. Hurtado-Lopez, "Using Spectrograms and Convolutional Neural Networks for Music
Genre Classification", Stanford CS230 project, 2019, sections 1 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.dsp import colours, resize
from genrescope.dsp.png import png_bytes
from genrescope.errors import ParameterError, unknown_name
from genrescope.features.front_end import FrontEnd


@dataclass(frozen=True)
class Settings:
    """
    How the picture is made.

    Attributes
    ----------
    height, width : int
        Rows (of frequency) and columns (of time) of the picture.
    colour_map : str
        ``"magma"`` or ``"cubehelix"`` (see `genrescope.dsp.colours`).

    Raises
    ------
    ParameterError
        If a length is below 1.
    UnknownNameError
        If there is no such colour map.
    """

    height: int = 64
    width: int = 64
    colour_map: str = "magma"

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if self.height < 1 or self.width < 1:
            raise ParameterError(
                f"height ({self.height}) and width ({self.width}) must be at least 1"
            )
        if self.colour_map not in colours.COLOUR_MAPS:
            raise unknown_name("colour map", self.colour_map, colours.COLOUR_MAPS)


def compute(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Draw one window.

    Levels from the floor of the front end to the maximum of the window take the colours from first
    to last. A picture of scale ``"unit"`` first goes back to dB, which assumes that the window
    reaches the floor (see `FrontEnd.to_db`).

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel of one window, in the scale of the front end.
    settings : Settings
        How the picture is made.
    front_end : FrontEnd
        What made `S`.

    Returns
    -------
    np.ndarray [shape=(3, height, width)]
        Red, green and blue in [0, 1], float32.

    Examples
    --------
    >>> S = np.full((128, 1292), -80.0, dtype=np.float32)
    >>> S[0] = 0.0
    >>> image = compute(S, settings=Settings(height=128), front_end=FrontEnd())
    >>> image.shape, (255 * image[:, [0, -1], 0]).round().astype(int).T.tolist()
    ((3, 128, 64), [[0, 0, 4], [252, 253, 191]])
    """
    picture = resize.resize(front_end.to_db(S), shape=(settings.height, settings.width))
    levels = 1.0 + picture[::-1] / np.float32(front_end.top_db)
    drawn = colours.coloured(levels, colour_map=settings.colour_map)
    image: np.ndarray = np.moveaxis(drawn, -1, 0).astype(np.float32) / np.float32(255)
    return image


def to_png(image: np.ndarray) -> bytes:
    """
    Write a picture as the PNG file that holds just what the network takes.

    Parameters
    ----------
    image : np.ndarray [shape=(3, height, width)]
        As `compute` gave it.

    Returns
    -------
    bytes
        A file of 8-bit RGB.

    Raises
    ------
    ParameterError
        If it is no picture of three colours in [0, 1].
    """
    if image.ndim != 3 or len(image) != 3 or not (image.min() >= 0 and image.max() <= 1):
        raise ParameterError(
            f"input of shape {image.shape} is no picture of three colours in [0, 1]: take a recipe "
            "whose features are mel-image"
        )
    return png_bytes(np.moveaxis((image * 255 + 0.5).astype(np.uint8), 0, -1))
