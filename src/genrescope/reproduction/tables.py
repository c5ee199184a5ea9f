"""
The table of a paper: what it reported, ours as it did it, ours honestly, and what lies between.

Public functions: `table_of`, `difference`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from genrescope.evaluation import markdown
from genrescope.evaluation.record import ProtocolResult
from genrescope.reproduction.systems import Measured, System

HEADER = (
    *("system", "what it is", "the paper", "ours, as the paper did it", "n", "ours, honestly", "n"),
    *("ours less the paper", "honest less leaky"),
)


@dataclass(frozen=True)
class _Notes:
    """Notes under a table, numbered as they are first referred to: cells stay short by them."""

    texts: list[str] = field(default_factory=list)

    def mark(self, text: str) -> str:
        if text not in self.texts:
            self.texts.append(text)
        return f"[{self.texts.index(text) + 1}]"

    def written(self) -> str:
        return "\n".join(f"{i}. {text}." for i, text in enumerate(self.texts, start=1))


def table_of(systems: Sequence[System]) -> str:
    """
    Write the table of a paper, and under it where its numbers come from.

    Parameters
    ----------
    systems : sequence of System
        Its systems.

    Returns
    -------
    str
        Markdown; every number with its n, its interval and, as a note, its source or its protocol
        and data.
    """
    notes = _Notes()
    rows = []
    for system in systems:
        recipe = system.recipe
        rows.append(
            [
                f"`{recipe.name}`",
                markdown.plain(recipe.title),
                _published(system, notes),
                *_ours(system.theirs, notes),
                *_ours(system.honest, notes),
                difference(system),
                _flattery(system),
            ]
        )
    return f"{markdown.table(HEADER, rows, n_text=2)}\n\n{notes.written()}".rstrip()


def difference(system: System) -> str:
    """
    Say how far ours lies from what the paper reports, where both were measured alike.

    Parameters
    ----------
    system : System
        A system.

    Returns
    -------
    str
        Points, and whether our interval holds the paper's figure; ``-`` where nothing compares.
    """
    figures = [p for p in system.recipe.comparable if p.metric == "accuracy"]
    if system.theirs.judged is None or not figures:
        return "-"
    score = system.theirs.judged.result.headline
    points = 100 * (score.value - figures[0].value)
    if score.low is None or score.high is None:
        return f"{points:+.1f}"
    inside = score.low <= figures[0].value <= score.high
    return f"{points:+.1f} ({'within' if inside else 'outside'} our interval)"


def _flattery(system: System) -> str:
    if system.theirs.judged is None or system.honest.judged is None:
        return "-"
    theirs, honest = (_value(m.judged.result) for m in (system.theirs, system.honest) if m.judged)
    return f"{100 * (honest - theirs):+.1f}"


def _value(result: ProtocolResult) -> float:
    return result.headline.value


def _published(system: System, notes: _Notes) -> str:
    cells = []
    for p in system.recipe.published:
        metric = "" if p.metric == "accuracy" else f"{markdown.words(p.metric)} "
        other = "" if p in system.recipe.comparable else "other data "
        mark = notes.mark(f"The paper: {markdown.plain(p.measured_on)}; {markdown.plain(p.source)}")
        cells.append(f"{metric}{markdown.number(p.metric, p.value)} {other}{mark}")
    return "; ".join(cells) or "nothing"


def _ours(measured: Measured, notes: _Notes) -> tuple[str, str]:
    if measured.judged is None:
        return f"not measured: {markdown.plain(measured.reason)}", "-"
    r = measured.judged.result
    value = markdown.number("accuracy", r.headline.value, caveat=r.caveat)
    mark = notes.mark(f"Ours: `{r.protocol}`, on {markdown.plain(r.dataset)}")
    seeds = f", {len(r.seeds)} seeds" if len(r.seeds) > 1 else ""
    return f"{value} ({markdown.interval(r.headline)}) {mark}", f"{r.n} {r.unit}s{seeds}"
