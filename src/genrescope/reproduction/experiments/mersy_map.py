"""Mersy and Lyk's wish: the distances of all genres, each pair told apart by the same network.

Each pair is learned on pieces of about two seconds, eight a track, and judged honestly: whole
artists are held out, and a track is judged by the mean over its pieces. What a pair is told apart
by is its distance: 50 % is none. On the log-mels of all ten genres where they are at hand, else on
sound.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from genrescope.evaluation import markdown
from genrescope.evaluation.fold_training import decisive
from genrescope.evaluation.scoring import Score
from genrescope.features.feature_sets import FeatureChoice
from genrescope.metrics.average_linkage import average_linkage, leaves
from genrescope.metrics.rank_correlation import table_correlation
from genrescope.metrics.seriation import similarity
from genrescope.reproduction.at_hand import is_here
from genrescope.reproduction.genre_map import genre_map
from genrescope.reproduction.section import Section
from genrescope.reproduction.workbench import Workbench
from genrescope.seeding import rng_for
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Choice, Recipe
from genrescope.training.segments import segmented
from genrescope.training.selection import Selection

PAPER = "mersy2019"
TITLE = "A map of the distances between all genres"

SEEDS = (0, 1, 2)
HONEST = Choice("artist-grouped", {"test_fraction": 0.3})
N_PIECES = 15
"""Pieces that a half-minute is cut into, of which every other one is taken: 8 a track."""
PICTURE = {"height": 64, "width": 25, "mean": -42.88, "std": 15.50}
N_FILTERS = 32
EPOCHS_OF_TEN = 4
N_QUICK = 5
CLAIMS = {
    ("classical", "hiphop"): "distinct",
    ("jazz", "metal"): "distinct",
    ("hiphop", "pop"): "similar",
    ("country", "rock"): "similar",
}
"""What the paper says of its four pairs."""


def run(bench: Workbench) -> Section:
    """
    Measure all pairs, and one network for all genres beside them.

    Parameters
    ----------
    bench : Workbench
        Where they are trained; what was measured before is read back.

    Returns
    -------
    Section
        The map with its dendrogram, a table of all pairs, and what follows from them.
    """
    recipe = _recipe(bench)
    inputs = _pieces(bench.inputs(recipe))
    labels = sorted({track.label for track in inputs.tracks})
    labels = labels[:N_QUICK] if bench.quick else labels
    found = {pair: _told_apart(bench, recipe, inputs, pair)
             for pair in itertools.combinations(labels, 2)}  # fmt: skip
    D = np.zeros((len(labels), len(labels)))
    for (a, b), score in found.items():
        i, j = labels.index(a), labels.index(b)
        D[i, j] = D[j, i] = max(0.0, score.value - 0.5)
    joints = average_linkage(D)
    figure = genre_map(
        D + 0.5, joints, labels, title="Accuracy with which two genres are told apart"
    )
    order = [labels[i] for i in leaves(joints)]
    confusion = _confusion(bench, recipe, inputs, labels)
    agreement = table_correlation(D, similarity(np.array(confusion)), rng_for(0, "mersy map"))
    parts = [
        _introduction(bench, inputs, recipe, len(found)),
        _pairs_table(found),
        _said_of_claims(found),
        f"Along the dendrogram, genres that are told apart least stand together: "
        f"{', '.join(map(markdown.plain, order))}.",
        _said_of_confusion(*agreement, len(found)),
    ]
    return Section(TITLE, "\n\n".join(parts), {TITLE: bench.figure("mersy-map", figure)})


def _recipe(bench: Workbench) -> Recipe:
    """Give the paper's recipe for any pair, on pieces of log-mels where those of all are here."""
    recipe = bench.recipe(f"{PAPER}.rock-country")
    changes: dict[str, Any] = {
        "name": f"{PAPER}-map",
        "selection": Selection(at_most=recipe.selection.at_most),
        "honest": HONEST,
    }
    n_filters = min(N_FILTERS, recipe.model.settings["n_filters"])
    # So few steps leave the running statistics of Keras' batch norm near where they began.
    model = {**recipe.model.settings, "n_filters": n_filters, "norm_momentum": 0.1}
    changes["model"] = Choice(recipe.model.name, model)
    data = next((given.dataset for given in recipe.stand_in if is_here(given.dataset)), None)
    if data is not None:
        features = FeatureChoice.from_dict({"name": "mel-picture", **PICTURE})
        changes |= {"dataset": data, "features": features}
    return dataclasses.replace(recipe, **changes)


def _pieces(inputs: Inputs) -> Inputs:
    """Take every other piece of two seconds, as windows of their track; whole log-mels are cut."""
    if len(inputs.X) > len(inputs.tracks):
        return _every_other(inputs)
    cut = segmented(inputs, N_PIECES)

    def logmels(track_id: str) -> list[np.ndarray]:
        numbers = range(1, N_PIECES + 1)
        return [S for number in numbers for S in cut.logmels(f"{track_id}#{number}")]

    return _every_other(
        dataclasses.replace(
            cut,
            tracks=inputs.tracks,
            track_of_window=cut.track_of_window // N_PIECES,
            logmels=logmels,
            n_segments=1,
        )
    )


