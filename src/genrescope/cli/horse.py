"""``genrescope evaluate --horse``: do the answers survive changes that leave the genre?"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import as_is, choices, console
from genrescope.errors import ConfigError, DatasetError

if TYPE_CHECKING:
    from genrescope.augment.change import Change
    from genrescope.datasets.dataset import Dataset
    from genrescope.evaluation.horse.record import HorseResult
    from genrescope.evaluation.horse.run import Examined
    from genrescope.evaluation.plan import Plan
    from genrescope.evaluation.record import ProtocolResult
    from genrescope.training.recipe import Recipe

Horse = Annotated[
    bool,
    typer.Option(
        "--horse",
        help="Also hear the test tracks changed in ways that leave their genre (MP3, noise, tempo "
        "...): by how much does the accuracy swing? Needs the sound of test tracks.",
    ),
]
HorseTracks = Annotated[
    int | None,
    typer.Option(
        "--horse-tracks",
        min=1,
        help="Hear this many of the test tracks, drawn at random, genres in proportion. Else all.",
    ),
]
HorseChanges = Annotated[
    list[str] | None,
    typer.Option("--horse-change", help="Make this change alone; may be given several times."),
]


@dataclass(frozen=True)
class HorseOptions:
    """
    What the user asked of the horse test.

    Attributes
    ----------
    models : tuple of str
        The models, as the user named them.
    wanted : bool
        Whether there shall be one.
    n_tracks : int or None
        How many tracks; None takes all.
    changes : tuple of Change
        What is done to them.
    """

    models: tuple[str, ...]
    wanted: bool
    n_tracks: int | None
    changes: tuple[Change, ...]


def options(
    models: Sequence[str], horse: bool, n_tracks: int | None, names: Sequence[str] | None
) -> HorseOptions:
    """
    Check what the user asked for, before any long work.

    Parameters
    ----------
    models : sequence of str
        The models, as the user named them.
    horse : bool
        ``--horse``.
    n_tracks : int or None
        ``--horse-tracks``.
    names : sequence of str or None
        ``--horse-change``.

    Returns
    -------
    HorseOptions
        The options.

    Raises
    ------
    ConfigError
        If one of them is given without ``--horse``.
    UnknownNameError
        If there is no such change.
    """
    from genrescope.augment.horse_changes import chosen_changes

    if not horse and (n_tracks is not None or names):
        given = "--horse-tracks" if n_tracks is not None else "--horse-change"
        raise ConfigError(f"{given} belongs to the horse test: give --horse too")
    return HorseOptions(tuple(models), horse, n_tracks, chosen_changes(names or None))


def datasets_with_sound(plan: Plan, options: HorseOptions) -> dict[str, Dataset]:
    """
    Load the data sets of an evaluation, and refuse them where there is no sound to change.

    Parameters
    ----------
    plan : Plan
        What shall be evaluated.
    options : HorseOptions
        What the user asked for.

    Returns
    -------
    dict of str to Dataset
        By the digest of their settings; none where no test is wanted.

    Raises
    ------
    DatasetError
        If no track of a data set has sound.
    """
    found: dict[str, Dataset] = {}
    for recipe in plan.recipes if options.wanted else ():
        key = _key(recipe)
        if key not in found:
            found[key] = choices.read_dataset(recipe.dataset.name, recipe.dataset.settings)
            _check_sound(found[key])
    return found


def examine_folds(
    plan: Plan,
    results: Sequence[ProtocolResult],
    report: Path,
    options: HorseOptions,
    *,
    datasets: Mapping[str, Dataset],
    failed: Container[tuple[str, str]] = (),
) -> None:
    """
    Put the trained models of an evaluation to the horse test; print and write what it found.

    Parameters
    ----------
    plan : Plan
        What was evaluated.
    results : sequence of ProtocolResult
        What came of it, in the order of recipes and protocols.
    report : Path
        The report, to which the test is added.
    options : HorseOptions
        What the user asked for; where no test is wanted, nothing is done.
    datasets : mapping of str to Dataset
        As `datasets_with_sound` gives them.
    failed : container of tuple of str
        Model and protocol of those without a result.
    """
    from genrescope.evaluation.horse.subjects import subjects_of_folds

    if not options.wanted:
        return
    pairs = [(r, p) for r in plan.recipes for p in plan.protocols if (r.name, p.name) not in failed]
    by_data: dict[str, list[Examined]] = {}
    for (recipe, protocol), result in zip(pairs, results, strict=True):
        folder = plan.runs / recipe.name / protocol.name
        by_data.setdefault(_key(recipe), []).append(subjects_of_folds(folder, result))
    heard = (_heard(examined, datasets[key], options) for key, examined in by_data.items())
    _tell([horse for horses in heard for horse in horses], report)


def examine_as_is(
    results: Sequence[ProtocolResult],
    reports: Sequence[Path],
    options: HorseOptions,
    *,
    dataset: str | None,
    settings: Sequence[str],
) -> None:
    """
    Put models to the horse test as they are; print and write what it found.

    Parameters
    ----------
    results : sequence of ProtocolResult
        What came of judging them, in the order of the models.
    reports : sequence of Path
        Their reports, to which the test is added.
    options : HorseOptions
        What the user asked for; where no test is wanted, nothing is done.
    dataset : str or None
        What the user named as a data set.
    settings : sequence of str
        Changes of the data set's settings.
    """
    from genrescope.bundle.locate import find_bundle
    from genrescope.evaluation.horse.subjects import subject_as_is

    if not options.wanted:
        return
    for model, result, report in zip(options.models, results, reports, strict=True):
        data = as_is.dataset_for(model, dataset=dataset, settings=settings)
        _check_sound(data)
        examined = subject_as_is(find_bundle(model), result, report)
        _tell(_heard([examined], data, options), report)


def _key(recipe: Recipe) -> str:
    from genrescope.digests import settings_digest

    return settings_digest(recipe.dataset.to_dict())


def _check_sound(dataset: Dataset) -> None:
    if all(dataset.sound(track) is None for track in dataset.tracks):
        raise DatasetError(
            f"--horse: none of the {len(dataset.tracks)} tracks of data set {dataset.name!r} has "
            "a sound file, and the horse test changes sound: name a data set of sound files "
            "(--dataset), or give their paths in the column 'audio' of tracks.csv"
        )


def _heard(
    examined: Sequence[Examined], dataset: Dataset, options: HorseOptions
) -> list[HorseResult]:
    from genrescope.evaluation.horse.run import has_sound, horse_test

    heard = [e for e in examined if has_sound(e, dataset)]
    for e in examined:
        if e not in heard:
            console.say(
                f"note: {e.result.model}, {e.result.protocol}: none of its test tracks has a sound "
                f"file in data set {dataset.name!r}, so there is no horse test of it"
            )
    n_changes = len(options.changes)
    stages = (f"hearing {n_changes} changes of each track", "intervals of the horse test")
    with console.progress_stages(*stages) as (advance, _):
        return horse_test(
            heard or examined,
            dataset,
            changes=options.changes,
            n_tracks=options.n_tracks,
            advance=advance,
        )


def _tell(horses: Sequence[HorseResult], report: Path) -> None:
    from genrescope.evaluation.horse.report import add_horse_test, score_sentence

    path = add_horse_test(report, horses)
    for horse in horses:
        _print_table(horse)
    for horse in horses:
        console.out().print(score_sentence(horse), markup=False, soft_wrap=True)
    console.out().print(f"horse test: {path}", markup=False, soft_wrap=True)


def _print_table(horse: HorseResult) -> None:
    from rich.table import Table

    from genrescope.evaluation.horse.report import difference_interval, points

    genres = ", ".join(f"{label} {n}" for label, n in horse.genres)
    console.out().print(
        f"\nhorse test of {horse.model}, {horse.protocol}: {horse.n} test tracks ({genres})",
        markup=False,
        soft_wrap=True,
    )
    for note in horse.notes:
        console.say(f"note: {horse.model}, {horse.protocol}: {note}")
    table = Table(box=None, pad_edge=False)
    for name in ("change", "n", "before", "after", "difference", "95 % interval", "same answer",
                 "no answer"):  # fmt: skip
        table.add_column(name, justify="left" if name == "change" else "right")
    for row in horse.ordered:
        table.add_row(
            row.title,
            str(row.n),
            f"{100 * row.accuracy_unchanged:.1f} % {horse.caveat}".rstrip(),
            f"{100 * row.accuracy:.1f} % {horse.caveat}".rstrip(),
            points(row.difference),
            difference_interval(row),
            f"{100 * row.agreement:.1f} %",
            str(row.n_missed),
        )
    console.out().print(table)
