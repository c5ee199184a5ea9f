"""Poltronieri: the tables of MFCC settings and of architectures, beside ours, leaky and honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.evaluation import markdown
from genrescope.evaluation.drawing.dots import Dot, compared_dots
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.scoring import Score
from genrescope.reproduction.section import Section
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe import Recipe
from genrescope.training.recipe_files import recipe_names

PAPER = "poltronieri"
TITLE = "Ten settings of MFCC, and fifteen networks and features"

GRID = {"CNN": "poltronieri-cnn-mfcc", "LSTM": "poltronieri-lstm-mfcc"}
ARCHITECTURES = ("poltronieri-cnn", "poltronieri-lstm", "poltronieri-features")


@dataclass(frozen=True)
class Row:
    """
    One row of a table, measured.

    Attributes
    ----------
    recipe : Recipe
        What was trained.
    theirs, honest : ProtocolResult
        Under the protocol of the report, and under the honest one.
    """

    recipe: Recipe
    theirs: ProtocolResult
    honest: ProtocolResult

    @property
    def published(self) -> float | None:
        """
        The figure of the report.

        Returns
        -------
        float or None
            None where it has none, or for other data.
        """
        return next((p.value for p in self.recipe.comparable), None)


def run(bench: Workbench) -> Section:
    """
    Measure all rows and set them beside the report.

    Parameters
    ----------
    bench : Workbench
        Where they are trained; rows that were measured before are read back.

    Returns
    -------
    Section
        Two tables and three figures.
    """
    settings = _rows(GRID["CNN"])
    # A setting's inputs serve both networks: they are computed once.
    pairs = [{kind: _measured(bench, f"{file}.{row}") for kind, file in GRID.items()}
             for row in settings]  # fmt: skip
    grid = {kind: [pair[kind] for pair in pairs] for kind in GRID}
    others = [_measured(bench, f"{file}.{row}") for file in ARCHITECTURES for row in _rows(file)]
    figures = {
        f"{kind}: ten settings of MFCC": bench.figure(
            f"poltronieri-grid-{kind}",
            compared_dots(
                [_setting(row.recipe) for row in rows],
                _series(rows),
                title=f"{kind} on MFCC: n_fft, hop_length, coefficients",
            ),
        )
        for kind, rows in grid.items()
    }
    figures["Architectures and other features"] = bench.figure(
        "poltronieri-architectures",
        compared_dots(
            [row.recipe.title for row in others], _series(others), title="Architectures on MFCC"
        ),
    )
    parts = [_introduction(bench), _grid_table(grid), *(_said(k, rows) for k, rows in grid.items())]
    return Section(TITLE, "\n\n".join([*parts, _table_of_others(others)]), figures)


def _rows(file: str) -> list[str]:
    return [n.removeprefix(f"{file}.") for n in recipe_names() if n.startswith(f"{file}.")]


def _measured(bench: Workbench, name: str) -> Row:
    recipe = bench.recipe(name)
    theirs, honest = (bench.measure(recipe, p).result for p in (recipe.protocol, recipe.honest))
    return Row(recipe, theirs, honest)


def _setting(recipe: Recipe) -> str:
    return ", ".join(_numbers(recipe))


def _numbers(recipe: Recipe) -> list[str]:
    front_end, n_mfcc = recipe.front_end, recipe.features.settings["n_mfcc"]
    return [str(n) for n in (front_end.n_fft, front_end.hop_length, n_mfcc)]


def _introduction(bench: Workbench) -> str:
    words = (
        "The report cuts each half-minute of GTZAN into ten segments and divides the segments at "
        "random, so that nearly every test segment has neighbours from its own recording in "
        "training: those figures, and ours made in the same way, are leaky. Beside them stands the "
        "same recipe under the honest protocol, judged by track. Where the report has a slash, or "
        "for data it did not use, its column is empty. Intervals are of 95 %."
    )
    quick = " This was a quick look at few tracks for one epoch: its numbers mean nothing."
    return words + (quick if bench.quick else "")


def _cells(row: Row) -> list[str]:
    """Give what the report says, ours in its way, and ours honestly, with intervals and n."""
    published = markdown.number("accuracy", row.published)
    return [published, _cell(row.theirs), _cell(row.honest)]


def _cell(result: ProtocolResult) -> str:
    score = result.headline
    value = markdown.number("accuracy", score.value, caveat=result.caveat)
    return f"{value} ({markdown.interval(score)}; n = {score.n})"


def _grid_table(grid: dict[str, list[Row]]) -> str:
    columns = ("the report (leaky)", "ours, segments", "ours, honest")
    header = ["n_fft", "hop_length", "n_mfcc", *(f"{k}, {c}" for k in grid for c in columns)]
    cells = [
        [*_numbers(pair[0].recipe), *(cell for row in pair for cell in _cells(row))]
        for pair in zip(*grid.values(), strict=True)
    ]
    return markdown.table(header, cells, n_text=0)


def _table_of_others(rows: Sequence[Row]) -> str:
    header = ["network", "the report, best result (leaky)", "ours, segments", "ours, honest"]
    cells = [[markdown.plain(row.recipe.title), *_cells(row)] for row in rows]
    return markdown.table(header, cells)


def _said(kind: str, rows: Sequence[Row]) -> str:
    """Say how far the settings lie apart, and how much the leak is worth."""
    theirs = [row.theirs.headline.value for row in rows]
    gaps = [row.theirs.headline.value - row.honest.headline.value for row in rows]
    gap = sum(gaps) / len(gaps)
    best = max(rows, key=lambda row: row.theirs.headline.value)
    known = [row.published for row in rows if row.published is not None]
    reported = f" (in the report from {_percent(min(known))} to {_percent(max(known))})"
    return (
        f"{kind}: over the {len(rows)} settings, accuracy on segments goes from "
        f"{_percent(min(theirs))} to {_percent(max(theirs))} leaky{reported if known else ''}, "
        f"best at {_setting(best.recipe)}. It lies {100 * gap:.1f} points above the "
        "honest accuracy by track on average, although a track has ten segments to be heard by."
    )


def _percent(value: float) -> str:
    return markdown.number("accuracy", value)


def _series(rows: Sequence[Row]) -> dict[str, list[Dot | None]]:
    published = [None if row.published is None else Dot(row.published) for row in rows]
    caveat = rows[0].theirs.caveat
    return {
        "the report (leaky)": published,
        f"ours, segments ({caveat})": [_dot(row.theirs.headline) for row in rows],
        "ours, honest": [_dot(row.honest.headline) for row in rows],
    }


def _dot(score: Score) -> Dot:
    return Dot(score.value, score.low, score.high)
