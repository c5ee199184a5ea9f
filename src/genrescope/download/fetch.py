"""Get a file from one of several addresses: go on where it stood, try again, verify, then move.

What was sent before is kept in a `Partial` and asked for no more, unless the file has changed since
(ETag, date, size), or the server cannot send a rest. A file that fits none of its checksums is
thrown away; where it was put together from several connections, it is fetched once more as a whole.
Public: `Patience`, `Fetched`, `fetch`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from genrescope.download import checksums, transfer
from genrescope.download.checksums import Checksum
from genrescope.download.partial import Note, Partial
from genrescope.download.transfer import TransferBrokenError
from genrescope.errors import DownloadError

Progress = Callable[[int, "int | None"], None]
Tell = Callable[[str], None]


def _nobody(*_: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Patience:
    """
    How long to wait and how often to try.

    Attributes
    ----------
    timeout_s : float
        For the next bytes, in seconds.
    n_tries : int
        Tries in a row that bring nothing new, after which an address is given up.
    first_wait_s, longest_wait_s : float
        Before the second try, doubled for each further one, and never longer than.
    sleep : callable
        Waits for some seconds.
    """

    timeout_s: float = 30.0
    n_tries: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def wait(self, n_failed: int, asked_s: float | None) -> None:
        """
        Wait before the next try.

        Parameters
        ----------
        n_failed : int
            Tries in a row that brought nothing new.
        asked_s : float or None
            What the server asked for, in seconds.
        """
        own_s = self.first_wait_s * 2.0 ** max(n_failed - 1, 0)
        self.sleep(min(own_s if asked_s is None else asked_s, self.longest_wait_s))


@dataclass(frozen=True)
class Fetched:
    """
    A file that was got and found good.

    Attributes
    ----------
    path : Path
        Where it stands.
    url : str or None
        Where it came from; None where it stood there already.
    digests : dict of str to str
        By algorithm, with ``"sha256"`` among them.
    """

    path: Path
    url: str | None
    digests: dict[str, str]


@dataclass(frozen=True)
class _Errand:
    """What is the same for all addresses of a file."""

    part: Partial
    published: tuple[Checksum, ...]
    named: tuple[str, ...]
    progress: Progress
    checking: Progress
    tell: Tell
    patience: Patience


def fetch(
    urls: Sequence[str],
    target: Path,
    *,
    published: Sequence[Checksum] = (),
    named: Sequence[str],
    progress: Progress = _nobody,
    checking: Progress = _nobody,
    tell: Tell = _nobody,
    patience: Patience | None = None,
) -> Fetched:
    """
    Get a file from the first address that has it.

    Parameters
    ----------
    urls : sequence of str
        Addresses, the best first.
    target : Path
        Where the file shall stand.
    published : sequence of Checksum
        Checksums; one that fits is enough.
    named : sequence of str
        Hosts that requests may go to.
    progress : callable
        Called with the bytes that are there and those of the whole file (None: not known).
    checking : callable
        Called with the bytes whose digests are computed and all of them.
    tell : callable
        Called with what the user should know meanwhile.
    patience : Patience or None
        How long to wait; None is the default.

    Returns
    -------
    Fetched
        The file, found good.

    Raises
    ------
    DownloadError
        If no address has it.
    OutputError
        If it cannot be written.
    """
    errand = _Errand(
        Partial(target),
        tuple(published),
        tuple(named),
        progress,
        checking,
        tell,
        patience or Patience(),
    )
    reasons: list[str] = []
    for url in urls:
        try:
            digests = _good(url, errand)
        except DownloadError as error:
            reasons.append(str(error))
            if url != urls[-1]:
                tell(f"{error}; trying the next address")
            continue
        errand.part.finish()
        return Fetched(target, url, digests)
    kept = errand.part.size()
    hint = f" ({kept} bytes are kept: the same command goes on from there)" if kept else ""
    raise DownloadError(f"{target.name} could not be got: {'; '.join(reasons)}{hint}")


def _good(url: str, errand: _Errand) -> dict[str, str]:
    """Complete the file from an address, and give its digests."""
    part = errand.part
    whole = _complete(url, errand)
    try:
        return _checked(url, errand)
    except DownloadError:
        part.remove()
        if whole:
            raise
    errand.tell(f"the stretches of {part.target.name} do not make the file: fetching it anew")
    _complete(url, errand)
    try:
        return _checked(url, errand)
    except DownloadError:
        part.remove()
        raise


def _checked(url: str, errand: _Errand) -> dict[str, str]:
    path, published = errand.part.path, errand.published
    digests = checksums.file_digests(
        path, algorithms=[one.algorithm for one in published], progress=errand.checking
    )
    checksums.check(digests, published, what=f"{errand.part.target.name} of {url}")
    return digests


def _complete(url: str, errand: _Errand) -> bool:
    """Fetch what is missing; tell whether the file came in one connection."""
    highest, n_failed = errand.part.size(), 0
    while True:
        try:
            return _go_on(url, errand)
        except TransferBrokenError as error:
            if error.anew:
                errand.part.remove()
            size = errand.part.size()
            n_failed = 0 if size > highest else n_failed + 1
            highest = max(size, highest)
            if n_failed >= errand.patience.n_tries:
                raise DownloadError(
                    f"{error}, and so {n_failed} times: look whether the network works, or give "
                    "another --mirror"
                ) from error
            errand.tell(f"{error}; trying again")
            errand.patience.wait(n_failed, error.wait_s)


def _go_on(url: str, errand: _Errand) -> bool:
    part = errand.part
    note = part.note()
    if note is None or (note.url != url and not errand.published):
        # Without a checksum, nothing would tell that the halves are of two files.
        part.remove()
        note = Note(url)
    start = part.size()
    if note.total is not None and start >= note.total:
        if start == note.total:
            return False
        part.remove()
        start = 0
    with transfer.ask(
        url,
        named=errand.named,
        start=start,
        unless_changed=note.version if note.url == url else None,
        timeout_s=errand.patience.timeout_s,
    ) as answer:
        new = Note(url, answer.total, answer.etag, answer.modified)
        if start and answer.start and _is_other(note, new):
            raise TransferBrokenError(
                f"{part.target.name} has changed at {url} meanwhile", anew=True
            )
        if start and not answer.start:
            errand.tell(f"{url} sends {part.target.name} from its beginning again")
        part.take(answer, new, progress=errand.progress)
        return answer.start == 0


def _is_other(old: Note, new: Note) -> bool:
    """Tell whether two notes are of different files."""
    pairs: list[tuple[object, object]] = [(old.total, new.total)]
    if old.url == new.url:
        pairs += [(old.etag, new.etag), (old.modified, new.modified)]
    return any(a is not None and b is not None and a != b for a, b in pairs)
