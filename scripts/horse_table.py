"""Print the tables of docs/horse.md from what ``genrescope evaluate --horse`` wrote.

Usage: python scripts/horse_table.py REPORT_FOLDER/horse.json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from genrescope.evaluation.horse.record import HorseResult, from_json
from genrescope.evaluation.horse.report import difference_interval, points
from genrescope.evaluation.markdown import table


def main() -> None:
    """Print the scores of the models, then every change with every model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="horse.json of a report folder")
    results = from_json(parser.parse_args().path.read_text(encoding="utf-8"))
    print(scores(results))
    print()
    print(by_change(results))


def scores(results: tuple[HorseResult, ...]) -> str:
    """Give a row a model: its score, and its worst change with the figures behind it."""
    rows = []
    for r in results:
        worst = r.worst
        rows.append(
            [
                r.model,
                worst.title,
                f"**{100 * r.score:.1f}** {r.caveat}".rstrip(),
                f"{100 * worst.accuracy_unchanged:.1f} %",
                f"{100 * worst.accuracy:.1f} %",
                difference_interval(worst),
                f"{100 * worst.agreement:.1f} %",
                str(r.n),
            ]
        )
    header = ["model", "worst change", "horse score", "before", "after", "difference, 95 %",
              "same answer", "n"]  # fmt: skip
    return table(header, rows, n_text=2)


def by_change(results: tuple[HorseResult, ...]) -> str:
    """Give a row a change: of each model the difference in points, and the same answers."""
    rows = []
    for i, row in enumerate(results[0].rows):
        found = [r.rows[i] for r in results]
        assert all(other.change == row.change for other in found)
        cells = [f"{points(other.difference)} ({100 * other.agreement:.0f} %)" for other in found]
        rows.append([row.title, *cells])
    return table(["change", *(r.model for r in results)], rows)


if __name__ == "__main__":
    main()
