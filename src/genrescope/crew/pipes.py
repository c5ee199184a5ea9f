"""The pipes of a worker, which are its standard input and output, taken for its messages alone.

This is the first of genrescope that a worker imports, and it imports nothing that may print.
Public functions: `own_pipes`.
"""

from __future__ import annotations

import os
import sys
from typing import IO


def own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """
    Keep standard input and output for messages; what libraries print goes to standard error.

    Returns
    -------
    said : binary file
        What the crew says.
    answers : binary file
        Where the worker says something.
    """
    said = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(nothing, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
    return said, answers
