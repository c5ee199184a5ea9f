"""One task on many items, on all cores: in this process while it is short, then by a crew.

The task is named by its module (see `genrescope.crew.worker.open_task`), items are plain values and
workers fresh processes: they share no state, need nothing of the user's script, and one that
crashes costs only the item it was on. Public: `Reply`, `replies`, `in_order`, `can_start`.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope import errors
from genrescope.cores import n_jobs_or_cores
from genrescope.crew.messages import Message
from genrescope.crew.worker import DONE, ERROR, FAULT, PART, attempt, open_task

if TYPE_CHECKING:
    from genrescope.crew.crew import Crew

PATIENCE_S = 0.5
"""How long work lasts before workers are started, which takes about as long."""
MIN_UNDER_WAY = 32


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


def replies(
    task: str, settings: Any, items: Iterable[Any], *, jobs: int | None = None
) -> Generator[Reply, None, None]:
    """
    Do a task on many items; the replies come as they arrive.

    No more items are taken than are under way, counted from the first that is not done: twice as
    many as workers, and at least 32.

    Parameters
    ----------
    task : str
        Full name of its module.
    settings : object
        Of the task, plain values.
    items : iterable
        Plain values; taken one by one.
    jobs : int or None
        Worker processes; 1 works in this process, None takes as many as this process may use cores.

    Yields
    ------
    Reply
        Those of one item in their order, those of several mixed.

    Raises
    ------
    ParameterError
        If `jobs` is below 1.
    RuntimeError
        If the task itself is at fault.
    """
    n_jobs = n_jobs_or_cores(jobs)
    patience_s = PATIENCE_S if n_jobs > 1 and can_start() else math.inf
    with closing(_Line(task, settings, items, jobs=n_jobs)) as line:
        work, spent_s = None, 0.0
        while spent_s < patience_s and (taken := line.next()) is not None:
            number, item = taken
            work = work or open_task(task, settings)
            clock = time.perf_counter()
            for message in attempt(work, item):
                spent_s += time.perf_counter() - clock
                yield line.noted(number, message)
                if spent_s >= patience_s:
                    # It may go on for long: meanwhile, the crew begins with the next ones.
                    line.give()
                    while line.has_said:
                        yield line.said()
                clock = time.perf_counter()
        line.give()
        while line.is_under_way:
            yield line.said()
            line.give()


def can_start() -> bool:
    """
    Tell whether there is a Python to start.

    Returns
    -------
    bool
        False inside a frozen program or another one that embeds Python.
    """
    if getattr(sys, "frozen", False) or not sys.executable:
        return False
    return Path(sys.executable).name.lower().startswith(("python", "pypy"))


def in_order(
    task: str, settings: Any, items: Iterable[Any], *, jobs: int | None = None
) -> Generator[Reply, None, None]:
    """
    Do a task that gives one reply an item; they come in the order of the items.

    Parameters
    ----------
    task : str
        Full name of its module.
    settings : object
        Of the task, plain values.
    items : iterable
        Plain values; taken one by one, as by `replies`.
    jobs : int or None
        As for `replies`.

    Yields
    ------
    Reply
        One an item: what it gave, or its error.
    """
    found: dict[int, Reply] = {}
    whole: dict[int, Reply] = {}
    head = 0
    with closing(replies(task, settings, items, jobs=jobs)) as arriving:
        for reply in arriving:
            if not reply.is_last:
                found[reply.number] = reply
                continue
            given = found.pop(reply.number, reply)
            whole[reply.number] = reply if reply.error is not None else given
            while head in whole:
                yield whole.pop(head)
                head += 1


class _Line:
    """The items that are under way, in their order, which of them are done, and their crew."""

    def __init__(self, task: str, settings: Any, items: Iterable[Any], *, jobs: int) -> None:
        self._task, self._settings, self._jobs = task, settings, jobs
        self._numbered, self._most = enumerate(items), max(2 * jobs, MIN_UNDER_WAY)
        self._is_done: dict[int, bool] = {}
        self._crew: Crew | None = None

    @property
    def is_under_way(self) -> bool:
        return bool(self._is_done)

    def next(self) -> tuple[int, Any] | None:
        """Take the next item, which is under way from now on."""
        taken = next(self._numbered, None)
        if taken is not None:
            self._is_done[taken[0]] = False
        return taken

    def give(self) -> None:
        """Give the crew as many items as may be under way."""
        while len(self._is_done) < self._most and (taken := self.next()) is not None:
            if self._crew is None:
                # Here, since most who have one short file never need it.
                from genrescope.crew.crew import Crew

                self._crew = Crew(self._task, self._settings, jobs=self._jobs)
            self._crew.give(*taken)

    @property
    def has_said(self) -> bool:
        """Whether the crew has said something that was not taken."""
        return self._crew is not None and not self._crew.is_silent

    def said(self) -> Reply:
        """Wait for what the crew says next."""
        assert self._crew is not None
        return self.noted(*self._crew.take())

    def noted(self, number: int, message: Message) -> Reply:
        """Make a reply of what came, and note it if it was the last of its item."""
        reply = _reply(number, message)
        if reply.is_last:
            self._is_done[number] = True
        while self._is_done and self._is_done[head := next(iter(self._is_done))]:
            del self._is_done[head]
        return reply

    def close(self) -> None:
        """End the crew."""
        if self._crew is not None:
            self._crew.close()


def _reply(number: int, message: Message) -> Reply:
    if message.kind == PART:
        return Reply(number, message.value, message.arrays)
    if message.kind == DONE:
        return Reply(number, is_last=True)
    if message.kind == ERROR:
        kind = getattr(errors, message.value["class"], errors.GenrescopeError)
        return Reply(number, is_last=True, error=kind(message.value["text"]))
    assert message.kind == FAULT
    raise RuntimeError(f"the task is at fault:\n{message.value}")
