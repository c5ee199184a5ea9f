"""One worker, seen from its crew: a process of this Python that is told items.

Public: `WorkerProcess`.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import IO, Any

from genrescope.cores import THREAD_VARIABLES
from genrescope.crew.messages import (
    DONE,
    ERROR,
    FAULT,
    ITEM,
    READY,
    TASK,
    Message,
    read_message,
    skip_to_beginning,
    write_message,
)
from genrescope.errors import WorkerEndedError

START_S, END_S = 60.0, 5.0
# The first statements take the current folder, which may hold anything, off the path again; then
# the pipes are taken, before anything is imported that may print.
_CODE = (
    "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]; "
    "from genrescope.crew.pipes import own_pipes; pipes = own_pipes(); "
    "from genrescope.crew.worker import main; main(*pipes)"
)


class WorkerProcess:
    """
    A worker, started.

    Parameters
    ----------
    name : str
        The task, as `genrescope.crew.task.open_task` takes it.
    settings : object
        Of the task, plain values.
    deadline_s : float or None
        How long it may say nothing while it works on an item; None sets no limit.

    Raises
    ------
    OSError
        If no process can be started.
    """

    def __init__(self, name: str, settings: Any, *, deadline_s: float | None = None) -> None:
        self._task = {"name": name, "settings": settings}
        self._deadline_s = deadline_s
        # Written by who serves it, and read by who watches.
        self._is_awaited, self._n_awaited = False, 0
        # The other way round.
        self._waited_s, self._n_seen, self._is_late = 0.0, 0, False
        self._is_lost = False
        self._process = subprocess.Popen(
            _command(),
            # Without a buffer, and so without its lock, which one who closes it would wait for.
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Two cores are two workers, each with one thread for its matrices.
            env={**os.environ, **dict.fromkeys(THREAD_VARIABLES, "1")},
            # Ctrl-C of a terminal is for this process, which then ends its workers.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    @property
    def is_alive(self) -> bool:
        """
        Whether it still works.

        Returns
        -------
        bool
            False once it ended, or is about to.
        """
        return not self._is_lost and self._process.poll() is None

    def is_ready(self) -> bool:
        """
        Tell it its task and wait until it is ready.

        Returns
        -------
        bool
            False if it ended instead, or said nothing for a minute.
        """
        limit = threading.Timer(START_S, self.kill)
        limit.daemon = True
        limit.start()
        try:
            self._say(Message(TASK, self._task))
            skip_to_beginning(self._stdout)
            return read_message(self._stdout).kind == READY
        except (EOFError, OSError, ValueError, MemoryError):
            return False
        finally:
            limit.cancel()

    def work(self, item: Any) -> Iterator[Message]:
        """
        Have it work on an item.

        Parameters
        ----------
        item : object
            Plain values.

        Yields
        ------
        Message
            The parts of the result; then one that it is done, or the error that ended it.

        Raises
        ------
        WorkerEndedError
            If the process ended over it, or was ended because it said nothing for too long.
        """
        try:
            self._say(Message(ITEM, item))
            while True:
                self._n_awaited += 1
                self._is_awaited = True
                message = read_message(self._stdout)
                self._is_awaited = False
                yield message
                if message.kind in (DONE, ERROR, FAULT):
                    return
        except (EOFError, OSError) as error:
            self._is_lost = True
            raise WorkerEndedError(self._why_it_ended()) from error
        except (ValueError, MemoryError) as error:
            # Where the next message begins is not known any more.
            self.kill()
            raise WorkerEndedError(
                f"what the process that worked on it said could not be taken ({error or 'memory'}) "
                "and it was ended: leave it out, or work on fewer at a time (--jobs)"
            ) from error
        finally:
            self._is_awaited = False

    def wait_on(self, seconds: float) -> None:
        """
        Count that a message was waited for, and end the worker if that was so for too long.

        Parameters
        ----------
        seconds : float
            Since this was called last. It is told, and not read from a clock, lest a computer that
            slept, or a stopped parent, should end its workers.
        """
        if self._deadline_s is None or not self._is_awaited:
            return
        if self._n_seen != self._n_awaited:
            self._n_seen, self._waited_s = self._n_awaited, 0.0
        self._waited_s += seconds
        if self._waited_s > self._deadline_s:
            self._is_late = True
            self.kill()

    def kill(self) -> None:
        """Have it end at once, and do not wait; it holds nothing that must be kept."""
        self._is_lost = True
        self._process.kill()

    def close(self, until: float | None = None) -> None:
        """
        Let go of an ended worker, once nobody reads from it.

        Parameters
        ----------
        until : float or None
            How long to wait for its end, on the clock of `time.monotonic`; one that the system
            holds, as on a disk that does not answer, is left to itself. None waits 5 s.
        """
        left_s = END_S if until is None else max(0.05, until - time.monotonic())
        try:
            self._process.wait(timeout=left_s)
        except subprocess.TimeoutExpired:
            return
        for stream in self._stdin, self._stdout:
            try:
                stream.close()
            except OSError:
                continue

    def _say(self, message: Message) -> None:
        whole = io.BytesIO()
        write_message(whole, message)
        rest = whole.getbuffer()
        while len(rest):
            rest = rest[self._stdin.write(rest) :]

    def _why_it_ended(self) -> str:
        if self._is_late:
            return (
                f"the process that worked on it said nothing for {self._deadline_s:g} s and was "
                "ended: its disk does not answer, or it is made to stall a reader; leave it out, "
                "or give it more time (--max-decode-s)"
            )
        return (
            f"the process that worked on it ended ({self._how()}): most likely it is damaged "
            "in a way that crashes the decoder, or memory ran out; leave it out, convert it "
            "with another program, or work on fewer at a time (--jobs)"
        )

    def _how(self) -> str:
        """Say how the process ended, which it has, or is about to."""
        try:
            code = self._process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return "it had closed its output"
        if code >= 0:
            return f"exit code {code}"
        try:
            return f"signal {-code}, {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout


def _command() -> list[str]:
    """Start Python with the flags, filters of warnings and -X options of this one."""
    flags = {
        "-I": sys.flags.isolated,
        "-E": sys.flags.ignore_environment,
        "-s": sys.flags.no_user_site,
        "-S": sys.flags.no_site,
        "-B": sys.flags.dont_write_bytecode,
        "-O": sys.flags.optimize == 1,
        "-OO": sys.flags.optimize >= 2,
    }
    chosen = [flag for flag, is_set in flags.items() if is_set]
    chosen += [f"-W{rule}" for rule in sys.warnoptions]
    options = {name: value for name, value in sys._xoptions.items() if name != "utf8"}
    chosen += [
        f"-X{name}" if value is True else f"-X{name}={value}" for name, value in options.items()
    ]
    paths = [path for path in sys.path if isinstance(path, str)]
    return [sys.executable, *chosen, f"-Xutf8={sys.flags.utf8_mode}", "-c", _CODE, *paths]
