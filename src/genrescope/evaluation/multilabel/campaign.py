"""Evaluate recipes of several labels under protocols, and write one report.

Run directories stand where `evaluation.campaign` puts them, reports where `evaluation.plan` does.

Public functions: `are_multi_label`, `evaluate`, `train_one_fold`, `figure_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from genrescope.digests import settings_digest
from genrescope.errors import ConfigError
from genrescope.evaluation.failures import Failures
from genrescope.evaluation.judged import JudgedFolds
from genrescope.evaluation.markdown import skipped_notes
from genrescope.evaluation.multilabel.outcomes import LabelOutcome, read_outcomes
from genrescope.evaluation.multilabel.record import MultiLabelResult
from genrescope.evaluation.multilabel.report import write_report
from genrescope.evaluation.multilabel.run import run_folds
from genrescope.evaluation.plan import Plan
from genrescope.evaluation.trainings import Trainings, train_all, train_first_fold
from genrescope.training.loading import Bar, no_bar
from genrescope.training.recipe import Recipe
from genrescope.training.several_labels import is_multi_label


class _Judged(JudgedFolds[MultiLabelResult]):
    """A result with the folds that it comes from."""

    def answers(self) -> list[LabelOutcome]:
        return [o for path in self.tables for o in read_outcomes(path)[1]]


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
    trained = train_all(
        plan, run_folds, progress=progress, report=report, bar=bar, failures=failures
    )
    with bar("writing the report"):
        path = _write(plan, plan.report_folder, trained)
    return [result for result, _ in trained.judged], path


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
    trained, folder = train_first_fold(
        plan,
        run_folds,
        partial(figure_of, command=plan.command),
        detector=detector,
        progress=progress,
        bar=bar,
    )
    with bar("writing the report"):
        report = _write(plan, folder, trained)
    return trained.judged[0][0], folder / "bundle", report


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


def _write(plan: Plan, folder: Path, trained: Trainings[MultiLabelResult]) -> Path:
    judged = [_Judged(result, folds) for result, folds in trained.judged]
    return write_report(
        folder,
        [j.result for j in judged],
        title=f"{', '.join(r.name for r in plan.recipes)}: how far to trust it",
        command=plan.command,
        settings_digest=settings_digest([r.to_dict() for r in plan.recipes]),
        # The folder of a training has the table of its own answers already.
        answers={j.key: j.answers() for j in judged if j.folds[0].folder != folder},
        histories={j.key: history for j in judged if (history := j.history())},
        notes=skipped_notes(trained.skipped),
    )
