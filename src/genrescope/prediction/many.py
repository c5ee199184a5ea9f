"""Many files: a crew listens to them, and the one session of this process answers.

The rows of a file go to the graph in the groups in which they would go if the file were alone. What
a graph gives may depend, in its last bit, on how many rows it is given at once, and an answer shall
not depend on the company of other files. Public: `Answer`, `Judge`, `answers`, `decode_deadline_s`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from genrescope.audio.limits import Limits
from genrescope.crew.paths import Sent
from genrescope.crew.replies import replies
from genrescope.crew.reply import Reply
from genrescope.crew.task import MEMORY_SHORT
from genrescope.errors import GenrescopeError, MemoryShortError, ParameterError
from genrescope.prediction.listener import Listener, Rows
from genrescope.prediction.listening import Recording

TASK = "genrescope.prediction.listener"
SLACK_S = 60.0
"""How much longer than it may decode a worker may say nothing about a file."""

Judged = tuple[np.ndarray, np.ndarray]
"""Probabilities of genres [shape=(n, n_labels)], and of music [shape=(n,)]."""
Judge = Callable[[Rows], Judged]


class Answer:
    """
    What was heard in one file, or why nothing was; it grows as the replies of a worker come.

    Parameters
    ----------
    path : str or Path
        The file, as the user spells it.

    Attributes
    ----------
    path : str
        The same.
    sent : Sent
        The path for a worker.
    parts : list of (np.ndarray, np.ndarray)
        Probabilities of genres and of music, of successive windows.
    recording : Recording or None
        What else is known; None where the file could not be heard.
    error : GenrescopeError or None
        Why.
    is_whole : bool
        Whether nothing more comes.
    """

    def __init__(self, path: str | Path) -> None:
        self.sent = Sent(path)
        self.path = self.sent.given
        self.parts: list[Judged] = []
        self.recording: Recording | None = None
        self.error: GenrescopeError | None = None
        self.is_whole = False

    def take(self, reply: Reply, judge: Judge) -> None:
        """
        Take what a worker sent.

        Parameters
        ----------
        reply : Reply
            Rows, what else is known, or that there is no more.
        judge : callable
            From rows to probabilities.
        """
        if reply.is_last:
            self.is_whole = True
            if self.error is None and reply.error is not None:
                self.error = self.sent.error(reply.error)
        elif not reply.arrays:
            problems = [self.sent.spelled(text) for text in reply.value["problems"]]
            self.recording = Recording(**{**reply.value, "problems": problems})
        elif self.error is None:
            try:
                self.parts.append(judge(Rows(*reply.arrays)))
            except GenrescopeError as error:
                self.error = error
            except MemoryError:
                self.error = self.sent.error(MemoryShortError(MEMORY_SHORT))


def answers(
    paths: Iterable[str | Path],
    *,
    listener: Listener,
    judge: Judge,
    jobs: int | None = None,
    limits: Limits | None = None,
    max_windows: int | None = None,
) -> Generator[Answer, None, None]:
    """
    Hear many files; answers stream out in the order of the paths.

    Who reads them is said in `genrescope.crew.replies`.

    Parameters
    ----------
    paths : iterable of str or Path
        Sound files; no more are taken than are under way.
    listener : Listener
        How the model listens.
    judge : callable
        From rows to probabilities; called in this process.
    jobs : int or None
        Worker processes; 1 works in this process, None takes as many as this process may use cores.
    limits : Limits or None
        What to refuse; None takes the defaults.
    max_windows : int or None
        Of a longer file, listen to this many windows; None listens to all.

    Yields
    ------
    Answer
        One a path.

    Raises
    ------
    ParameterError
        If `jobs` or `max_windows` is below 1.
    """
    if max_windows is not None and max_windows < 1:
        raise ParameterError(f"max_windows is {max_windows}, but must be at least 1")
    plain = None if limits is None else dataclasses.asdict(limits)
    settings = {"listener": listener.to_dict(), "limits": plain, "max_windows": max_windows}
    line: dict[int, Answer] = {}

    def _taken() -> Iterator[str]:
        for number, path in enumerate(paths):
            line[number] = Answer(path)
            yield line[number].sent.whole

    head, deadline_s = 0, decode_deadline_s(limits, slack_s=SLACK_S)
    with closing(replies(TASK, settings, _taken(), jobs=jobs, deadline_s=deadline_s)) as arriving:
        for reply in arriving:
            line[reply.number].take(reply, judge)
            while head in line and line[head].is_whole:
                yield line.pop(head)
                head += 1


def decode_deadline_s(limits: Limits | None, *, slack_s: float) -> float | None:
    """
    Say how long a worker may say nothing about a file.

    Parameters
    ----------
    limits : Limits or None
        What to refuse; None takes the defaults.
    slack_s : float
        For all but decoding, in seconds.

    Returns
    -------
    float or None
        Seconds; None where decoding may take any time.
    """
    max_decode_s = (limits or Limits()).max_decode_s
    return None if max_decode_s is None else max_decode_s + slack_s
