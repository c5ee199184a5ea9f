"""Read zip and tar archives member by member, never trusting what they say of themselves.

A tar is read from its beginning to its end, once; a zip by its list of contents. No member is
loaded whole: a header that claims to be longer than any real one is refused before it is read.
Public: `Packed`, `members_of`.
"""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from genrescope.download.members import Kind, Limits, Member
from genrescope.errors import ArchiveError

SUFFIXES = (".zip", ".tar.gz", ".tgz", ".tar")
DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError),
    *(EOFError, NotImplementedError, ValueError, RuntimeError, OverflowError),
)
"""What reading a damaged archive raises."""
MAX_READ_BYTES = 1 << 20
HEADER_BYTES = 4096
ENCRYPTED_FLAG = 0x1
MADE_BY_UNIX = 3


class Packed(NamedTuple):
    """
    A member and a way to read it.

    Attributes
    ----------
    member : Member
        What it is.
    open : callable
        Opens it; to be called before the next member is asked for.
    done, total : int
        How far the archive was read, in bytes of it or of what is in it.
    """

    member: Member
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    done: int
    total: int


def members_of(path: Path, *, limits: Limits) -> Iterator[Packed]:
    """
    Go through an archive.

    Parameters
    ----------
    path : Path
        A file named as one of `SUFFIXES`.
    limits : Limits
        How much it may hold.

    Yields
    ------
    Packed
        A member.

    Raises
    ------
    ArchiveError
        If it is none, or damaged.
    """
    if not path.name.lower().endswith(SUFFIXES):
        raise ArchiveError(f"{path.name} is no archive: known are {', '.join(SUFFIXES)}")
    read = _zip_members if path.name.lower().endswith(".zip") else _tar_members
    with _told_of_damage():
        yield from read(path, limits)


@contextmanager
def _told_of_damage() -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        raise ArchiveError(f"it is damaged, or no such archive ({error})") from error


def _zip_members(path: Path, limits: Limits) -> Iterator[Packed]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        total = sum(info.file_size for info in infos)
        done = 0
        for info in infos:
            yield Packed(_of_zip(info), _zip_opener(archive, info), done, total)
            done += info.file_size


def _zip_opener(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo
) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    @contextmanager
    def opened() -> Iterator[IO[bytes]]:
        with _told_of_damage(), archive.open(info) as file:
            yield file

    return opened


def _of_zip(info: zipfile.ZipInfo) -> Member:
    kind = Kind.folder if info.is_dir() else Kind.file
    mode = info.external_attr >> 16
    if info.create_system == MADE_BY_UNIX and stat.S_IFMT(mode):
        if stat.S_ISLNK(mode):
            kind = Kind.link
        elif not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            kind = Kind.special
    # zipfile cuts a name at its first NUL, so that what is checked would not be what was sent.
    return Member(info.orig_filename, kind, info.file_size, bool(info.flag_bits & ENCRYPTED_FLAG))


def _tar_members(path: Path, limits: Limits) -> Iterator[Packed]:
    total = path.stat().st_size
    with path.open("rb") as raw, _unzipped(path, raw) as plain:
        bounded = _Bounded(plain, limits.max_bytes + HEADER_BYTES * limits.max_members)
        with tarfile.open(fileobj=bounded, mode="r:") as archive:
            while (info := archive.next()) is not None:
                # Not kept: the list of a hundred thousand members is of no use here.
                archive.members = []  # type: ignore[attr-defined]
                yield Packed(_of_tar(info), _tar_opener(archive, info), raw.tell(), total)
            _check_end(bounded)


@contextmanager
def _unzipped(path: Path, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    if path.name.lower().endswith(".tar"):
        yield raw
        return
    with gzip.GzipFile(fileobj=raw, mode="rb") as plain:
        yield plain  # type: ignore[misc]


def _tar_opener(
    archive: tarfile.TarFile, info: tarfile.TarInfo
) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    @contextmanager
    def opened() -> Iterator[IO[bytes]]:
        file = archive.extractfile(info)
        assert file is not None, "only files are opened"
        with _told_of_damage(), file:
            yield file

    return opened


def _of_tar(info: tarfile.TarInfo) -> Member:
    if info.isdir():
        kind = Kind.folder
    elif info.issym() or info.islnk():
        kind = Kind.link
    elif info.isreg() and not info.issparse():
        kind = Kind.file
    else:
        kind = Kind.special
    return Member(info.name, kind, info.size)


def _check_end(file: _Bounded) -> None:
    """Read on to the end: what follows a tar is zeros, or the tar was cut by a broken header."""
    while block := file.read(MAX_READ_BYTES):
        if block.strip(b"\0"):
            raise ArchiveError("it is damaged: something that is no member follows its last one")


class _Bounded(io.RawIOBase):
    """An unpacked stream that refuses to be read at once, or for ever."""

    def __init__(self, file: IO[bytes], max_bytes: int) -> None:
        self._file = file
        self._max_bytes = max_bytes

    def read(self, size: int = -1) -> bytes:
        """Read at most `MAX_READ_BYTES`."""
        if not 0 <= size <= MAX_READ_BYTES:
            raise ArchiveError(
                f"it is damaged, or made to fill the memory: a header of {size} bytes"
            )
        if self._file.tell() > self._max_bytes:
            raise ArchiveError(f"it unpacks to more than {self._max_bytes} bytes")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go forward, to where no more than may be unpacked."""
        if whence != io.SEEK_SET or offset > self._max_bytes:
            raise ArchiveError(f"it unpacks to more than {self._max_bytes} bytes")
        return self._file.seek(offset)

    def tell(self) -> int:
        """Tell where it is."""
        return self._file.tell()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True
