"""``genrescope data one-hot``: the labels of a data set as a table of zeros and ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import changes, choices, console, outputs


def one_hot(
    data: Annotated[str, typer.Argument(metavar="DATA", help=choices.DATA_HELP)],
    output: Annotated[Path, typer.Option("--output", "-o", help="The table.")] = Path("labels.csv"),
    single: Annotated[
        bool, typer.Option("--single", help="Write the first label of each track alone.")
    ] = False,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help=changes.DATASET_SET_HELP)
    ] = None,
    force: outputs.Force = False,
) -> None:
    """Write labels as zeros and ones: a CSV of track_id and one column a genre."""
    from genrescope.datasets._one_hot import write_one_hot

    outputs.check_index_output(output, force=force)
    dataset = choices.open_dataset(data, changes.dataset_settings(settings or []))
    names = write_one_hot(output, dataset.tracks, single=single)
    console.say(f"{len(dataset.tracks)} tracks, {len(names)} genres in {output}")
    if console.tell_skipped(dataset.skipped, n_shown=5):
        raise typer.Exit(console.SOME_FAILED)
