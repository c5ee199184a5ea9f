"""One task on many items, on all cores: few in this process while that is short, many by a crew.

The task is named by its module (see `genrescope.crew.task.open_task`), items are plain values and
workers fresh processes: they share no state, need nothing of the user's script, and one that
crashes costs only the item it was on. Where there are 8 items or more to be taken at once, workers
do all of them, and this process none. Fewer are begun in this process, until that has lasted half a
second; then workers do what is left. One job, or no Python that could be started (in a frozen
program), does all in this process, one after the other. Public: `replies`, `by_crew_in_order`,
`can_start`.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from genrescope.cores import n_jobs_or_cores
from genrescope.crew.line import Line
from genrescope.crew.reply import Reply
from genrescope.crew.task import attempt, open_task

MANY = 8
"""How many items are left to workers from the first on."""
PATIENCE_S = 0.5
"""How long work lasts before workers are started, which takes about as long."""
PART_WAITED = 0.25
"""For how much of the time that an item took to come what is under way is waited for."""


def replies(
    task: str,
    settings: Any,
    items: Iterable[Any],
    *,
    jobs: int | None = None,
    deadline_s: float | None = None,
) -> Generator[Reply, None, None]:
    """
    Do a task on many items; the replies come as they arrive.

    Twice as many items as workers are under way, and no more are taken than 1,000 from the first
    that is not done.

    Parameters
    ----------
    task : str
        Full name of its module.
    settings : object
        Of the task, plain values.
    items : iterable
        Plain values; taken one by one. An error that it raises ends the work, after the replies to
        what was taken before.
    jobs : int or None
        Worker processes; 1 works in this process, None takes as many as this process may use cores.
    deadline_s : float or None
        How long a worker may say nothing about an item before it is ended; None sets no limit.

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
    with closing(Line(task, settings, items, jobs=n_jobs, deadline_s=deadline_s)) as line:
        patience_s = PATIENCE_S if n_jobs > 1 and can_start() else math.inf
        if 0 < patience_s < math.inf and line.has(MANY, within_s=patience_s):
            patience_s = 0.0
        yield from _here(line, task, settings, patience_s)
        while line.is_open:
            # Of slow items, what is done meanwhile shall not wait for the next.
            waited_s = PART_WAITED * line.give()
            until = time.monotonic() + waited_s
            while line.is_under_way and (reply := line.said(until)) is not None:
                yield reply
                if until == math.inf:
                    until = 0.0
        line.check()


def _here(line: Line, task: str, settings: Any, patience_s: float) -> Iterator[Reply]:
    """Work in this process, for a while."""
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
                while line.may_give and not line.is_slow:
                    line.give()
                while (reply := line.said(0.0)) is not None:
                    yield reply
            clock = time.perf_counter()


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


def by_crew_in_order(
    task: str,
    settings: Any,
    items: Iterable[Any],
    *,
    jobs: int | None = None,
    deadline_s: float | None = None,
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
    deadline_s : float or None
        As for `replies`.

    Yields
    ------
    Reply
        One an item: what it gave, or its error.
    """
    found: dict[int, Reply] = {}
    whole: dict[int, Reply] = {}
    head = 0
    with closing(replies(task, settings, items, jobs=jobs, deadline_s=deadline_s)) as arriving:
        for reply in arriving:
            if not reply.is_last:
                found[reply.number] = reply
                continue
            given = found.pop(reply.number, reply)
            whole[reply.number] = reply if reply.error is not None else given
            while head in whole:
                yield whole.pop(head)
                head += 1
