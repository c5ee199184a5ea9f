"""Evaluate recipes of several labels under protocols, and write one report.

Run directories and reports stand where `evaluation.campaign` puts them.

Public functions: `are_multi_label`, `evaluate`, `train_one_fold`, `figure_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from genrescope.datasets.dataset import Dataset
from genrescope.digests import settings_digest
from genrescope.errors import ConfigError
from genrescope.evaluation.bundle_figures import record_figures
from genrescope.evaluation.campaign import Plan
from genrescope.evaluation.drawing.live_curves import live_curves
from genrescope.evaluation.failures import Failures
from genrescope.evaluation.fold_training import prepared
from genrescope.evaluation.folds import Fold, plan_folds
from genrescope.evaluation.markdown import skipped_notes
from genrescope.evaluation.multilabel.outcomes import LabelOutcome, read_outcomes
from genrescope.evaluation.multilabel.record import MultiLabelResult
from genrescope.evaluation.multilabel.report import write_report
from genrescope.evaluation.multilabel.run import run_folds
from genrescope.models.history import Epoch, read_history
from genrescope.records import Skipped
from genrescope.training.loading import Bar, no_bar
from genrescope.training.recipe import Recipe
from genrescope.training.several_labels import is_multi_label


@dataclass(frozen=True)
class _Judged:
    """A result with the folds that it comes from."""

    result: MultiLabelResult
    folds: Sequence[Fold]

    @property
    def key(self) -> tuple[str, str]:
        return self.result.model, self.result.protocol

    def answers(self) -> list[LabelOutcome]:
        paths = [fold.folder / "predictions.csv" for fold in self.folds]
        return [o for path in paths for o in read_outcomes(path)[1]]

    def history(self) -> list[Epoch]:
        path = self.folds[0].folder / "training" / "history.csv"
        return read_history(path) if path.exists() else []


def are_multi_label(recipes: Sequence[Recipe]) -> bool:
    """
    Say whether recipes give a track several labels.

    Parameters
    ----------
    recipes : sequence of Recipe
        What shall be evaluated together.

    Returns
    -------
    bool
        True where all do.

    Raises
    ------
    ConfigError
        If some do and others give a track one label.
    """
    several = [recipe.name for recipe in recipes if is_multi_label(recipe)]
    if several and len(several) < len(recipes):
        one = [recipe.name for recipe in recipes if recipe.name not in several]
        raise ConfigError(
            f"{', '.join(several)}: several labels a track, {', '.join(one)}: one; their figures "
            "cannot be set side by side, so evaluate them by commands of their own"
        )
    return bool(several)


def evaluate(
    plan: Plan,
    *,
    progress: bool = False,
    report: Callable[[str], None] | None = None,
    bar: Bar = no_bar,
    failures: Failures | None = None,
) -> tuple[list[MultiLabelResult], Path]:
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
    results : list of MultiLabelResult
        In the order of recipes and protocols.
    path : Path
        The report.

    Raises
    ------
    GenrescopeError
        If data, recipe or protocol break a rule (the subclass says which), or all failed.
    """
    failed = Failures() if failures is None else failures
    judged: list[_Judged] = []
    datasets: dict[str, Dataset] = {}
    skipped: dict[str, Skipped] = {}
    for recipe in plan.recipes:
        inputs = prepared(recipe, runs=plan.runs, store=plan.store, datasets=datasets, bar=bar)
        skipped |= {item.name: item for item in inputs.skipped}
        planned = [
            plan_folds(inputs, p.name, p.settings, plan.seeds, plan.runs / recipe.name)
            for p in plan.protocols
        ]
        for protocol, folds in zip(plan.protocols, planned, strict=True):
            run = partial(
                run_folds, recipe, inputs, folds, progress=progress, report=report, bar=bar
            )
            result = failed.guarded(recipe.name, protocol.name, run)
            judged += [] if result is None else [_Judged(result, folds)]
    if failures is None or not judged:
        failed.raise_first()
    with bar("writing the report"):
        path = _write(plan, plan.report_folder, judged, list(skipped.values()))
    return [j.result for j in judged], path


def train_one_fold(
    plan: Plan, *, detector: bool = False, progress: bool = False, bar: Bar = no_bar
) -> tuple[MultiLabelResult, Path, Path]:
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
    result : MultiLabelResult
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
    with bar("writing the report"):
        report = _write(plan, folds[0].folder, [_Judged(result, folds)], inputs.skipped)
    return result, bundle, report


def figure_of(result: MultiLabelResult, *, command: str) -> dict[str, Any]:
    """
    Give the mean average precision of a result as a bundle records it.

    Parameters
    ----------
    result : MultiLabelResult
        What was measured.
    command : str
        What gives the figure.

    Returns
    -------
    dict
        Protocol, metric, n, value, interval, what a constant gets, further means, average
        precision and recall by genre, leakage, seeds, command.
    """
    score, floor = result.headline, result.baseline(result.headline.metric)
    means = {s.metric: round(s.value, 6) for s in result.scores[1:]}
    return {
        "protocol": result.protocol,
        "dataset": result.dataset,
        "metric": "mAP",
        "n": result.n,
        "value": round(score.value, 6),
        "low": None if score.low is None else round(score.low, 6),
        "high": None if score.high is None else round(score.high, 6),
        "interval": score.interval_kind,
        **means,
        "average_precision": {r.label: _rounded(r.average_precision) for r in result.per_label},
        "recall": {r.label: _rounded(r.recall) for r in result.per_label},
        "baseline": None if floor is None else round(floor.value, 6),
        "leakage": result.leakage_label if result.caveat else "",
        "seeds": list(result.seeds),
        "command": command,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _write(plan: Plan, folder: Path, judged: Sequence[_Judged], skipped: Sequence[Skipped]) -> Path:
    return write_report(
        folder,
        [j.result for j in judged],
        title=f"{', '.join(r.name for r in plan.recipes)}: how far to trust it",
        command=plan.command,
        settings_digest=settings_digest([r.to_dict() for r in plan.recipes]),
        # The folder of a training has the table of its own answers already.
        answers={j.key: j.answers() for j in judged if j.folds[0].folder != folder},
        histories={j.key: history for j in judged if (history := j.history())},
        notes=skipped_notes(skipped),
    )
