"""Evaluate models under protocols: load, prepare, train and judge each, and write one report.

The report on one model stands in ``RUNS/model/protocol`` (``RUNS/model`` for several protocols),
that on several models together in ``RUNS/protocol+protocol``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.datasets.dataset import Dataset
from genrescope.digests import settings_digest
from genrescope.evaluation.bundle_figures import figure_of, record_figures
from genrescope.evaluation.folds import plan_folds
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.report import write_run_report
from genrescope.evaluation.run import run_folds
from genrescope.models.history import Epoch, read_history
from genrescope.training.fit import Parts, train_bundle
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar, load_inputs, no_bar
from genrescope.training.recipe import Choice, Recipe


@dataclass(frozen=True)
class Plan:
    """
    What shall be evaluated, and where.

    Attributes
    ----------
    recipes : tuple of Recipe
        The models.
    protocols : tuple of Choice
        Under which they are judged.
    seeds : tuple of int
        One training a fold and seed.
    runs : Path
        Where run directories stand.
    store : Path
        Where log-mels of sound files are kept.
    command : str
        What the user typed, for the report.
    """

    recipes: tuple[Recipe, ...]
    protocols: tuple[Choice, ...]
    seeds: tuple[int, ...]
    runs: Path
    store: Path
    command: str

    @property
    def report_folder(self) -> Path:
        """
        Where the report goes.

        Returns
        -------
        Path
            The folder.
        """
        if len(self.recipes) > 1:
            return self.runs / "+".join(protocol.name for protocol in self.protocols)
        folder = self.runs / self.recipes[0].name
        return folder if len(self.protocols) > 1 else folder / self.protocols[0].name


def evaluate(
    plan: Plan,
    *,
    progress: bool = False,
    report: Callable[[str], None] | None = None,
    bar: Bar = no_bar,
) -> tuple[list[ProtocolResult], Path]:
    """
    Train and judge every recipe under every protocol, and write the report.

    Parameters
    ----------
    plan : Plan
        What shall be evaluated, and where.
    progress : bool
        Show a progress bar while a network learns.
    report : callable or None
        Called with a line of text after each training.
    bar : callable
        Opens a progress bar for the computing of features.

    Returns
    -------
    results : list of ProtocolResult
        In the order of recipes and protocols.
    path : Path
        The report.

    Raises
    ------
    GenrescopeError
        If data, recipe or protocol break a rule; the subclass says which.
    """
    results: list[ProtocolResult] = []
    histories: dict[tuple[str, str], Sequence[Epoch]] = {}
    datasets: dict[str, Dataset] = {}
    for recipe in plan.recipes:
        inputs = load_inputs(recipe, plan.store, datasets=datasets, bar=bar)
        for protocol in plan.protocols:
            folds = plan_folds(
                inputs, protocol.name, protocol.settings, plan.seeds, plan.runs / recipe.name
            )
            results.append(run_folds(recipe, inputs, folds, progress=progress, report=report))
            history = folds[0].folder / "training" / "history.csv"
            if history.exists():
                histories[recipe.name, protocol.name] = read_history(history)
    return results, _write_report(plan, results, histories, inputs)


def train_one_fold(
    plan: Plan, *, progress: bool = False, bar: Bar = no_bar
) -> tuple[ProtocolResult, Path, Path]:
    """
    Train one recipe on the first fold of one protocol, and write its figure into the bundle.

    Parameters
    ----------
    plan : Plan
        One recipe, one protocol, one seed.
    progress : bool
        Show a progress bar while a network learns.
    bar : callable
        Opens a progress bar for the computing of features.

    Returns
    -------
    result : ProtocolResult
        On the test part of the fold.
    bundle : Path
        The model.
    report : Path
        The report.
    """
    (recipe,), (protocol,) = plan.recipes, plan.protocols
    inputs = load_inputs(recipe, plan.store, bar=bar)
    folds = plan_folds(
        inputs, protocol.name, protocol.settings, plan.seeds, plan.runs / recipe.name
    )[:1]
    result = run_folds(recipe, inputs, folds, progress=progress)
    bundle = folds[0].folder / "bundle"
    record_figures(bundle, [figure_of(result, command=plan.command)])
    history = folds[0].folder / "training" / "history.csv"
    curves = {(recipe.name, protocol.name): read_history(history)} if history.exists() else {}
    return result, bundle, _write_report(plan, [result], curves, inputs)


def train_on_all(plan: Plan, *, progress: bool = False, bar: Bar = no_bar) -> Path:
    """
    Train one recipe on every track; such a model has no figure of its own.

    Parameters
    ----------
    plan : Plan
        One recipe and one seed.
    progress : bool
        Show a progress bar while a network learns.
    bar : callable
        Opens a progress bar for the computing of features.

    Returns
    -------
    Path
        The model.
    """
    (recipe,), (seed,) = plan.recipes, plan.seeds
    inputs = load_inputs(recipe, plan.store, bar=bar)
    folder = plan.runs / recipe.name / "none" / f"seed-{seed}"
    train_bundle(
        recipe,
        inputs,
        Parts(learn=tuple(track.track_id for track in inputs.tracks)),
        seed=seed,
        folder=folder,
        provenance={
            "dataset": f"{recipe.dataset.name} ({len(inputs.tracks)} tracks)",
            "protocol": "nothing: every track was learned, so no figure is from this very model",
        },
        progress=progress,
    )
    return folder / "bundle"


def _write_report(
    plan: Plan,
    results: Sequence[ProtocolResult],
    histories: Mapping[tuple[str, str], Sequence[Epoch]],
    inputs: Inputs,
) -> Path:
    return write_run_report(
        plan.report_folder,
        results,
        title=f"{', '.join(r.name for r in plan.recipes)}: how far to trust it",
        command=plan.command,
        settings_digest=settings_digest([r.to_dict() for r in plan.recipes]),
        published={r.name: r.comparable for r in plan.recipes if r.comparable},
        histories=histories,
        inputs=inputs,
    )
