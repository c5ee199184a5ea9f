"""
Evidence that is measured when a report card is asked for: the recipe is evaluated first.

Finished folds are not trained again. The extra [train] is needed.

Public functions: `measure_evidence`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from genrescope.datasets.dataset import Dataset, load_dataset
from genrescope.evaluation.campaign import evaluate
from genrescope.evaluation.card.earlier import evaluations_of_run, read_evaluation
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.card.sources import evidence_of_evaluation
from genrescope.evaluation.plan import Plan
from genrescope.training.loading import Bar, no_bar


def measure_evidence(
    plan: Plan,
    *,
    progress: bool = False,
    report: Callable[[str], None] | None = None,
    bar: Bar = no_bar,
) -> tuple[Evidence, Dataset]:
    """
    Evaluate one recipe and gather the evidence.

    Parameters
    ----------
    plan : Plan
        One recipe, its protocols and seeds.
    progress : bool
        Show a progress bar while a network learns.
    report : callable or None
        Called with a line of text after each training.
    bar : callable
        Opens a progress bar for the computing of features.

    Returns
    -------
    evidence : Evidence
        Of the protocols of the plan; a horse test of an earlier evaluation is taken too.
    dataset : Dataset
        What it was measured on.
    """
    (recipe,) = plan.recipes
    _, path = evaluate(plan, progress=progress, report=report, bar=bar)
    found = read_evaluation(path.parent)
    assert found is not None
    run = plan.runs / recipe.name
    earlier = evaluations_of_run(run)
    if earlier is not None and not found.horses:
        found = dataclasses.replace(found, horses=earlier.horses)
    sound = load_dataset(recipe.dataset.name, **recipe.dataset.settings)
    return evidence_of_evaluation(found, _first_bundle(run, plan), sound=sound), sound


def _first_bundle(run: Path, plan: Plan) -> Path | None:
    found = [p for c in plan.protocols for p in sorted((run / c.name).glob("fold-*/bundle"))]
    return found[0] if found else None
