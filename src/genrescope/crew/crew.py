"""A crew: worker processes, each served by a thread of this process that waits for it.

Where no process can be started, the threads do the work themselves. Public: `Crew`.
"""

from __future__ import annotations

import queue
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import Any

from genrescope.crew.messages import Message
from genrescope.crew.process import WorkerProcess
from genrescope.crew.worker import ERROR, FAULT, attempt, open_task
from genrescope.errors import WorkerEndedError

# Waiting without an end cannot be interrupted by Ctrl-C on Windows.
_WAIT_S = 0.5
# One may fail because memory is short at the moment; more fail because they never will start.
MAX_FAILED_STARTS = 3


class Crew:
    """
    Workers that do one task; started when there are items for them, and ended with the crew.

    Parameters
    ----------
    name : str
        The task, as `genrescope.crew.worker.open_task` takes it.
    settings : object
        Of the task, plain values.
    jobs : int
        How many workers there may be.
    """

    def __init__(self, name: str, settings: Any, *, jobs: int) -> None:
        self._name, self._settings, self._jobs = name, settings, jobs
        self._items: queue.SimpleQueue[tuple[int, Any] | None] = queue.SimpleQueue()
        # What was said is held no further than this: a worker that is ahead waits.
        self._said: queue.Queue[tuple[int, Message]] = queue.Queue(2 * jobs)
        self._threads: list[threading.Thread] = []
        self._workers: dict[int, WorkerProcess] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._n_failed_starts = 0

    def give(self, number: int, item: Any) -> None:
        """
        Give the crew an item; whoever is free takes it.

        Parameters
        ----------
        number : int
            Of the item.
        item : object
            Plain values.
        """
        self._items.put((number, item))
        if len(self._threads) < self._jobs:
            place = len(self._threads)
            # A daemon: if the crew is never closed, the end of this process ends the workers too.
            thread = threading.Thread(
                target=self._serve, args=(place,), name=f"genrescope-crew-{place}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    @property
    def is_silent(self) -> bool:
        """
        Whether no worker has said anything that was not taken.

        Returns
        -------
        bool
            False where `take` need not wait.
        """
        return self._said.empty()

    def take(self) -> tuple[int, Message]:
        """
        Wait for what a worker says next.

        Returns
        -------
        number : int
            Of the item, which may be any.
        message : Message
            As `genrescope.crew.worker.attempt` gives it.
        """
        while True:
            try:
                return self._said.get(timeout=_WAIT_S)
            except queue.Empty:
                continue

    def close(self) -> None:
        """End all workers at once, whatever they are at."""
        if sys.is_finalizing():
            # Threads run no more, and workers end with this process.
            return
        with self._lock:
            self._over.set()
            for worker in self._workers.values():
                worker.end()
        for _ in self._threads:
            self._items.put(None)
        for thread in self._threads:
            while thread.is_alive():
                # A thread may wait for room.
                while not self._said.empty():
                    self._said.get()
                thread.join(timeout=0.02)
        for worker in self._workers.values():
            worker.close()

    def _serve(self, place: int) -> None:
        """Pass items to one worker, and pass on what it says."""
        while True:
            given = self._items.get()
            if given is None or self._over.is_set():
                return
            number, item = given
            try:
                for message in self._worked(place, item):
                    if self._over.is_set():
                        return
                    self._said.put((number, message))
            except WorkerEndedError as error:
                value = {"class": type(error).__name__, "text": str(error)}
                self._said.put((number, Message(ERROR, value)))
            except Exception:
                self._said.put((number, Message(FAULT, traceback.format_exc())))

    def _worked(self, place: int, item: Any) -> Iterator[Message]:
        worker = self._workers.get(place)
        if worker is None or not worker.is_alive:
            worker = self._started(place)
        if worker is not None:
            return worker.work(item)
        if self._over.is_set():
            return iter(())
        return attempt(open_task(self._name, self._settings), item)

    def _started(self, place: int) -> WorkerProcess | None:
        """Start a worker; None where that cannot be done, or is no longer wanted."""
        with self._lock:
            old = self._workers.pop(place, None)
            if old is not None:
                old.close()
            if self._over.is_set() or self._n_failed_starts >= MAX_FAILED_STARTS:
                return None
            try:
                worker = WorkerProcess(self._name, self._settings)
            except OSError:
                self._n_failed_starts += 1
                return None
            self._workers[place] = worker
        if worker.is_ready():
            self._n_failed_starts = 0
            return worker
        worker.end()
        self._n_failed_starts += 1
        return None
