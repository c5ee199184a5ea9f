"""``genrescope data get``: download a data set, verify and unpack it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import console
from genrescope.errors import ParameterError

if TYPE_CHECKING:
    from genrescope.download.plan import Order, Step
    from genrescope.download.receipts import Receipt

STAGES = ("downloading", "checking", "unpacking")
MB = 1_000_000

Name = Annotated[str, typer.Argument(metavar="NAME", help="gtzan, fma or artist20.")]
To = Annotated[
    Path | None,
    typer.Option(
        help="Folder; without it NAME in the folder of the variable GENRESCOPE_DATA, or here.",
        show_default=False,
    ),
]
Parts = Annotated[
    list[str] | None,
    typer.Option("--part", help="Part of the data set (fma_medium); may be given repeatedly."),
]
Mirrors = Annotated[
    list[str] | None,
    typer.Option(
        "--mirror",
        metavar="URL",
        help="Address of a folder that holds the archives, asked before all others; may be given "
        "repeatedly, and the variable GENRESCOPE_MIRRORS may list more.",
    ),
]
Hosts = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST",
        help="A host that an address may lead on to, besides those of the source and the mirrors.",
    ),
]
Keep = Annotated[
    bool, typer.Option("--keep-archives", help="Keep the archives when they are unpacked.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def get(
    name: Name,
    to: To = None,
    parts: Parts = None,
    mirrors: Mirrors = None,
    hosts: Hosts = None,
    keep_archives: Keep = False,
    yes: Yes = False,
) -> None:
    """Download a data set, verify and unpack it; goes on where it stood."""
    from genrescope.download import addresses, source, space
    from genrescope.download.plan import Order, State, needed_bytes, plan

    found = source.load(name)
    listed = addresses.listed(os.environ.get(addresses.ENVIRONMENT, ""))
    order = Order(
        found,
        _folder(name, to),
        found.chosen(parts or ()),
        (*(mirrors or ()), *listed),
        tuple(hosts or ()),
        keep_archives,
    )
    steps = plan(order)
    needed = needed_bytes(steps, keep_archives=keep_archives)
    todo = [step for step in steps if step.state is not State.complete]
    _show(order, steps, needed=needed)
    if todo:
        space.check_free(order.folder, needed, what=f"{name} with all that was asked for")
        _ask(yes=yes)
    for step in steps:
        _tell(_fulfilled(order, step), order.folder)
    console.out().print(
        f"Next: genrescope data summary {name}:{order.folder}", markup=False, soft_wrap=True
    )


def _folder(name: str, to: Path | None) -> Path:
    if to is not None:
        return to
    data = os.environ.get("GENRESCOPE_DATA")
    return Path(data) / name if data else Path(name)


def _show(order: Order, steps: Sequence[Step], *, needed: int) -> None:
    from genrescope.download.space import free_bytes, said

    found = order.source
    console.say(f"{found.title} ({found.page})")
    console.say(f"Licence: {found.licence}")
    console.say(f"Please cite: {found.cite}")
    for note in found.notes:
        console.say(f"Note: {note}")
    for step in steps:
        urls = order.urls(step.part)
        console.say(
            f"{step.part.name}: {step.part.about}; {step.part.file}, about "
            f"{said(step.part.size_bytes)}, {step.state.value}"
            + (f" ({said(step.n_bytes)})" if step.n_bytes else "")
            + (f"; from {urls[0]}" if urls and step.to_fetch_bytes else "")
        )
    to_fetch = sum(step.to_fetch_bytes for step in steps)
    console.say(
        f"To download: about {said(to_fetch)}; room needed in {order.folder.absolute()}: about "
        f"{said(needed)}, free: {said(free_bytes(order.folder))}"
    )


def _ask(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise ParameterError(
            "nobody can be asked whether to go on, for the input is no terminal: give --yes if the "
            "size and the licence shown above suit you"
        )
    typer.confirm("Go on?", abort=True, err=True)


def _fulfilled(order: Order, step: Step) -> Receipt:
    from genrescope.download.get import Telling, fulfil

    titles = [f"{stage} {step.part.file} (MB)" for stage in STAGES]
    try:
        with console.progress_stages(*titles) as advances:
            fetching, checking, unpacking = map(_in_mb, advances)
            telling = Telling(fetching, checking, unpacking, console.say)
            return fulfil(order, step, telling=telling)
    except KeyboardInterrupt:
        console.say("What was downloaded is kept: the same command goes on from there.")
        raise


def _in_mb(advance: console.Advance) -> console.Advance:
    def told(done: int, total: int, /, *rest: object) -> None:
        # The last block of a file of less than a megabyte ends the stage, and none before it.
        whole = max(-(-total // MB), 1)
        advance(whole if done >= total else min(done // MB, whole - 1), whole)

    return told


def _tell(receipt: Receipt, folder: Path) -> None:
    n_bytes = sum(receipt.files.values())
    console.out().print(
        f"{receipt.part}: {len(receipt.files)} files, {n_bytes} bytes in {folder}; "
        f"{receipt.file} has SHA-256 {receipt.sha256}",
        markup=False,
        soft_wrap=True,
    )
