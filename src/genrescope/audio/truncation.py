"""Is a part of a sound file missing? What its own structure says, whatever a decoder makes of it.

Decoders adjust a header that promises more than the file holds without a word, so the promise is
read here. Public function: `missing_part`.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from genrescope.audio import ogg_pages
from genrescope.audio.sniff import Kind

_MAX_CHUNKS = 4096
# Writers that cannot seek back leave these in place of a length.
_UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFE)


def missing_part(file: BinaryIO, *, kind: Kind) -> str | None:
    """
    Tell whether a file ends before its own header says it does, or lacks pages inside.

    Parameters
    ----------
    file : BinaryIO
        A seekable file; its position is moved.
    kind : Kind
        What kind of file it is.

    Returns
    -------
    str or None
        A sentence for the user; None where nothing is missing, or the format cannot tell.

    Examples
    --------
    >>> import io
    >>> from genrescope.audio.sniff import KINDS
    >>> header = b".snd" + (24).to_bytes(4, "big") + (1000).to_bytes(4, "big") + bytes(12)
    >>> missing_part(io.BytesIO(header + bytes(400)), kind=KINDS["au"])
    'truncated: 600 of 1000 bytes of sound are missing (60.0 %)'
    """
    size = file.seek(0, os.SEEK_END)
    if kind.name == "ogg":
        return "; ".join(ogg_pages.faults(file)) or None
    if kind.name == "wav":
        span = _riff_data(file)
    elif kind.name == "aiff":
        span = _chunk(file, b"SSND", byteorder="big")
    elif kind.name == "au":
        span = _au_data(file)
    else:
        return None
    if span is None or span[1] in _UNKNOWN_SIZES:
        return None
    start, promised = span
    missing = start + promised - size
    if missing <= 0:
        return None
    missing = min(missing, promised)
    return (
        f"truncated: {missing} of {promised} bytes of sound are missing "
        f"({100 * missing / promised:.1f} %)"
    )


def _riff_data(file: BinaryIO) -> tuple[int, int] | None:
    file.seek(0)
    byteorder = "big" if file.read(4) == b"RIFX" else "little"
    return _chunk(file, b"data", byteorder=byteorder)


def _chunk(file: BinaryIO, name: bytes, *, byteorder: str) -> tuple[int, int] | None:
    at = 12
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return None
        size = int.from_bytes(head[4:], "big" if byteorder == "big" else "little")
        if head[:4] == name:
            return at + 8, size
        at += 8 + size + size % 2
    return None


def _au_data(file: BinaryIO) -> tuple[int, int] | None:
    file.seek(0)
    head = file.read(12)
    byteorder = "big" if head[:4] == b".snd" else "little"
    start = int.from_bytes(head[4:8], "big" if byteorder == "big" else "little")
    size = int.from_bytes(head[8:12], "big" if byteorder == "big" else "little")
    return start, size
