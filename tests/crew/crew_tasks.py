"""Tasks for the tests of the crew; workers import them by name."""

import os
import signal
import sys
import time

import numpy as np

from genrescope.crew.messages import Message
from genrescope.errors import AudioNotFoundError

FLAGS = ("optimize", "dont_write_bytecode", "no_user_site")


def open_task(settings):
    def work(item):
        what = item["what"]
        if what == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif what == "exit":
            os._exit(7)
        elif what == "swell":
            raise MemoryError
        elif what == "fail":
            raise AudioNotFoundError("no such item")
        elif what == "break":
            raise ZeroDivisionError("a fault of the task")
        elif what == "print":
            print("stray words")
            os.write(1, b"more stray bytes\n")
            sys.stdout.flush()
        elif what == "read":
            assert sys.stdin.read() == ""
        for part in range(item.get("n_parts", 1)):
            time.sleep(item.get("s", 0))
            if what == "flags":
                flags = {name: getattr(sys.flags, name) for name in FLAGS}
                item = {"flags": str([flags, sys.warnoptions, sys._xoptions])}
            value = {**settings, **item, "part": part, "pid": os.getpid(), "path": sys.path}
            yield Message("part", value, (np.full((2, 3), part, np.float32),))

    return work
