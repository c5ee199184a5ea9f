"""Evaluate models under protocols: load, prepare, train and judge each, and write one report.

The resolved recipe of a model stands in ``RUNS/model/recipe.json``: it can be fed back. The report
on one model under one protocol stands in ``RUNS/model/protocol``, a report on several of either in
``RUNS/reports/model+model/protocol+protocol``, that on a single training beside its bundle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from genrescope.datasets.dataset import Dataset
from genrescope.digests import settings_digest
from genrescope.evaluation.bundle_figures import figure_of, record_figures
from genrescope.evaluation.drawing.live_curves import live_curves
from genrescope.evaluation.failures import Failures
from genrescope.evaluation.fold_training import prepared
from genrescope.evaluation.folds import plan_folds
from genrescope.evaluation.judged import Judged
from genrescope.evaluation.left_out import left_out_notes
from genrescope.evaluation.markdown import skipped_notes
from genrescope.evaluation.papers import papers_of
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.report import write_run_report
from genrescope.evaluation.run import run_folds
from genrescope.records import Skipped
from genrescope.training.fit import Parts, train_bundle
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar, no_bar, training_bar
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
    live_plot : bool
        Redraw the curves of a single training while it learns (`live_curves`).
    """

    recipes: tuple[Recipe, ...]
    protocols: tuple[Choice, ...]
    seeds: tuple[int, ...]
    runs: Path
    store: Path
    command: str
    live_plot: bool = False

    @property
    def report_folder(self) -> Path:
        """
        Where the report goes.

        Returns
        -------
        Path
            The folder.
        """
        models = [recipe.name for recipe in self.recipes]
        return report_folder(self.runs, models, [protocol.name for protocol in self.protocols])


def report_folder(runs: Path, models: Sequence[str], protocols: Sequence[str]) -> Path:
    """
    Name the folder of a report, another one for each set of models and protocols.

    Parameters
    ----------
    runs : Path
        Where run directories stand.
    models, protocols : sequence of str
        Their names.

    Returns
    -------
    Path
        The folder.

    Examples
    --------
    >>> report_folder(Path("runs"), ["svm"], ["random"]).as_posix()
    'runs/svm/random'
    >>> report_folder(Path("runs"), ["svm", "linear"], ["random"]).as_posix()
    'runs/reports/svm+linear/random'
    """
    if len(models) == len(protocols) == 1:
        return runs / models[0] / protocols[0]
    return runs / "reports" / _joined(models) / _joined(protocols)


def _joined(names: Sequence[str]) -> str:
    text = "+".join(names)
    # File systems allow 255 bytes; what is cut off still tells one set of names from another.
    return text if len(text) <= 120 else f"{text[:100]}-{settings_digest(list(names))[:12]}"


def evaluate(
    plan: Plan,
    *,
    progress: bool = False,
    report: Callable[[str], None] | None = None,
    bar: Bar = no_bar,
    failures: Failures | None = None,
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
        Opens a progress bar for what takes its time besides.
    failures : Failures or None
        Takes up what failed while the rest goes on; None raises it once all else is trained.

    Returns
    -------
    results : list of ProtocolResult
        In the order of recipes and protocols.
    path : Path
        The report.

    Raises
    ------
    GenrescopeError
        If data, recipe or protocol break a rule (the subclass says which), or all failed.
    """
    failed = Failures() if failures is None else failures
    judged: list[Judged] = []
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
            judged += [] if result is None else [Judged(result, folds)]
    if failures is None or not judged:
        failed.raise_first()
    with bar("writing the report"):
        path = _write_report(plan, plan.report_folder, judged, inputs, list(skipped.values()))
    return [j.result for j in judged], path


def train_one_fold(
    plan: Plan, *, detector: bool = False, progress: bool = False, bar: Bar = no_bar
) -> tuple[ProtocolResult, Path, Path]:
    """
    Train one recipe on the first fold of one protocol, and write its figure into the bundle.

    Parameters
    ----------
    plan : Plan
        One recipe, one protocol, one seed.
    detector : bool
        Give the model a detector of music.
    progress : bool
        Show a progress bar while a network learns.
    bar : callable
        Opens a progress bar for what takes its time besides.

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
    inputs = prepared(recipe, runs=plan.runs, store=plan.store, bar=bar)
    folds = plan_folds(
        inputs, protocol.name, protocol.settings, plan.seeds, plan.runs / recipe.name
    )[:1]
    title = f"{recipe.name}, {protocol.name}, seed {folds[0].seed}"
    with live_curves(folds[0].folder / "training", title=title, asked=plan.live_plot):
        result = run_folds(recipe, inputs, folds, progress=progress, bar=bar)
    bundle = folds[0].folder / "bundle"
    if detector:
        from genrescope.training.music_detector import add_detector

        add_detector(bundle, inputs, seed=folds[0].seed, bar=bar)
    record_figures(bundle, [figure_of(result, command=plan.command)])
    judged = [Judged(result, folds)]
    with bar("writing the report"):
        report = _write_report(plan, folds[0].folder, judged, inputs, inputs.skipped)
    return result, bundle, report


def train_on_all(
    plan: Plan, *, detector: bool = False, progress: bool = False, bar: Bar = no_bar
) -> Path:
    """
    Train one recipe on every track; such a model has no figure of its own.

    Parameters
    ----------
    plan : Plan
        One recipe and one seed.
    detector : bool
        Give the model a detector of music.
    progress : bool
        Show a progress bar while a network learns.
    bar : callable
        Opens a progress bar for what takes its time besides.

    Returns
    -------
    Path
        The model.
    """
    (recipe,), (seed,) = plan.recipes, plan.seeds
    inputs = prepared(recipe, runs=plan.runs, store=plan.store, bar=bar)
    folder = plan.runs / recipe.name / "none" / f"seed-{seed}"
    what = f"training {recipe.name} on all tracks, seed {seed}"
    live = live_curves(folder / "training", title=what, asked=plan.live_plot)
    with training_bar(recipe, bar)(what), live:
        train_bundle(
            recipe,
            inputs,
            Parts(learn=tuple(track.track_id for track in inputs.tracks)),
            seed=seed,
            folder=folder,
            provenance={
                "dataset": f"{recipe.dataset.name} ({len(inputs.tracks)} tracks)",
                "protocol": "nothing: every track was learned, so no figure is from this very "
                "model",
            },
            progress=progress,
        )
    if detector:
        from genrescope.training.music_detector import add_detector

        add_detector(folder / "bundle", inputs, seed=seed, bar=bar)
    return folder / "bundle"


def _write_report(
    plan: Plan, folder: Path, judged: Sequence[Judged], inputs: Inputs, skipped: Sequence[Skipped]
) -> Path:
    return write_run_report(
        folder,
        [j.result for j in judged],
        title=f"{', '.join(r.name for r in plan.recipes)}: how far to trust it",
        command=plan.command,
        settings_digest=settings_digest([r.to_dict() for r in plan.recipes]),
        # The folder of a training has the table of its own answers already.
        answers={j.key: j.answers() for j in judged if j.folds[0].folder != folder},
        papers=papers_of(plan.recipes),
        histories={j.key: history for j in judged if (history := j.history())},
        inputs=inputs,
        notes=[
            *skipped_notes(skipped),
            *left_out_notes(skipped, [(j.result, j.folds[0].split) for j in judged]),
        ],
    )
