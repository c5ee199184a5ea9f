"""A task, opened, and what is said when it is done on an item: by a worker, a thread or right here.

Public: `Work`, `open_task`, `attempt`, `failure`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from genrescope.crew.messages import DONE, ERROR, FAULT, Message
from genrescope.errors import GenrescopeError, MemoryShortError

Work = Callable[[Any], Iterator[Message]]
"""From an item to the parts of what comes of it."""

MEMORY_SHORT = (
    "memory did not suffice for it: leave it out, split it, or work on fewer at a time (--jobs)"
)
MAX_NAME = 500
"""Characters, of what names an item in a message."""


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
        The parts of the result; then one that it is done, or why it is not.
    """
    try:
        yield from work(item)
    except Exception as error:
        yield failure(error, item)
    else:
        yield Message(DONE)


def failure(error: Exception, item: Any) -> Message:
    """
    Say why nothing came of an item.

    Parameters
    ----------
    error : Exception
        What was raised.
    item : object
        Over what; it is named where the task is at fault, for that ends the work on all of them.

    Returns
    -------
    Message
        An error of this item where the error is one of genrescope or memory ran out; else that the
        task is at fault.
    """
    if isinstance(error, MemoryError) and not isinstance(error, GenrescopeError):
        error = MemoryShortError(MEMORY_SHORT)
    if isinstance(error, GenrescopeError):
        return Message(ERROR, {"class": type(error).__name__, "text": str(error)})
    import traceback

    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return Message(FAULT, {"item": repr(item)[:MAX_NAME], "text": text})
