"""The curves of a training as a picture that is redrawn while it learns.

The history of a training is on disk after each epoch (``history.csv``), so the picture is drawn
beside the training, from that file: the training knows nothing of it and cannot fail by it.

Public function: `live_curves`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from genrescope.errors import GenrescopeError
from genrescope.evaluation.drawing.canvas import new_figure, save_figure
from genrescope.evaluation.drawing.curves import training_curves
from genrescope.models.history import read_history

LOG = logging.getLogger(__name__)
NAME = "curves.png"
LOOK_S = 0.5
"""How often the history is looked at, in seconds."""
REST = 9.0
"""How many times as long as it drew the drawing rests, so that it takes a tenth of a core."""


@contextmanager
def live_curves(folder: Path, *, title: str, asked: bool = True) -> Iterator[Path]:
    """
    Redraw the curves of a training while it runs, and once more when it has ended.

    Parameters
    ----------
    folder : Path
        Where the training keeps its ``history.csv``; it need not be there yet.
    title : str
        Model and protocol.
    asked : bool
        False draws nothing.

    Yields
    ------
    Path
        The picture, ``curves.png`` in `folder`, which is whole at any moment. One that cannot be
        drawn is told in the log, and the training goes on.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    path = folder / NAME
    if not asked:
        yield path
        return
    new_figure(1, 1)
    ended = Event()
    thread = Thread(target=_draw_until, args=(ended, path, title), daemon=True)
    thread.start()
    try:
        yield path
    finally:
        ended.set()
        thread.join()


def _draw_until(ended: Event, path: Path, title: str) -> None:
    drawn: float | None = None
    pause_s = 0.0
    while True:
        # Asked before it is looked at: what the last epoch wrote is drawn in any case.
        last = ended.wait(max(LOOK_S, pause_s))
        start = time.monotonic()
        try:
            drawn = _drawn(path, title, known=drawn)
        except (GenrescopeError, OSError, ValueError, RuntimeError) as error:
            LOG.warning("the curves of this training cannot be drawn live: %s", error)
            return
        pause_s = REST * (time.monotonic() - start)
        if last:
            return


def _drawn(path: Path, title: str, *, known: float | None) -> float | None:
    """Draw what is new in the history; say when it was written."""
    history = path.with_name("history.csv")
    if not history.is_file():
        return known
    written = history.stat().st_mtime
    # A training that goes on from its checkpoint has a history, and perhaps no picture.
    if written != known or not path.is_file():
        save_figure(training_curves(read_history(history), title=title), path)
    return written
