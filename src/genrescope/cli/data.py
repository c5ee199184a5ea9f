"""``genrescope data``: get data sets, make and check track indexes, and split them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from genrescope.cli import audit, changes, choices, commands, console, genres, get, labels, outputs
from genrescope.errors import DatasetError

if TYPE_CHECKING:
    from genrescope.datasets.dataset import Dataset
    from genrescope.records import Track

app = typer.Typer(
    cls=commands.Group,
    no_args_is_help=True,
    help="Get data sets; make, check, split and summarise track indexes.",
)

app.command("get")(get.get)
app.command("audit")(audit.audit)
app.command("genres")(genres.genres)
app.command("one-hot")(labels.one_hot)

N_SHOWN = 5
Data = Annotated[str, typer.Argument(metavar="DATA", help=choices.DATA_HELP)]


@app.command("index")
def index(
    folder: Annotated[
        str,
        typer.Argument(help="Folder with one sub-folder a genre, or a data set (fma:FOLDER)."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The index.")] = Path("index.csv"),
    force: outputs.Force = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help=changes.DATASET_SET_HELP)
    ] = None,
) -> None:
    """Hash and probe the sound files of a folder or data set and write a track index (CSV)."""
    from genrescope.datasets.index import write_index

    name, given = _indexed(folder)
    given = {**given, **changes.dataset_settings(settings or [])}
    choices.check_dataset(name, given)
    outputs.check_index_output(output, force=force)
    dataset = _read_to_index(name, given)
    if not dataset.tracks:
        console.tell_skipped(dataset.skipped)
        raise DatasetError(
            f"{folder} holds no usable sound file, so no index was written: give the folder whose "
            "sub-folders are named for genres and hold the recordings"
        )
    write_index(output, dataset.tracks)
    console.say(f"{len(dataset.tracks)} tracks in {output}")
    if console.tell_skipped(dataset.skipped, n_shown=None if name == "folder" else N_SHOWN):
        raise typer.Exit(console.SOME_FAILED)


def _indexed(text: str) -> tuple[str, dict[str, Any]]:
    """Tell which data set is to be indexed: a folder of genres, or one by its name."""
    from genrescope.datasets.dataset import dataset_choice, registry

    folder = Path(text)
    if folder.is_dir():
        return "folder", {"root": text}
    if text.partition(":")[0] in registry().names():
        return dataset_choice(text)
    what = "is a file" if folder.exists() else "does not exist"
    raise DatasetError(
        f"folder {folder.absolute()} {what}: give the folder whose sub-folders are named for "
        "genres, or a data set by name (fma:FOLDER)"
    )


def _read_to_index(name: str, settings: dict[str, Any]) -> Dataset:
    from genrescope.datasets.index import make_index

    if name != "folder":
        return choices.read_dataset(name, settings)
    with console.progress_bar("indexing") as advance:
        return make_index(Path(settings["root"]), progress=advance)


@app.command("validate")
def validate(data: Data, format: console.HowToPrint = console.Format.table) -> None:
    """Check an index: columns, labels, files and their digests, copies of one recording."""
    from genrescope.datasets._verify import changed_files
    from genrescope.datasets.index import read_index, validate_index

    # An index is read as it stands, for a data set leaves out the tracks whose files are missing.
    own = data.lower().endswith(".csv")
    tracks = read_index(Path(data)) if own else choices.open_dataset(data).tracks
    with console.progress_bar("checking") as advance:
        problems = [*validate_index(tracks), *changed_files(tracks, progress=advance)]
    if format is console.Format.json:
        console.out().print_json(data={"n_tracks": len(tracks), "problems": problems})
    else:
        for problem in problems:
            console.out().print(console.one_line(problem), markup=False, soft_wrap=True)
    console.say(f"{len(tracks)} tracks, {len(problems)} problems")
    if problems:
        raise typer.Exit(console.SOME_FAILED)


@app.command("split")
def split(
    data: Data,
    protocol: Annotated[str, typer.Option(help="Name of a protocol.")] = "artist-grouped",
    settings: Annotated[
        list[str] | None,
        typer.Option("--protocol-set", "--set", help=changes.PROTOCOL_SET_HELP),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder.")] = Path("splits"),
) -> None:
    """Split a data set by a protocol; each fold is a file with a digest."""
    from genrescope.splits.leakage import check_split
    from genrescope.splits.split import make_splits, registry

    (given,) = changes.protocol_settings(settings or [], [protocol]).values()
    dataset = choices.open_dataset(data)
    honest = registry().module(protocol).HONEST
    with console.progress_bar("splitting"):
        folds = make_splits(protocol, dataset.tracks, **given)
    for fold in folds:
        leakage = check_split(fold, dataset.tracks, asked_by_name=not honest)
        path = output / f"{protocol}-{fold.fold}-of-{fold.n_folds}.json"
        fold.save(path)
        sizes = f"{len(fold.train)} train, {len(fold.valid)} valid, {len(fold.test)} test"
        console.out().print(f"{path}: {sizes}; {leakage.label}", markup=False)
    if fold.left_out:
        console.say(f"{len(fold.left_out)} tracks left out: {fold.left_out[0].reason}")


@app.command("summary")
def summary(
    data: Data,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="List every item that cannot be used.")
    ] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help=changes.DATASET_SET_HELP)
    ] = None,
    format: console.HowToPrint = console.Format.table,
) -> None:
    """Show genres, artists and lengths of a data set, and what of it cannot be used."""
    dataset = choices.open_dataset(data, changes.dataset_settings(settings or []))
    rows = [_genre(name, own) for name, own in sorted(_by_genre(dataset.tracks).items())]
    if format is console.Format.json:
        plain = {
            "name": dataset.name,
            "n_tracks": len(dataset.tracks),
            "licence": dataset.licence,
            "genres": rows,
            "skipped": [dataclasses.asdict(item) for item in dataset.skipped],
        }
        console.out().print_json(data=plain)
    else:
        _print_genres(rows, title=f"{dataset.name}: {len(dataset.tracks)} tracks")
        if dataset.licence:
            console.out().print(f"Licence: {dataset.licence}", markup=False)
    console.tell_skipped(dataset.skipped, n_shown=None if skipped else N_SHOWN)


def _by_genre(tracks: Iterable[Track]) -> dict[str, list[Track]]:
    found: dict[str, list[Track]] = {}
    for track in tracks:
        found.setdefault(track.label, []).append(track)
    return found


def _genre(name: str, tracks: Sequence[Track]) -> dict[str, Any]:
    return {
        "genre": name,
        "n_tracks": len(tracks),
        "n_artists": len({t.group for t in tracks} - {None}),
        "n_artist_unknown": sum(t.group is None for t in tracks),
        "duration_s": round(sum(t.duration_s or 0.0 for t in tracks), 3),
    }


def _print_genres(rows: Iterable[dict[str, Any]], *, title: str) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table("genre", box=None, pad_edge=False, title=escape(title), title_justify="left")
    for name in ("tracks", "artists", "artist unknown", "hours"):
        table.add_column(name, justify="right")
    for row in rows:
        counts = (str(row[key]) for key in ("n_tracks", "n_artists", "n_artist_unknown"))
        hours = row["duration_s"] / 3600
        table.add_row(escape(row["genre"]), *counts, f"{hours:.2f}" if hours else "")
    console.out().print(table)
