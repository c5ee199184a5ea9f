"""
The report of models of several labels: the honest number first, all others labelled.

Its folder holds ``report.md``, ``results.json`` (`record.from_json` reads it), ``predictions.csv``
(every figure can be recomputed from it) and ``figures/*.png``. The report is written last.

Public functions: `markdown_report`, `write_report`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from genrescope.atomic import write_text
from genrescope.errors import MissingExtraError
from genrescope.evaluation.drawing.curves import training_curves
from genrescope.evaluation.drawing.figure_set import Captioned, save_figures
from genrescope.evaluation.drawing.label_bars import label_bars
from genrescope.evaluation.markdown import interval, number, plain, table, words
from genrescope.evaluation.multilabel.outcomes import LabelOutcome, pooled
from genrescope.evaluation.multilabel.record import MultiLabelResult, to_json
from genrescope.evaluation.outcomes import write_pooled_csv
from genrescope.models.history import Epoch

Key = tuple[str, str]
READING = (
    "A track may have several genres. *Average precision* asks of one genre how far up its tracks "
    "come when all are ranked by its probability; the mean over the genres is the mAP. Who knows "
    "nothing gets the prevalence of the genre there, and half of the area under the ROC curve. "
    "*F1*, *precision* and *recall* judge the genres that were given, from the threshold on that "
    "was chosen for each on held-out tracks of the training; for F1 the constant answer is the set "
    "of genres that is best on these very test tracks. Splits are even in the first genre of each "
    "track alone."
)


def markdown_report(
    results: Sequence[MultiLabelResult],
    *,
    title: str,
    command: str,
    settings_digest: str,
    figure_paths: Mapping[str, str] = MappingProxyType({}),
    notes: Sequence[str] = (),
) -> str:
    """
    Write the report of a run.

    Parameters
    ----------
    results : sequence of MultiLabelResult
        What was measured, at least one; the honest ones are put first.
    title : str
        What the run is.
    command : str
        The command that makes the numbers again.
    settings_digest : str
        Digest of the resolved settings.
    figure_paths : mapping of str to str
        Paths of figures, relative to the report, by caption.
    notes : sequence of str
        What else a reader must know.

    Returns
    -------
    str
        Markdown.
    """
    ordered = sorted(results, key=lambda r: (not r.honest, bool(r.caveat)))
    sections = [f"# {plain(title)}", *(_headline(r) for r in ordered[:1]), READING]
    if notes:
        sections.append("\n".join(f"- Note: {plain(note)}" for note in notes))
    sections += [part for r in ordered for part in _section(r)]
    if figure_paths:
        pictures = [f"![{plain(name)}]({path})" for name, path in figure_paths.items()]
        sections.append("\n\n".join(["## Figures", *pictures]))
    sections.append(
        f"## To make these numbers again\n\n```\n{command}\n```\n\nResolved settings: SHA-256 "
        f"`{settings_digest}`. `predictions.csv` (the answers about single tracks) and "
        "`results.json` hold every digit."
    )
    return "\n\n".join(sections) + "\n"


def write_report(
    folder: Path,
    results: Sequence[MultiLabelResult],
    *,
    title: str,
    command: str,
    settings_digest: str,
    answers: Mapping[Key, Sequence[LabelOutcome]] = MappingProxyType({}),
    histories: Mapping[Key, Sequence[Epoch]] = MappingProxyType({}),
    notes: Sequence[str] = (),
) -> Path:
    """
    Write results, figures and report into a folder, each file whole or not at all.

    Parameters
    ----------
    folder : Path
        The folder.
    results : sequence of MultiLabelResult
        What was measured, at least one.
    title, command, settings_digest : str
        As `markdown_report` takes them.
    answers : mapping of (str, str) to sequence of LabelOutcome
        The answers about single tracks, by model and protocol.
    histories : mapping of (str, str) to sequence of Epoch
        One training by model and protocol.
    notes : sequence of str
        What else a reader must know.

    Returns
    -------
    Path
        The report.
    """
    paths: dict[str, str] = {}
    try:
        paths = save_figures(folder, _figures(results, histories))
    except MissingExtraError as error:
        notes = (*notes, f"No figures: {error}")
    text = markdown_report(
        results,
        title=title,
        command=command,
        settings_digest=settings_digest,
        figure_paths=paths,
        notes=notes,
    )
    if answers:
        rows = {key: pooled(found) for key, found in answers.items()}
        labels = {(r.model, r.protocol): r.labels for r in results}
        write_pooled_csv(folder / "predictions.csv", rows, labels=labels)
    write_text(folder / "results.json", to_json(results))
    write_text(folder / "report.md", text)
    return folder / "report.md"


def _headline(r: MultiLabelResult) -> str:
    score, floor = r.headline, r.baseline(r.headline.metric)
    ends = interval(score, caveat=r.caveat)
    between = "no interval" if ends == "-" else f"{100 * r.confidence:g} % interval {ends}"
    beside = "" if floor is None else f"; a constant gets {number(floor.metric, floor.value)}"
    return (
        f"**{plain(r.model)}: mAP {number(score.metric, score.value, caveat=r.caveat)}** "
        f"({between}{beside}; "
        f"{_measured_on(r)})."
    )


def _measured_on(r: MultiLabelResult) -> str:
    seeds = f", {len(r.seeds)} seeds" if len(r.seeds) > 1 else ""
    whose = f"{r.n_groups} artists" + (f", {r.n_ungrouped} unknown" if r.n_ungrouped else "")
    return (
        f"{r.protocol}, n = {r.n} {r.unit}s of {whose}, {r.n_folds} fold(s){seeds}; "
        f"{plain(r.dataset)}; {plain(r.leakage_label)}"
    )


def _section(r: MultiLabelResult) -> list[str]:
    rows = []
    for score in r.scores:
        floor = r.baseline(score.metric)
        rows.append(
            [
                words(score.metric),
                number(score.metric, score.value, caveat=r.caveat),
                interval(score, caveat=r.caveat),
                "-" if floor is None else number(floor.metric, floor.value),
            ]
        )
    kinds = sorted({s.interval_kind for s in r.scores} - {"none"})
    head = ["metric", "value", f"{100 * r.confidence:g} % interval", "a constant gets"]
    return [
        f"## {plain(r.model)}, {plain(r.protocol)}{f' ({r.caveat})' if r.caveat else ''}",
        f"{_measured_on(r)}. Intervals: {' and '.join(kinds) or 'none'}.",
        table(head, rows),
        _by_label(r),
    ]


def _by_label(r: MultiLabelResult) -> str:
    head = ["genre", "n", "prevalence", "average precision", "interval", "ROC-AUC", "precision",
            "recall", "F1"]  # fmt: skip
    rows = []
    for row in r.per_label:
        low, high = row.low, row.high
        between = "-" if low is None or high is None else f"{100 * low:.1f} to {100 * high:.1f} %"
        rest = (row.roc_auc, row.precision, row.recall, row.f1)
        rows.append(
            [
                plain(row.label),
                f"{row.support:g}",
                number("prevalence", row.prevalence),
                number("average_precision", row.average_precision, caveat=r.caveat),
                between,
                *(number("f1", value, caveat=r.caveat) for value in rest),
            ]
        )
    return table(head, rows)


def _figures(
    results: Sequence[MultiLabelResult], histories: Mapping[Key, Sequence[Epoch]]
) -> list[Captioned]:
    found = []
    for r in results:
        name = f"{r.model}, {r.protocol}, n = {r.n}{f' ({r.caveat})' if r.caveat else ''}"
        caption = f"Average precision of each genre: {name}"
        found.append(Captioned(f"labels {r.model} {r.protocol}", caption, label_bars(r)))
        history = histories.get((r.model, r.protocol))
        if history:
            title = f"{name}; accuracy is the mAP"
            drawn = training_curves(history, title=title)
            found.append(Captioned(f"curves {r.model} {r.protocol}", f"Training of {title}", drawn))
    return found
