"""Headers of MPEG audio frames: is this MP3, and how many frames does its first frame promise.

MP3 has no magic number. A frame begins with eleven set bits and says how long it is, so that sound
is recognised by a chain of headers that agree. The first frame may be a Xing (or Info) frame that
counts the others; it is the only promise of length that MP3 knows.

Public functions: `parse_header`, `find_stream`, `promised_samples`.

References
----------
ISO/IEC 11172-3:1993 and 13818-3:1998, section 2.4.1.3 (header) and 2.4.2.3 (its fields).
"""

from __future__ import annotations

from typing import NamedTuple

_KBITS_V1_L1 = (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
_KBITS_V1_L2 = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_KBITS_V1_L3 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_V2_L1 = (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
_KBITS_V2_L23 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44100, 48000, 32000)
_CHAIN = 3


class FrameHeader(NamedTuple):
    """
    What one frame header says.

    Attributes
    ----------
    version : int
        1 (MPEG-1), 2 (MPEG-2) or 3 (MPEG-2.5).
    layer : int
        1, 2 or 3.
    sr : int
        Sample rate in Hz.
    n_channels : int
        1 or 2.
    n_samples : int
        Samples per channel in the frame.
    size_bytes : int
        Length of the frame with its header.
    """

    version: int
    layer: int
    sr: int
    n_channels: int
    n_samples: int
    size_bytes: int


def parse_header(data: bytes, at: int = 0) -> FrameHeader | None:
    """
    Read the four bytes of a frame header.

    Parameters
    ----------
    data : bytes
        Bytes of a file.
    at : int
        Where the header would begin.

    Returns
    -------
    FrameHeader or None
        None where the bytes are not a header.

    Examples
    --------
    >>> parse_header(bytes.fromhex("fffb9064")).size_bytes
    417
    >>> parse_header(b"text") is None
    True
    """
    if len(data) < at + 4 or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    version = {0: 3, 2: 2, 3: 1}.get(data[at + 1] >> 3 & 3)
    layer = 4 - (data[at + 1] >> 1 & 3)
    bitrate, rate = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    if version is None or layer == 4 or bitrate in (0, 15) or rate == 3:
        return None
    sr = _RATES[rate] >> (version - 1)
    bits = 1000 * _kbits(version, layer)[bitrate - 1]
    padding = data[at + 2] >> 1 & 1
    n_samples = 384 if layer == 1 else 576 if layer == 3 and version > 1 else 1152
    if layer == 1:
        size = (12 * bits // sr + padding) * 4
    else:
        size = n_samples // 8 * bits // sr + padding
    return FrameHeader(version, layer, sr, 1 if data[at + 3] >> 6 == 3 else 2, n_samples, size)


def find_stream(data: bytes, *, is_all: bool) -> int | None:
    """
    Find where MPEG audio begins: the first chain of frame headers that agree.

    Parameters
    ----------
    data : bytes
        The beginning of a file, after any tag.
    is_all : bool
        Whether `data` reaches the end of the file; a chain at the very beginning may then be
        shorter than three frames.

    Returns
    -------
    int or None
        Offset of the first header; None where there is none.

    Examples
    --------
    >>> frame = bytes.fromhex("fffb9064") + bytes(413)
    >>> find_stream(b"junk" + 3 * frame, is_all=False)
    4
    """
    at = data.find(b"\xff")
    while at >= 0:
        if _is_chain(data, at, is_all=is_all and at == 0):
            return at
        at = data.find(b"\xff", at + 1)
    return None


def promised_samples(data: bytes, at: int) -> int | None:
    """
    Read how many samples the Xing or Info frame announces.

    Parameters
    ----------
    data : bytes
        The beginning of a file.
    at : int
        Offset of the first frame header.

    Returns
    -------
    int or None
        Samples per channel, encoder delay and padding included; None where nothing is announced.
    """
    header = parse_header(data, at)
    if header is None or header.layer != 3:
        return None
    if header.version == 1:
        side = 17 if header.n_channels == 1 else 32
    else:
        side = 9 if header.n_channels == 1 else 17
    tag = data[at + 4 + side : at + 4 + side + 12]
    has_count = len(tag) == 12 and tag[:4] in (b"Xing", b"Info") and tag[7] & 1
    return int.from_bytes(tag[8:12], "big") * header.n_samples if has_count else None


def _kbits(version: int, layer: int) -> tuple[int, ...]:
    if version == 1:
        return (_KBITS_V1_L1, _KBITS_V1_L2, _KBITS_V1_L3)[layer - 1]
    return _KBITS_V2_L1 if layer == 1 else _KBITS_V2_L23


def _is_chain(data: bytes, at: int, *, is_all: bool) -> bool:
    first = header = parse_header(data, at)
    for _ in range(_CHAIN - 1):
        if header is None or first is None or header[:3] != first[:3]:
            return False
        at += header.size_bytes
        if at >= len(data) - 3:
            return is_all
        header = parse_header(data, at)
    return header is not None and first is not None and header[:3] == first[:3]
