"""``genrescope train`` and ``evaluate``: from recipes to models, from models to honest numbers."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import as_is, changes, choices, console
from genrescope.errors import ConfigError

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
Sets = Annotated[list[str] | None, typer.Option("--set", help=changes.SET_HELP)]
ProtocolSets = Annotated[
    list[str] | None, typer.Option("--protocol-set", help=changes.PROTOCOL_SET_HELP)
]
ARTISTS_APART = "artist-grouped"


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe, or a TOML file.")],
    protocol: Annotated[
        str | None,
        typer.Option(
            help="Hold a test part out by this protocol (fold 1); 'none' learns from all. Else the "
            "protocol of the recipe, and artist-grouped on other data than the recipe's."
        ),
    ] = None,
    protocol_set: ProtocolSets = None,
    seed: Annotated[int, typer.Option(help="Decides all that is random.")] = 0,
    dataset: Data = None,
    settings: Sets = None,
    music_detector: Annotated[
        bool,
        typer.Option(
            "--music-detector",
            help="Also train a detector that turns away what is not music (some minutes).",
        ),
    ] = False,
    run_dir: Runs = Path("runs"),
    store: Store = Path("store"),
) -> None:
    """
    Train a recipe, judge it on the test part of its protocol, and write a model bundle.

    A training that was stopped goes on where it stood when the command is given again.
    """
    from genrescope.evaluation.campaign import train_on_all, train_one_fold

    chosen = _recipe(recipe, settings or [], dataset, models=[recipe])
    if protocol == "none":
        if protocol_set:
            raise ConfigError("--protocol none has no settings: leave --protocol-set out")
        _show_log()
        plan = _plan([chosen], [], [seed], run_dir, store)
        bundle = train_on_all(
            plan, detector=music_detector, progress=sys.stderr.isatty(), bar=console.progress_bar
        )
        console.say("no test part was held out: this model has no figure of its own")
    else:
        name = protocol or _own_protocol(recipe, settings or [], chosen)
        (wanted,) = _protocols([name], protocol_set or [], [chosen])
        _show_log()
        plan = _plan([chosen], [wanted], [seed], run_dir, store)
        result, bundle, report = train_one_fold(
            plan, detector=music_detector, progress=sys.stderr.isatty(), bar=console.progress_bar
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
        list[str] | None,
        typer.Option(
            help="Name of a protocol; may be given several times. 'as-is' trains nothing: the very "
            "model of a bundle is judged on every track of --dataset."
        ),
    ] = None,
    protocol_set: ProtocolSets = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    dataset: Data = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help=changes.SETS_HELP)] = None,
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

    if as_is.AS_IS in (protocol or []):
        if protocol != [as_is.AS_IS] or protocol_set or seeds > 1:
            raise ConfigError(
                "--protocol as-is trains nothing, so it takes no other protocol beside it, no "
                "--protocol-set and no --seeds"
            )
        _show_log()
        results, reports = as_is.judge_as_is(
            models, dataset=dataset, settings=settings or [], runs=run_dir
        )
        _print_results(results, [])
        for path in reports:
            console.out().print(f"report: {path}", markup=False)
        return
    recipes = [_recipe(model, settings or [], dataset, models=models) for model in models]
    protocols = _protocols(protocol or [ARTISTS_APART], protocol_set or [], recipes)
    plan = _plan(recipes, protocols, list(range(seeds)), run_dir, store)
    _show_log()
    results, report = run(
        plan, progress=sys.stderr.isatty(), report=console.say, bar=console.progress_bar
    )
    _print_results(results, recipes)
    console.out().print(f"report: {report}", markup=False)


def _recipe(
    model: str, settings: Sequence[str], dataset: str | None, *, models: Sequence[str]
) -> Recipe:
    from genrescope.models.classifier import make_classifier
    from genrescope.training.loading import recipe_of

    choices.check_recipe_file(model)
    named = choices.dataset_changes(dataset) if dataset is not None else []
    own = changes.changes_for(model, settings, models=models)
    # A wrong setting or a missing extra is told before the features are computed, not after.
    try:
        recipe = recipe_of(model, [*named, *own])
        make_classifier(recipe.model.name, recipe.model.settings, training=recipe.training)
    except ConfigError as error:
        if len(models) == 1 or not own:
            raise
        culprit = next((c for c in own if f"{_key(c)!r}" in str(error)), own[0])
        raise ConfigError(
            f"model {model!r}: {error}; to change a setting of one model alone, name the model: "
            f"--set MODEL:{culprit}"
        ) from error
    choices.check_dataset(recipe.dataset.name, recipe.dataset.settings)
    return recipe


def _key(change: str) -> str:
    return change.partition("=")[0].rpartition(".")[2].strip()


def _own_protocol(model: str, settings: Sequence[str], chosen: Recipe) -> str:
    """Give the protocol of the recipe, or the honest one where it was made for other data."""
    from genrescope.training.loading import recipe_of

    if any(change.startswith("protocol.") for change in settings):
        return chosen.protocol.name
    made_for = recipe_of(model).dataset
    place = choices.place_of(chosen.dataset.name)
    same = made_for.name == chosen.dataset.name and (
        made_for.settings.get(place) == chosen.dataset.settings.get(place)
    )
    return chosen.protocol.name if same else ARTISTS_APART


def _protocols(
    names: Sequence[str], settings: Sequence[str], recipes: Sequence[Recipe]
) -> list[Choice]:
    from genrescope.training.recipe import Choice

    found = []
    for name, given in changes.protocol_settings(settings, names).items():
        owns = [r.protocol.settings for r in recipes if r.protocol.name == name]
        if any(own != owns[0] for own in owns):
            raise ConfigError(
                f"the recipes set the protocol {name!r} in different ways, so that their figures "
                "could not be compared: evaluate them one at a time"
            )
        values = {**(owns[0] if owns else {}), **given}
        if "seed" in values:
            raise ConfigError(
                f"protocol {name!r} is seeded by the seed of each training: use --seed N of "
                "`train` or --seeds N of `evaluate` in place of a protocol's own seed"
            )
        changes.check_protocol(name, values)
        found.append(Choice(name, values))
    return found


def _plan(
    recipes: list[Recipe], protocols: list[Choice], seeds: list[int], runs: Path, store: Path
) -> Plan:
    from genrescope.evaluation.campaign import Plan

    command = shlex.join(["genrescope", *sys.argv[1:]])
    return Plan(tuple(recipes), tuple(protocols), tuple(seeds), runs, store, command)


def _print_results(results: Sequence[ProtocolResult], recipes: Sequence[Recipe]) -> None:
    from rich.table import Table

    from genrescope.evaluation.papers import papers_of

    papers = papers_of(recipes)
    table = Table(box=None, pad_edge=False)
    for name in ("model", "protocol", "accuracy", "95 % interval", "n", "seeds", "macro F1",
                 "best baseline", "paper", "leakage"):  # fmt: skip
        table.add_column(name, overflow="fold")
    for r in sorted(results, key=lambda r: (not r.honest, bool(r.caveat))):
        score = r.headline
        floor = max(r.baselines, key=lambda b: b.value)
        paper = papers.get(r.model)
        reported = paper.accuracy if paper is not None and paper.is_beside(r) else None
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
            "" if reported is None else f"{100 * reported:.1f} %",
            r.leakage_label,
        )
    console.out().print(table)


def _show_log() -> None:
    """Let what the package logs (odd data, left-out tracks) reach the user, each thing once."""
    told: set[str] = set()

    def is_new(record: logging.LogRecord) -> bool:
        n_told = len(told)
        told.add(record.getMessage())
        return len(told) > n_told

    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(is_new)
    logging.basicConfig(level=logging.WARNING, format="note: %(message)s", handlers=[handler])
