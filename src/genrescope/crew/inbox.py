"""What the workers of a crew said and nobody took yet: so many bytes, and a worker ahead waits.

Public: `Inbox`.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from genrescope.crew.messages import Message

# Waiting without an end cannot be interrupted by Ctrl-C on Windows.
_WAIT_S = 0.5
# Of a message without arrays.
_MIN_BYTES = 2**10


class Inbox:
    """
    Messages in the order in which they came.

    Its lock may be taken twice by one thread, since garbage may be collected, and a crew closed, in
    the middle of what a thread does here.

    Parameters
    ----------
    max_bytes : int
        How much is held; the last message may go beyond.
    """

    def __init__(self, max_bytes: int) -> None:
        self._held: deque[tuple[int, Message]] = deque()
        self._n_bytes, self._max_bytes = 0, max_bytes
        self._changed = threading.Condition(threading.RLock())
        self._is_closed = False

    def put(self, number: int, message: Message) -> bool:
        """
        Put a message in, and wait for room.

        Parameters
        ----------
        number : int
            Of the item.
        message : Message
            About it.

        Returns
        -------
        bool
            False if nobody will take it.
        """
        with self._changed:
            while self._n_bytes >= self._max_bytes and not self._is_closed:
                self._changed.wait(_WAIT_S)
            if self._is_closed:
                return False
            self._held.append((number, message))
            self._n_bytes += _n_bytes(message)
            self._changed.notify_all()
            return True

    def take(self, until: float) -> tuple[int, Message] | None:
        """
        Take the first message, and wait for one.

        Parameters
        ----------
        until : float
            How long, on the clock of `time.monotonic`; infinity waits until there is one.

        Returns
        -------
        number : int
            Of the item, which may be any.
        message : Message
            About it; None in place of both if there is none in time.
        """
        with self._changed:
            while not self._held:
                left_s = until - time.monotonic()
                if left_s <= 0:
                    return None
                self._changed.wait(min(left_s, _WAIT_S))
            number, message = self._held.popleft()
            self._n_bytes -= _n_bytes(message)
            self._changed.notify_all()
            return number, message

    def close(self) -> None:
        """Let everybody go who waits for room, and take nothing more."""
        with self._changed:
            self._is_closed = True
            self._held.clear()
            self._changed.notify_all()


def _n_bytes(message: Message) -> int:
    return _MIN_BYTES + sum(array.nbytes for array in message.arrays)
