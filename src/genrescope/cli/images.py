"""``genrescope features images``: the pictures that a network over mel-image takes, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import changes, choices, console


def images(
    data: Annotated[str, typer.Argument(metavar="DATA", help=choices.DATA_HELP)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the pictures.")],
    recipe: Annotated[
        str, typer.Option("--recipe", help="Take front end, windows and features from this recipe.")
    ] = "tanaka2019.small-adam-l2",
    store: Annotated[Path, typer.Option("--store", help="Folder of the feature store.")] = Path(
        "store"
    ),
    settings: Annotated[list[str] | None, typer.Option("--set", help=changes.SET_HELP)] = None,
) -> None:
    """
    Write each track's mel spectrogram as an RGB PNG file, and labels.csv with one-hot labels.

    All tracks are drawn, also where the recipe trains on a selection.
    """
    from genrescope.training.loading import load_inputs
    from genrescope.training.picture_files import LABELS, write_pictures

    whole = ["selection={}", *choices.dataset_changes(data), *(settings or [])]
    chosen = choices.recipe(recipe, whole)
    choices.check_dataset(chosen.dataset.name, chosen.dataset.settings)
    inputs = load_inputs(chosen, store, bar=console.progress_bar)
    with console.progress_bar("writing pictures"):
        paths = write_pictures(output, inputs)
    n_labels = len({track.label for track in inputs.tracks})
    console.say(f"{len(paths)} pictures, labels of {n_labels} genres in {output / LABELS}")
    if console.tell_skipped(inputs.skipped, n_shown=20):
        raise typer.Exit(console.SOME_FAILED)
