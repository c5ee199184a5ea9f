"""Pages of an Ogg file: is every page there, whole, and is the last one the last.

Decoders drop a damaged page without a word, and a missing one leaves no trace in the length.
Public function: `faults`.

References
----------
RFC 3533, The Ogg Encapsulation Format Version 0, section 6.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_MAGIC = b"OggS"
_HEADER = 27
_READ = 1 << 20
_LAST = 4
# Ogg's checksum is CRC-32 with the bits of each byte, and of the result, in the other order.
_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class _Page(NamedTuple):
    serial: int
    number: int
    is_last: bool
    is_whole: bool


def faults(file: BinaryIO) -> list[str]:
    """
    Check all pages of an Ogg file.

    Parameters
    ----------
    file : BinaryIO
        A seekable file; its position is moved.

    Returns
    -------
    list of str
        Sentences for the user; empty where nothing is wrong.

    Examples
    --------
    >>> import io
    >>> faults(io.BytesIO(b"OggS" + bytes(23)))
    ['damaged: 1 of 1 Ogg pages are missing or broken', 'probably truncated: it has no end mark']
    """
    following: dict[int, int] = {}
    n_whole = n_broken = n_skipped = 0
    is_ended = False
    for page in _pages(file):
        is_ended = page.is_last and page.is_whole
        if not page.is_whole:
            n_broken += 1
            continue
        n_whole += 1
        n_skipped += max(0, page.number - following.get(page.serial, page.number))
        following[page.serial] = page.number + 1
    # A broken page is also one that the numbers skip, unless it is the first or the last.
    n_lost = max(n_broken, n_skipped)
    n_pages = n_whole + n_lost
    found = []
    if n_lost:
        found.append(f"damaged: {n_lost} of {n_pages} Ogg pages are missing or broken")
    if not is_ended:
        found.append("probably truncated: it has no end mark")
    return found


def _pages(file: BinaryIO) -> Iterator[_Page]:
    file.seek(0)
    held = b""
    while data := file.read(_READ):
        held += data
        at = held.find(_MAGIC)
        while at >= 0 and (size := _page_size(held, at)) is not None and at + size <= len(held):
            page = _page(held[at : at + size])
            yield page
            # The length of a broken page is as doubtful as the rest of it.
            at = held.find(_MAGIC, at + (size if page.is_whole else len(_MAGIC)))
        held = held[at:] if at >= 0 else held[-len(_MAGIC) + 1 :]
    if held.startswith(_MAGIC):
        yield _Page(0, 0, is_last=False, is_whole=False)


def _page_size(data: bytes, at: int) -> int | None:
    if len(data) < at + _HEADER or len(data) < at + _HEADER + data[at + 26]:
        return None
    lacing = data[at + _HEADER : at + _HEADER + data[at + 26]]
    return _HEADER + len(lacing) + sum(lacing)


def _page(page: bytes) -> _Page:
    checksum = int.from_bytes(page[22:26], "little")
    plain = (page[:22] + bytes(4) + page[26:]).translate(_MIRROR)
    mirrored = (zlib.crc32(plain, 0xFFFFFFFF) ^ 0xFFFFFFFF).to_bytes(4, "little")
    return _Page(
        serial=int.from_bytes(page[14:18], "little"),
        number=int.from_bytes(page[18:22], "little"),
        is_last=bool(page[5] & _LAST),
        is_whole=int.from_bytes(mirrored.translate(_MIRROR), "big") == checksum,
    )
