"""The trainings of a plan, whatever is measured of them: every recipe under every protocol.

How the folds of a protocol are trained and judged comes as a function, such as `run.run_folds`; its
result may be of any kind.

Public: `Trainings`, `train_all`, `train_first_fold`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from genrescope.datasets.dataset import Dataset
from genrescope.evaluation.bundle_figures import record_figures
from genrescope.evaluation.drawing.live_curves import live_curves
from genrescope.evaluation.failures import Failures
from genrescope.evaluation.fold_training import prepared
from genrescope.evaluation.folds import Fold, plan_folds
from genrescope.evaluation.plan import Plan
from genrescope.records import Skipped
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar

Result = TypeVar("Result")
Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Trainings(Generic[Result]):
    """
    What came of the trainings of a plan.

    Attributes
    ----------
    judged : sequence of (result, folds)
        One a recipe and protocol that did not fail.
    inputs : Inputs
        The windows of the last recipe.
    skipped : sequence of Skipped
        Recordings that could not be heard, of all recipes, each once.
    """

    judged: Sequence[tuple[Result, Sequence[Fold]]]
    inputs: Inputs
    skipped: Sequence[Skipped]


def train_all(
    plan: Plan,
    run_folds: Callable[..., Result],
    *,
    progress: bool,
    report: Report | None,
    bar: Bar,
    failures: Failures | None,
) -> Trainings[Result]:
    """
    Train and judge every recipe under every protocol.

    Parameters
    ----------
    plan : Plan
        What shall be evaluated, and where.
    run_folds : callable
        Trains and judges a recipe on the folds of one protocol, as `run.run_folds` does.
    progress : bool
        Show a progress bar while a network learns.
    report : callable or None
        Called with a line of text after each training.
    bar : callable
        Opens a progress bar for what takes its time besides.
    failures : Failures or None
        Takes up what failed while the rest goes on; None raises it once all else is trained.

    Returns
    -------
    Trainings
        In the order of recipes and protocols.

    Raises
    ------
    GenrescopeError
        If data, recipe or protocol break a rule (the subclass says which), or all failed.
    """
    failed = Failures() if failures is None else failures
    judged: list[tuple[Result, Sequence[Fold]]] = []
    datasets: dict[str, Dataset] = {}
    skipped: dict[str, Skipped] = {}
    for recipe in plan.recipes:
        inputs = prepared(recipe, runs=plan.runs, store=plan.store, datasets=datasets, bar=bar)
        skipped |= {item.name: item for item in inputs.skipped}
        # All splits are made before the first training: a wrong one costs no time.
        planned = [
            plan_folds(inputs, p.name, p.settings, plan.seeds, plan.runs / recipe.name)
            for p in plan.protocols
        ]
        for protocol, folds in zip(plan.protocols, planned, strict=True):
            run = partial(
                run_folds, recipe, inputs, folds, progress=progress, report=report, bar=bar
            )
            result = failed.guarded(recipe.name, protocol.name, run)
            judged += [] if result is None else [(result, folds)]
    if failures is None or not judged:
        failed.raise_first()
    return Trainings(judged, inputs, list(skipped.values()))


def train_first_fold(
    plan: Plan,
    run_folds: Callable[..., Result],
    figure_of: Callable[[Result], Mapping[str, Any]],
    *,
    detector: bool,
    progress: bool,
    bar: Bar,
) -> tuple[Trainings[Result], Path]:
    """
    Train one recipe on the first fold of one protocol, and write its figure into the bundle.

    Parameters
    ----------
    plan : Plan
        One recipe, one protocol, one seed.
    run_folds : callable
        Trains and judges a recipe on folds, as `run.run_folds` does.
    figure_of : callable
        Gives the figure of a result as a bundle records it.
    detector : bool
        Give the model a detector of music.
    progress : bool
        Show a progress bar while a network learns.
    bar : callable
        Opens a progress bar for what takes its time besides.

    Returns
    -------
    trainings : Trainings
        This one.
    folder : Path
        Its folder, which holds the model as ``bundle``.
    """
    (recipe,), (protocol,) = plan.recipes, plan.protocols
    inputs = prepared(recipe, runs=plan.runs, store=plan.store, bar=bar)
    folds = plan_folds(
        inputs, protocol.name, protocol.settings, plan.seeds, plan.runs / recipe.name
    )[:1]
    folder, seed = folds[0].folder, folds[0].seed
    title = f"{recipe.name}, {protocol.name}, seed {seed}"
    with live_curves(folder / "training", title=title, asked=plan.live_plot):
        result = run_folds(recipe, inputs, folds, progress=progress, bar=bar)
    if detector:
        from genrescope.training.music_detector import add_detector

        add_detector(folder / "bundle", inputs, seed=seed, bar=bar)
    record_figures(folder / "bundle", [figure_of(result)])
    return Trainings([(result, folds)], inputs, inputs.skipped), folder
