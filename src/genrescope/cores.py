"""The cores and the memory of a process: how many, how used, and work on many items at a time.

Public functions: `n_jobs_or_cores`, `in_order`, `keep_matrices_on_one_core`, `keep_freed_memory`.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from genrescope.errors import ParameterError

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""What the libraries of linear algebra take their number of threads from, when they are loaded."""
_LARGEST_FREED = 1 << 23


def n_jobs_or_cores(jobs: int | None) -> int:
    """
    Give the number of files to work on at a time.

    Parameters
    ----------
    jobs : int or None
        What the user asked for; None takes as many as this process may use cores.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ParameterError
        If `jobs` is below 1.

    Examples
    --------
    >>> n_jobs_or_cores(3)
    3
    """
    if jobs is not None:
        if jobs < 1:
            raise ParameterError(f"jobs is {jobs}, but must be at least 1")
        return jobs
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    task: Callable[[Item], Result], items: Iterable[Item], *, jobs: int | None = None
) -> Iterator[Result]:
    """
    Do a task on many items side by side; results stream out in the order of the items.

    No more than twice as many items as threads are under way, so that neither the items nor the
    results pile up.

    Parameters
    ----------
    task : callable
        From an item to its result; it runs in a thread.
    items : iterable
        What to work on; taken one by one.
    jobs : int or None
        Threads; None takes as many as this process may use cores.

    Yields
    ------
    object
        One result an item.

    Raises
    ------
    ParameterError
        If `jobs` is below 1.

    Examples
    --------
    >>> list(in_order(str.upper, ["a", "b", "c"], jobs=2))
    ['A', 'B', 'C']
    """
    from concurrent.futures import ThreadPoolExecutor

    n_jobs = n_jobs_or_cores(jobs)
    pending: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(n_jobs, thread_name_prefix="genrescope")
    try:
        for item in items:
            pending.append(pool.submit(task, item))
            if len(pending) >= 2 * n_jobs:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def keep_matrices_on_one_core() -> None:
    """
    Have NumPy, unless it is loaded already, multiply matrices in one thread.

    The matrices of a recording are small: more threads do not make them faster, but take other
    cores from those who could use them. What the user's environment says stays as it is in this
    process; the worker processes of a crew, one a core, always have one thread each.
    """
    if "numpy" not in sys.modules:
        for name in THREAD_VARIABLES:
            os.environ.setdefault(name, "1")


def keep_freed_memory() -> None:
    """
    Have glibc keep freed memory for what this process needs next, instead of giving it back.

    To touch memory anew costs more than the arithmetic on a block of sound. This decides for the
    whole process, so it is for the programs of genrescope, not for those that import it. It does
    nothing where the C library is another.

    References
    ----------
    mallopt(3), M_MMAP_THRESHOLD and M_TRIM_THRESHOLD: where a block that was mapped is freed, up to
    32 MiB on 64 bits, blocks of its size are not mapped any more, and twice its size is kept at the
    top of the heap.
    """
    if sys.platform == "linux" and "CS_GNU_LIBC_VERSION" in os.confstr_names:
        if (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc"):
            # Zeros come from calloc, mapped and never touched, and are freed at once.
            bytes(_LARGEST_FREED)
