"""Simulate how often the 95 % intervals that genrescope reports hold the truth.

    python scripts/interval_coverage.py --runs 800

Artists are drawn with a skill of their own, tracks with a difficulty of their own (a probit model),
in groups as unequal as those of GTZAN; the truth is known exactly. Each interval is the one that
the package computes from such answers. Prints Markdown tables with coverage, its Monte-Carlo error
(one standard error) and mean width; ``percentile`` is an interval that the project does not use.
The last table gives how often each test calls two equally good models different at a level of 5 %.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from genrescope.evaluation.pool import Pool
from genrescope.evaluation.scoring import headline, scores, track_sums
from genrescope.metrics.intervals import group_codes
from genrescope.metrics.paired_bootstrap import bootstrap_difference
from genrescope.metrics.paired_tests import mcnemar, sign_flip_test
from genrescope.seeding import rng_for

ALIKE = 0.3
"""Share of the variance that tracks of one artist have in common (of the probit model)."""
NORMAL = NormalDist()


@dataclass(frozen=True)
class Design:
    """How many tracks of how many artists are tested: `sizes` has the tracks of each artist."""

    name: str
    sizes: tuple[int, ...]

    @property
    def n_genres(self) -> int:
        """Ten, or fewer where artists are few."""
        return min(10, max(4, len(self.sizes) // 10))


@dataclass(frozen=True)
class Drawn:
    """The answers of two models about the same tracks, as they are drawn once, and the truth."""

    first: Pool
    second: Pool
    accuracy: float
    macro_f1: float
    difference: float


def unequal(n_artists: int, n_tracks: int) -> tuple[int, ...]:
    """Give most artists one track, and a sixth of them what is left, falling as in GTZAN."""
    n_large = max(10, n_artists // 6)
    shares = np.exp(-3 * np.arange(n_large) / n_large)
    ends = np.rint(np.cumsum(shares) / shares.sum() * (n_tracks - n_artists)).astype(int)
    more = np.diff(ends, prepend=0)
    return tuple((1 + more).tolist() + [1] * (n_artists - n_large))


DESIGNS = (
    Design("289 tracks, each of its own artist", (1,) * 289),
    Design("947 tracks of 412 artists", unequal(412, 947)),
    Design("289 tracks of 130 artists", unequal(130, 289)),
    Design("100 tracks of 40 artists", unequal(40, 100)),
    Design("60 tracks of 15 artists", unequal(15, 60)),
    Design("120 tracks of 15 artists, 8 each", (8,) * 15),
)


COLUMNS = {
    "headline": "accuracy, headline",
    "accuracy": "accuracy, artist bootstrap",
    "macro-F1": "macro_f1, artist bootstrap",
    "difference": "difference of accuracy, artist bootstrap",
    "Wilson": "accuracy, wilson",
    "Wilson by artists": "accuracy, wilson by artists",
    "percentile": "accuracy, percentile",
}


def draw(design: Design, accuracy: float, rng: np.random.Generator, *, drop: float = 0.05) -> Drawn:
    """Draw artists, tracks and answers; the second model is worse by about `drop`."""
    codes, k = np.repeat(np.arange(len(design.sizes)), design.sizes), design.n_genres
    genre = codes % k
    # Genres differ in difficulty, evenly around the accuracy.
    ease = np.linspace(-0.2, 0.2, k)
    shared_artist, shared_track = rng.normal(size=len(design.sizes)), rng.normal(size=len(codes))
    pools, chances = [], []
    for target in (accuracy, accuracy - drop):
        level = NORMAL.inv_cdf(target) + ease
        artist = math.sqrt(0.6) * shared_artist + math.sqrt(0.4) * rng.normal(
            size=shared_artist.shape
        )
        track = math.sqrt(0.6) * shared_track + math.sqrt(0.4) * rng.normal(size=shared_track.shape)
        heard = math.sqrt(ALIKE) * artist[codes] + math.sqrt(1 - ALIKE) * track
        right = level[genre] + heard > 0
        wrong = (genre + rng.choice((1, 2, 3), p=(0.6, 0.3, 0.1), size=len(codes))) % k
        pools.append(_pool(genre, np.where(right, genre, wrong), codes, k))
        chances.append(np.array([NORMAL.cdf(x) for x in level]))
    support = np.bincount(genre, minlength=k).astype(float)
    truths = [float(support @ p / support.sum()) for p in chances]
    return Drawn(*pools, truths[0], _macro_f1(support, chances[0]), truths[0] - truths[1])


def _pool(y_true: np.ndarray, y_pred: np.ndarray, codes: np.ndarray, n_genres: int) -> Pool:
    zeros, groups = np.zeros(len(codes), dtype=int), tuple(f"a{c}" for c in codes)
    return Pool((0,), groups, zeros, zeros, np.arange(len(codes)), y_true, y_pred, None, n_genres)


def _macro_f1(support: np.ndarray, chance: np.ndarray) -> float:
    """Compute the macro-F1 of the expected confusion matrix."""
    predicted = support * chance
    for step, share in ((1, 0.6), (2, 0.3), (3, 0.1)):
        predicted = predicted + np.roll(support * (1 - chance) * share, step)
    return float(np.mean(2 * support * chance / (support + predicted)))


def intervals(
    drawn: Drawn, rng: np.random.Generator, n_resamples: int
) -> Iterator[tuple[str, float, float, float]]:
    """Give the name, the ends and the truth of every interval."""
    found = scores(drawn.first, rng, n_resamples=n_resamples, confidence=0.95)
    top = headline(found)
    for kind, s in [("headline", top), *((s.interval_kind, s) for s in found)]:
        truth = {"accuracy": drawn.accuracy, "macro_f1": drawn.macro_f1}.get(s.metric)
        if truth is not None and s.low is not None and s.high is not None:
            yield f"{s.metric}, {kind}", s.low, s.high, truth
    sums = [track_sums(table) for table in (drawn.first, drawn.second)]
    accuracy, _, _ = bootstrap_difference(
        sums[0][1], sums[1][1], drawn.first.groups, rng, statistics=(sums[0][2], sums[1][2]),
        n_resamples=n_resamples,
    )  # fmt: skip
    yield "difference of accuracy, artist bootstrap", accuracy.low, accuracy.high, drawn.difference
    yield ("accuracy, percentile", *_percentiles(drawn.first, rng, n_resamples), drawn.accuracy)


def _percentiles(table: Pool, rng: np.random.Generator, n_resamples: int) -> tuple[float, float]:
    codes = group_codes(table.groups)
    right, sizes = np.bincount(codes, weights=table.y_true == table.y_pred), np.bincount(codes)
    chosen = rng.integers(0, len(sizes), size=(n_resamples, len(sizes)))
    values = right[chosen].sum(axis=1) / sizes[chosen].sum(axis=1)
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def coverage(
    design: Design, accuracy: float, *, n_runs: int, n_resamples: int, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Simulate one scenario: by name of the interval, its coverage and its mean width."""
    rng = rng_for(seed, "coverage", design.name, accuracy)
    hits: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for _ in range(n_runs):
        drawn = draw(design, accuracy, rng)
        for name, low, high, truth in intervals(drawn, rng, n_resamples):
            hits[name].append((low <= truth <= high, high - low))
    return {name: tuple(np.mean(rows, axis=0).tolist()) for name, rows in hits.items()}


