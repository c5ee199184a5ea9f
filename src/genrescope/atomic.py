"""Files that appear whole or not at all: written beside their place, flushed, then moved there.

A process that is killed while it writes leaves at most a temporary file (``*.tmp-*``), never half a
result under the real name.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from genrescope.errors import GenrescopeError, OutputError


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

    Raises
    ------
    OutputError
        If the file cannot be written there.
    """
    part = path.with_name(f"{path.name}.tmp-{os.getpid()}-{os.urandom(4).hex()}")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if _is_about(error, path, part):
            raise _not_written(path, error) from error
        raise


def check_writable(path: Path) -> None:
    """
    Find out before long work whether its result can be written; nothing is left behind.

    Parameters
    ----------
    path : Path
        Where the file shall stand; its folder is made if it is missing.

    Raises
    ------
    OutputError
        If the file cannot be written there.
    """
    with suppress(_EnoughError), open_atomic(path):
        raise _EnoughError


class _EnoughError(Exception):
    """The file could be opened: it need not be written."""


def _is_about(error: BaseException, path: Path, part: Path) -> bool:
    """Tell a failure of this file from one of others that are read while it is written."""
    if not isinstance(error, OSError) or isinstance(error, GenrescopeError):
        return False
    own = {None, str(path), str(part), *map(str, path.parents)}
    return error.filename in own or str(error.filename) in own


def _not_written(path: Path, error: BaseException) -> OutputError:
    reason = getattr(error, "strerror", None) or str(error)
    return OutputError(f"cannot write {path} ({reason}): choose another place")


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
