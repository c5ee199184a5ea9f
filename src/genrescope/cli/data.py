"""``genrescope data``: make and check track indexes, and split them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import choices, console
from genrescope.errors import DatasetError

app = typer.Typer(no_args_is_help=True, help="Make, check, split and summarise track indexes.")

N_SHOWN = 5
Data = Annotated[str, typer.Argument(metavar="DATA", help=choices.DATA_HELP)]


@app.command("index")
def index(
    folder: Annotated[Path, typer.Argument(help="Folder with one sub-folder a genre.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The index.")] = Path("index.csv"),
) -> None:
    """Hash and probe the sound files of a folder and write a track index (CSV)."""
    from genrescope.datasets.index import make_index, write_index

    with console.progress_bar("indexing") as advance:
        dataset = make_index(folder, progress=advance)
    if not dataset.tracks:
        console.tell_skipped(dataset.skipped)
        raise DatasetError(
            f"{folder} holds no usable sound file, so no index was written: give the folder whose "
            "sub-folders are named for genres and hold the recordings"
        )
    write_index(output, dataset.tracks)
    console.say(f"{len(dataset.tracks)} tracks in {output}")
    if console.tell_skipped(dataset.skipped):
        raise typer.Exit(console.SOME_FAILED)


@app.command("validate")
def validate(data: Data) -> None:
    """Check an index: columns, labels, files and their digests, copies of one recording."""
    from genrescope.datasets._verify import changed_files
    from genrescope.datasets.index import read_index, validate_index

    # An index is read as it stands, for a data set leaves out the tracks whose files are missing.
    own = data.lower().endswith(".csv")
    tracks = read_index(Path(data)) if own else choices.open_dataset(data).tracks
    with console.progress_bar("checking") as advance:
        problems = [*validate_index(tracks), *changed_files(tracks, progress=advance)]
    for problem in problems:
        console.out().print(problem, markup=False)
    console.say(f"{len(tracks)} tracks, {len(problems)} problems")
    if problems:
        raise typer.Exit(console.SOME_FAILED)


@app.command("split")
def split(
    data: Data,
    protocol: Annotated[str, typer.Option(help="Name of a protocol.")] = "artist-grouped",
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the protocol: key=value.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder.")] = Path("splits"),
) -> None:
    """Split a data set by a protocol; each fold is a file with a digest."""
    from genrescope.splits.leakage import check_split
    from genrescope.splits.split import make_splits, registry

    dataset = choices.open_dataset(data)
    given = choices.keyed(settings or [], section="protocol")
    honest = registry().module(protocol).HONEST
    for fold in make_splits(protocol, dataset.tracks, **given):
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
) -> None:
    """Show genres, artists and lengths of a data set, and what of it cannot be used."""
    from rich.table import Table

    dataset = choices.open_dataset(data)
    tracks = dataset.tracks
    table = Table("genre", box=None, pad_edge=False, title=f"{dataset.name}: {len(tracks)} tracks",
                  title_justify="left")  # fmt: skip
    for name in ("tracks", "artists", "artist unknown", "hours"):
        table.add_column(name, justify="right")
    for label, n in sorted(Counter(t.label for t in tracks).items()):
        own = [t for t in tracks if t.label == label]
        hours = sum(t.duration_s or 0.0 for t in own) / 3600
        unknown = sum(t.group is None for t in own)
        artists = len({t.group for t in own} - {None})
        table.add_row(label, str(n), str(artists), str(unknown), f"{hours:.2f}" if hours else "")
    console.out().print(table)
    if dataset.licence:
        console.out().print(f"Licence: {dataset.licence}", markup=False)
    console.tell_skipped(dataset.skipped, n_shown=None if skipped else N_SHOWN)
