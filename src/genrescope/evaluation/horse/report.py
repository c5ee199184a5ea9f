"""
The horse test in the report of a run: a section with a table and a figure, and ``horse.json``.

Public functions: `horse_section`, `horse_bars`, `points`, `difference_interval`,
`score_sentence`, `add_horse_test`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from genrescope.atomic import write_text
from genrescope.errors import MissingExtraError
from genrescope.evaluation.drawing.canvas import COLOURS, new_figure
from genrescope.evaluation.drawing.figure_set import Captioned, save_figures
from genrescope.evaluation.horse.record import HorseResult, HorseRow, to_json
from genrescope.evaluation.markdown import number, plain, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "horse.json"
_MEANING = (
    "Each change leaves the genre as it is, so an answer that follows the change does not rest on "
    "genre alone. *Difference*: accuracy after the change minus accuracy before, on the same "
    "tracks, in percentage points, with the interval of resampled artists; *same answer*: share of "
    "tracks whose answer stayed, right or wrong. The horse score is the largest difference of all, "
    "of either sign: lower is better. Being the largest of many, it lies above 0 even for a model "
    "that only wavers; and where no answer changed, an interval of no width says nothing about "
    "other tracks."
)


def horse_section(
    results: Sequence[HorseResult], *, figure_paths: Mapping[str, str] = MappingProxyType({})
) -> str:
    """
    Write the section of a report.

    Parameters
    ----------
    results : sequence of HorseResult
        The results, at least one.
    figure_paths : mapping of str to str
        Paths of figures, relative to the report, by caption.

    Returns
    -------
    str
        Markdown.
    """
    parts = ["## Horse test", _MEANING]
    for r in results:
        parts += [
            f"### {plain(r.model)}, {plain(r.protocol)}",
            _verdict(r),
            *(["\n".join(f"- Note: {plain(note)}" for note in r.notes)] if r.notes else []),
            table(
                ["change", "tracks", "before", "after", "difference", "interval", "same answer",
                 "no answer"],
                [_cells(row, r.caveat) for row in r.ordered],
            ),
        ]  # fmt: skip
    parts += [f"![{plain(name)}]({path})" for name, path in figure_paths.items()]
    return "\n\n".join(parts) + "\n"


def horse_bars(result: HorseResult) -> Figure:
    """
    Draw by how much each change moves the accuracy.

    Parameters
    ----------
    result : HorseResult
        The result.

    Returns
    -------
    Figure
        One bar a change with its interval, the worst on top; beside it the share of answers that
        stayed the same.
    """
    rows = result.ordered
    figure = new_figure(8.5, 1.5 + 0.27 * len(rows))
    axes = figure.subplots()
    for y, row in enumerate(rows):
        face, edge = (4, 1) if row.difference < 0 else (5, 0)
        style: dict[str, Any] = {"facecolor": COLOURS[face], "edgecolor": COLOURS[edge]}
        if result.caveat:
            style |= {"facecolor": "white", "hatch": "///"}
        axes.barh(y, 100 * row.difference, height=0.7, zorder=1, **style)
        if row.difference_low is not None and row.difference_high is not None:
            ends = [100 * row.difference_low, 100 * row.difference_high]
            axes.plot(ends, [y, y], color="black", linewidth=1.2, zorder=3)
        axes.text(1.01, y, f"{100 * row.agreement:.0f} %", va="center", fontsize=8,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.axvline(0, color="black", linewidth=0.8, zorder=2)
    axes.set_yticks(range(len(rows)), [row.title for row in rows], fontsize=8)
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlabel="change of the accuracy (percentage points)")
    axes.set_title("same\nanswer", loc="right", fontsize=8)
    caveat = f" ({result.caveat.upper()})" if result.caveat else ""
    title = f"{result.model}, {result.protocol}, n = {result.n}{caveat}: horse score"
    figure.suptitle(fill(f"{title} {100 * result.score:.1f} points", 70), fontsize=11)
    return figure


def points(difference: float) -> str:
    """
    Write a difference of accuracies.

    Parameters
    ----------
    difference : float
        A fraction.

    Returns
    -------
    str
        In percentage points, with its sign.

    Examples
    --------
    >>> points(-0.123), points(0.0)
    ('-12.3', '0.0')
    """
    text = f"{100 * difference:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def difference_interval(row: HorseRow) -> str:
    """
    Write the interval of a difference.

    Parameters
    ----------
    row : HorseRow
        The change.

    Returns
    -------
    str
        Ends in percentage points; ``-`` where there is none.
    """
    if row.difference_low is None or row.difference_high is None:
        return "-"
    return f"{points(row.difference_low)} to {points(row.difference_high)}"


def score_sentence(result: HorseResult) -> str:
    """
    Say the horse score of a model with what a reader needs to judge it.

    Parameters
    ----------
    result : HorseResult
        What the horse test found.

    Returns
    -------
    str
        One line; where no change moved the accuracy, it says how many answers stayed at least.
    """
    worst = result.worst
    score = f"horse score {100 * result.score:.1f} points {result.caveat}".rstrip()
    text = f"{result.model}, {result.protocol}: {score}"
    if not result.score:
        least = min(result.rows, key=lambda row: row.agreement)
        share = f"{100 * least.agreement:.0f} %"
        return f"{text}: no change moved the accuracy; {least.title} left {share} of the answers"
    return (
        f"{text} (worst change: {worst.title}; {100 * worst.accuracy_unchanged:.1f} % before, "
        f"{100 * worst.accuracy:.1f} % after, difference {difference_interval(worst)}, "
        f"n = {worst.n})"
    )


def add_horse_test(report: Path, results: Sequence[HorseResult], *, draw: bool = True) -> Path:
    """
    Write ``horse.json`` beside a report, and add the section and its figures to the report.

    Parameters
    ----------
    report : Path
        The report of the same run, as `report.write_run_report` left it.
    results : sequence of HorseResult
        The results, at least one.
    draw : bool
        Draw figures; where matplotlib is missing, there are none.

    Returns
    -------
    Path
        The file of results; `horse_record.from_json` reads it.
    """
    paths: dict[str, str] = {}
    if draw:
        try:
            paths = save_figures(
                report.parent,
                [
                    Captioned(
                        f"horse {r.model} {r.protocol}",
                        f"Horse test of {r.model}, {r.protocol}",
                        horse_bars(r),
                    )
                    for r in results
                ],
            )
        except MissingExtraError:
            # The report itself says that there are no figures, and why.
            paths = {}
    path = report.parent / NAME
    write_text(path, to_json(results))
    text = report.read_text(encoding="utf-8")
    write_text(report, f"{text}\n{horse_section(results, figure_paths=paths)}")
    return path


def _verdict(r: HorseResult) -> str:
    worst = r.worst
    genres = ", ".join(f"{label} {n}" for label, n in r.genres)
    ends = difference_interval(worst)
    interval = "" if ends == "-" else f", {100 * r.confidence:g} % interval {ends}"
    before = number("accuracy", worst.accuracy_unchanged, caveat=r.caveat)
    after = number("accuracy", worst.accuracy, caveat=r.caveat)
    return (
        f"**Horse score {100 * r.score:.1f} points {r.caveat}**".replace(" **", "**")
        + f": the worst change is *{plain(worst.title)}*, from {before} to {after}{interval}, with "
        f"{100 * worst.agreement:.1f} % of the answers the same. Heard: {r.n} test tracks of "
        f"{plain(r.dataset)} ({plain(genres)})."
    )


def _cells(row: HorseRow, caveat: str) -> list[str]:
    return [
        plain(row.title),
        str(row.n),
        number("accuracy", row.accuracy_unchanged, caveat=caveat),
        number("accuracy", row.accuracy, caveat=caveat),
        points(row.difference),
        difference_interval(row),
        f"{100 * row.agreement:.1f} %",
        str(row.n_missed),
    ]
