"""PNG: a picture of 8-bit colours as the bytes of a file, without loss.

Public: `png_bytes`.

References
----------
T. Boutell et al., "PNG (Portable Network Graphics) Specification, Version 1.0", RFC 2083, 1997.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

from genrescope.errors import ParameterError

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_bytes(picture: np.ndarray) -> bytes:
    """
    Write a picture as PNG.

    Parameters
    ----------
    picture : np.ndarray [shape=(height, width, 3)]
        Red, green and blue, uint8; the first row is the top one.

    Returns
    -------
    bytes
        The file; equal pictures give equal bytes on one version of zlib.

    Raises
    ------
    ParameterError
        If it is no such picture.

    Examples
    --------
    >>> png_bytes(np.zeros((2, 4, 3), dtype=np.uint8))[1:4]
    b'PNG'
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ParameterError(
            f"picture of shape {picture.shape} and type {picture.dtype}, but PNG takes (height, "
            "width, 3) of uint8: red, green and blue of 0 to 255"
        )
    height, width = picture.shape[:2]
    # Before each row stands the number of its filter: 0, the bytes as they are.
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)
    rows[:, 1:] = picture.reshape(height, 3 * width)
    # 8 bits a colour, colour type 2 (RGB), the only compression and filtering, not interlaced.
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(rows.tobytes(), 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
