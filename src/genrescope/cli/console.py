"""What the commands share on the terminal: output, progress and the errors' exit codes.

Exit codes: 0 all went well; 1 some inputs of a batch failed, the others were answered; 2 wrong
usage, settings or recipe, or an output that cannot be written; 3 the data cannot be used; 4 the
model bundle cannot be used; 5 an optional extra is not installed; 130 interrupted.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from genrescope.errors import (
    AudioError,
    BundleError,
    DatasetError,
    GenrescopeError,
    MissingExtraError,
    StoreError,
)

if TYPE_CHECKING:
    from rich.console import Console

    from genrescope.records import Skipped

OK, SOME_FAILED, USAGE, DATA, MODEL, EXTRA, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
PLAIN_WIDTH = 200


class Format(str, enum.Enum):
    """How a command prints what it found: for reading, or for another program."""

    table = "table"
    json = "json"


HowToPrint = Annotated[
    Format, typer.Option(help="How to print: for reading, or for another program.")
]


class Advance(Protocol):
    """Tell a progress bar how far the work is."""

    def __call__(self, done: int, total: int, /, *rest: object) -> None:
        """Set the bar."""


def exit_code(error: GenrescopeError) -> int:
    """
    Give the exit code of an error that ends a command.

    Parameters
    ----------
    error : GenrescopeError
        The error.

    Returns
    -------
    int
        As the module docstring lists them.

    Examples
    --------
    >>> from genrescope.errors import ParameterError
    >>> exit_code(BundleError()), exit_code(ParameterError())
    (4, 2)
    """
    for kind, code in (
        ((AudioError, DatasetError, StoreError), DATA),
        ((BundleError,), MODEL),
        ((MissingExtraError,), EXTRA),
    ):
        if isinstance(error, kind):
            return code
    return USAGE


def out() -> Console:
    """
    Open the console for results; where it is no terminal, lines are not cut to 80 columns.

    Returns
    -------
    Console
        On standard output.
    """
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)


def one_line(text: object) -> str:
    """
    Write what may come from the name of a file so that it stays on its line.

    Parameters
    ----------
    text : object
        Text, or a path.

    Returns
    -------
    str
        With line breaks, escape sequences and other invisible characters written out.

    Examples
    --------
    >>> print(one_line("two\\nlines"))
    two\\nlines
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def say(text: str) -> None:
    """
    Tell the user something that is no result, on standard error.

    Parameters
    ----------
    text : str
        One line.
    """
    print(one_line(text), file=sys.stderr, flush=True)


def say_error(text: str) -> None:
    """
    Say why a command ends: one line on standard error.

    Parameters
    ----------
    text : str
        What is wrong and what to do.
    """
    say("genrescope: " + " ".join(text.split()))


def tell_skipped(skipped: Sequence[Skipped], *, n_shown: int | None = None) -> int:
    """
    Tell the user what was left out and why, faults first.

    Parameters
    ----------
    skipped : sequence of Skipped
        What was left out.
    n_shown : int or None
        Show this many of the faults and of the others; None shows all.

    Returns
    -------
    int
        Number of faults.
    """
    faults = [item for item in skipped if item.is_fault]
    for items, what in (
        (faults, "faults"),
        ([item for item in skipped if not item.is_fault], "items left out by a rule"),
    ):
        for item in items[:n_shown]:
            say(f"skipped: {item.name}: {item.reason}")
        if n_shown is not None and len(items) > n_shown:
            say(f"... and {len(items) - n_shown} more {what}")
    if skipped:
        say(f"{len(skipped)} items skipped, {len(faults)} of them for a fault")
    return len(faults)


@contextmanager
def progress_bar(description: str, *, beside_results: bool = False) -> Iterator[Advance]:
    """
    Show a progress bar with rate and time left on standard error, if that is a terminal.

    Without a call of what is yielded, it shows that the work runs, and for how long.

    Parameters
    ----------
    description : str
        What is done.
    beside_results : bool
        Whether results are written to standard output meanwhile: where that is a terminal too, no
        bar is shown, for they would tear each other.

    Yields
    ------
    Advance
        To be called with (done, total).
    """
    if beside_results and sys.stdout.isatty():
        yield _tell_nobody
        return
    with progress_stages(description) as (advance,):
        yield advance


@contextmanager
def progress_stages(*stages: str) -> Iterator[tuple[Advance, ...]]:
    """
    Show a progress bar that names the stage of a work, as `progress_bar` does.

    Parameters
    ----------
    *stages : str
        What is done, in order.

    Yields
    ------
    tuple of Advance
        One a stage; where a stage is done, the next is shown.
    """
    if not sys.stderr.isatty():
        yield tuple(_tell_nobody for _ in stages)
        return
    from genrescope.cli.progress import shown

    with shown(stages) as advances:
        yield advances


def _tell_nobody(done: int, total: int, /, *rest: object) -> None:
    """Advance where no bar is shown."""
