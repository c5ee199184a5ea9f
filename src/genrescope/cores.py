"""How many cores there are to work with."""

from __future__ import annotations

import os

from genrescope.errors import ParameterError


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
