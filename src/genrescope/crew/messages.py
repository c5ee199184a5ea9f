"""What a crew and its workers say to each other: plain values and arrays, in bytes over a pipe.

A message is the length of its header in four bytes (big-endian), the header as JSON, and the bytes
of its arrays one after the other. Nothing of it can run code. Before its first message a worker
writes a magic word, for what starts with Python may have written something else to its output.
Public: `Message`, the kinds of messages, `write_message`, `read_message`, `write_beginning`,
`skip_to_beginning`.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

TASK, ITEM = "task", "item"
"""What a crew says: what the task is, and an item of it."""
READY, PART, DONE, ERROR, FAULT = "ready", "part", "done", "error", "fault"
"""What a worker says: that it takes items; a part of what comes of an item, that there is no more,
why nothing came of this item, that the task itself is at fault."""

_LENGTH = struct.Struct(">I")
_KINDS_OF_NUMBERS = "biuf"
_MAGIC = b"\0genrescope crew\0"
MAX_STRAY_BYTES = 2**16
MAX_HEADER_BYTES = 2**26


@dataclass(frozen=True, eq=False)
class Message:
    """
    Something said.

    Attributes
    ----------
    kind : str
        What it is about.
    value : object
        Plain values, as JSON holds them.
    arrays : tuple of np.ndarray
        Numbers, of any shapes.
    """

    kind: str
    value: Any = None
    arrays: tuple[np.ndarray, ...] = ()


def write_message(stream: IO[bytes], message: Message) -> None:
    """
    Say something.

    Parameters
    ----------
    stream : binary file
        A pipe to the other side.
    message : Message
        What to say.

    Raises
    ------
    OSError
        If the other side has gone.
    TypeError
        If its value is not plain.
    """
    arrays = [np.ascontiguousarray(a).reshape(np.shape(a)) for a in message.arrays]
    header = {
        "kind": message.kind,
        "value": message.value,
        "arrays": [[a.dtype.str, list(a.shape)] for a in arrays],
    }
    text = json.dumps(header).encode("ascii")
    stream.write(_LENGTH.pack(len(text)) + text)
    for array in arrays:
        stream.write(array.reshape(-1).view(np.uint8).data)
    stream.flush()


def read_message(stream: IO[bytes]) -> Message:
    """
    Hear what the other side says.

    Parameters
    ----------
    stream : binary file
        A pipe from the other side.

    Returns
    -------
    Message
        As it was written.

    Raises
    ------
    EOFError
        If the other side has gone.
    ValueError
        If it says something that is no message.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > MAX_HEADER_BYTES:
        raise ValueError(f"a header of {length} bytes is none")
    header = json.loads(_exactly(stream, length))
    arrays = tuple(_array(stream, name, shape) for name, shape in header["arrays"])
    return Message(header["kind"], header["value"], arrays)


def write_beginning(stream: IO[bytes]) -> None:
    """
    Say that messages begin.

    Parameters
    ----------
    stream : binary file
        A pipe to the other side.
    """
    stream.write(_MAGIC)
    stream.flush()


def skip_to_beginning(stream: IO[bytes]) -> None:
    """
    Read, and forget, what was written before messages begin.

    Parameters
    ----------
    stream : binary file
        A pipe from the other side.

    Raises
    ------
    EOFError
        If the other side has gone.
    ValueError
        If they do not begin within 64 KiB.
    """
    last = b""
    for _ in range(MAX_STRAY_BYTES + len(_MAGIC)):
        last = (last + _exactly(stream, 1))[-len(_MAGIC) :]
        if last == _MAGIC:
            return
    raise ValueError(f"the first {MAX_STRAY_BYTES} bytes hold no beginning of messages")


def _array(stream: IO[bytes], name: str, shape: list[int]) -> np.ndarray:
    dtype = np.dtype(name)
    if dtype.kind not in _KINDS_OF_NUMBERS:
        raise ValueError(f"an array of type {name!r} holds something else than numbers")
    data = _exactly(stream, math.prod(shape) * dtype.itemsize)
    return np.frombuffer(data, dtype=dtype).reshape(shape)


def _exactly(stream: IO[bytes], n: int) -> bytearray:
    data = bytearray(n)
    view = memoryview(data)
    while len(view):
        n_read = stream.readinto(view)  # type: ignore[attr-defined]
        if not n_read:
            raise EOFError("the other side has gone")
        view = view[n_read:]
    return data
