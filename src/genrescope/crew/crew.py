"""A crew: worker processes, each served by a thread of this process that waits for it.

Where processes fail to start, these threads do the work themselves. Public: `Crew`.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from genrescope.crew.inbox import Inbox
from genrescope.crew.messages import Message
from genrescope.crew.process import END_S, WorkerProcess
from genrescope.crew.task import Work, attempt, failure, open_task

# One may fail because memory is short at the moment; more fail because they never will start.
MAX_FAILED_STARTS = 3
# For each worker, so that one that is ahead of who takes what it says may go on for a while.
MAX_SAID_BYTES = 2**23
# How often the deadlines are looked at.
TICK_S = 1.0


class Crew:
    """
    Workers that do one task; started when there are items for them, and ended with the crew.

    Parameters
    ----------
    name : str
        The task, as `genrescope.crew.task.open_task` takes it.
    settings : object
        Of the task, plain values.
    jobs : int
        How many workers there may be.
    deadline_s : float or None
        How long a worker may say nothing about an item before it is ended; None sets no limit.
    """

    def __init__(
        self, name: str, settings: Any, *, jobs: int, deadline_s: float | None = None
    ) -> None:
        self._name, self._settings, self._jobs = name, settings, jobs
        self._deadline_s = deadline_s
        self._items: queue.SimpleQueue[tuple[int, Any] | None] = queue.SimpleQueue()
        self._said = Inbox(MAX_SAID_BYTES * jobs)
        self._threads: list[threading.Thread] = []
        self._workers: dict[int, WorkerProcess] = {}
        self._works: dict[int, Work] = {}
        # A thread that holds it may come to collect an open generator, which closes its crew.
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._n_failed_starts, self._n_serving = 0, 0

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
        if self._n_serving == 0 and self._deadline_s is not None:
            self._start_thread(self._watch)
        if self._n_serving < self._jobs:
            self._start_thread(self._serve, self._n_serving)
            self._n_serving += 1

    def take(self, until: float) -> tuple[int, Message] | None:
        """
        Wait for what a worker says next.

        Parameters
        ----------
        until : float
            How long, on the clock of `time.monotonic`; infinity waits until something is said.

        Returns
        -------
        number : int
            Of the item, which may be any.
        message : Message
            As `genrescope.crew.task.attempt` gives it; None in place of both if nothing was said.
        """
        return self._said.take(until)

    def close(self) -> None:
        """End all workers at once, whatever they are at; what the system holds is left to it."""
        if sys.is_finalizing():
            # Threads run no more, and workers end with this process.
            return
        self._over.set()
        for worker in self._all_workers():
            worker.kill()
        until = time.monotonic() + END_S
        try:
            self._said.close()
            for _ in self._threads:
                self._items.put(None)
            for thread in self._threads:
                # Garbage is collected by any thread, which may be one of these.
                if thread is not threading.current_thread():
                    thread.join(max(0.0, until - time.monotonic()))
        finally:
            for worker in self._all_workers():
                worker.close(until)

    def _all_workers(self) -> list[WorkerProcess]:
        with self._lock:
            return list(self._workers.values())

    def _start_thread(self, target: Any, *args: Any) -> None:
        name = f"genrescope-crew-{len(self._threads)}"
        # A daemon: if the crew is never closed, the end of this process ends the workers too.
        thread = threading.Thread(target=target, args=args, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _watch(self) -> None:
        """End workers that say nothing for too long."""
        while not self._over.wait(TICK_S):
            for worker in self._all_workers():
                worker.wait_on(TICK_S)

    def _serve(self, place: int) -> None:
        """Pass items to one worker, and pass on what it says, until the end."""
        while (given := self._items.get()) is not None and not self._over.is_set():
            number, item = given
            for message in self._worked(place, item):
                if self._over.is_set() or not self._said.put(number, message):
                    break
        worker = self._workers.get(place)
        if worker is not None:
            worker.close()

    def _worked(self, place: int, item: Any) -> Iterator[Message]:
        try:
            worker = self._workers.get(place)
            if worker is None or not worker.is_alive:
                worker = self._started(place)
            if worker is not None:
                yield from worker.work(item)
            elif not self._over.is_set():
                if place not in self._works:
                    self._works[place] = open_task(self._name, self._settings)
                yield from attempt(self._works[place], item)
        except Exception as error:
            yield failure(error, item)

    def _started(self, place: int) -> WorkerProcess | None:
        """Start a worker; None where that cannot be done, or is no longer wanted."""
        with self._lock:
            old = self._workers.pop(place, None)
            if self._over.is_set() or self._n_failed_starts >= MAX_FAILED_STARTS:
                worker = None
            else:
                try:
                    worker = WorkerProcess(self._name, self._settings, deadline_s=self._deadline_s)
                    self._workers[place] = worker
                except OSError:
                    worker = None
                    self._n_failed_starts += 1
        if old is not None:
            old.close()
        if worker is None:
            return None
        if not self._over.is_set() and worker.is_ready():
            self._n_failed_starts = 0
            return worker
        worker.kill()
        self._n_failed_starts += 1
        return None
