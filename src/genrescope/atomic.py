"""Files that appear whole or not at all: written beside their place, flushed, then moved there.

A process that is killed while it writes leaves at most a temporary file (``*.tmp-*``), never half a
result under the real name.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def open_atomic(path: Path) -> Iterator[BinaryIO]:
    """
    Open a file for writing that takes its name only when it is complete.

    Parameters
    ----------
    path : Path
        Where the file shall stand; its folder is made if it is missing.

    Yields
    ------
    BinaryIO
        A binary file; on an exception it is removed and `path` is left as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.tmp-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """
    Write bytes so that they appear whole or not at all.

    Parameters
    ----------
    path : Path
        Where the file shall stand.
    data : bytes
        Its content.
    """
    with open_atomic(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """
    Write text as UTF-8 so that it appears whole or not at all.

    Parameters
    ----------
    path : Path
        Where the file shall stand.
    text : str
        Its content.
    """
    write_bytes(path, text.encode())
