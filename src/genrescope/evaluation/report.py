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
from genrescope.evaluation.comparison.differences import differences_of_results
from genrescope.evaluation.drawing.figure_set import figures_beside, figures_of_run, save_figures
from genrescope.evaluation.flattery import Flattery, flatteries
from genrescope.evaluation.markdown import plain
from genrescope.evaluation.outcomes import TrackOutcome, write_pooled_csv
from genrescope.evaluation.papers import Paper, against_papers
from genrescope.evaluation.record import ProtocolResult, to_json
from genrescope.evaluation.report_sections import headline, other_metrics, overview, per_class
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
        headline(ordered, flattered),
        *(["\n".join(f"- Note: {plain(note)}" for note in notes)] if notes else []),
        overview(ordered),
        *([differences] if differences else []),
        other_metrics(ordered),
    ]
    if any(r.model in papers for r in ordered):
        sections.append(against_papers(ordered, papers))
    sections += [per_class(r) for r in ordered]
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
            beside = figures_beside(_ordered(results), answers, inputs)
            paths = save_figures(folder, (*drawn, *beside))
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
