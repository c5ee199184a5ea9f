"""Mersy and Lyk's related work, tried: the filters of a CNN, and what excites them and its genres.

Section 2 of the paper tells of networks that were looked into: Zeiler and Fergus drew the patterns
that filters answer to, Choi et al. made them audible. Here the first is done for the CNN of this
package that trains fastest, under its honest protocol; the second needs sound, and is the command
``genrescope explain listen``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from genrescope.evaluation import markdown
from genrescope.explain.drawing import as_picture, filter_sheet, input_sheet
from genrescope.explain.excitement import (
    Excitement,
    Range,
    StrongWindow,
    excitement,
    strongest_windows,
)
from genrescope.explain.trained import TrainedRun, open_run
from genrescope.reproduction.section import Section
from genrescope.reproduction.workbench import Workbench
from genrescope.training.segments import segmented

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAPER = "mersy2019"
TITLE = "Inside a CNN: its filters, and what excites them"

RECIPE = "joseph2024-complex-cnn"
N_FILTERS = 4
N_WINDOWS = 10


def run(bench: Workbench) -> Section:
    """
    Train a small CNN honestly and look into it.

    Parameters
    ----------
    bench : Workbench
        Where it is trained.

    Returns
    -------
    Section
        A table of genres and three sheets.
    """
    from genrescope.models.inside import Unit, first_filters

    recipe = bench.recipe(RECIPE)
    judged = bench.measure(recipe, recipe.honest)
    fold = judged.folds[0]
    network = open_run(fold.folder)
    inputs = network.checked(segmented(bench.inputs(recipe), fold.split.n_segments))
    within = Range.of(inputs.X)
    weights = first_filters(network.inside)
    order = np.argsort(-np.abs(weights).sum((1, 2, 3)), kind="stable")[:N_FILTERS]
    filters = [excitement(network, Unit("conv-1", int(i)), within) for i in order]
    genres = [excitement(network, network.genre(g), within) for g in network.manifest.labels]
    real = [strongest_windows(network, inputs, e.unit, n=N_WINDOWS, parts=("test",))
            for e in genres]  # fmt: skip
    figures = {
        f"The {len(weights)} filters of the first convolution of {RECIPE}": bench.figure(
            "mersy-filters-first-layer", filter_sheet(weights, title=f"conv-1 of {RECIPE}")
        ),
        "The inputs that excite four of them most": bench.figure(
            "mersy-filters-excited", _patches(filters, within)
        ),
        "The inputs that excite each genre most": bench.figure(
            "mersy-filters-genres", _genres(genres, within)
        ),
    }
    score = judged.result.headline
    caveat = judged.result.caveat
    accuracy = f"{markdown.number('accuracy', score.value, caveat=caveat)} ({fold.protocol}, "
    accuracy += f"{markdown.interval(score)}, n = {score.n})"
    text = "\n\n".join(
        [_introduction(bench, accuracy), _like_their_filters(filters, weights, within),
         _table(network, genres, real), _said(genres, real, network)]
    )  # fmt: skip
    return Section(TITLE, text, figures)


def _introduction(bench: Workbench, accuracy: str) -> str:
    quick = " This was a quick look at few tracks: its numbers mean nothing." if bench.quick else ""
    return (
        "Section 2 of the paper tells of networks that were looked into (Zeiler and Fergus; Choi, "
        f"Fazekas and Sandler). Here {RECIPE} is, trained under its honest protocol: accuracy "
        f"{accuracy}. An input that excites a unit most is found by gradient ascent from a seed; "
        "written as mean + deviation x z cell by cell, the root mean square of z over the cells "
        "that the unit sees is held at 1 or below, and for genres the gradient is blurred by one "
        "cell. The same for any trained network, and its maps as sound: `genrescope explain`."
        + quick
    )


def _patch(e: Excitement, within: Range, *, size: int = 13) -> np.ndarray:
    """Give the surroundings of what was changed, in deviations."""
    away = as_picture(within.deviation(e.x))
    rows, columns = (np.flatnonzero(np.abs(away).max(axis) > 0) for axis in (1, 0))
    top, left = (max(0, int(n.mean()) - size // 2) for n in (rows, columns))
    return away[top : top + size, left : left + size]


def _patches(filters: Sequence[Excitement], within: Range) -> Figure:
    pictures = {e.name: _patch(e, within) for e in filters}
    limit = max(float(np.abs(p).max()) for p in pictures.values())
    return input_sheet(pictures, title=f"in deviations from the mean (±{limit:.1f})", limit=limit)


def _genres(genres: Sequence[Excitement], within: Range) -> Figure:
    pictures = {e.name: as_picture(within.deviation(e.x)) for e in genres}
    limit = float(np.quantile(np.abs(np.stack(list(pictures.values()))), 0.998))
    title = f"in deviations from the mean; colours end at ±{limit:.1f}"
    return input_sheet(pictures, title=title, limit=limit, n_columns=5)


def _like_their_filters(filters: Sequence[Excitement], weights: np.ndarray, within: Range) -> str:
    found = []
    for e in filters:
        away = within.deviation(e.x)
        rows, columns = (np.flatnonzero(np.abs(away).max(axis) > 0) for axis in (1, 0))
        patch = away[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        found.append(float(np.corrcoef(patch.ravel(), weights[e.unit.index].ravel())[0, 1]))
    return (
        f"What excites a filter of the first layer is the filter itself: over {len(found)} filters "
        f"the correlation of the two is {min(found):.3f} at least. It is the check of the method; "
        "what it leaves apart is that cells of real inputs do not all vary alike."
    )


def _table(
    network: TrainedRun, genres: Sequence[Excitement], real: Sequence[Sequence[StrongWindow]]
) -> str:
    header = ["genre", "its input is heard as it", "of the strongest test windows, its own",
              "the strongest"]  # fmt: skip
    cells = [
        [
            e.name,
            f"{100 * e.P[e.unit.index]:.1f} %",
            f"{sum(w.label == e.name for w in windows)} of {len(windows)}",
            markdown.plain(f"{windows[0].track_id} ({windows[0].label})") if windows else "-",
        ]
        for e, windows in zip(genres, real, strict=True)
    ]
    return markdown.table(header, cells)


def _said(
    genres: Sequence[Excitement], real: Sequence[Sequence[StrongWindow]], network: TrainedRun
) -> str:
    own = sum(w.label == e.name for e, ws in zip(genres, real, strict=True) for w in ws)
    n = sum(map(len, real))
    chance = 1 / len(network.manifest.labels)
    heard = float(np.mean([e.P[e.unit.index] for e in genres]))
    return (
        f"Of the test tracks whose windows excite a genre most, {own} of {n} "
        f"({100 * own / max(n, 1):.0f} %) are of that genre, where {100 * chance:.0f} % would be "
        "by chance if all genres were equally many. The inputs that gradient ascent finds are "
        f"heard as their genre at {100 * heard:.0f} % on average, and are no music: they say what "
        "the network adds up, not what a genre is."
    )
