"""``genrescope train`` and ``evaluate``: from recipes to models, from models to honest numbers."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import choices, console

if TYPE_CHECKING:
    from genrescope.evaluation.campaign import Plan
    from genrescope.evaluation.record import ProtocolResult
    from genrescope.training.recipe import Choice, Recipe

Runs = Annotated[Path, typer.Option("--run-dir", help="Where run directories stand.")]
Store = Annotated[Path, typer.Option("--store", help="Feature store for data sets of sound.")]
Data = Annotated[
    str | None,
    typer.Option(
        "--dataset",
        help=choices.DATA_HELP + " Else the data set of the recipe; --set dataset.key=value "
        "changes the settings of either.",
    ),
]
Sets = Annotated[list[str] | None, typer.Option("--set", help=choices.SET_HELP)]
ProtocolSets = Annotated[
    list[str] | None,
    typer.Option("--protocol-set", help="A setting of the protocols: key=value (n_folds=5)."),
]


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe, or a TOML file.")],
    protocol: Annotated[
        str | None,
        typer.Option(
            help="Hold a test part out by this protocol (fold 1); 'none' learns from all."
        ),
    ] = None,
    protocol_set: ProtocolSets = None,
    seed: Annotated[int, typer.Option(help="Decides all that is random.")] = 0,
    dataset: Data = None,
    settings: Sets = None,
    run_dir: Runs = Path("runs"),
    store: Store = Path("store"),
) -> None:
    """
    Train a recipe, judge it on the test part of its protocol, and write a model bundle.

    A training that was stopped goes on where it stood when the command is given again.
    """
    from genrescope.evaluation.campaign import train_on_all, train_one_fold

    chosen = _recipe(recipe, settings, dataset)
    _show_log()
    if protocol == "none":
        plan = _plan([chosen], [], [seed], run_dir, store)
        bundle = train_on_all(plan, progress=sys.stderr.isatty(), bar=console.progress_bar)
        console.say("no test part was held out: this model has no figure of its own")
    else:
        (wanted,) = _protocols([protocol] if protocol else None, protocol_set, chosen)
        plan = _plan([chosen], [wanted], [seed], run_dir, store)
        result, bundle, report = train_one_fold(
            plan, progress=sys.stderr.isatty(), bar=console.progress_bar
        )
        _print_results([result], [chosen])
        console.out().print(f"report: {report}", markup=False)
    console.out().print(f"model: {bundle}", markup=False)


def evaluate(
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL...", help="Recipes by name or file, or model bundles."),
    ],
    protocol: Annotated[
        list[str] | None, typer.Option(help="Name of a protocol; may be given several times.")
    ] = None,
    protocol_set: ProtocolSets = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    dataset: Data = None,
    settings: Sets = None,
    run_dir: Runs = Path("runs"),
    store: Store = Path("store"),
) -> None:
    """
    Measure models under protocols, with intervals, baselines, figures and a report.

    Each model is trained anew on the training part of each fold and seed, so that it never heard
    the tracks it is judged on; a model bundle is trained anew by the recipe that it carries.
    Without --protocol the protocol is artist-grouped, the honest one for any data whose artists
    are known. Finished folds are not trained again.
    """
    from genrescope.evaluation.campaign import evaluate as run

    recipes = [_recipe(model, settings, dataset) for model in models]
    protocols = _protocols(protocol or ["artist-grouped"], protocol_set, recipes[0])
    plan = _plan(recipes, protocols, list(range(seeds)), run_dir, store)
    _show_log()
    results, report = run(
        plan, progress=sys.stderr.isatty(), report=console.say, bar=console.progress_bar
    )
    _print_results(results, recipes)
    console.out().print(f"report: {report}", markup=False)


def _recipe(model: str, settings: list[str] | None, dataset: str | None) -> Recipe:
    from genrescope.models.classifier import make_classifier
    from genrescope.training.loading import recipe_of

    named = choices.dataset_changes(dataset) if dataset is not None else []
    recipe = recipe_of(model, [*named, *(settings or [])])
    # A wrong setting or a missing extra is told before the features are computed, not after.
    make_classifier(recipe.model.name, recipe.model.settings, training=recipe.training)
    return recipe


def _protocols(names: list[str] | None, settings: list[str] | None, recipe: Recipe) -> list[Choice]:
    from genrescope.splits.split import registry
    from genrescope.training.recipe import Choice

    given = choices.keyed(settings or [], section="protocol")
    found = []
    for name in names or [recipe.protocol.name]:
        plain = name.replace("_", "-")
        registry().module(plain)
        own = recipe.protocol.settings if plain == recipe.protocol.name else {}
        found.append(Choice(plain, {**own, **given}))
    return found


def _plan(
    recipes: list[Recipe], protocols: list[Choice], seeds: list[int], runs: Path, store: Path
) -> Plan:
    from genrescope.evaluation.campaign import Plan

    command = shlex.join(["genrescope", *sys.argv[1:]])
    return Plan(tuple(recipes), tuple(protocols), tuple(seeds), runs, store, command)


def _print_results(results: Sequence[ProtocolResult], recipes: Sequence[Recipe]) -> None:
    from rich.table import Table

    published = {r.name: r.comparable for r in recipes}
    table = Table(box=None, pad_edge=False)
    for name in ("model", "protocol", "accuracy", "95 % interval", "n", "seeds", "macro F1",
                 "best baseline", "paper", "leakage"):  # fmt: skip
        table.add_column(name, overflow="fold")
    for r in sorted(results, key=lambda r: (not r.honest, bool(r.caveat))):
        kinds = [s.interval_kind for s in r.scores if s.metric == "accuracy"]
        kind = "artist bootstrap" if "artist bootstrap" in kinds else "wilson"
        score = r.score("accuracy", kind)
        floor = max(r.baselines, key=lambda b: b.value)
        paper = [p for p in published.get(r.model, ()) if p.metric == "accuracy"]
        low, high = score.low, score.high
        table.add_row(
            r.model,
            r.protocol,
            f"{100 * score.value:.1f} % {r.caveat}".strip(),
            "" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f}",
            str(r.n),
            str(len(r.seeds)),
            f"{100 * r.score('macro_f1').value:.1f} % {r.caveat}".strip(),
            f"{100 * floor.value:.1f} %",
            f"{100 * paper[0].value:.1f} %" if paper else "",
            r.leakage_label,
        )
    console.out().print(table)


def _show_log() -> None:
    """Let what the package logs (odd data, left-out tracks) reach the user."""
    logging.basicConfig(level=logging.WARNING, format="note: %(message)s", stream=sys.stderr)
