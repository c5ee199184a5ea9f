"""A worker of a crew: a process that does one task on one item after the other.

It reads items from its standard input, and writes what comes of them to its standard output (see
`genrescope.crew.messages`). It ends when its standard input does, so that none is left over however
its crew ended. Public functions: `main`, `open_task`, `attempt`.
"""

from __future__ import annotations

import importlib
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any

from genrescope.crew.messages import Message, read_message, write_message
from genrescope.errors import GenrescopeError

PART, DONE, ERROR, FAULT, READY, TASK, ITEM = (
    "part", "done", "error", "fault", "ready", "task", "item",
)  # fmt: skip

Work = Callable[[Any], Iterator[Message]]


def open_task(name: str, settings: Any) -> Work:
    """
    Prepare a task.

    Parameters
    ----------
    name : str
        Full name of a module with a function ``open_task(settings)``, which gives a function from
        an item to messages of the kind ``"part"``.
    settings : object
        Plain values.

    Returns
    -------
    callable
        From an item to what comes of it.
    """
    work: Work = importlib.import_module(name).open_task(settings)
    return work


def attempt(work: Work, item: Any) -> Iterator[Message]:
    """
    Work on an item.

    Parameters
    ----------
    work : callable
        As `open_task` gives it.
    item : object
        Plain values.

    Yields
    ------
    Message
        The parts of the result; then one that it is done, or the error that ended it.
    """
    try:
        yield from work(item)
    except GenrescopeError as error:
        yield Message(ERROR, {"class": type(error).__name__, "text": str(error)})
    else:
        yield Message(DONE)


def main() -> None:
    """Work until nothing more comes."""
    # Whom it is for is the crew, which then ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    said, answers = _own_pipes()
    waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(said, waiting), daemon=True).start()
    task = waiting.get().value
    work = open_task(task["name"], task["settings"])
    write_message(answers, Message(READY))
    while True:
        item = waiting.get().value
        try:
            for message in attempt(work, item):
                write_message(answers, message)
        except BrokenPipeError:
            os._exit(0)
        except MemoryError:
            # This item cannot be done; a new process has the memory for the others.
            os._exit(1)
        except Exception:
            import traceback

            write_message(answers, Message(FAULT, traceback.format_exc()))


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep standard input and output for messages; what libraries print goes to standard error."""
    said = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(nothing, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
    return said, answers


def _listen(said: IO[bytes], waiting: queue.SimpleQueue[Message]) -> None:
    try:
        while True:
            waiting.put(read_message(said))
    except (EOFError, OSError, ValueError):
        # Nothing that is under way is still wanted.
        os._exit(0)
