"""``genrescope train`` and ``evaluate``: from recipes to models, from models to honest numbers."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import as_is, changes, choices, console, horse, protocol_choices
from genrescope.errors import ConfigError

if TYPE_CHECKING:
    from genrescope.evaluation.plan import Plan
    from genrescope.training.recipe import Choice, Recipe

STORE = Path("store")
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
    live_plot: choices.LivePlot = False,
    run_dir: Runs = Path("runs"),
    store: Store = STORE,
) -> None:
    """
    Train a recipe, judge it on the test part of its protocol, and write a model bundle.

    A training that was stopped goes on where it stood when the command is given again.
    """
    from genrescope.cli import several_labels
    from genrescope.cli.results_table import print_results
    from genrescope.evaluation.campaign import train_on_all, train_one_fold
    from genrescope.evaluation.multilabel.campaign import are_multi_label

    chosen = _recipe(recipe, settings or [], dataset, models=[recipe])
    if protocol == "none":
        if protocol_set:
            raise ConfigError("--protocol none has no settings: leave --protocol-set out")
        _show_log()
        plan = _plan([chosen], [], [seed], run_dir, store, live_plot)
        bundle = train_on_all(
            plan, detector=music_detector, progress=sys.stderr.isatty(), bar=console.progress_bar
        )
        console.say("no test part was held out: this model has no figure of its own")
    else:
        name = protocol or _own_protocol(recipe, settings or [], chosen)
        (wanted,) = protocol_choices.named([name], protocol_set or [], [chosen])
        _show_log()
        plan = _plan([chosen], [wanted], [seed], run_dir, store, live_plot)
        if are_multi_label([chosen]):
            bundle = several_labels.train(plan, detector=music_detector)
        else:
            result, bundle, report = train_one_fold(
                plan,
                detector=music_detector,
                progress=sys.stderr.isatty(),
                bar=console.progress_bar,
            )
            print_results([result], [chosen])
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
    test_dataset: Annotated[
        str | None,
        typer.Option(
            "--test-dataset",
            metavar="DATASET",
            help="Learn all of the data set, and test on this one (protocol cross-dataset).",
        ),
    ] = None,
    label_map: Annotated[
        Path | None,
        typer.Option(
            "--label-map",
            help="CSV with the columns from, to: what the genres of --test-dataset are called in "
            "the data set; an empty 'to' leaves them out. Else names that read the same match.",
        ),
    ] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help=changes.SETS_HELP)] = None,
    run_dir: Runs = Path("runs"),
    store: Store = STORE,
    with_horse: horse.Horse = False,
    horse_tracks: horse.HorseTracks = None,
    horse_changes: horse.HorseChanges = None,
) -> None:
    """
    Measure models under protocols, with intervals, baselines, figures and a report.

    Each model is trained anew on the training part of each fold and seed, so that it never heard
    the tracks it is judged on; a model bundle is trained anew by the recipe that it carries.
    Without --protocol they are artist-grouped, the honest one for any data whose artists are
    known, and beside it random, to show how much a leaky one would have flattered. Finished folds
    are not trained again.
    """
    from genrescope.cli.results_table import print_results

    horses = horse.options(models, with_horse, horse_tracks, horse_changes)
    if as_is.is_asked(protocol or []):
        given = {"--protocol-set": protocol_set, "--seeds": seeds > 1, "--label-map": label_map,
                 "--test-dataset": test_dataset, "--store": store != STORE}  # fmt: skip
        as_is.check_alone(protocol or [], [option for option, value in given.items() if value])
        _show_log()
        results, reports = as_is.judge_as_is(
            models, dataset=dataset, settings=settings or [], runs=run_dir
        )
        print_results(results, [])
        for path in reports:
            console.out().print(f"report: {path}", markup=False)
        horse.examine_as_is(results, reports, horses, dataset=dataset, settings=settings or [])
        return
    if label_map is not None and test_dataset is None:
        raise ConfigError("--label-map says what the genres of --test-dataset are called: give it")
    recipes = [
        _recipe(
            model, settings or [], dataset, models=models, test=test_dataset, label_map=label_map
        )
        for model in models
    ]
    across = test_dataset is not None
    protocols = protocol_choices.asked(protocol or [], protocol_set or [], recipes, across=across)
    plan = _plan(recipes, protocols, list(range(seeds)), run_dir, store)
    _show_log()
    _measure(plan, horses)


def _measure(plan: Plan, horses: horse.HorseOptions) -> None:
    from genrescope.cli import several_labels
    from genrescope.cli.results_table import print_results
    from genrescope.evaluation.campaign import evaluate as run
    from genrescope.evaluation.failures import Failures
    from genrescope.evaluation.flattery import from_json
    from genrescope.evaluation.multilabel.campaign import are_multi_label

    if are_multi_label(plan.recipes):
        several_labels.evaluate(plan, horse=horses.wanted)
        return
    datasets = horse.datasets_with_sound(plan, horses)
    results, report = run(plan, progress=sys.stderr.isatty(), report=console.say,
                          bar=console.progress_bar, failures=(failed := Failures()))  # fmt: skip
    flattered = from_json((report.parent / "results.json").read_text(encoding="utf-8"))
    print_results(results, plan.recipes, flattered)
    console.out().print(f"report: {report}", markup=False)
    horse.examine_folds(plan, results, report, horses, datasets=datasets, failed=failed.found)
    if failed.found:
        console.say("\n".join(f"failed: {line}" for line in failed.lines))
        raise typer.Exit(console.SOME_FAILED)


def _recipe(
    model: str,
    settings: Sequence[str],
    dataset: str | None,
    *,
    models: Sequence[str],
    test: str | None = None,
    label_map: Path | None = None,
) -> Recipe:
    from genrescope.models.classifier import make_classifier
    from genrescope.training.loading import recipe_of

    choices.check_recipe_file(model)
    own = changes.changes_for(model, settings, models=models)
    if test is not None:
        choices.check_no_changes_of_data(own)
        named = choices.joined_changes(
            test, train=dataset, recipe=recipe_of(model), label_map=label_map
        )
    else:
        named = choices.dataset_changes(dataset) if dataset is not None else []
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
    return chosen.protocol.name if same else protocol_choices.HONEST


def _plan(
    recipes: list[Recipe], protocols: list[Choice], seeds: list[int], runs: Path, store: Path,
    live: bool = False,
) -> Plan:  # fmt: skip
    from genrescope.evaluation.plan import Plan

    command = shlex.join(["genrescope", *sys.argv[1:]])
    return Plan(tuple(recipes), tuple(protocols), tuple(seeds), runs, store, command, live)


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
