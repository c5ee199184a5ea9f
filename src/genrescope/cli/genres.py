"""``genrescope data genres``: what was changed in the genre cells of a data set."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from genrescope.cli import changes, choices, console
from genrescope.errors import ConfigError


def genres(
    data: Annotated[str, typer.Argument(metavar="DATA", help="The data set: fma:FOLDER.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help=changes.DATASET_SET_HELP)
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the report to this Markdown file.")
    ] = None,
    format: console.HowToPrint = console.Format.table,
) -> None:
    """Report which genre cells are not as they should be, and by which rule each was cleaned."""
    from genrescope import atomic
    from genrescope.datasets.dataset import dataset_choice, registry
    from genrescope.evaluation.genre_report import genre_report_text
    from genrescope.settings import make_settings

    name, given = dataset_choice(data)
    given = {**given, **changes.dataset_settings(settings or [])}
    choices.check_dataset(name, given)
    module = registry().module(name)
    if not hasattr(module, "genre_cells"):
        raise ConfigError(
            f"data set {name!r} has no genre cells that are cleaned: its labels stand as they are; "
            "`genrescope data summary` counts them, and fma:FOLDER has such cells"
        )
    if output is not None:
        atomic.check_writable(output)
    with console.progress_bar("reading genre cells"):
        report = module.genre_cells(make_settings(module.Settings, given, what=f"dataset {name!r}"))
    text = genre_report_text(report)
    if output is not None:
        atomic.write_text(output, text)
        console.say(f"{report.n_tracks} genre cells, {len(report.kinds)} kinds in {output}")
    if format is console.Format.json:
        console.out().print_json(data=dataclasses.asdict(report))
    elif output is None:
        console.out().print(text, markup=False, soft_wrap=True, end="")
