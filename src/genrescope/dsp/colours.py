"""Colour maps: from levels in [0, 1] to red, green and blue of 8 bits, dark to light.

Both maps rise in lightness, so that louder is lighter. ``"cubehelix"`` is computed from its
formula (start 0.5, -1.5 rotations, hue 1, gamma 1). ``"magma"`` goes in straight lines through 17
colours of the map of that name, which stays within 3 of 255 steps of it; its authors gave it to the
public domain (CC0).

Public: `COLOUR_MAPS`, `coloured`.

References
----------
D. A. Green, "A colour scheme for the display of astronomical intensity images", Bulletin of the
Astronomical Society of India 39, 2011, pp. 289-295 (cubehelix). S. van der Walt and N. Smith, the
colour maps of matplotlib 1.5, 2015, https://bids.github.io/colormap/ (magma).
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import unknown_name

COLOUR_MAPS = ("magma", "cubehelix")
_MAGMA = (
    "0000040a08221d114636106a50127c691c818226819c2e7fb63779"
    "cf4170e65163f5695cfb8761fea571fec387fde0a2fcfdbf"
)


def coloured(levels: np.ndarray, *, colour_map: str = "magma") -> np.ndarray:
    """
    Colour a picture.

    Parameters
    ----------
    levels : np.ndarray [shape=(height, width)]
        Levels; those below 0 and above 1 take the first and the last colour.
    colour_map : str
        A name of `COLOUR_MAPS`.

    Returns
    -------
    np.ndarray [shape=(height, width, 3)]
        Red, green and blue, uint8.

    Raises
    ------
    UnknownNameError
        If there is no such map.

    Examples
    --------
    >>> coloured(np.array([[0.0, 0.5, 1.0]])).tolist()
    [[[0, 0, 4], [182, 55, 121], [252, 253, 191]]]
    """
    if colour_map not in COLOUR_MAPS:
        raise unknown_name("colour map", colour_map, COLOUR_MAPS)
    x = np.clip(np.asarray(levels, dtype=np.float64), 0.0, 1.0)
    found = _cubehelix(x) if colour_map == "cubehelix" else _magma(x)
    # Half a step is added: 8 bits hold the nearest colour.
    drawn: np.ndarray = (np.clip(found, 0.0, 1.0) * 255 + 0.5).astype(np.uint8)
    return drawn


def _magma(x: np.ndarray) -> np.ndarray:
    known = np.frombuffer(bytes.fromhex(_MAGMA), dtype=np.uint8).reshape(-1, 3) / 255
    at = np.linspace(0.0, 1.0, len(known))
    return np.stack([np.interp(x, at, known[:, i]) for i in range(3)], axis=-1)


def _cubehelix(x: np.ndarray) -> np.ndarray:
    # Equation 2 of Green, with phi of equation 1 and the amplitude h * x * (1 - x) / 2.
    phi = 2 * np.pi * (0.5 / 3 + 1 - 1.5 * x)
    turned = np.stack([np.cos(phi), np.sin(phi)], axis=-1)
    toward = np.array([[-0.14861, 1.78277], [-0.29227, -0.90649], [1.97294, 0.0]])
    helix: np.ndarray = x[..., None] + (x * (1 - x) / 2)[..., None] * (turned @ toward.T)
    return helix
