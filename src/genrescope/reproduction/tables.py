"""
The table of a paper: what it reported, ours as it did it, ours honestly, and what lies between.

Public functions: `table_of`, `difference`.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.evaluation import markdown
from genrescope.evaluation.record import ProtocolResult
from genrescope.reproduction.systems import Measured, System

HEADER = (
    *("system", "what it is", "the paper reports", "ours, as the paper did it", "ours, honestly"),
    *("ours less the paper", "honest less leaky"),
)


def table_of(systems: Sequence[System]) -> str:
    """
    Write the table of a paper.

    Parameters
    ----------
    systems : sequence of System
        Its systems.

    Returns
    -------
    str
        Markdown; every number with its n, its interval and its protocol.
    """
    rows = []
    for system in systems:
        recipe = system.recipe
        rows.append(
            [
                f"`{recipe.name}`",
                markdown.plain(recipe.title),
                _published(system),
                _ours(system.theirs),
                _ours(system.honest),
                difference(system),
                _flattery(system),
            ]
        )
    return markdown.table(HEADER, rows, n_text=2)


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


def _published(system: System) -> str:
    cells = []
    for p in system.recipe.published:
        other = "" if p in system.recipe.comparable else ", other data"
        cells.append(
            f"{markdown.words(p.metric)} {markdown.number(p.metric, p.value)} "
            f"({markdown.plain(p.measured_on)}; {markdown.plain(p.source)}{other})"
        )
    return "; ".join(cells) or "nothing"


def _ours(measured: Measured) -> str:
    if measured.judged is None:
        return f"not measured: {markdown.plain(measured.reason)}"
    r = measured.judged.result
    value = markdown.number("accuracy", r.headline.value, caveat=r.caveat)
    seeds = f", {len(r.seeds)} seeds" if len(r.seeds) > 1 else ""
    units = f"{r.unit}s"
    return (
        f"{value} ({markdown.interval(r.headline)}; n = {r.n} {units}{seeds}; {r.protocol}; "
        f"{markdown.plain(r.dataset)})"
    )
