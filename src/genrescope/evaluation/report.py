"""
The report of a run: the honest number first, all others labelled, and how to make them again.

Its folder holds ``report.md``, ``results.json`` (`record.from_json` reads it), ``predictions.csv``
(`outcomes.read_pooled_csv`; every figure can be recomputed from it) and ``figures/*.png``. The
report is written last: where it stands, the rest is complete.

Public functions: `markdown_report`, `write_run_report`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from genrescope.atomic import write_text
from genrescope.errors import MissingExtraError, ParameterError
from genrescope.evaluation.differences import differences_of_results
from genrescope.evaluation.figure_set import example_spectrograms, figures_of_run, save_figures
from genrescope.evaluation.figures import describe
from genrescope.evaluation.flattery import Flattery, beside, flatteries
from genrescope.evaluation.markdown import interval, number, plain, table, words
from genrescope.evaluation.outcomes import TrackOutcome, write_pooled_csv
from genrescope.evaluation.papers import Paper, against_papers
from genrescope.evaluation.record import ProtocolResult, to_json
from genrescope.models.history import Epoch

if TYPE_CHECKING:
    from genrescope.training.inputs import Inputs


def markdown_report(
    results: Sequence[ProtocolResult],
    *,
    title: str,
    command: str,
    settings_digest: str,
    papers: Mapping[str, Paper] = MappingProxyType({}),
    flattered: Sequence[Flattery] = (),
    figure_paths: Mapping[str, str] = MappingProxyType({}),
    notes: Sequence[str] = (),
    differences: str = "",
) -> str:
    """
    Write the report of a run.

    Parameters
    ----------
    results : sequence of ProtocolResult
        What was measured, at least one; the honest ones are put first.
    title : str
        What the run is.
    command : str
        The command that makes the numbers again.
    settings_digest : str
        Digest of the resolved settings.
    papers : mapping of str to Paper
        What papers reported, by name of the model.
    flattered : sequence of Flattery
        What leaky protocols add to honest ones.
    figure_paths : mapping of str to str
        Paths of figures, relative to the report, by caption.
    notes : sequence of str
        What else a reader must know.
    differences : str
        The section on which differences between models are real.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    ParameterError
        If there are no results.
    """
    if not results:
        raise ParameterError("there are no results to report; was any protocol run to its end?")
    ordered = _ordered(results)
    sections = [
        f"# {plain(title)}",
        _headline(ordered, flattered),
        *(["\n".join(f"- Note: {plain(note)}" for note in notes)] if notes else []),
        _overview(ordered),
        *([differences] if differences else []),
        _other_metrics(ordered),
    ]
    if any(r.model in papers for r in ordered):
        sections.append(against_papers(ordered, papers))
    sections += [_per_class(r) for r in ordered]
    if figure_paths:
        pictures = [f"![{plain(name)}]({path})" for name, path in figure_paths.items()]
        sections.append("\n\n".join(["## Figures", *pictures]))
    sections.append(
        f"## To make these numbers again\n\n```\n{command}\n```\n\n"
        f"Resolved settings: SHA-256 `{settings_digest}`. `predictions.csv` (the answers about "
        "single tracks) and `results.json` hold every digit."
    )
    return "\n\n".join(sections) + "\n"


def write_run_report(
    folder: Path,
    results: Sequence[ProtocolResult],
    *,
    title: str,
    command: str,
    settings_digest: str,
    answers: Mapping[tuple[str, str], Sequence[TrackOutcome]] = MappingProxyType({}),
    papers: Mapping[str, Paper] = MappingProxyType({}),
    histories: Mapping[tuple[str, str], Sequence[Epoch]] = MappingProxyType({}),
    inputs: Inputs | None = None,
    notes: Sequence[str] = (),
    draw: bool = True,
) -> Path:
    """
    Write results, figures and report into a run directory, each file whole or not at all.

    Parameters
    ----------
    folder : Path
        The run directory.
    results : sequence of ProtocolResult
        What was measured, at least one.
    title : str
        What the run is.
    command : str
        The command that makes the numbers again.
    settings_digest : str
        Digest of the resolved settings.
    answers : mapping of (str, str) to sequence of TrackOutcome
        The answers about single tracks, by (model, protocol) of their result.
    papers : mapping of str to Paper
        What papers reported, by name of the model.
    histories : mapping of (str, str) to sequence of Epoch
        One training by (model, protocol) of its result.
    inputs : Inputs or None
        The data set, for example spectrograms; None draws none.
    notes : sequence of str
        What else a reader must know.
    draw : bool
        Draw figures; where matplotlib is missing, a note says so instead.

    Returns
    -------
    Path
        The report.

    Raises
    ------
    ParameterError
        If there are no results.
    UnknownNameError
        If a history belongs to no result.
    """
    paths: dict[str, str] = {}
    if draw and results:
        try:
            drawn = figures_of_run(_ordered(results), papers=papers, histories=histories)
            examples = [] if inputs is None else example_spectrograms(inputs)
            paths = save_figures(folder, (*drawn, *examples))
        except MissingExtraError as error:
            notes = (*notes, f"No figures: {error}")
    flattered = flatteries(results, answers)
    report = markdown_report(
        results,
        title=title,
        command=command,
        settings_digest=settings_digest,
        papers=papers,
        flattered=flattered,
        figure_paths=paths,
        notes=notes,
        differences=differences_of_results(results, answers),
    )
    if answers:
        labels = {(r.model, r.protocol): r.labels for r in results}
        write_pooled_csv(folder / "predictions.csv", answers, labels=labels)
    write_text(folder / "results.json", to_json(results, flattery=[asdict(f) for f in flattered]))
    write_text(folder / "report.md", report)
    return folder / "report.md"


def _ordered(results: Sequence[ProtocolResult]) -> list[ProtocolResult]:
    return sorted(results, key=lambda r: (not r.honest, bool(r.caveat)))


def _headline(ordered: Sequence[ProtocolResult], flattered: Sequence[Flattery]) -> str:
    lines = [f"- {_honest_line(r)}{beside(r, flattered)}" for r in ordered if r.honest]
    if not lines:
        return (
            "**No honest number was measured.** Every figure below is from a split that does not "
            "hold artists apart, and says little about new music."
        )
    return "What to expect of new music:\n\n" + "\n".join(lines)


def _honest_line(r: ProtocolResult) -> str:
    score = r.headline
    floor = ", ".join(f"{words(b.metric)} {number(b.metric, b.value)}" for b in r.baselines)
    whose = plain(r.leakage_label) if r.caveat else "of artists not heard in training"
    return (
        f"**{number('accuracy', score.value, caveat=r.caveat)}** of {r.n} test {r.unit}s "
        f"({whose}): {plain(r.model)} on {plain(r.dataset)}, protocol {plain(r.protocol)}. "
        f"{100 * r.confidence:g} % interval {interval(score, caveat=r.caveat)} "
        f"({score.interval_kind}); {floor}; {_seeds(r)}; {_artists(r)}."
    )


def _overview(ordered: Sequence[ProtocolResult]) -> str:
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
                f"{r.headline.interval_kind}; {_artists(r)}",
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
        "*over seeds*: trained again (Student's t)."
    )


def _other_metrics(ordered: Sequence[ProtocolResult]) -> str:
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


def _per_class(r: ProtocolResult) -> str:
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
    header = ["genre", "tracks", "recall", "recall, Wilson", "precision", "F1"]
    return f"## By genre: {plain(describe(r))}\n\n" + table(header, rows)


def _artists(r: ProtocolResult) -> str:
    if not r.n_ungrouped:
        lone = " (or tracks of unknown artists)" if r.unit == "segment" else ""
        return f"{r.n_groups} artists{lone}"
    if not r.n_groups:
        return "no artist is known, so that tracks were drawn"
    return f"{r.n_groups} artists, and {r.n_ungrouped} tracks of unknown artists, each drawn alone"


def _seeds(r: ProtocolResult) -> str:
    if len(r.seeds) == 1:
        return f"one seed ({r.seeds[0]})"
    ends = [number("accuracy", f(r.accuracy_by_seed), caveat=r.caveat) for f in (min, max)]
    return f"mean of {len(r.seeds)} seeds ({ends[0]} to {ends[1]})"
