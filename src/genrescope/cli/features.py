"""``genrescope features``: fill a feature store from sound, or with features computed elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import changes, choices, commands, console, images, limits, outputs

app = typer.Typer(
    cls=commands.Group, no_args_is_help=True, help="Fill and inspect the store of log-mels."
)

Store = Annotated[Path, typer.Option("--store", help="Folder of the feature store.")]
RecipeName = Annotated[
    str, typer.Option("--recipe", help="Take front end and windows from this recipe.")
]
app.command("images")(images.images)


@app.command("extract")
def extract(
    data: Annotated[str, typer.Argument(metavar="DATA", help=choices.DATA_HELP)],
    store: Store = Path("store"),
    recipe: RecipeName = "default",
    settings: Annotated[list[str] | None, typer.Option("--set", help=changes.SET_HELP)] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Files at a time.")] = None,
    max_duration_s: limits.MaxDuration = None,
    max_decode_s: limits.MaxDecode = None,
) -> None:
    """Compute the log-mels of a data set; a run that was stopped goes on where it stood."""
    from genrescope.training.extraction import extract as run
    from genrescope.training.extraction import open_store

    allowed = limits.chosen(max_duration_s=max_duration_s, max_decode_s=max_decode_s)
    chosen = choices.recipe(recipe, [*choices.dataset_changes(data), *(settings or [])])
    choices.check_dataset(chosen.dataset.name, chosen.dataset.settings)
    dataset = choices.read_dataset(chosen.dataset.name, chosen.dataset.settings)
    opened = open_store(store, chosen.front_end, chosen.windows, chosen.features)
    with console.progress_bar("computing log-mels") as advance:
        failed = run(
            dataset.tracks,
            opened,
            front_end=chosen.front_end,
            windows=chosen.windows,
            features=chosen.features,
            jobs=jobs,
            limits=allowed,
            advance=advance,
        )
    console.say(f"{len(dataset.tracks) - len(failed)} tracks in {opened.root}")
    if console.tell_skipped((*dataset.skipped, *failed), n_shown=20):
        raise typer.Exit(console.SOME_FAILED)


@app.command("export")
def export(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Name of a recipe, or a file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The JSON file.")],
    data: Annotated[
        str | None, typer.Option("--dataset", metavar="DATASET", help=choices.DATA_HELP)
    ] = None,
    store: Store = Path("store"),
    settings: Annotated[list[str] | None, typer.Option("--set", help=changes.SET_HELP)] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Files at a time.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file.")] = False,
) -> None:
    """Write the features of a recipe as JSON, a list of frames for each window of each track."""
    from genrescope.atomic import check_writable
    from genrescope.errors import ParameterError
    from genrescope.training.feature_files import write_features

    if output.is_file() and not force:
        raise ParameterError(f"{output} exists already: name another file, or give --force")
    check_writable(output)
    named = [] if data is None else choices.dataset_changes(data)
    chosen = choices.recipe(recipe, [*named, *(settings or [])])
    choices.check_dataset(chosen.dataset.name, chosen.dataset.settings)
    dataset = choices.read_dataset(chosen.dataset.name, chosen.dataset.settings)
    with console.progress_bar("computing features") as advance:
        written = write_features(
            output, chosen, dataset, store_folder=store, jobs=jobs, advance=advance
        )
    size = f"{output.stat().st_size / 2**20:.1f} MiB"
    console.say(f"{written.n_windows} windows of {written.n_tracks} tracks in {output}, {size}")
    if console.tell_skipped(written.skipped, n_shown=20):
        raise typer.Exit(console.SOME_FAILED)


@app.command("import")
def import_arrays(
    arrays: Annotated[Path, typer.Argument(help="File .npz with X, names and genre.")],
    store: Store = Path("store"),
    index: Annotated[
        Path | None, typer.Option("--index", help="Write the track index of the arrays here.")
    ] = None,
    force: outputs.Force = False,
) -> None:
    """Put log-mels that were computed elsewhere into the store, under their own digests."""
    from genrescope.datasets.dataset import load_dataset
    from genrescope.datasets.index import write_index
    from genrescope.features.windows import WindowSettings
    from genrescope.training.extraction import open_store
    from genrescope.training.inputs import windows_of_width

    if index is not None:
        outputs.check_index_output(index, force=force)
    dataset = load_dataset("arrays", path=str(arrays))
    assert dataset.logmels is not None
    front_end = dataset.logmels.front_end
    windows = windows_of_width(dataset.logmels.X.shape[2], front_end, WindowSettings())
    opened = open_store(store, front_end, windows)
    with console.progress_bar("importing") as advance:
        for done, track in enumerate(dataset.tracks, start=1):
            assert track.sha256 is not None
            if track.sha256 not in opened:
                opened.put(track.sha256, dataset.logmels.get(track.track_id)[None])
            advance(done, len(dataset.tracks))
    if index is not None:
        write_index(index, dataset.tracks)
    console.say(f"{len(dataset.tracks)} tracks in {opened.root}")


@app.command("info")
def info(
    store: Store = Path("store"),
    recipe: RecipeName = "default",
    settings: Annotated[list[str] | None, typer.Option("--set", help=changes.SET_HELP)] = None,
    format: console.HowToPrint = console.Format.table,
) -> None:
    """Show what the store holds for the front end and windows of a recipe."""
    from genrescope.training.extraction import open_store

    chosen = choices.recipe(recipe, settings or [])
    opened = open_store(store, chosen.front_end, chosen.windows, chosen.features)
    found = opened.info()
    if format is console.Format.json:
        plain = {
            "n_tracks": found.n_tracks,
            "size_bytes": found.size_bytes,
            "spec": dict(found.spec),
        }
        console.out().print_json(data=plain)
        return
    out = console.out()
    size = f"{found.size_bytes / 2**20:.1f} MiB"
    out.print(f"{found.n_tracks} tracks, {size}, in {opened.root}", markup=False)
    for section in ("front_end", "windows"):
        values = ", ".join(f"{key} = {value!r}" for key, value in found.spec[section].items())
        out.print(f"[{section}] {values}", markup=False)
