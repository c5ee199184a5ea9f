"""What all benchmarks share: cores, clocks, turns, and the arithmetic of medians and ratios.

Contenders take turns in one run (A, B, A, B ...; each round begins with the next one), so that a
slow minute of the machine falls on all of them. A ratio is the median of the ratios of the rounds,
with its quartiles. Times are wall seconds on pinned cores.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


@dataclass(frozen=True)
class Spread:
    """A median with its quartiles, of n values."""

    median: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Finished:
    """A command that ran: wall and CPU seconds, its children's too, peak memory, what it said."""

    wall_s: float
    cpu_s: float
    peak_bytes: int
    printed: str


def spread(values: Sequence[float]) -> Spread:
    """Give the median and the quartiles; of fewer than four values, the least and the greatest."""
    if not values:
        raise ValueError("no values: nothing was measured")
    if len(values) < 4:
        return Spread(statistics.median(values), min(values), max(values), len(values))
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high, len(values))


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Spread:
    """Divide round by round, and give the spread of the quotients."""
    if len(numerators) != len(denominators):
        raise ValueError(f"{len(numerators)} against {len(denominators)} rounds: they must pair")
    return spread([a / b for a, b in zip(numerators, denominators, strict=True)])


def turns(names: Sequence[str], n: int) -> Iterator[str]:
    """Name who is next, for n rounds; each round begins with the next contender."""
    for k in range(n):
        start = k % len(names)
        yield from (*names[start:], *names[:start])


def seconds(task: Callable[[], Any]) -> float:
    """Give the wall seconds that a call takes."""
    begin = time.perf_counter()
    task()
    return time.perf_counter() - begin


def interleaved(
    contenders: Mapping[str, Callable[[], Any]],
    *,
    n: int,
    warm_up: int = 1,
    measure: Callable[[Callable[[], Any]], float] = seconds,
) -> dict[str, list[float]]:
    """
    Let contenders take turns for n rounds, and give what each took.

    Parameters
    ----------
    contenders : mapping
        Name to a call without arguments.
    n : int
        Rounds that count.
    warm_up : int
        Rounds before them that do not.
    measure : callable
        From a call to its figure; else its wall seconds.

    Returns
    -------
    dict
        Name to one figure a round.
    """
    for name in turns(list(contenders), warm_up):
        measure(contenders[name])
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for name in turns(list(contenders), n):
        taken[name].append(measure(contenders[name]))
    return taken


def cores() -> list[int]:
    """List the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def pin(n_cores: int, *, threads: int = 1) -> None:
    """
    Keep this process to so many cores, and libraries to so many threads.

    Libraries read their thread variables when they are loaded: where they are not as wanted, the
    program starts again with them, so call this first.
    """
    wanted = {name: str(threads) for name in THREAD_VARIABLES}
    # Not core 0 for one-core rows: that is where the system's own work tends to land.
    own = cores()[-n_cores:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, own)
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.environ.update(wanted)
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def run(
    command: Sequence[str | Path],
    *,
    n_cores: int = 1,
    threads: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Finished:
    """
    Run a command to its end on its own cores, and measure it from outside.

    Raises
    ------
    RuntimeError
        If it fails; with the end of what it said.
    """
    own = cores()[-n_cores:]
    before = {**os.environ, **{name: str(threads) for name in THREAD_VARIABLES}}
    # The package of this tree, also where another one is installed; peers are modules of bench.
    before["PYTHONPATH"] = os.pathsep.join(
        [str(ROOT / "src"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    )

    def take_cores() -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, own)

    begin = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env={**before, **(environment or {})},
        preexec_fn=take_cores,
        text=True,
    ) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[:4]} ended with {process.returncode}: {printed[-2000:]}")
    kilo = 1 if sys.platform == "darwin" else 1024
    return Finished(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * kilo, printed)


def module(name: str, *arguments: Any) -> list[str]:
    """Give the command that runs a module of this tree with this Python."""
    return [sys.executable, "-m", name, *map(str, arguments)]


def answer(finished: Finished) -> dict[str, Any]:
    """Read the last line of JSON that a command printed; libraries may say something after it."""
    lines = [line for line in finished.printed.splitlines() if line.startswith("{")]
    told: dict[str, Any] = json.loads(lines[-1])
    return told


def arguments(name: str, doc: str | None, **options: Any) -> argparse.Namespace:
    """
    Read the command line of a benchmark: ``--quick``, ``--out`` and its own options.

    Parameters
    ----------
    name : str
        Of the benchmark.
    doc : str or None
        Docstring of its module.
    **options : object
        Its own options and their defaults.

    Returns
    -------
    argparse.Namespace
        With ``quick`` and ``out`` (the folder of results) beside the options.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m bench.{name}",
        description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="a short form, to try the benchmark")
    parser.add_argument("--out", type=Path, help="folder of results")
    for option, default in options.items():
        kind = type(default) if default is not None else str
        parser.add_argument(f"--{option.replace('_', '-')}", type=kind, default=default)
    given = parser.parse_args()
    given.out = given.out or ROOT / "bench" / ("data/quick/results" if given.quick else "results")
    return given
