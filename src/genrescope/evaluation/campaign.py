"""Evaluate models under protocols: load, prepare, train and judge each, and write one report.

The report stands in the deepest folder that holds all it speaks of: ``RUNS/model/protocol``,
``RUNS/model`` for several protocols, ``RUNS`` for several models.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genrescope.bundle.card import model_card
from genrescope.bundle.format import Manifest, read_manifest, read_onnx, write_bundle
from genrescope.bundle.locate import find_bundle
from genrescope.datasets.dataset import Dataset, load_dataset
from genrescope.digests import settings_digest
from genrescope.errors import BundleError, UnknownNameError
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.report import write_run_report
from genrescope.evaluation.run import plan_folds, run_folds
from genrescope.models.history import Epoch, read_history
from genrescope.training.extraction import Advance
from genrescope.training.fit import Parts, train_bundle
from genrescope.training.inputs import Inputs, prepare_inputs
from genrescope.training.recipe import Choice, Recipe, load_recipe

Bar = Callable[[str], AbstractContextManager[Advance | None]]


def no_bar(description: str) -> AbstractContextManager[Advance | None]:
    """
    Show no progress.

    Parameters
    ----------
    description : str
        What is done.

    Returns
    -------
    context manager
        Of nothing.
    """
    return nullcontext()


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
        The deepest folder that holds all the report speaks of.

        Returns
        -------
        Path
            The folder.
        """
        if len(self.recipes) > 1:
            return self.runs
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
    return results, _write_report(plan, results, histories)


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
    record_figures(bundle, [result], command=plan.command)
    history = folds[0].folder / "training" / "history.csv"
    curves = {(recipe.name, protocol.name): read_history(history)} if history.exists() else {}
    return result, bundle, _write_report(plan, [result], curves)


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
            "protocol": "none: every track was learned",
        },
        progress=progress,
    )
    return folder / "bundle"


def load_inputs(
    recipe: Recipe,
    store: Path,
    *,
    datasets: dict[str, Dataset] | None = None,
    bar: Bar = no_bar,
) -> Inputs:
    """
    Load the data of a recipe and compute its features.

    Parameters
    ----------
    recipe : Recipe
        The model.
    store : Path
        Where log-mels of sound files are kept.
    datasets : dict or None
        Data sets that were loaded before, by the digest of their settings; it is added to.
    bar : callable
        Opens a progress bar.

    Returns
    -------
    Inputs
        The windows of the data set.
    """
    known = {} if datasets is None else datasets
    key = settings_digest(recipe.dataset.to_dict())
    if key not in known:
        known[key] = load_dataset(recipe.dataset.name, **recipe.dataset.settings)
    with bar(f"features of {recipe.name}") as advance:
        return prepare_inputs(recipe, known[key], store_folder=store, advance=advance)


def recipe_of(model: str, changes: Sequence[str] = ()) -> Recipe:
    """
    Find the recipe of a model: by its name, from a file, or as a bundle carries it.

    Parameters
    ----------
    model : str
        Name of a recipe, a TOML file, or a model bundle.
    changes : sequence of str
        Settings to change.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    UnknownNameError
        If it is none of these.
    BundleError
        If it is a bundle that carries no recipe.
    """
    try:
        return load_recipe(model, changes)
    except UnknownNameError as unknown:
        try:
            manifest = read_manifest(find_bundle(model))
        except BundleError as error:
            raise UnknownNameError(f"{unknown}; and as a model: {error}") from error
    if not manifest.recipe:
        raise BundleError(
            f"model {model!r} carries no recipe, so it cannot be trained anew without the test "
            "tracks: evaluate the recipe that it came from"
        )
    return Recipe.from_dict(manifest.recipe)


def record_figures(folder: Path, results: Sequence[ProtocolResult], *, command: str) -> Manifest:
    """
    Write measured figures into a bundle and its card, in place of those it had.

    Parameters
    ----------
    folder : Path
        The bundle.
    results : sequence of ProtocolResult
        What was measured.
    command : str
        What gives the figures.

    Returns
    -------
    Manifest
        As it was written.
    """
    manifest = read_manifest(folder)
    onnx = read_onnx(folder, manifest)
    figures = tuple(figure_of(result, command=command) for result in results)
    manifest = dataclasses.replace(manifest, evaluation=figures)
    return write_bundle(folder, manifest, onnx=onnx, card=model_card(manifest))


def figure_of(result: ProtocolResult, *, command: str) -> dict[str, Any]:
    """
    Give the accuracy of a result as a bundle records it.

    Parameters
    ----------
    result : ProtocolResult
        What was measured.
    command : str
        What gives the figure.

    Returns
    -------
    dict
        Protocol, metric, n, value, interval, leakage, seeds, command.
    """
    kinds = [s.interval_kind for s in result.scores if s.metric == "accuracy"]
    kind = "artist bootstrap" if "artist bootstrap" in kinds else "wilson"
    score = result.score("accuracy", kind)
    return {
        "protocol": result.protocol,
        "metric": "accuracy",
        "n": result.n,
        "value": round(score.value, 4),
        "low": None if score.low is None else round(score.low, 4),
        "high": None if score.high is None else round(score.high, 4),
        "interval": kind,
        "macro_f1": round(result.score("macro_f1").value, 4),
        "leakage": result.leakage_label if result.caveat else "",
        "seeds": list(result.seeds),
        "command": command,
    }


def _write_report(
    plan: Plan,
    results: Sequence[ProtocolResult],
    histories: Mapping[tuple[str, str], Sequence[Epoch]],
) -> Path:
    return write_run_report(
        plan.report_folder,
        results,
        title=f"{', '.join(r.name for r in plan.recipes)}: how far to trust it",
        command=plan.command,
        settings_digest=settings_digest([r.to_dict() for r in plan.recipes]),
        published={r.name: r.published for r in plan.recipes if r.published},
        histories=histories,
    )
