"""One worker, seen from its crew: a process of this Python that is told items.

Public: `WorkerProcess`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import IO, Any

from genrescope.cores import THREAD_VARIABLES
from genrescope.crew.messages import Message, read_message, write_message
from genrescope.crew.worker import DONE, ERROR, FAULT, ITEM, READY, TASK
from genrescope.errors import WorkerEndedError

START_S, END_S = 60.0, 5.0
# The first statement takes the current folder, which may hold anything, off the path again.
_CODE = (
    "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]; "
    "from genrescope.crew.worker import main; main()"
)


class WorkerProcess:
    """
    A worker, started.

    Parameters
    ----------
    name : str
        The task, as `genrescope.crew.worker.open_task` takes it.
    settings : object
        Of the task, plain values.

    Raises
    ------
    OSError
        If no process can be started.
    """

    def __init__(self, name: str, settings: Any) -> None:
        self._task = {"name": name, "settings": settings}
        self._process = subprocess.Popen(
            _command(),
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
            False once it ended.
        """
        return self._process.poll() is None

    def is_ready(self) -> bool:
        """
        Tell it its task and wait until it is ready.

        Returns
        -------
        bool
            False if it ended instead, or said nothing for a minute.
        """
        limit = threading.Timer(START_S, self._process.kill)
        limit.daemon = True
        limit.start()
        try:
            write_message(self._stdin, Message(TASK, self._task))
            return read_message(self._stdout).kind == READY
        except (EOFError, OSError, ValueError):
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
            If the process ended over it.
        """
        try:
            write_message(self._stdin, Message(ITEM, item))
            while True:
                message = read_message(self._stdout)
                yield message
                if message.kind in (DONE, ERROR, FAULT):
                    return
        except (EOFError, OSError, ValueError) as error:
            raise WorkerEndedError(
                f"the process that worked on it ended ({self._how()}): most likely it is damaged "
                "in a way that crashes the decoder, or memory ran out; leave it out, convert it "
                "with another program, or work on fewer at a time (--jobs)"
            ) from error

    def end(self) -> None:
        """End it at once; it holds nothing that must be kept."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Let go of an ended worker, once nobody reads from it."""
        for stream in self._stdin, self._stdout:
            try:
                stream.close()
            except OSError:
                continue

    def _how(self) -> str:
        """Say how the process ended, which it has, or is about to."""
        try:
            code = self._process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            self.end()
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
    """Start Python as this one was started, with the same places to import from."""
    flags = {
        "-I": sys.flags.isolated,
        "-E": sys.flags.ignore_environment,
        "-s": sys.flags.no_user_site,
        "-B": sys.flags.dont_write_bytecode,
    }
    chosen = [flag for flag, is_set in flags.items() if is_set]
    paths = [path for path in sys.path if isinstance(path, str)]
    return [sys.executable, *chosen, "-X", f"utf8={sys.flags.utf8_mode}", "-c", _CODE, *paths]
