"""Get a part of a data set: fetch its archive, verify it and unpack it.

Public: `Telling`, `fulfil`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from genrescope import atomic
from genrescope.download import checksums, lock, receipts, space
from genrescope.download.fetch import Fetched, Patience, fetch
from genrescope.download.members import Limits
from genrescope.download.plan import Order, Step
from genrescope.download.receipts import Receipt
from genrescope.download.source import Part
from genrescope.download.unpack import unpack
from genrescope.errors import ArchiveError, DownloadError

Progress = Callable[[int, int], None]
UNPACKED_FACTOR = 2
"""What is unpacked is known roughly: so many times as much is surely another archive."""


@dataclass(frozen=True)
class Telling:
    """
    Whom to tell how the work goes on.

    Attributes
    ----------
    fetching, checking, unpacking : callable
        Called with the bytes that are done and all of them.
    note : callable
        Called with what the user should know.
    """

    fetching: Progress
    checking: Progress
    unpacking: Progress
    note: Callable[[str], None]


def fulfil(
    order: Order,
    step: Step,
    *,
    telling: Telling,
    patience: Patience | None = None,
) -> Receipt:
    """
    Get a part: fetch, verify, unpack.

    Parameters
    ----------
    order : Order
        What is to be got.
    step : Step
        The part, as `plan` found it.
    telling : Telling
        Whom to tell how the work goes on.
    patience : Patience or None
        How long to wait for a server; None is the default.

    Returns
    -------
    Receipt
        What is there now.

    Raises
    ------
    DownloadError
        If it cannot be got.
    ArchiveError
        If it cannot be unpacked.
    OutputError
        If it cannot be written, or another process is at it.
    """
    part, folder = step.part, order.folder
    own = receipts.own_folder(folder)
    with lock.held(own / "lock"):
        done = receipts.read(folder, part.name)
        if done is not None and not done.missing(folder):
            return done
        archive = folder / part.file
        got, is_ours = _archive(order, part, archive, telling, patience)
        space.check_free(folder, part.unpacked_bytes, what=f"what is in {part.file}")
        try:
            files = unpack(
                archive,
                folder,
                limits=Limits(UNPACKED_FACTOR * part.unpacked_bytes),
                work=own / f"{part.name}.unpacking",
                progress=telling.unpacking,
            )
        except ArchiveError:
            if is_ours and not part.checksums:
                # Nothing says that this is the right archive: the next call fetches it anew.
                _forget(archive)
            raise
        receipt = Receipt(part.name, part.file, got.url, got.digests["sha256"], files)
        receipts.write(folder, receipt)
        if is_ours and not order.keep_archives:
            _forget(archive)
    return receipt


def _archive(
    order: Order, part: Part, archive: Path, telling: Telling, patience: Patience | None
) -> tuple[Fetched, bool]:
    """Give the archive, found good, and whether this command fetched it, now or before."""
    origin = _origin(archive)
    if archive.is_file():
        is_ours = origin.is_file()
        url = origin.read_text(encoding="utf-8") if is_ours else None
        try:
            return _checked(part, archive, telling, url=url), is_ours
        except DownloadError as error:
            if is_ours:
                _forget(archive)
                raise
            raise DownloadError(f"{error}; but first move {archive} away") from error
    origin.unlink(missing_ok=True)
    got = _fetched(order, part, archive, telling, patience)
    atomic.write_text(origin, got.url or "")
    return got, True


def _origin(archive: Path) -> Path:
    return receipts.own_folder(archive.parent) / f"{archive.name}.origin"


def _forget(archive: Path) -> None:
    archive.unlink()
    _origin(archive).unlink(missing_ok=True)


def _checked(part: Part, archive: Path, telling: Telling, *, url: str | None) -> Fetched:
    """Verify an archive that the user put there, or that an earlier call fetched."""
    digests = checksums.file_digests(
        archive,
        algorithms=[one.algorithm for one in part.checksums],
        progress=telling.checking,
    )
    checksums.check(digests, part.checksums, what=str(archive))
    return Fetched(archive, url, digests)


def _fetched(
    order: Order, part: Part, archive: Path, telling: Telling, patience: Patience | None
) -> Fetched:
    def fetching(done: int, total: int | None) -> None:
        telling.fetching(done, max(done, part.size_bytes) if total is None else total)

    return fetch(
        order.urls(part),
        archive,
        published=part.checksums,
        named=order.named_hosts(),
        progress=fetching,
        checking=lambda done, total: telling.checking(done, total or done),
        tell=telling.note,
        patience=patience,
    )
