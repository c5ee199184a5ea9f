"""What whoever has a crew hears of an item.

Public: `Reply`, `reply_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from genrescope import errors
from genrescope.crew.messages import DONE, ERROR, FAULT, PART, Message


@dataclass(frozen=True, eq=False)
class Reply:
    """
    A part of the result of one item, or that there is no more.

    Attributes
    ----------
    number : int
        Of the item, from 0.
    value : object
        Plain values; None where nothing more comes.
    arrays : tuple of np.ndarray
        Numbers.
    is_last : bool
        Whether nothing more comes of this item.
    error : GenrescopeError or None
        Why the item has no result; always the last.
    """

    number: int
    value: Any = None
    arrays: tuple[np.ndarray, ...] = ()
    is_last: bool = False
    error: errors.GenrescopeError | None = None


def reply_of(number: int, message: Message) -> Reply:
    """
    Make a reply of a message.

    Parameters
    ----------
    number : int
        Of the item.
    message : Message
        As `genrescope.crew.task.attempt` gives it.

    Returns
    -------
    Reply
        What it says.

    Raises
    ------
    RuntimeError
        If it says that the task itself is at fault.
    """
    if message.kind == PART:
        return Reply(number, message.value, message.arrays)
    if message.kind == DONE:
        return Reply(number, is_last=True)
    if message.kind == ERROR:
        kind = getattr(errors, message.value["class"], errors.GenrescopeError)
        return Reply(number, is_last=True, error=kind(message.value["text"]))
    assert message.kind == FAULT
    item, text = message.value["item"], message.value["text"]
    raise RuntimeError(f"the task is at fault, with the item {item}:\n{text}")
