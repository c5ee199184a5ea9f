"""The table of results that ``genrescope train`` and ``evaluate`` print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from genrescope.cli import console

if TYPE_CHECKING:
    from genrescope.evaluation.flattery import Flattery
    from genrescope.evaluation.record import ProtocolResult
    from genrescope.training.recipe import Recipe


def print_results(
    results: Sequence[ProtocolResult],
    recipes: Sequence[Recipe],
    flattered: Sequence[Flattery] = (),
) -> None:
    """
    Print what models are worth under protocols, the honest ones first.

    Parameters
    ----------
    results : sequence of ProtocolResult
        What was measured.
    recipes : sequence of Recipe
        Of the models, for the figures of their papers.
    flattered : sequence of Flattery
        What leaky protocols add to honest ones.
    """
    from rich.table import Table

    from genrescope.evaluation.flattery import sentence
    from genrescope.evaluation.papers import papers_of

    papers = papers_of(recipes)
    table = Table(box=None, pad_edge=False)
    for name in ("model", "protocol", "accuracy", "95 % interval", "n", "seeds", "macro F1",
                 "best baseline", "paper", "leakage"):  # fmt: skip
        table.add_column(name, overflow="fold")
    for r in sorted(results, key=lambda r: (not r.honest, bool(r.caveat))):
        score = r.headline
        floor = max(r.baselines, key=lambda b: b.value)
        paper = papers.get(r.model)
        reported = paper.accuracy if paper is not None and paper.is_beside(r) else None
        low, high = score.low, score.high
        table.add_row(
            r.model,
            r.protocol,
            f"{100 * score.value:.1f} % {r.caveat}".strip(),
            "" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f}",
            str(r.n),
            str(len(r.seeds)),
            f"{100 * r.score('macro_f1').value:.1f} % {r.caveat}".strip(),
            f"{100 * floor.value:.1f} %",
            "" if reported is None else f"{100 * reported:.1f} %",
            r.leakage_label,
        )
    console.out().print(table)
    for f in flattered:
        text = f"{f.model}, {f.honest_protocol} {100 * f.honest:.1f} %: leaky {sentence(f)}"
        console.out().print(text, markup=False, highlight=False, soft_wrap=True)