def _every_other(inputs: Inputs) -> Inputs:
    sizes = np.bincount(inputs.track_of_window, minlength=len(inputs.tracks))
    number = np.arange(len(inputs.X)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept = number % 2 == 0
    return dataclasses.replace(
        inputs,
        X=inputs.X[kept],
        track_of_window=inputs.track_of_window[kept],
        logmels=lambda track_id: list(inputs.logmels(track_id))[::2],
    )


def _of_labels(inputs: Inputs, labels: Sequence[str]) -> Inputs:
    chosen = [i for i, track in enumerate(inputs.tracks) if track.label in labels]
    rows = np.flatnonzero(np.isin(inputs.track_of_window, chosen))
    return dataclasses.replace(
        inputs,
        tracks=tuple(inputs.tracks[i] for i in chosen),
        X=inputs.X[rows],
        track_of_window=np.searchsorted(chosen, inputs.track_of_window[rows]),
    )


def _told_apart(bench: Workbench, recipe: Recipe, inputs: Inputs, pair: tuple[str, str]) -> Score:
    recipe = dataclasses.replace(recipe, name=f"{recipe.name}.{'-'.join(pair)}")

    def measured() -> dict[str, Any]:
        mine = _of_labels(inputs, pair)
        judged = bench.measure(recipe, recipe.honest, seeds=_seeds(bench), inputs=mine)
        return dataclasses.asdict(judged.result.headline)

    settings = {**decisive(recipe, inputs), "seeds": _seeds(bench)}
    return Score(**bench.kept(recipe.name, settings, measured))


def _confusion(
    bench: Workbench, recipe: Recipe, inputs: Inputs, labels: Sequence[str]
) -> list[list[float]]:
    """Give the confusions of one network for all genres, on the same pieces."""
    recipe = dataclasses.replace(
        recipe,
        name=f"{recipe.name}.all",
        training={**recipe.training, "epochs": 1 if bench.quick else EPOCHS_OF_TEN},
    )

    def measured() -> list[list[float]]:
        mine = _of_labels(inputs, labels)
        judged = bench.measure(recipe, recipe.honest, seeds=_seeds(bench), inputs=mine)
        return [list(row) for row in judged.result.confusion]

    settings = {**decisive(recipe, inputs), "seeds": _seeds(bench)}
    kept: list[list[float]] = bench.kept(recipe.name, settings, measured)
    return kept


def _seeds(bench: Workbench) -> list[int]:
    return list(SEEDS[:1] if bench.quick else SEEDS)


def _introduction(bench: Workbench, inputs: Inputs, recipe: Recipe, n_pairs: int) -> str:
    frames = inputs.front_end.n_frames(inputs.windows.length)
    width_s = frames * inputs.front_end.hop_length / inputs.front_end.sr
    words = (
        f"All {n_pairs} pairs of the genres of {recipe.dataset.name} ({inputs.content}), each by "
        f"the network of the paper with {recipe.model.settings['n_filters']} filters a "
        f"convolution, two epochs, {len(_seeds(bench))} seed(s): every other of the pieces of "
        f"{width_s:.1f} s ({frames} columns at a hop of {inputs.front_end.hop_length}) of each "
        "track is learned. Whole artists are held out, 30 % of the tracks a seed, and a track is "
        "judged by the mean over its pieces; 50 % is what guessing gives. Intervals are of 95 %, "
        "over artists."
    )
    quick = f" This was a quick look at {N_QUICK} genres: its numbers mean nothing."
    return words + (quick if bench.quick else "")


def _pairs_table(found: dict[tuple[str, str], Score]) -> str:
    rows = [
        [markdown.plain(f"{a} and {b}"), markdown.number("accuracy", score.value),
         markdown.interval(score), str(score.n), CLAIMS.get((a, b), "")]
        for (a, b), score in sorted(found.items(), key=lambda item: -item[1].value)
    ]  # fmt: skip
    return markdown.table(["pair", "accuracy", "95 % interval", "n tracks", "the paper says"], rows)


def _said_of_claims(found: dict[tuple[str, str], Score]) -> str:
    order = sorted(found, key=lambda pair: -found[pair].value)
    lines = [
        f"- {markdown.plain(' and '.join(pair))}, {says} by the paper: place "
        f"{order.index(pair) + 1} of {len(order)} from the most distinct "
        f"({markdown.number('accuracy', found[pair].value)}; {markdown.interval(found[pair])})."
        for pair, says in CLAIMS.items()
        if pair in found
    ]
    return "\n".join(lines) or "None of the pairs of the paper is among these."


def _said_of_confusion(rho: float, p: float, n_pairs: int) -> str:
    words = (
        "Beside them, one network for all genres learned the same pieces for "
        f"{EPOCHS_OF_TEN} epochs, with the same artists held out. How often it takes two genres "
        "for each other is compared with their distance here: "
    )
    if np.isnan(rho):
        return f"{words}all {n_pairs} pairs are alike in one of the two, which has no correlation."
    return (
        f"{words}Spearman's correlation over the {n_pairs} pairs is {rho:.2f} (p = {p:.4f} by "
        "Mantel's test, which exchanges genres; negative where near genres are confused more)."
    )
