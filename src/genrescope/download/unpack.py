"""Unpack an archive: everything, or nothing.

Members are written into a folder beside their place; only when the last one was admitted and
written do the top folders move to where they belong. Public: `unpack`.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from genrescope.download import archives
from genrescope.download.archives import MAX_READ_BYTES, Packed
from genrescope.download.members import Kind, Ledger, Limits
from genrescope.errors import ArchiveError, OutputError


def unpack(
    archive: Path,
    folder: Path,
    *,
    limits: Limits,
    work: Path,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """
    Unpack an archive into a folder.

    Parameters
    ----------
    archive : Path
        A zip or tar.
    folder : Path
        Where to; what stands there stays.
    limits : Limits
        How much the archive may hold.
    work : Path
        A folder on the same disk for what is not complete; it is emptied before and removed after.
    progress : callable or None
        Called with how far the archive is read, and all of it.

    Returns
    -------
    dict of str to int
        Size in bytes of each file, by its path below the folder.

    Raises
    ------
    ArchiveError
        If it is damaged, or breaks a rule; then nothing of it stays.
    OutputError
        If it cannot be written, or something stands in its place.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        files = _write(archive, work, limits=limits, progress=progress)
        _move(work, folder)
    except ArchiveError as error:
        raise ArchiveError(
            f"{archive} was not unpacked, and nothing of it was kept: {error}"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutputError(
                f"the disk is full while {archive.name} is unpacked: free some space and give the "
                "same command"
            ) from error
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return files


def _write(
    archive: Path, work: Path, *, limits: Limits, progress: Callable[[int, int], None] | None
) -> dict[str, int]:
    ledger = Ledger(limits, packed_bytes=archive.stat().st_size)
    files: dict[str, int] = {}
    for packed in archives.members_of(archive, limits=limits):
        path = ledger.admit(packed.member)
        place = work.joinpath(*path.parts)
        if packed.member.kind is Kind.folder:
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            files[str(path)] = _write_file(packed, place)
        if progress is not None:
            progress(packed.done, packed.total)
    if not files:
        raise ArchiveError("it holds no file")
    return files


def _write_file(packed: Packed, place: Path) -> int:
    n_bytes, expected = 0, packed.member.size_bytes
    with packed.open() as source, place.open("xb") as file:
        while block := source.read(MAX_READ_BYTES):
            n_bytes += len(block)
            if n_bytes > expected:
                break
            file.write(block)
    if n_bytes != expected:
        raise ArchiveError(
            f"it is damaged: the member {packed.member.name!r} does not have the {expected} bytes "
            "that it claims"
        )
    return n_bytes


def _move(work: Path, folder: Path) -> None:
    """Move the top folders and files to their place, all of them or none."""
    tops = sorted(work.iterdir())
    for top in tops:
        if (folder / top.name).exists():
            raise OutputError(
                f"{folder / top.name} stands there already: move it away, or name another folder "
                "with --to"
            )
    moved: list[Path] = []
    try:
        for top in tops:
            top.rename(folder / top.name)
            moved.append(top)
    except BaseException:
        for top in moved:
            with suppress(OSError):
                (folder / top.name).rename(top)
        raise