def levels(design: Design, accuracy: float, *, n_runs: int, seed: int = 0) -> dict[str, float]:
    """Simulate two equally good models: by name of the test, how often p is at most 0.05."""
    rng = rng_for(seed, "level", design.name, accuracy)
    small = np.zeros(2)
    for _ in range(n_runs):
        drawn = draw(design, accuracy, rng, drop=0.0)
        right = [(t.y_true == t.y_pred).astype(float) for t in (drawn.first, drawn.second)]
        d = right[0] - right[1]
        by_track = mcnemar(int((d > 0).sum()), int((d < 0).sum()))
        small += np.array([sign_flip_test(d, drawn.first.groups, rng), by_track]) <= 0.05
    return dict(zip(("sign flips by artists", "McNemar"), (small / n_runs).tolist(), strict=True))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=800)
    parser.add_argument("--resamples", type=int, default=500)
    parser.add_argument("--designs", type=int, nargs="*", default=range(1, len(DESIGNS) + 1))
    given = parser.parse_args()
    designs = [DESIGNS[i - 1] for i in given.designs]
    error = 100 * math.sqrt(0.95 * 0.05 / given.runs)
    print(f"{given.runs} runs a scenario, {given.resamples} resamples an interval: coverage in "
          f"percent (+-{error:.1f}), mean width in points.\n")  # fmt: skip
    print(f"| design | accuracy | {' | '.join(COLUMNS)} |")
    print("| --- | ---: |" + " ---: |" * len(COLUMNS))
    for design in designs:
        for accuracy in (0.5, 0.7, 0.9):
            found = coverage(design, accuracy, n_runs=given.runs, n_resamples=given.resamples)
            cells = (found.get(name) for name in COLUMNS.values())
            shown = ["-" if c is None else f"{100 * c[0]:.1f} ({100 * c[1]:.1f})" for c in cells]
            print(f"| {design.name} | {accuracy:g} | {' | '.join(shown)} |", flush=True)
    print("\n| design | accuracy | test | p <= 0.05 | error |")
    print("| --- | ---: | --- | ---: | ---: |")
    for design in designs:
        for name, share in levels(design, 0.7, n_runs=given.runs).items():
            print(f"| {design.name} | 0.7 | {name} | {100 * share:.1f} % | {error:.1f} |")


if __name__ == "__main__":
    main()
