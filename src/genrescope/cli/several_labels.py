"""``genrescope train`` and ``evaluate`` for recipes that give a track several labels."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from genrescope.cli import console
from genrescope.errors import ConfigError

if TYPE_CHECKING:
    from genrescope.evaluation.multilabel.record import MultiLabelResult
    from genrescope.evaluation.plan import Plan


def train(plan: Plan, *, detector: bool) -> Path:
    """
    Train a recipe on the first fold of its protocol, and print what it is worth.

    Parameters
    ----------
    plan : Plan
        One recipe, one protocol, one seed.
    detector : bool
        Give the model a detector of music.

    Returns
    -------
    Path
        The model.
    """
    from genrescope.evaluation.multilabel.campaign import train_one_fold

    result, bundle, report = train_one_fold(
        plan, detector=detector, progress=sys.stderr.isatty(), bar=console.progress_bar
    )
    _print_results([result])
    console.out().print(f"report: {report}", markup=False)
    return bundle


def evaluate(plan: Plan, *, horse: bool) -> None:
    """
    Evaluate recipes under protocols, and print what they are worth.

    Parameters
    ----------
    plan : Plan
        What shall be evaluated.
    horse : bool
        Whether the user asked for the horse test, which there is for one label a track alone.

    Raises
    ------
    ConfigError
        If the horse test is asked for.
    """
    from genrescope.evaluation.failures import Failures
    from genrescope.evaluation.multilabel.campaign import evaluate as run

    if horse:
        raise ConfigError(
            "--horse counts which of two genres an answer moves to, and a model of several labels "
            "gives no one answer: leave it out"
        )
    results, report = run(plan, progress=sys.stderr.isatty(), report=console.say,
                          bar=console.progress_bar, failures=(failed := Failures()))  # fmt: skip
    _print_results(results)
    console.out().print(f"report: {report}", markup=False)
    if failed.found:
        console.say("\n".join(f"failed: {line}" for line in failed.lines))
        raise typer.Exit(console.SOME_FAILED)


def _print_results(results: Sequence[MultiLabelResult]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    shown = {"macro_roc_auc": "ROC-AUC", "macro_f1": "macro F1", "micro_f1": "micro F1"}
    for name in ("model", "protocol", "mAP", "95 % interval", "n", "seeds", "a constant",
                 *shown.values(), "leakage"):  # fmt: skip
        table.add_column(name, overflow="fold")
    for r in sorted(results, key=lambda r: (not r.honest, bool(r.caveat))):
        score, floor = r.headline, r.baseline(r.headline.metric)
        low, high = score.low, score.high
        values = {s.metric: s.value for s in r.scores}
        table.add_row(
            r.model,
            r.protocol,
            _percent(score.value, r.caveat),
            "" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f}",
            str(r.n),
            str(len(r.seeds)),
            "" if floor is None else _percent(floor.value),
            *(_percent(values[key], r.caveat) if key in values else "-" for key in shown),
            r.leakage_label,
        )
    console.out().print(table)


def _percent(value: float, caveat: str = "") -> str:
    return f"{100 * value:.1f} % {caveat}".strip()
