"""
The report of a run: the honest number first, all others labelled, and how to make them again.

A run directory holds ``report.md``, ``results.json`` (`record.from_json` reads it) and
``figures/*.png``. The report is written last: where it stands, the rest is complete.

Public functions: `markdown_report`, `write_run_report`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from genrescope.atomic import write_text
from genrescope.errors import ParameterError
from genrescope.evaluation.figure_set import example_spectrograms, figures_of_run, save_figures
from genrescope.evaluation.figures import describe
from genrescope.evaluation.markdown import interval, number, plain, table
from genrescope.evaluation.record import ProtocolResult, to_json
from genrescope.models.history import Epoch

if TYPE_CHECKING:
    from genrescope.training.inputs import Inputs
    from genrescope.training.recipe import Published

_KINDS = ("artist bootstrap", "wilson", "t over seeds")


def markdown_report(
    results: Sequence[ProtocolResult],
    *,
    title: str,
    command: str,
    settings_digest: str,
    published: Mapping[str, Sequence[Published]] = MappingProxyType({}),
    figure_paths: Mapping[str, str] = MappingProxyType({}),
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
    published : mapping of str to sequence of Published
        What papers reported, by name of the model.
    figure_paths : mapping of str to str
        Paths of figures, relative to the report, by caption.

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
        _headline(ordered),
        _overview(ordered),
        _other_metrics(ordered),
    ]
    if any(published.get(r.model) for r in ordered):
        sections.append(_against_papers(ordered, published))
    sections += [_per_class(r) for r in ordered]
    if figure_paths:
        pictures = [f"![{plain(name)}]({path})" for name, path in figure_paths.items()]
        sections.append("\n\n".join(["## Figures", *pictures]))
    sections.append(
        f"## To make these numbers again\n\n```\n{command}\n```\n\n"
        f"Resolved settings: SHA-256 `{settings_digest}`. The answers about single tracks and "
        "`results.json` hold every digit."
    )
    return "\n\n".join(sections) + "\n"


def write_run_report(
    folder: Path,
    results: Sequence[ProtocolResult],
    *,
    title: str,
    command: str,
    settings_digest: str,
    published: Mapping[str, Sequence[Published]] = MappingProxyType({}),
    histories: Mapping[tuple[str, str], Sequence[Epoch]] = MappingProxyType({}),
    inputs: Inputs | None = None,
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
    published : mapping of str to sequence of Published
        What papers reported, by name of the model.
    histories : mapping of (str, str) to sequence of Epoch
        One training by (model, protocol) of its result.
    inputs : Inputs or None
        The data set, for example spectrograms; None draws none.
    draw : bool
        Draw figures; needs matplotlib.

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
    paths = {}
    if draw and results:
        drawn = figures_of_run(_ordered(results), published=published, histories=histories)
        examples = [] if inputs is None else example_spectrograms(inputs)
        paths = save_figures(folder, (*drawn, *examples))
    report = markdown_report(
        results,
        title=title,
        command=command,
        settings_digest=settings_digest,
        published=published,
        figure_paths=paths,
    )
    write_text(folder / "results.json", to_json(results))
    write_text(folder / "report.md", report)
    return folder / "report.md"


def _ordered(results: Sequence[ProtocolResult]) -> list[ProtocolResult]:
    return sorted(results, key=lambda r: (not r.honest, bool(r.caveat)))


def _headline(ordered: Sequence[ProtocolResult]) -> str:
    lines = [f"- {_honest_line(r)}" for r in ordered if r.honest]
    if not lines:
        return (
            "**No honest number was measured.** Every figure below is from a split that does not "
            "hold artists apart, and says little about new music."
        )
    return "What to expect of new music:\n\n" + "\n".join(lines)


def _honest_line(r: ProtocolResult) -> str:
    score = r.score("accuracy", _kinds(r)[0])
    floor = ", ".join(f"{_words(b.metric)} {number(b.metric, b.value)}" for b in r.baselines)
    whose = plain(r.leakage_label) if r.caveat else "of artists not heard in training"
    return (
        f"**{number('accuracy', score.value, caveat=r.caveat)}** of {r.n} test tracks ({whose}): "
        f"{plain(r.model)} on {plain(r.dataset)}, protocol {plain(r.protocol)}. "
        f"{100 * r.confidence:g} % interval {interval(score, caveat=r.caveat)} "
        f"({score.interval_kind}); {floor}; {_seeds(r)}; {r.n_groups} artists, artist unknown of "
        f"{r.n_ungrouped} tracks."
    )


def _overview(ordered: Sequence[ProtocolResult]) -> str:
    rows = []
    for r in ordered:
        known = {s.interval_kind: s for s in r.scores if s.metric == "accuracy"}
        ends = [interval(known[k], caveat=r.caveat) if k in known else "-" for k in _KINDS]
        value = number("accuracy", r.score("accuracy").value, caveat=r.caveat)
        floor = max(r.baselines, key=lambda b: b.value)
        rows.append(
            [
                plain(r.model),
                plain(r.protocol),
                plain(r.leakage_label) or "unverified",
                f"**{value}**" if r.honest else value,
                *ends,
                f"{number(floor.metric, floor.value)} ({_words(floor.metric)})",
                str(r.n),
                str(r.n_folds),
                ", ".join(map(str, r.seeds)),
            ]
        )
    header = ["model", "protocol", "leakage", "accuracy", "by artists", "Wilson", "over seeds"]
    header += ["best baseline", "n", "folds", "seeds"]
    return (
        f"## Accuracy, with {100 * ordered[0].confidence:g} % intervals\n\n"
        + table(header, rows, n_text=3)
        + "\n\nn counts tracks, never tracks times seeds. *By artists*: artists drawn anew "
        "(bootstrap); *Wilson*: tracks drawn independently; *over seeds*: the same tracks, trained "
        "again (Student's t)."
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
    header = ["model", "protocol", *map(_words, names)]
    return "## Other metrics\n\n" + table(header, rows, n_text=2)


def _against_papers(
    ordered: Sequence[ProtocolResult], published: Mapping[str, Sequence[Published]]
) -> str:
    rows = []
    for model in dict.fromkeys(r.model for r in ordered):
        for p in published.get(model, ()):
            ours = [r for r in ordered if r.model == model]
            rows.append(
                [
                    plain(model),
                    _words(p.metric),
                    plain(p.measured_on),
                    plain(p.source),
                    number(p.metric, p.value),
                    _ours(p.metric, [r for r in ours if not r.honest]),
                    _ours(p.metric, [r for r in ours if r.honest]),
                ]
            )
    header = ["model", "metric", "paper measured on", "source", "paper"]
    header += ["ours as they did it", "ours, honestly"]
    return "## Beside what papers reported\n\n" + table(header, rows, n_text=4)


def _ours(metric: str, results: Sequence[ProtocolResult]) -> str:
    cells = []
    for r in results:
        if metric in {s.metric for s in r.scores}:
            score = r.score(metric, _kinds(r)[0] if metric == "accuracy" else None)
            text = number(metric, score.value, caveat=r.caveat)
            cells.append(f"{text} ({interval(score)}, n = {r.n}, {plain(r.protocol)})")
    return "; ".join(cells) or "-"


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


def _seeds(r: ProtocolResult) -> str:
    if len(r.seeds) == 1:
        return f"one seed ({r.seeds[0]})"
    ends = [number("accuracy", f(r.accuracy_by_seed), caveat=r.caveat) for f in (min, max)]
    return f"mean of {len(r.seeds)} seeds ({ends[0]} to {ends[1]})"


def _kinds(r: ProtocolResult) -> list[str]:
    known = {s.interval_kind for s in r.scores if s.metric == "accuracy"}
    return [k for k in _KINDS if k in known]


def _words(name: str) -> str:
    words = {"macro_f1": "macro-F1", "log_loss": "log loss (nats)", "brier": "Brier score"}
    return words.get(name, name.replace("_", " "))
