"""
The figures of a paper: all its systems side by side, trainings, confusions, what the models see.

Public functions: `figures_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from genrescope.evaluation.drawing import curves, figures
from genrescope.evaluation.drawing.canvas import COLOURS
from genrescope.evaluation.drawing.dots import Dot, compared_dots
from genrescope.evaluation.drawing.figure_set import example_spectrograms
from genrescope.reproduction.paper import Paper
from genrescope.reproduction.systems import Measured, System
from genrescope.reproduction.workbench import Workbench

if TYPE_CHECKING:
    from genrescope.models.history import Epoch

MOST_ROWS = 24
"""More dots on one sheet cannot be read."""


def figures_of(bench: Workbench, paper: Paper, systems: Sequence[System]) -> dict[str, Path]:
    """
    Draw the figures of a paper.

    Parameters
    ----------
    bench : Workbench
        Where they are written.
    paper : Paper
        Says which trainings are drawn.
    systems : sequence of System
        Its systems.

    Returns
    -------
    dict of str to Path
        Files by caption.
    """
    found: dict[str, Path] = {}
    measured = [s for s in systems if s.theirs.judged is not None or s.honest.judged is not None]
    for number, start in enumerate(range(0, len(measured), MOST_ROWS), start=1):
        part = measured[start : start + MOST_ROWS]
        words = f"{paper.title}: accuracy of its systems"
        words += f", {number}" if len(measured) > MOST_ROWS else ""
        drawn = compared_dots([s.recipe.name for s in part], _series(part), title=words)
        found[words] = bench.figure(f"{paper.name}-systems-{number}", drawn)
    by_name = {s.recipe.name: s for s in systems}
    found |= _curves(bench, paper, by_name)
    results = [
        s.theirs.judged.result
        for name in paper.confusion
        if (s := by_name.get(name)) is not None and s.theirs.judged is not None
    ]
    for result in results:
        words = f"Confusion, {figures.describe(result)}"
        drawn = figures.confusion_matrices([result])
        found[words] = bench.figure(f"{paper.name}-confusion-{result.model}", drawn)
    seen = by_name.get(paper.spectrograms)
    if seen is not None and seen.theirs.judged is not None:
        for item in example_spectrograms(bench.inputs(seen.recipe)):
            found[item.caption] = bench.figure(f"{paper.name}-{item.stem}", item.figure)
    return found


def _curves(bench: Workbench, paper: Paper, by_name: dict[str, System]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    together: dict[str, Sequence[Epoch]] = {}
    title = ""
    for name in paper.curves:
        system = by_name.get(name)
        judged = None if system is None else system.theirs.judged
        history = [] if judged is None else judged.history()
        if judged is None or not history:
            continue
        title = figures.measured_on(judged.result)
        together[name] = history
        drawn = curves.training_curves(history, title=f"{name}: {title}")
        found[f"Training of {name}: {title}"] = bench.figure(f"{paper.name}-curves-{name}", drawn)
    if 1 < len(together) <= len(COLOURS):
        drawn = curves.compared_curves(together, title=title)
        found[f"Trainings together, {title}"] = bench.figure(f"{paper.name}-together", drawn)
    return found


def _series(systems: Sequence[System]) -> dict[str, list[Dot | None]]:
    published = [
        next((Dot(p.value) for p in s.recipe.comparable if p.metric == "accuracy"), None)
        for s in systems
    ]
    series = {
        "the paper": published,
        "ours, as the paper did it": [_dot(s.theirs) for s in systems],
        "ours, honestly": [_dot(s.honest) for s in systems],
    }
    return {name: dots for name, dots in series.items() if any(dots)}


def _dot(measured: Measured) -> Dot | None:
    if measured.judged is None:
        return None
    score = measured.judged.result.headline
    return Dot(score.value, score.low, score.high)
