"""One process a folder: a second that would write into the same files is told so.

The lock is the operating system's, so that it goes with the process, however that ends.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genrescope.errors import OutputError


@contextmanager
def held(path: Path) -> Iterator[None]:
    """
    Hold the lock of a folder.

    Parameters
    ----------
    path : Path
        The file that is locked; it is made, and stays.

    Yields
    ------
    None
        While it is held.

    Raises
    ------
    OutputError
        If another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(
                f"another process is downloading into {path.parent.parent}: wait until it is done, "
                "or name another folder with --to"
            ) from error
        yield
