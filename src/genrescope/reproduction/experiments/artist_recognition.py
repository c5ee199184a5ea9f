"""Artists recognised: CNN, LSTM and CRNN, by windows and by songs, titles held apart and not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genrescope.evaluation import markdown
from genrescope.evaluation.drawing.dots import Dot, compared_dots
from genrescope.evaluation.fold_training import decisive
from genrescope.evaluation.group_words import groups
from genrescope.evaluation.judged import Judged
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.results import summarise
from genrescope.evaluation.scoring import Score
from genrescope.prediction.predictor import Predictor
from genrescope.reproduction.section import Section
from genrescope.reproduction.workbench import NotMeasuredError, Workbench
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Choice, Recipe
from genrescope.training.recipe_files import recipe_names

PAPER = "poltronieri"
TITLE = "Artists: by windows and by songs, and what a random split adds"

NETWORKS = ("poltronieri-artist20.cnn", "poltronieri-artist20.lstm")
LENGTHS = "nasrullah-zhao2019"
HEADER = (
    *("network", "protocol", "accuracy, songs", "macro-F1, songs", "macro-F1, windows"),
    *("weighted F1, songs", "weighted F1, windows", "majority", "songs", "windows"),
)


@dataclass(frozen=True)
class Row:
    """
    A network under one protocol.

    Attributes
    ----------
    recipe : Recipe
        What was trained.
    songs : ProtocolResult
        By songs: the mean over windows.
    windows : mapping of str to Score
        By windows alone ("frame level"), by metric.
    weighted_f1_of_windows : float
        Of windows, each artist by the number of its windows: what the paper of the CRNN gives.
    """

    recipe: Recipe
    songs: ProtocolResult
    windows: Mapping[str, Score]
    weighted_f1_of_windows: float


def run(bench: Workbench) -> Section:
    """
    Measure the networks on artists.

    Parameters
    ----------
    bench : Workbench
        Where they are trained; what was measured before is read back.

    Returns
    -------
    Section
        Two tables and a figure.
    """
    networks = []
    for name in NETWORKS:
        recipe = bench.recipe(name)
        for protocol in (recipe.honest, _by_song(recipe.honest)):
            networks.append(_measured(bench, recipe, protocol))
    lengths, missing = _of_lengths(bench)
    figure = compared_dots(
        [pair[0].recipe.name.rpartition(".")[2] for pair in lengths],
        _series(lengths),
        title="CRNN: macro-F1 by the length of its windows",
        metric="macro-F1",
    )
    flat = [row for pair in lengths for row in pair]
    parts = [
        _introduction(bench, networks[0]),
        markdown.table(HEADER, [_cells(row) for row in networks], n_text=2),
        *(_said(*networks[i : i + 2]) for i in range(0, len(networks), 2)),
        "CRNN of Nasrullah and Zhao by the length of its windows:",
        markdown.table(HEADER, [_cells(row) for row in flat], n_text=2),
        _said_of_lengths(lengths),
        *([f"Not measured yet: {', '.join(missing)}."] if missing else []),
    ]
    caption = "CRNN: macro-F1 against window length"
    path = bench.figure("artists-window-length", figure)
    return Section(TITLE, "\n\n".join(parts), {caption: path})


def _of_lengths(bench: Workbench) -> tuple[list[list[Row]], list[str]]:
    """Measure the CRNN at each length; where nothing may be trained, say which are not there."""
    rows, missing = [], []
    for name in [n for n in recipe_names() if n.startswith(f"{LENGTHS}.")]:
        recipe = bench.recipe(name)
        try:
            rows.append([_measured(bench, recipe, p) for p in (recipe.honest, recipe.protocol)])
        except NotMeasuredError:
            missing.append(f"`{name}`")
    if not rows:
        raise NotMeasuredError("not one length of the CRNN was trained yet")
    return rows, missing


def _by_song(honest: Choice) -> Choice:
    """Give the split by single songs that is as large as the honest one."""
    return Choice("random", dict(honest.settings))


def _measured(bench: Workbench, recipe: Recipe, protocol: Choice) -> Row:
    judged = bench.measure(recipe, protocol)
    inputs = bench.inputs(recipe)
    splits = [fold.split.digest for fold in judged.folds]
    kept = bench.kept(
        f"windows of {recipe.name} {protocol.name}",
        [decisive(recipe, inputs), splits],
        lambda: _plain(_of_windows(judged, inputs)),
    )
    scores = [Score(**values) for values in kept["scores"]]
    by_metric = {score.metric: score for score in scores}
    return Row(recipe, judged.result, by_metric, kept["weighted_f1"])


def _plain(result: ProtocolResult) -> dict[str, Any]:
    scores = [dataclasses.asdict(s) for s in (result.headline, result.score("macro_f1"))]
    return {"scores": scores, "weighted_f1": weighted_f1(result.confusion)}


def weighted_f1(confusion: Sequence[Sequence[float]]) -> float:
    """
    Give the mean of the F1 of the classes, each by its share of what was tested.

    Parameters
    ----------
    confusion : sequence of sequence of float
        Counts, a row a true class and a column an answer.

    Returns
    -------
    float
        In [0, 1]; a class that was neither tested nor answered counts nothing.

    Examples
    --------
    >>> round(weighted_f1([[3, 0], [1, 1]]), 3)
    0.781
    """
    counts = np.asarray(confusion, dtype=float)
    true, answered = counts.sum(axis=1), counts.sum(axis=0)
    f1 = 2 * np.diag(counts) / np.maximum(true + answered, 1e-12)
    return float(f1 @ true / true.sum())


def _of_windows(judged: Judged, inputs: Inputs) -> ProtocolResult:
    """Score each window by itself; songs, and what groups them, are drawn for intervals."""
    labels = judged.result.labels
    tracks = {track.track_id: track for track in inputs.tracks}
    outcomes: list[TrackOutcome] = []
    for fold in judged.folds:
        predictor = Predictor(fold.folder / "bundle")
        for track_id in fold.split.test:
            track = tracks[track_id]
            answers = predictor.probabilities(inputs.logmels(track_id)).argmax(axis=1)
            outcomes += [
                TrackOutcome(
                    track_id=f"{track_id}#{i}",
                    fold=fold.split.fold,
                    seed=fold.seed,
                    group=track.group or track_id,
                    y_true=track.label,
                    y_pred=predictor.labels[answer],
                )
                for i, answer in enumerate(answers, start=1)
            ]
    return summarise(
        outcomes,
        labels,
        model=judged.result.model,
        protocol=judged.result.protocol,
        leakage_label=judged.result.leakage_label,
        honest=judged.result.honest,
        unit="segment",
        grouped_by=judged.result.grouped_by,
    )


def _introduction(bench: Workbench, row: Row) -> str:
    r = row.songs
    words = (
        f"{markdown.plain(r.dataset)}: a label is an artist, and an artist in training is the "
        f"task. What must not stand on both sides is the {r.grouped_by}: "
        f"{r.n_groups} {groups(r)} were tested, drawn anew for the intervals (95 %). A random "
        "split puts other versions and copies of test songs into training and is leaky by them. "
        "Frame level counts windows, song level the mean over the windows of a song; macro-F1 is "
        "the mean over artists; weighted F1, which the paper of the CRNN gives, weighs them by "
        "their windows or songs."
    )
    if r.grouped_by == "title":
        words += (
            " No albums are known here, so that songs of one album may stand on both sides: these "
            "figures say nothing about the album (producer) effect, and songs of an album that was "
            "not heard may fare worse. On artist20 the recipes hold albums out."
        )
    if bench.quick:
        words += " This was a quick look at few tracks for one epoch: its numbers mean nothing."
    return words


def _cells(row: Row) -> list[str]:
    r = row.songs
    majority = next((b for b in r.baselines if b.metric == "majority"), r.baselines[0])
    return [
        markdown.plain(row.recipe.title),
        f"{markdown.plain(r.protocol)}: {markdown.plain(r.leakage_label)}",
        _number(r.headline, r.caveat),
        _number(r.score("macro_f1"), r.caveat),
        _number(row.windows["macro_f1"], r.caveat),
        markdown.number("weighted_f1", weighted_f1(r.confusion), caveat=r.caveat),
        markdown.number("weighted_f1", row.weighted_f1_of_windows, caveat=r.caveat),
        f"{markdown.number('accuracy', majority.value)}",
        str(r.n),
        str(row.windows["macro_f1"].n),
    ]


def _number(score: Score, caveat: str) -> str:
    value = markdown.number(score.metric, score.value, caveat=caveat)
    return f"{value} ({markdown.interval(score)})"


def _said(honest: Row, leaky: Row) -> str:
    """Say what the random split adds, and how far above the majority the honest one is."""
    r, majority = honest.songs, honest.songs.score("majority")
    gain = 100 * (leaky.songs.headline.value - r.headline.value)
    low = r.headline.low if r.headline.low is not None else r.headline.value
    above = "above" if low > majority.value else "not surely above"
    return (
        f"{markdown.plain(honest.recipe.title)}: "
        f"{markdown.number('accuracy', r.headline.value, caveat=r.caveat)} of {r.n} songs of "
        f"{len(r.labels)} artists, {above} the {markdown.number('accuracy', majority.value)} of "
        f"the largest artist; a random split changes that by {gain:+.1f} points."
    )


def _said_of_lengths(lengths: Sequence[Sequence[Row]]) -> str:
    best = max((pair[0] for pair in lengths), key=lambda row: row.songs.score("macro_f1").value)
    words = best.recipe.name.rpartition(".")[2]
    epochs: Any = best.recipe.training.get("epochs")
    r = best.songs
    return (
        f"Best by songs is the window of {words}: macro-F1 {_number(r.score('macro_f1'), r.caveat)}"
        f", n = {r.n}. All lengths were trained for at most {epochs} epochs: long windows give "
        "fewer steps in as many epochs, which is part of what they lack here. In the paper, on "
        "artist20 with 200 epochs allowed, whole albums held out, 30 s were best; on random songs, "
        "by songs, 3 s."
    )


def _series(lengths: Sequence[Sequence[Row]]) -> dict[str, list[Dot | None]]:
    series: dict[str, list[Dot | None]] = {}
    for which in range(2):
        for level in ("songs", "windows"):
            rows = [pair[which] for pair in lengths]
            caveat = f" {rows[0].songs.caveat}".rstrip()
            scores = [
                row.songs.score("macro_f1") if level == "songs" else row.windows["macro_f1"]
                for row in rows
            ]
            name = f"{rows[0].songs.protocol}{caveat}, {level}"
            series[name] = [Dot(score.value, score.low, score.high) for score in scores]
    return series
