"""Rewrite the tables of docs/protocols.md; `make honest-table` measures the figures first.

    python scripts/leaky_against_honest.py RUNS MODEL...

RUNS is where each model was evaluated under each protocol by itself (``RUNS/model/protocol`` holds
``results.json`` and ``predictions.csv``); what was not measured yet stays open in the table. The
table of protocols is written from their modules.
"""

from __future__ import annotations

import sys
from pathlib import Path

from genrescope.evaluation.flattery import Flattery, flatteries
from genrescope.evaluation.markdown import plain, table
from genrescope.evaluation.outcomes import TrackOutcome, read_pooled_csv
from genrescope.evaluation.plan import report_folder
from genrescope.evaluation.record import ProtocolResult, from_json
from genrescope.splits.split import registry

DOCUMENT = Path(__file__).parent.parent / "docs" / "protocols.md"
PROTOCOLS = (
    *("artist-grouped", "sturm-3fold", "fault-filtered-strict"),
    *("fault-filtered", "random", "segments"),
)
Answers = dict[tuple[str, str], list[TrackOutcome]]


def main() -> None:
    """Run the command line."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    runs, models = Path(sys.argv[1]), sys.argv[2:]
    results, answers = measured(runs, models)
    if not results:
        sys.exit(f"{runs} holds no results of {', '.join(models)}: run `make honest-table`")
    text = DOCUMENT.read_text(encoding="utf-8")
    text = replaced(text, "protocols", protocol_table())
    text = replaced(text, "leaky against honest", accuracy_table(results, models))
    text = replaced(text, "flattery", flattery_table(flatteries(results, answers), models))
    DOCUMENT.write_text(text, encoding="utf-8")


def measured(runs: Path, models: list[str]) -> tuple[list[ProtocolResult], Answers]:
    """Read what was measured, honest protocols first, and the answers about single tracks."""
    results: list[ProtocolResult] = []
    answers: Answers = {}
    for model in models:
        for protocol in PROTOCOLS:
            folder = report_folder(runs, [model], [protocol])
            if (folder / "results.json").is_file():
                results += from_json((folder / "results.json").read_text(encoding="utf-8"))
                pooled = read_pooled_csv(folder / "predictions.csv")
                answers |= {key: found for key, (_, found) in pooled.items()}
    return results, answers


def protocol_table() -> str:
    """Give the protocols and what their modules say, as Markdown."""
    rows = []
    for name in registry().names():
        module = registry().module(name)
        honest = "yes" if module.HONEST else "where nothing is found to cross"
        texts = (module.DESCRIPTION, honest, module.SOURCE, module.LICENCE)
        rows.append([f"`{name}`", *map(plain, texts)])
    return table(["protocol", "what it does", "honest", "source", "licence"], rows, n_text=5)


def accuracy_table(results: list[ProtocolResult], models: list[str]) -> str:
    """Give accuracies by protocol and model, as Markdown."""
    rows = []
    for protocol in PROTOCOLS:
        own = {r.model: r for r in results if r.protocol == protocol}
        if not own:
            continue
        one = next(iter(own.values()))
        assert {r.leakage_label for r in own.values()} == {one.leakage_label}, protocol
        cut = f"; {one.dataset.partition(', ')[2]}" if one.unit == "segment" else ""
        n = f"{one.n} {one.unit}s{cut}, {one.n_groups} artists"
        cells = [cell(own[model]) if model in own else "not measured" for model in models]
        rows.append([f"`{protocol}`", plain(one.leakage_label), n, *cells])
    return table(["protocol", "leakage", "n", *(f"`{m}`" for m in models)], rows, n_text=3)


def flattery_table(found: list[Flattery], models: list[str]) -> str:
    """Give what leaky protocols add to honest ones, as Markdown."""
    pairs = list(dict.fromkeys((f.leaky_protocol, f.honest_protocol) for f in found))
    known = {(f.model, f.leaky_protocol, f.honest_protocol): f for f in found}
    rows = [
        [f"`{leaky}` over `{honest}`", *(points(known.get((m, leaky, honest))) for m in models)]
        for leaky, honest in pairs
    ]
    return table(["points of accuracy", *(f"`{m}`" for m in models)], rows)


def cell(result: ProtocolResult) -> str:
    """Give an accuracy with its interval."""
    score = result.headline
    ends = f"({100 * (score.low or 0):.1f} to {100 * (score.high or 0):.1f})"
    return " ".join(filter(None, (f"{100 * score.value:.1f} %", result.caveat, ends)))


def points(flattery: Flattery | None) -> str:
    """Give a difference with its interval."""
    if flattery is None or flattery.low is None or flattery.high is None:
        return "not measured"
    ends = f"({100 * flattery.low:+.1f} to {100 * flattery.high:+.1f})"
    return f"{100 * flattery.difference:+.1f} {ends}"


def replaced(text: str, name: str, content: str) -> str:
    """Put content between the marks of a table."""
    start, end = f"<!-- table: {name} -->", "<!-- end -->"
    before, rest = text.split(start, 1)
    _, after = rest.split(end, 1)
    return f"{before}{start}\n{content}\n{end}{after}"


if __name__ == "__main__":
    main()
