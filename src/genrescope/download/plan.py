"""What is to be got, what of it is there already, and how much room the rest needs.

What is there is never fetched again: a part with a receipt and all its files, an archive, the
beginning of one. Public: `Order`, `Step`, `State`, `plan`, `needed_bytes`.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.download import addresses, receipts
from genrescope.download.partial import Partial
from genrescope.download.source import Part, Source
from genrescope.errors import DatasetError, DownloadError


class State(enum.Enum):
    """How much of a part is there."""

    complete = "complete"
    archive = "archive is there"
    begun = "begun"
    missing = "missing"


@dataclass(frozen=True)
class Order:
    """
    What is to be got.

    Attributes
    ----------
    source : Source
        The data set.
    folder : Path
        Where to.
    parts : tuple of Part
        Which of it.
    mirrors : tuple of str
        Addresses that the user named, asked before those of the source.
    hosts : tuple of str
        Hosts that the user trusts, besides those.
    keep_archives : bool
        Keep the archives when they are unpacked.
    """

    source: Source
    folder: Path
    parts: tuple[Part, ...]
    mirrors: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    keep_archives: bool = False

    def urls(self, part: Part) -> tuple[str, ...]:
        """
        Give the addresses of a part.

        Parameters
        ----------
        part : Part
            One of its parts.

        Returns
        -------
        tuple of str
            In the order in which they are asked.
        """
        own = (addresses.in_mirror(mirror, part.file) for mirror in self.mirrors)
        return tuple(dict.fromkeys((*own, *part.urls)))

    def named_hosts(self) -> tuple[str, ...]:
        """
        Give the hosts that requests may go to.

        Returns
        -------
        tuple of str
            Those of the source, of the mirrors, and those that the user trusts.
        """
        own = (addresses.host(mirror) for mirror in self.mirrors)
        return (*self.source.named_hosts(), *own, *self.hosts)


@dataclass(frozen=True)
class Step:
    """
    What is to be done for a part.

    Attributes
    ----------
    part : Part
        The part.
    state : State
        How much of it is there.
    n_bytes : int
        Of its archive, where that is there or begun.
    """

    part: Part
    state: State
    n_bytes: int = 0

    @property
    def to_fetch_bytes(self) -> int:
        """
        Give what is still to be downloaded.

        Returns
        -------
        int
            Bytes, about.
        """
        if self.state in (State.complete, State.archive):
            return 0
        return max(self.part.size_bytes - self.n_bytes, 0)


def plan(order: Order) -> tuple[Step, ...]:
    """
    Find out what of an order is there already.

    Parameters
    ----------
    order : Order
        What is to be got.

    Returns
    -------
    tuple of Step
        One a part.

    Raises
    ------
    DatasetError
        If something else stands where a part belongs, or a part has no address.
    """
    return tuple(_step(order, part) for part in order.parts)


def _step(order: Order, part: Part) -> Step:
    receipt = receipts.read(order.folder, part.name)
    place = order.folder / part.folder
    gone = None if receipt is None else receipt.missing(order.folder)
    if gone == []:
        return Step(part, State.complete)
    if place.exists():
        lacks = f", but lacks {gone[0]} ({len(gone)} files in all)" if gone else ""
        made = "by this command" if gone else "but not by this command"
        raise DatasetError(
            f"{place} was made {made}{lacks}: move it away to get it anew, or use it as it is "
            f"(genrescope data summary {order.source.name}:{order.folder})"
        )
    archive = order.folder / part.file
    if archive.is_file():
        return Step(part, State.archive, archive.stat().st_size)
    if not order.urls(part):
        raise DownloadError(
            f"{part.file} has no public address: ask for it at {order.source.page}, then put it "
            f"into {order.folder} and give the same command, or name where it lies with --mirror"
        )
    n_bytes = Partial(archive).size()
    return Step(part, State.begun if n_bytes else State.missing, n_bytes)


def needed_bytes(steps: Sequence[Step], *, keep_archives: bool) -> int:
    """
    Give the room that the work needs on the disk at its fullest.

    Parameters
    ----------
    steps : sequence of Step
        What is to be done, in order.
    keep_archives : bool
        Whether the archives stay.

    Returns
    -------
    int
        Bytes, about.
    """
    stays = highest = 0
    for step in steps:
        if step.state is State.complete:
            continue
        highest = max(highest, stays + step.to_fetch_bytes + step.part.unpacked_bytes)
        stays += step.part.unpacked_bytes
        stays += step.to_fetch_bytes if keep_archives else -step.n_bytes
    return highest
