"""``genrescope report``: the report card of a model, as a page, Markdown and JSON."""

from __future__ import annotations

import enum
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import choices, console
from genrescope.errors import (
    ConfigError,
    DatasetError,
    MissingExtraError,
    ParameterError,
    UnknownNameError,
)

if TYPE_CHECKING:
    from genrescope.datasets.dataset import Dataset
    from genrescope.evaluation.card.evidence import Evidence

PROTOCOLS = ("artist-grouped", "random")


class CardFormat(str, enum.Enum):
    """As what a report card is written."""

    html = "html"
    markdown = "markdown"
    json = "json"


def report(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="'default', the folder of a bundle, of a run or of an evaluation's report, or the "
            "name of a recipe.",
        ),
    ] = "default",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Folder, or FILE.html, .md or .json; else report-MODEL."
        ),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            "--dataset",
            help=choices.DATA_HELP + " The model's recipe is evaluated on it; beside the folder of "
            "a report it says where the sound is.",
        ),
    ] = None,
    protocol: Annotated[
        list[str] | None,
        typer.Option(help="Evaluate under it; may be given several times."),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    run_dir: Annotated[Path, typer.Option("--run-dir", help="Where run directories stand.")] = Path(
        "runs"
    ),
    store: Annotated[
        Path, typer.Option("--store", help="Feature store for data sets of sound.")
    ] = Path("store"),
    no_sound: Annotated[
        bool, typer.Option("--no-sound", help="No players beside the mistakes.")
    ] = False,
    format: Annotated[
        list[CardFormat] | None,
        typer.Option(
            help="What to write; may be given several times. Else all three, or for FILE.md and "
            "FILE.json that alone."
        ),
    ] = None,
) -> None:
    """
    Write the report card of a model: how far to trust it, for people who look.

    Where the model carries its evidence, or an evaluation stands in its folder, that is shown; the
    page opens from disk and asks for nothing. Else, or with --dataset or --protocol, its recipe is
    evaluated first under artist-grouped and random splits.
    """
    from genrescope.evaluation.card.report_card import SUFFIXES, write_card

    formats = [f.value for f in format or _formats_of(output)]
    stem = _stem(output, model)
    _check_place(stem, [SUFFIXES[name] for name in formats])
    evidence, sound = _evidence(model, dataset, protocol or [], seeds, run_dir, store, no_sound)
    clips = {}
    if sound is not None and "html" in formats:
        from genrescope.evaluation.card.clips import clips_of

        with console.progress_bar("cutting out what is played"):
            clips = clips_of(evidence.mistakes, sound)
    for path in write_card(stem, evidence, clips=clips, formats=formats):
        console.out().print(f"report: {path}", markup=False)


def _formats_of(output: Path | None) -> list[CardFormat]:
    """What is written where no format is named: for FILE.md and FILE.json, that alone."""
    suffix = "" if output is None else output.suffix.lower()
    named = {".md": [CardFormat.markdown], ".json": [CardFormat.json]}
    return named.get(suffix, list(CardFormat))


def _stem(output: Path | None, model: str) -> Path:
    from genrescope.pages.html import anchor

    if output is None:
        return Path(f"report-{anchor(Path(model).name)}") / "report"
    if output.suffix.lower() in (".html", ".htm", ".md", ".json"):
        return output.with_suffix("")
    return output / "report"


def _check_place(stem: Path, suffixes: list[str]) -> None:
    from genrescope.atomic import check_writable

    own = ("report", "results", "horse")
    if (stem.parent / "results.json").is_file() and stem.name in own:
        raise ParameterError(
            f"{stem.parent} holds the report of an evaluation, which a report card must not write "
            "over: give another folder, or a file of another name, to --output"
        )
    for suffix in suffixes:
        check_writable(stem.with_name(stem.name + suffix))


def _evidence(
    model: str,
    dataset: str | None,
    protocols: list[str],
    seeds: int,
    run_dir: Path,
    store: Path,
    no_sound: bool,
) -> tuple[Evidence, Dataset | None]:
    """Find what was measured of the model, or measure it; and the data set that has the sound."""
    from genrescope.evaluation.card import sources as card_sources

    folder = Path(model).expanduser()
    if not protocols and seeds == 1:
        evidence = None if dataset else card_sources.evidence_of_bundle(model)
        if evidence is not None:
            return evidence, None if no_sound else _sound(model, None)
        is_report = (folder / "results.json").is_file()
        if folder.is_dir() and (is_report or dataset is None):
            sound = None if no_sound else _sound(model, dataset)
            evidence = card_sources.evidence_of_folder(folder, sound=sound)
            if evidence is not None:
                return evidence, sound
    return _measured(model, dataset, protocols, seeds, run_dir, store, no_sound)


def _check_is_to_measure(model: str) -> None:
    """Refuse a folder of evaluations, which no recipe is."""
    from genrescope.evaluation.card.earlier import RESULTS, evaluations_of_run
    from genrescope.training.loading import recipe_of

    folder = Path(model).expanduser()
    try:
        recipe_of(model)
    except UnknownNameError:
        below = [p for place in ("", "*/", "*/*/") for p in folder.glob(f"{place}{RESULTS}")]
        if folder.is_dir() and (below or evaluations_of_run(folder)):
            raise ParameterError(
                f"{model} is a folder, which shows what was measured; to measure more: `genrescope "
                "evaluate RECIPE --protocol ...`, then `genrescope report` without --protocol, "
                "--seeds and --dataset"
            ) from None
        raise


def _sound(model: str, dataset: str | None) -> Dataset | None:
    from genrescope.evaluation.card.sources import sound_dataset

    try:
        return choices.open_dataset(dataset) if dataset is not None else sound_dataset(model)
    except (ConfigError, DatasetError, MissingExtraError):
        if dataset is not None:
            raise
        console.say("no players: the recordings that the model was measured on are not here")
    return None


def _measured(
    model: str,
    dataset: str | None,
    protocols: list[str],
    seeds: int,
    run_dir: Path,
    store: Path,
    no_sound: bool,
) -> tuple[Evidence, Dataset | None]:
    from genrescope.cli import changes
    from genrescope.evaluation.card.measured import measure_evidence
    from genrescope.evaluation.plan import Plan
    from genrescope.training.loading import recipe_of
    from genrescope.training.recipe import Choice

    choices.check_recipe_file(model)
    _check_is_to_measure(model)
    recipe = recipe_of(model, [] if dataset is None else choices.dataset_changes(dataset))
    choices.check_dataset(recipe.dataset.name, recipe.dataset.settings)
    for name in protocols:
        changes.check_protocol(name, {})
    plan = Plan(
        (recipe,),
        tuple(Choice(name) for name in dict.fromkeys(protocols or PROTOCOLS)),
        tuple(range(seeds)),
        run_dir,
        store,
        shlex.join(["genrescope", *sys.argv[1:]]),
    )
    evidence, sound = measure_evidence(
        plan, progress=sys.stderr.isatty(), report=console.say, bar=console.progress_bar
    )
    return evidence, None if no_sound else sound
