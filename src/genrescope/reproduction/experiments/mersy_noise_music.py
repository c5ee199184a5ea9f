"""Mersy and Lyk, related work [7]: music told from noise in 0.8 s, ratio by ratio, in two ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from genrescope.datasets.noise_and_music import ALONE, CLEAN, LABELS
from genrescope.evaluation import markdown
from genrescope.evaluation.drawing.dots import Dot, compared_dots
from genrescope.evaluation.judged import Judged
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.results import summarise
from genrescope.evaluation.scoring import Score
from genrescope.records import Track
from genrescope.reproduction.section import Section
from genrescope.reproduction.workbench import Workbench

PAPER = "mersy2019"
TITLE = "Music told from noise in 0.8 s, by the ratio of signal to noise"

RECIPE = "mersy2019-noise-music"
N_RESAMPLES = 2000


@dataclass(frozen=True)
class Way:
    """
    What one protocol says of the clips, part by part.

    Attributes
    ----------
    protocol : str
        Its name.
    caveat : str
        ``"leaky"``, ``"unverified"`` or nothing.
    right : mapping of str to Score
        Accuracy on the clips of a ratio (how much music is heard as such), and on noise alone.
    balanced : mapping of str to Score
        By ratio, the mean of the accuracies on music at that ratio and on noise alone.
    by_kind : mapping of str to Score
        Accuracy on noise alone, by kind.
    """

    protocol: str
    caveat: str
    right: Mapping[str, Score]
    balanced: Mapping[str, Score]
    by_kind: Mapping[str, Score]


def run(bench: Workbench) -> Section:
    """
    Train under both protocols and tell the answers apart by ratio.

    Parameters
    ----------
    bench : Workbench
        Where the networks are trained; what was measured before is read back.

    Returns
    -------
    Section
        Two tables and two figures.
    """
    recipe = bench.recipe(RECIPE)
    tracks = {track.track_id: track for track in bench.inputs(recipe).tracks}
    ways = [way_of(bench.measure(recipe, p), tracks) for p in (recipe.protocol, recipe.honest)]
    ratios = sorted(ways[0].balanced, key=_loudness, reverse=True)
    names = [_words(ratio) for ratio in ratios]
    figures = {
        "Balanced accuracy by the ratio of signal to noise": bench.figure(
            "mersy-noise-music",
            compared_dots(
                names,
                {_said(w): [_dot(w.balanced[r]) for r in ratios] for w in ways},
                title="Music told from noise in 0.8 s (mean of music at this ratio and noise)",
            ),
        ),
        "Noise alone, by kind": bench.figure(
            "mersy-noise-kinds",
            compared_dots(
                list(kinds := sorted(ways[1].by_kind)),
                {_said(w): [_dot_of(w.by_kind, k) for k in kinds] for w in ways},
                title="Noise alone that is called noise, by kind",
            ),
        ),
    }
    parts = [_introduction(bench), _table(ways, ratios), _conclusion(ways, ratios)]
    return Section(TITLE, "\n\n".join(parts), figures)


def way_of(judged: Judged, tracks: Mapping[str, Track]) -> Way:
    """
    Tell the answers of a protocol apart.

    Parameters
    ----------
    judged : Judged
        The answers.
    tracks : mapping of str to Track
        The clips, by id.

    Returns
    -------
    Way
        Scores with intervals over the kinds of noise, which are held out whole; those of a kind
        over its sounds.
    """
    by_ratio: dict[str, list[TrackOutcome]] = {}
    by_kind: dict[str, list[TrackOutcome]] = {}
    for answer in judged.answers():
        extra = tracks[answer.track_id].extra
        by_ratio.setdefault(extra["snr_db"], []).append(answer)
        if extra["snr_db"] == ALONE:
            # Within a kind, clips of one sound stand and fall together.
            sound = answer.track_id.rpartition("@")[0]
            by_kind.setdefault(extra["noise"], []).append(replace(answer, group=sound))
    noise = by_ratio[ALONE]
    return Way(
        judged.result.protocol,
        judged.result.caveat,
        {ratio: _scores(found)["accuracy"] for ratio, found in by_ratio.items()},
        {r: _scores([*f, *noise])["balanced_accuracy"] for r, f in by_ratio.items() if r != ALONE},
        {kind: _scores(found)["accuracy"] for kind, found in by_kind.items()},
    )


def _scores(answers: Sequence[TrackOutcome]) -> dict[str, Score]:
    result = summarise(
        answers, LABELS, model=RECIPE, protocol="", leakage_label="unverified", honest=False,
        n_resamples=N_RESAMPLES,
    )  # fmt: skip
    return {score.metric: score for score in result.scores} | {"accuracy": result.headline}


def _loudness(ratio: str) -> float:
    return float("inf") if ratio == CLEAN else float(ratio)


def _words(ratio: str) -> str:
    return ratio if ratio in (CLEAN, ALONE) else f"{ratio} dB"


def _said(way: Way) -> str:
    return f"{way.protocol} ({way.caveat})" if way.caveat else f"{way.protocol} (kinds held out)"


def _dot(score: Score) -> Dot:
    return Dot(score.value, score.low, score.high)


def _dot_of(by_kind: Mapping[str, Score], kind: str) -> Dot | None:
    return _dot(by_kind[kind]) if kind in by_kind else None


def _introduction(bench: Workbench) -> str:
    words = (
        "Park and Lee, as section 2.2 tells, let a network of four layers decide whether 0.8 s of "
        "sound are music or noise, at five ratios of signal to noise; the higher the ratio, the "
        "more accurate, and clean music most of all. No figure is given. Here music is cut from "
        "the tracks of a data set and noise is synthesised. Under the random protocol other clips "
        "of a test clip's track, and of its sound of noise, stand in training: leaky. Under the "
        "grouped one whole kinds of noise are held out, alone and in mixtures, with the artists "
        "that were mixed with them. Intervals are of 95 %, over kinds of noise (of one kind, over "
        "its sounds); n counts clips."
    )
    quick = " This was a quick look at few clips for two epochs: its numbers mean nothing."
    return words + (quick if bench.quick else "")


def _table(ways: Sequence[Way], ratios: Sequence[str]) -> str:
    header = ["clips", *(f"{what}, {_said(w)}" for w in ways for what in ("right", "balanced"))]
    rows = [
        [
            _words(ratio),
            *(
                _cell(scores.get(ratio), way.caveat)
                for way in ways
                for scores in (way.right, way.balanced)
            ),
        ]
        for ratio in (*ratios, ALONE)
    ]
    return markdown.table(header, rows)


def _cell(score: Score | None, caveat: str) -> str:
    if score is None:
        return "-"
    value = markdown.number(score.metric, score.value, caveat=caveat)
    return f"{value} ({markdown.interval(score)}; n = {score.n})"


def _conclusion(ways: Sequence[Way], ratios: Sequence[str]) -> str:
    """Say whether more signal is more accuracy, and what it is worth to have heard the kind."""
    told = []
    for way in ways:
        values = [way.balanced[ratio].value for ratio in ratios]
        rises = sorted(values, reverse=True) == values
        told.append(
            f"{_said(way)}: balanced accuracy goes from {100 * values[-1]:.1f} % at "
            f"{_words(ratios[-1])} to {100 * values[0]:.1f} % at {_words(ratios[0])}, "
            f"{'rising' if rises else 'but not rising'} with each step"
        )
    gap = ways[0].right[ALONE].value - ways[1].right[ALONE].value
    worst = sorted(ways[1].by_kind.items(), key=lambda item: item[1].value)[:3]
    kinds = ", ".join(f"{kind} ({100 * s.value:.0f} %, n = {s.n})" for kind, s in worst)
    return (
        f"{'; '.join(told)}. Noise alone is told by {100 * gap:.1f} points more where its kind was "
        f"learned. Most often taken for music while unheard: {kinds}."
    )
