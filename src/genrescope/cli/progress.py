"""The progress bar: stage, share, count, rate and time left; imported only where one is shown.

A stage whose length is not known, or that cannot tell how far it is, shows that it runs and for how
long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

Advance = Callable[..., None]
SETTLED_S = 5.0


def pace(done: float, total: float | None, *, per_s: float | None, left_s: float | None) -> str:
    """
    Say how much is done, how fast, and how long the rest takes.

    Parameters
    ----------
    done, total : float
        Items; a total of None is not known.
    per_s : float or None
        Items a second; None is not known yet.
    left_s : float or None
        Time for the rest in seconds; None is not known yet.

    Returns
    -------
    str
        Empty where no item was told of.

    Examples
    --------
    >>> pace(30, 100, per_s=2.5, left_s=28)
    '30/100  2.5/s  0:00:28 left'
    >>> pace(1, 3, per_s=0.05, left_s=40)
    '1/3  3.0/min  0:00:40 left'
    """
    if total is None:
        return ""
    parts = [f"{done:.0f}/{total:.0f}"]
    if per_s:
        parts.append(f"{per_s:.1f}/s" if per_s >= 1 else f"{60 * per_s:.1f}/min")
    if left_s is not None and done < total:
        parts.append(f"{timedelta(seconds=round(left_s))} left")
    return "  ".join(parts)


class PaceColumn(ProgressColumn):
    """How much is done, how fast, and how long the rest takes."""

    def render(self, task: Task) -> Text:
        """
        Write the column.

        Parameters
        ----------
        task : Task
            The stage.

        Returns
        -------
        Text
            As `pace` writes it.
        """
        elapsed_s = task.elapsed or 0.0
        per_s = task.finished_speed or task.speed
        if elapsed_s < SETTLED_S or not per_s:
            # The first items may come all at once, in the order of the inputs.
            per_s = task.completed / elapsed_s if elapsed_s else None
        left_s = (task.total - task.completed) / per_s if task.total and per_s else None
        return Text(pace(task.completed, task.total, per_s=per_s, left_s=left_s))


@contextmanager
def shown(stages: Sequence[str]) -> Iterator[tuple[Advance, ...]]:
    """
    Show a bar on standard error that goes through the stages of a work.

    Parameters
    ----------
    stages : sequence of str
        What is done, at least one.

    Yields
    ------
    tuple of callable
        One a stage, to be called with (done, total); where a stage is done, the next is shown.
    """
    columns = (
        SpinnerColumn("line"),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        PaceColumn(),
    )
    # Results must reach standard output as they are: rich would read markup in them, wrap them and
    # lead them to standard error.
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        at, task = 0, progress.add_task(stages[0], total=None)

        def show(number: int) -> None:
            nonlocal at, task
            progress.remove_task(task)
            at, task = number, progress.add_task(stages[number], total=None)

        def advance(number: int, done: int, total: int) -> None:
            if number != at:
                show(number)
            progress.update(task, completed=done, total=total)
            if done >= total and number + 1 < len(stages):
                show(number + 1)

        def of_stage(number: int) -> Advance:
            return lambda done, total, /, *rest: advance(number, done, total)

        yield tuple(of_stage(number) for number in range(len(stages)))
