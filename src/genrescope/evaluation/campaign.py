"""Evaluate models under protocols: load, prepare, train and judge each, and write one report.

The resolved recipe of a model stands in ``RUNS/model/recipe.json``: it can be fed back. Reports
stand where `plan` puts them, that on a single training beside its bundle.

Public functions: `evaluate`, `train_one_fold`, `train_on_all`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from genrescope.digests import settings_digest
from genrescope.evaluation.bundle_figures import figure_of
from genrescope.evaluation.drawing.live_curves import live_curves
from genrescope.evaluation.failures import Failures
from genrescope.evaluation.fold_training import prepared
from genrescope.evaluation.judged import Judged
from genrescope.evaluation.left_out import left_out_notes
from genrescope.evaluation.markdown import skipped_notes
from genrescope.evaluation.papers import papers_of
from genrescope.evaluation.plan import Plan
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.report import write_run_report
from genrescope.evaluation.run import run_folds
from genrescope.evaluation.trainings import Trainings, train_all, train_first_fold
from genrescope.training.fit import Parts, train_bundle
from genrescope.training.loading import Bar, no_bar, training_bar


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
    trained = train_all(
        plan, run_folds, progress=progress, report=report, bar=bar, failures=failures
    )
    with bar("writing the report"):
        path = _write_report(plan, plan.report_folder, trained)
    return [result for result, _ in trained.judged], path


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
    trained, folder = train_first_fold(
        plan,
        run_folds,
        partial(figure_of, command=plan.command),
        detector=detector,
        progress=progress,
        bar=bar,
    )
    with bar("writing the report"):
        report = _write_report(plan, folder, trained)
    return trained.judged[0][0], folder / "bundle", report


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


def _write_report(plan: Plan, folder: Path, trained: Trainings[ProtocolResult]) -> Path:
    judged = [Judged(result, folds) for result, folds in trained.judged]
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
        inputs=trained.inputs,
        notes=[
            *skipped_notes(trained.skipped),
            *left_out_notes(trained.skipped, [(j.result, j.folds[0].split) for j in judged]),
        ],
    )
