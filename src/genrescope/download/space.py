"""Room on the disk, looked at before the long work. Public: `free_bytes`, `check_free`, `said`."""

from __future__ import annotations

import shutil
from pathlib import Path

from genrescope.errors import OutputError

GB = 1e9


def said(n_bytes: float) -> str:
    """
    Write a number of bytes for people.

    Parameters
    ----------
    n_bytes : float
        Bytes.

    Returns
    -------
    str
        In the unit that fits, of powers of 1000.

    Examples
    --------
    >>> said(7_679_594_875), said(900)
    ('7.7 GB', '900 bytes')
    """
    for unit, factor in (("GB", GB), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.1f} {unit}"
    return f"{n_bytes:.0f} bytes"


def free_bytes(folder: Path) -> int:
    """
    Tell how much room there is where a folder stands or shall stand.

    Parameters
    ----------
    folder : Path
        The folder; it need not exist.

    Returns
    -------
    int
        Bytes.
    """
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def check_free(folder: Path, n_bytes: int, *, what: str) -> None:
    """
    Refuse work for which there is no room.

    Parameters
    ----------
    folder : Path
        Where it writes.
    n_bytes : int
        How much it writes.
    what : str
        What is written, for the message.

    Raises
    ------
    OutputError
        If it does not fit.
    """
    free = free_bytes(folder)
    if n_bytes > free:
        raise OutputError(
            f"{what} needs {said(n_bytes)} in {folder.absolute()}, where {said(free)} are free: "
            "free some space, or name a folder on another disk with --to"
        )
