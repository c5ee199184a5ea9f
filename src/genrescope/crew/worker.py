"""A worker of a crew: a process that does one task on one item after the other.

It reads items from its standard input, and writes what comes of them to its standard output (see
`genrescope.crew.messages`). It ends when its standard input does, so that none is left over however
its crew ended. Public functions: `main`.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from typing import IO

from genrescope.cores import keep_freed_memory
from genrescope.crew.messages import READY, Message, read_message, write_beginning, write_message
from genrescope.crew.task import attempt, failure, open_task


def main(said: IO[bytes], answers: IO[bytes]) -> None:
    """
    Work until nothing more comes.

    Parameters
    ----------
    said : binary file
        What the crew says.
    answers : binary file
        Where to say what comes of it.
    """
    # Whom it is for is the crew, which then ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_freed_memory()
    write_beginning(answers)
    waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(said, waiting), daemon=True).start()
    task = waiting.get().value
    work = open_task(task["name"], task["settings"])
    write_message(answers, Message(READY))
    while True:
        item = waiting.get().value
        try:
            for message in attempt(work, item):
                write_message(answers, message)
        except BrokenPipeError:
            os._exit(0)
        except MemoryError:
            # A message may have been written in part: this process can say nothing more.
            os._exit(1)
        except Exception as error:
            write_message(answers, failure(error, item))


def _listen(said: IO[bytes], waiting: queue.SimpleQueue[Message]) -> None:
    try:
        while True:
            waiting.put(read_message(said))
    except (EOFError, OSError, ValueError):
        # Nothing that is under way is still wanted.
        os._exit(0)
