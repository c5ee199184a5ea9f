"""Many files: a crew listens to them, and one session answers what has arrived from all of them.

Public: `Answer`, `Judge`, `answers`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope.audio.limits import Limits
from genrescope.crew.replies import replies
from genrescope.errors import GenrescopeError, WorkerEndedError
from genrescope.prediction.listener import MAX_ROWS, Listener, Rows
from genrescope.prediction.listening import Recording

TASK = "genrescope.prediction.listener"
MAX_UNANSWERED = 16

Judged = tuple[np.ndarray, np.ndarray]
"""Probabilities of genres [shape=(n, n_labels)], and of music [shape=(n,)]."""
Judge = Callable[[Rows], Judged]


@dataclass(frozen=True, eq=False)
class Answer:
    """
    What was heard in one file, or why nothing was.

    Attributes
    ----------
    path : str
        The file.
    parts : tuple of (np.ndarray, np.ndarray)
        Probabilities of genres and of music, of successive windows.
    recording : Recording or None
        What else is known; None where the file could not be heard.
    error : GenrescopeError or None
        Why.
    """

    path: str
    parts: tuple[Judged, ...] = ()
    recording: Recording | None = None
    error: GenrescopeError | None = None


def answers(
    paths: Iterable[str | Path],
    *,
    listener: Listener,
    judge: Judge,
    jobs: int | None = None,
    limits: Limits | None = None,
) -> Generator[Answer, None, None]:
    """
    Hear many files; answers stream out in the order of the paths.

    Parameters
    ----------
    paths : iterable of str or Path
        Sound files; no more are taken than are under way.
    listener : Listener
        How the model listens.
    judge : callable
        From rows to probabilities; called in this process with rows of several files at once.
    jobs : int or None
        Worker processes; 1 works in this process, None takes as many as this process may use cores.
    limits : Limits or None
        What to refuse; None takes the defaults.

    Yields
    ------
    Answer
        One a path.

    Raises
    ------
    ParameterError
        If `jobs` is below 1.
    """
    plain = None if limits is None else dataclasses.asdict(limits)
    settings = {"listener": listener.to_dict(), "limits": plain}
    desk = _Desk(judge)
    with closing(replies(TASK, settings, desk.taken(paths), jobs=jobs)) as arriving:
        for reply in arriving:
            if reply.is_last:
                desk.end(reply.number, reply.error)
            elif reply.arrays:
                desk.add(reply.number, Rows(*reply.arrays))
            else:
                desk.recordings[reply.number] = Recording(**reply.value)
            # What has come from other workers in the meantime goes to the graphs in the same batch.
            if not reply.more or desk.n_ended >= MAX_UNANSWERED:
                yield from desk.answered()


class _Desk:
    """Where the rows of several files are put to the graphs together, and sorted again."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._paths: dict[int, str] = {}
        self._waiting: list[tuple[int, Rows]] = []
        self._parts: dict[int, list[Judged]] = {}
        self._errors: dict[int, GenrescopeError] = {}
        self._ended: set[int] = set()
        self._head = 0
        self.recordings: dict[int, Recording] = {}

    @property
    def n_ended(self) -> int:
        return len(self._ended)

    def taken(self, paths: Iterable[str | Path]) -> Iterator[str]:
        for number, path in enumerate(paths):
            self._paths[number] = str(path)
            yield str(path)

    def add(self, number: int, rows: Rows) -> None:
        if sum(len(waiting.X) for _, waiting in self._waiting) + len(rows.X) > MAX_ROWS:
            self._judge_all()
        self._waiting.append((number, rows))

    def end(self, number: int, error: GenrescopeError | None) -> None:
        self._ended.add(number)
        if isinstance(error, WorkerEndedError):
            error = WorkerEndedError(f"{self._paths[number]}: {error}")
        if error is not None:
            self._errors.setdefault(number, error)

    def answered(self) -> Iterator[Answer]:
        """Give out the files that are first in the line and have ended."""
        self._judge_all()
        while self._head in self._ended:
            number, self._head = self._head, self._head + 1
            self._ended.remove(number)
            yield Answer(
                self._paths.pop(number),
                tuple(self._parts.pop(number, ())),
                self.recordings.pop(number, None),
                self._errors.pop(number, None),
            )

    def _judge_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            P, music = self._judge(Rows.joined([rows for _, rows in waiting]))
        except GenrescopeError as error:
            if len(waiting) == 1:
                self._errors[waiting[0][0]] = error
                return
            # Each by itself, so that what the graph cannot take costs only the file it is of.
            for one in waiting:
                self._waiting = [one]
                self._judge_all()
            return
        at = 0
        for number, rows in waiting:
            part = slice(at, at + len(rows.X))
            self._parts.setdefault(number, []).append((P[part], music[part]))
            at += len(rows.X)
