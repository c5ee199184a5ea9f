"""``genrescope compare``: which differences between models are real."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genrescope.cli import console

if TYPE_CHECKING:
    from genrescope.evaluation.comparison.records import Comparison, Refusal


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...",
            help="Folders of reports, of trainings, or above them, as `evaluate` writes them: "
            "several, or one that holds several models.",
        ),
    ],
    alpha: Annotated[
        float,
        typer.Option(help="Level of the tests, in (0, 1); intervals are of 1 - alpha."),
    ] = 0.05,
    format: console.HowToPrint = console.Format.table,
) -> None:
    """
    Tell which differences between models are real, and what n would show the others.

    Models are paired on the tracks that they were all tested on, under the same protocol and the
    same splits. The verdict rests on an exact test that takes artists, not tracks, as the draws,
    adjusted for the number of pairs.
    """
    from genrescope.evaluation.comparison.compare import read_and_compare
    from genrescope.evaluation.comparison.records import to_json

    with console.progress_bar("comparing"):
        comparisons, refusals = read_and_compare(runs, alpha=alpha)
    if format is console.Format.json:
        print(to_json(comparisons, refusals), end="")
        return
    _print(comparisons, refusals)


def _print(comparisons: Sequence[Comparison], refusals: Sequence[Refusal]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from genrescope.evaluation.comparison.differences import needed

    out = console.out()
    level = f"{100 * (1 - comparisons[0].alpha):g} %"
    protocols = list(dict.fromkeys(f"{c.protocol} {c.caveat}".strip() for c in comparisons))
    for protocol in protocols:
        table = Table(box=None, pad_edge=False, title=escape(protocol), title_justify="left")
        for name in "first", "second":
            table.add_column(name, overflow="fold")
        for name in (f"points ({level})", f"macro F1 ({level})", "p artists", "p Holm",
                     "McNemar", "corrected t", "n", "artists"):  # fmt: skip
            table.add_column(name, no_wrap=True)
        for c in comparisons:
            if f"{c.protocol} {c.caveat}".strip() == protocol:
                table.add_row(escape(c.first), escape(c.second), *_numbers(c))
        out.print(table)
    for c in comparisons:
        text = f"{c.first} against {c.second}, {c.protocol}: {c.verdict}"
        if not c.is_real and c.n_needed is not None:
            text += f"; to see this difference takes about {needed(c)}"
        if not c.is_real and c.detectable is not None:
            text += f"; these {c.n} tracks show one of {100 * c.detectable:.1f} points"
        if not c.is_real and c.n_needed is not None:
            text += f" (power {100 * c.power:g} %)"
        out.print("; ".join((text, *c.notes)), markup=False)
    for r in refusals:
        console.say(r.sentence)


def _numbers(c: Comparison) -> list[str]:
    from genrescope.evaluation.comparison.differences import points, probability

    return [
        points(c.accuracy),
        points(c.macro_f1),
        probability(c.p_value),
        probability(c.p_adjusted),
        probability(c.p_mcnemar),
        "" if c.corrected_t is None else probability(c.corrected_t.p_value),
        str(c.n),
        str(c.n_groups),
    ]
