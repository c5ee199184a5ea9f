"""
The sections of a run's report, in Markdown: what to expect, accuracies, other metrics, genres.

Public functions: `headline`, `overview`, `other_metrics`, `per_class`.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.evaluation.drawing.figures import describe
from genrescope.evaluation.flattery import Flattery, beside
from genrescope.evaluation.group_words import classes, groups, interval_kind
from genrescope.evaluation.markdown import interval, number, plain, table, words
from genrescope.evaluation.record import ProtocolResult


def headline(ordered: Sequence[ProtocolResult], flattered: Sequence[Flattery]) -> str:
    """
    Say what to expect of new music, or that nobody measured it.

    Parameters
    ----------
    ordered : sequence of ProtocolResult
        What was measured, honest results first.
    flattered : sequence of Flattery
        What leaky protocols add to honest ones.

    Returns
    -------
    str
        Markdown.
    """
    lines = [f"- {_honest_line(r)}{beside(r, flattered)}" for r in ordered if r.honest]
    if not lines:
        whom = " or ".join(sorted({groups(r) for r in ordered}))
        return (
            "**No honest number was measured.** Every figure below is from a split that does not "
            f"hold {whom} apart, and says little about new music."
        )
    return "What to expect of new music:\n\n" + "\n".join(lines)


def _honest_line(r: ProtocolResult) -> str:
    score = r.headline
    floor = ", ".join(f"{words(b.metric)} {number(b.metric, b.value)}" for b in r.baselines)
    whose = plain(r.leakage_label) if r.caveat else f"of {groups(r)} not heard in training"
    return (
        f"**{number('accuracy', score.value, caveat=r.caveat)}** of {r.n} test {r.unit}s "
        f"({whose}): {plain(r.model)} on {plain(r.dataset)}, protocol {plain(r.protocol)}. "
        f"{100 * r.confidence:g} % interval {interval(score, caveat=r.caveat)} "
        f"({interval_kind(r)}); {floor}; {_seeds(r)}; {_artists(r)}."
    )


def overview(ordered: Sequence[ProtocolResult]) -> str:
    """
    Write the table of accuracies, each with its intervals and its best baseline.

    Parameters
    ----------
    ordered : sequence of ProtocolResult
        What was measured, at least one.

    Returns
    -------
    str
        Markdown.
    """
    rows = []
    for r in ordered:
        known = {s.interval_kind: s for s in r.scores if s.metric == "accuracy"}
        ends = [interval(s, caveat=r.caveat) if s else "-"
                for s in (r.headline, known["wilson"], known.get("t over seeds"))]  # fmt: skip
        value = number("accuracy", r.score("accuracy").value, caveat=r.caveat)
        floor = max(r.baselines, key=lambda b: b.value)
        rows.append(
            [
                plain(r.model),
                plain(r.protocol),
                plain(r.leakage_label) or "unverified",
                f"**{value}**" if r.honest else value,
                *ends,
                f"{interval_kind(r)}; {_artists(r)}",
                f"{number(floor.metric, floor.value)} ({words(floor.metric)})",
                f"{r.n} segments" if r.unit == "segment" else str(r.n),
                str(r.n_folds),
                ", ".join(map(str, r.seeds)),
            ]
        )
    header = ["model", "protocol", "leakage", "accuracy", "interval", "Wilson", "over seeds"]
    header += ["interval by", "best baseline", "n", "folds", "seeds"]
    return (
        f"## Accuracy, with {100 * ordered[0].confidence:g} % intervals\n\n"
        + table(header, rows, n_text=3)
        + "\n\nn counts tracks (segments of them where it says so), never tracks times seeds. "
        "*Artist bootstrap*: artists drawn anew, a track of an unknown artist by itself; *track "
        "bootstrap*: no artist is known; *wilson by artists*: as if all tracks of an artist were "
        "right or wrong together, where none (or all) are, which no bootstrap can judge; *Wilson*: "
        "tracks drawn independently, in their effective number where seeds test different ones; "
        "*over seeds*: trained again (Student's t)." + _stand_for(ordered)
    )


def _stand_for(ordered: Sequence[ProtocolResult]) -> str:
    kinds = sorted({groups(r) for r in ordered if r.grouped_by != "artist"})
    if not kinds:
        return ""
    return f" Where artists are recognised, {' or '.join(kinds)} stand for artists in all of this."


def other_metrics(ordered: Sequence[ProtocolResult]) -> str:
    """
    Write the table of all metrics but accuracy.

    Parameters
    ----------
    ordered : sequence of ProtocolResult
        What was measured.

    Returns
    -------
    str
        Markdown.
    """
    names = list(dict.fromkeys(s.metric for r in ordered for s in r.scores))
    names.remove("accuracy")
    rows = []
    for r in ordered:
        known = {s.metric: s for s in r.scores}
        cells = []
        for name in names:
            score = known.get(name)
            if score is None:
                cells.append("-")
                continue
            text = number(name, score.value, caveat=r.caveat)
            cells.append(text if score.low is None else f"{text} ({interval(score)})")
        rows.append([plain(r.model), plain(r.protocol), *cells])
    header = ["model", "protocol", *map(words, names)]
    return "## Other metrics\n\n" + table(header, rows, n_text=2)


def per_class(r: ProtocolResult) -> str:
    """
    Write the table of the genres of one result.

    Parameters
    ----------
    r : ProtocolResult
        What was measured.

    Returns
    -------
    str
        Markdown.
    """
    rows = [
        [
            plain(c.label),
            f"{c.support:g}" if c.support == round(c.support) else f"{c.support:.1f}",
            number("recall", c.recall, caveat=r.caveat),
            "-"
            if c.recall_low is None or c.recall_high is None
            else f"{100 * c.recall_low:.1f} to {100 * c.recall_high:.1f} %",
            number("precision", c.precision, caveat=r.caveat),
            number("f1", c.f1, caveat=r.caveat),
        ]
        for c in r.per_class
    ]
    header = [classes(r), "tracks", "recall", "recall, Wilson", "precision", "F1"]
    return f"## By {classes(r)}: {plain(describe(r))}\n\n" + table(header, rows)


def _artists(r: ProtocolResult) -> str:
    if not r.n_ungrouped:
        lone = f" (or tracks of unknown {groups(r)})" if r.unit == "segment" else ""
        return f"{r.n_groups} {groups(r)}{lone}"
    if not r.n_groups:
        return f"no {r.grouped_by} is known, so that tracks were drawn"
    unknown = f"{r.n_ungrouped} tracks of unknown {groups(r)}"
    return f"{r.n_groups} {groups(r)}, and {unknown}, each drawn alone"


def _seeds(r: ProtocolResult) -> str:
    if len(r.seeds) == 1:
        return f"one seed ({r.seeds[0]})"
    ends = [number("accuracy", f(r.accuracy_by_seed), caveat=r.caveat) for f in (min, max)]
    return f"mean of {len(r.seeds)} seeds ({ends[0]} to {ends[1]})"
