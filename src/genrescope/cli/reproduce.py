"""``genrescope reproduce``: the systems of the papers, as they did it and honestly."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import console
from genrescope.errors import ConfigError

if TYPE_CHECKING:
    from genrescope.reproduction.systems import Measured, System

PAGE = Path("docs/reproduction.md")


def reproduce(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="Papers, recipes (FILE.ROW, or FILE for all its rows), or experiments.",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every system of every paper.")] = False,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Few tracks and epochs: shows that all runs, no more."),
    ] = False,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 1,
    read_only: Annotated[
        bool,
        typer.Option(
            "--read-only", help="Train nothing: write the page of what was measured before."
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help=f"The page; else {PAGE} for --all, and a page in the run dir. "
            "A quick look leaves a page of full measurements alone.",
        ),
    ] = None,
    run_dir: Annotated[
        Path, typer.Option("--run-dir", help="Where trainings, log-mels and figures stand.")
    ] = Path("runs/reproduction"),
) -> None:
    """
    Reproduce the systems of the papers: what they report, ours as they did it, ours honestly.

    Each is trained under its paper's own protocol and under an honest one. What was trained before
    is read back, so that an interrupted command goes on where it stood.
    """
    from genrescope.reproduction.reproduce import asked_for
    from genrescope.reproduction.reproduce import reproduce as run
    from genrescope.reproduction.workbench import Workbench

    if everything == bool(names):
        raise ConfigError(
            "name a paper, a recipe or an experiment, or ask for --all: "
            "`genrescope recipes list` shows them"
        )
    asked = asked_for(names or [])
    page = output or _page(everything=everything, quick=quick, run_dir=run_dir)
    bench = Workbench(
        run_dir,
        quick=quick,
        seeds=tuple(range(seeds)),
        read_only=read_only,
        say=console.say,
        bar=console.progress_bar,
    )
    # What decides the numbers, and not where they are kept.
    options = ["--all"] * everything + ["--quick"] * quick + ["--seeds", str(seeds)] * (seeds > 1)
    command = shlex.join(["genrescope", "reproduce", *(names or []), *options])
    found, failures = run(bench, asked, page=page, command=command)
    _print(found)
    console.out().print(f"page: {page}", markup=False)
    if failures:
        console.say("\n".join(f"failed: {line}" for line in failures))
        raise typer.Exit(console.SOME_FAILED)


def _page(*, everything: bool, quick: bool, run_dir: Path) -> Path:
    from genrescope.reproduction.page import holds_full_measurements

    beside = run_dir / "reproduction.md"
    if not everything:
        return beside
    if quick and holds_full_measurements(PAGE):
        console.say(f"{PAGE} holds full measurements and is left alone; --output {PAGE} writes it")
        return beside
    return PAGE


def _print(systems: Sequence[System]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("system", "paper", "as the paper did it", "honestly", "data"):
        table.add_column(name, overflow="fold")
    for system in systems:
        figures = [p for p in system.recipe.published if p.metric == "accuracy"]
        other = "" if system.recipe.comparable else " (other data)"
        table.add_row(
            system.recipe.name,
            f"{100 * figures[0].value:.1f} %{other}" if figures else "",
            _cell(system.theirs),
            _cell(system.honest),
            system.recipe.dataset.name,
        )
    console.out().print(table)


def _cell(measured: Measured) -> str:
    if measured.judged is None:
        return "not measured"
    r = measured.judged.result
    score = r.headline
    low, high = score.low, score.high
    span = "" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f}, "
    return f"{100 * score.value:.1f} % {r.caveat}".strip() + f" ({span}n = {r.n})"
