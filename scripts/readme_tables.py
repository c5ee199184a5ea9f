"""Rewrite the tables of README.md from measured results; `make tables` measures them first.

    python scripts/readme_tables.py RUNS MODEL...

RUNS is where these models were evaluated together under each protocol (its ``reports`` hold the
``results.json``); the figures of the default model are those in its bundle.
"""

from __future__ import annotations

import sys
from pathlib import Path

from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.evaluation.plan import report_folder
from genrescope.evaluation.record import ProtocolResult, from_json
from genrescope.training.recipe_files import load_recipe

README = Path(__file__).parent.parent / "README.md"
PROTOCOLS = ("random", "fault-filtered-strict", "sturm-3fold")


def main() -> None:
    """Run the command line."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    runs, models = Path(sys.argv[1]), sys.argv[2:]
    paths = [report_folder(runs, models, [p]) / "results.json" for p in PROTOCOLS]
    results = [r for path in paths for r in from_json(path.read_text(encoding="utf-8"))]
    text = README.read_text(encoding="utf-8")
    text = replaced(text, "default", default_table())
    text = replaced(text, "joseph2024", paper_table(results))
    README.write_text(text, encoding="utf-8")


def default_table() -> str:
    """Give the figures of the default model as Markdown."""
    rows = []
    for figure in read_manifest(find_bundle("default")).evaluation:
        rows.append(
            [
                figure["protocol"],
                f"{100 * figure['value']:.1f} % {'leaky' if figure['leakage'] else ''}".strip(),
                f"{100 * figure['low']:.1f} to {100 * figure['high']:.1f}",
                str(figure["n"]),
                f"{100 * figure['macro_f1']:.1f} %",
                "; ".join(filter(None, (figure["leakage"] or "none found", figure.get("remark")))),
            ]
        )
    return table(
        ["protocol", "accuracy", "95 % interval (artists)", "n", "macro F1", "leakage"], rows
    )


def paper_table(results: list[ProtocolResult]) -> str:
    """Give the models of the paper, its figures and ours, as Markdown."""
    rows = []
    for name in dict.fromkeys(r.model for r in results):
        recipe = load_recipe(name)
        own = {r.protocol.replace("_", "-"): r for r in results if r.model == name}
        count = "" if recipe.n_parameters is None else f"{recipe.n_parameters:,}"
        paper = f"{100 * recipe.published[0].value:.1f} % leaky"
        rows.append([f"`{name}`", count, paper, *(cell(own[p]) for p in PROTOCOLS)])
    heads = [heading(next(r for r in results if r.protocol.replace("_", "-") == p), p)
             for p in PROTOCOLS]  # fmt: skip
    return table(["recipe", "parameters", "paper (n = 200)", *heads], rows)


def heading(result: ProtocolResult, protocol: str) -> str:
    """Say what a column was measured on."""
    n_seeds = len(result.seeds)
    seeds = f"{n_seeds} seeds" if n_seeds > 1 else "1 seed"
    return f"{protocol}, {seeds}, n = {result.n}"


def cell(result: ProtocolResult) -> str:
    """Give an accuracy with its interval."""
    score = result.headline
    low, high = 100 * (score.low or 0.0), 100 * (score.high or 0.0)
    return f"{100 * score.value:.1f} % {result.caveat} ({low:.1f} to {high:.1f})".replace("  ", " ")


def table(head: list[str], rows: list[list[str]]) -> str:
    """Give a table as Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def replaced(text: str, name: str, content: str) -> str:
    """Put content between the marks of a table."""
    start, end = f"<!-- table: {name} -->", "<!-- end -->"
    before, rest = text.split(start, 1)
    _, after = rest.split(end, 1)
    return f"{before}{start}\n{content}\n{end}{after}"


if __name__ == "__main__":
    main()
