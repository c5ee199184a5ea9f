"""
How fast a model answers, measured here: from sound in memory, and from a file.

The times are of one core. Of repetitions the fastest counts: the others say what else the machine
did at that moment.

Public functions: `measure_speed`, `machine`.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from genrescope.errors import GenrescopeError
from genrescope.evaluation.card.evidence import Speed
from genrescope.prediction.predictor import Predictor
from genrescope.synthesis.render import render_track

N_RUNS = 10
N_RUNS_OF_A_FILE = 3


def measure_speed(
    predictor: Predictor, *, files: Sequence[Path] = (), n_runs: int = N_RUNS
) -> Speed:
    """
    Measure how long a model takes for one of its windows, and for files.

    Parameters
    ----------
    predictor : Predictor
        The model.
    files : sequence of Path
        Sound files; those that cannot be heard are left out.
    n_runs : int
        Repetitions of the window, after one that does not count.

    Returns
    -------
    Speed
        The fastest run of the window; of the files, the median of the fastest run of each.
    """
    sr = predictor.manifest.front_end.sr
    window_s = predictor.manifest.windows.length / sr
    # One piece of music is as good as another: neither front end nor graph take a short cut.
    y = render_track("classical", duration_s=window_s, sr=sr)
    predictor.predict(y, sr=sr)
    times = [_elapsed(lambda: predictor.predict(y, sr=sr)) for _ in range(n_runs)]
    heard: list[tuple[float, float]] = []
    for path in files:
        try:
            duration_s = predictor.predict_file(path).duration_s
        except GenrescopeError:
            continue
        runs = [_elapsed(partial(predictor.predict_file, path)) for _ in range(N_RUNS_OF_A_FILE)]
        heard.append((min(runs), duration_s or 0.0))
    return Speed(
        window_s=round(window_s, 2),
        window_ms=_milliseconds(min(times)),
        n_runs=n_runs,
        machine=machine(),
        file_ms=_milliseconds(statistics.median(t for t, _ in heard)) if heard else None,
        file_s=round(statistics.median(length for _, length in heard), 1) if heard else None,
        n_files=len(heard),
    )


def machine() -> str:
    """
    Describe this machine without naming it.

    Returns
    -------
    str
        Processor family, cores, and the versions that decide how fast a graph runs.
    """
    cores = os.cpu_count() or 1
    return (
        f"{platform.machine()}, {cores} {'core' if cores == 1 else 'cores'} (one used), "
        f"Python {platform.python_version()}, onnxruntime {version('onnxruntime')}"
    )


def _elapsed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 1)
