"""The items that are under way: taken one by one, bounded, and given to a crew that is started.

Public: `Line`.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from genrescope.crew.messages import Message
from genrescope.crew.reply import Reply, reply_of

if TYPE_CHECKING:
    from genrescope.crew.crew import Crew

MAX_AHEAD = 1000
"""How many items are taken from the first that is not done: what came of them must be kept."""
SLOW_S = 0.05


class Line:
    """
    The items in their order, which of them are done, and their crew.

    Parameters
    ----------
    task : str
        Full name of its module.
    settings : object
        Of the task, plain values.
    items : iterable
        Plain values; taken one by one.
    jobs : int
        Workers of the crew, which is started with the first item for it.
    deadline_s : float or None
        How long a worker may say nothing about an item.
    """

    def __init__(
        self,
        task: str,
        settings: Any,
        items: Iterable[Any],
        *,
        jobs: int,
        deadline_s: float | None = None,
    ) -> None:
        self._task, self._settings, self._jobs = task, settings, jobs
        self._deadline_s = deadline_s
        self._numbered, self._is_out = enumerate(items), False
        self._error: Exception | None = None
        # Looked at, and not taken.
        self._ahead: deque[tuple[int, Any]] = deque()
        self._took_s = 0.0
        self._n_taken, self._n_under_way, self._head = 0, 0, 0
        self._done: set[int] = set()
        self._crew: Crew | None = None

    @property
    def is_under_way(self) -> bool:
        """
        Whether there is something to wait for.

        Returns
        -------
        bool
            False when all that was taken is done.
        """
        return self._n_under_way > 0

    @property
    def is_open(self) -> bool:
        """
        Whether there is something to wait for, or may be something to take.

        Returns
        -------
        bool
            False when all is done.
        """
        return self.is_under_way or bool(self._ahead) or not self._is_out

    @property
    def may_give(self) -> bool:
        """
        Whether another item may be taken for the crew.

        Returns
        -------
        bool
            False when there is none, or so many are under way that nobody would begin with it.
        """
        is_room = self._n_taken - self._head < MAX_AHEAD
        is_left = bool(self._ahead) or not self._is_out
        return is_left and is_room and self._n_under_way < 2 * self._jobs

    @property
    def is_slow(self) -> bool:
        """
        Whether the next item is likely to be waited for.

        Returns
        -------
        bool
            True where the last one was.
        """
        return not self._ahead and self._took_s > SLOW_S

    def has(self, n: int, *, within_s: float) -> bool:
        """
        Look whether so many items are there to be taken.

        Parameters
        ----------
        n : int
            How many.
        within_s : float
            How long to look; an item that is slower than that is waited for all the same.

        Returns
        -------
        bool
            Whether there are.
        """
        until = time.monotonic() + within_s
        while len(self._ahead) < n and time.monotonic() < until and self._look():
            continue
        return len(self._ahead) >= n

    def next(self) -> tuple[int, Any] | None:
        """
        Take the next item, which is under way from now on.

        Returns
        -------
        number : int
            Of the item.
        item : object
            The item; None in place of both if there is none.
        """
        self._took_s = 0.0
        if not self._ahead and not self._look():
            return None
        self._n_taken += 1
        self._n_under_way += 1
        return self._ahead.popleft()

    def give(self) -> float:
        """
        Give the crew an item, if another one may be under way.

        Returns
        -------
        float
            How long it took to come, in seconds; infinity if none was given.
        """
        taken = self.next() if self.may_give else None
        if taken is None:
            return math.inf
        if self._crew is None:
            # Here, since most who have one short file never need it.
            from genrescope.crew.crew import Crew

            self._crew = Crew(
                self._task, self._settings, jobs=self._jobs, deadline_s=self._deadline_s
            )
        self._crew.give(*taken)
        return self._took_s

    def said(self, until: float) -> Reply | None:
        """
        Wait for what the crew says next.

        Parameters
        ----------
        until : float
            How long, on the clock of `time.monotonic`; infinity waits until something is said.

        Returns
        -------
        Reply or None
            None if nothing was said.
        """
        said = None if self._crew is None else self._crew.take(until)
        return None if said is None else self.noted(*said)

    def noted(self, number: int, message: Message) -> Reply:
        """
        Make a reply of what came, and note it if it was the last of its item.

        Parameters
        ----------
        number : int
            Of the item.
        message : Message
            About it.

        Returns
        -------
        Reply
            What it says.
        """
        reply = reply_of(number, message)
        if reply.is_last:
            self._n_under_way -= 1
            self._done.add(number)
        while self._head in self._done:
            self._done.remove(self._head)
            self._head += 1
        return reply

    def check(self) -> None:
        """Raise what the items raised, if they did."""
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """End the crew."""
        if self._crew is not None:
            self._crew.close()

    def _look(self) -> bool:
        """Look at another item; False if there is none."""
        if self._is_out:
            return False
        began = time.monotonic()
        try:
            self._ahead.append(next(self._numbered))
        except StopIteration:
            self._is_out = True
        except Exception as error:
            self._is_out, self._error = True, error
        self._took_s = time.monotonic() - began
        return not self._is_out
