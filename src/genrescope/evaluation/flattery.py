"""
How much a leaky protocol flatters a model: its accuracy less that of an honest protocol.

Both accuracies are of one model on one data set; they are measured on test parts that overlap or
not. The interval of their difference is a bootstrap over the artists of both test parts together: a
resample draws artists anew, and both accuracies are computed on what was drawn. So a track, or an
artist, that stands in both test parts moves both. With several seeds each accuracy is the mean over
its seeds.

Besides leakage the difference holds what else differs between two protocols: the size of the
training part, and which tracks are tested.

Public functions: `flatteries`, `sentence`, `beside`, `from_json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ConfigError
from genrescope.evaluation.markdown import plain
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.record import ProtocolResult
from genrescope.metrics import intervals
from genrescope.seeding import rng_for
from genrescope.splits.segmentation import recording_of


@dataclass(frozen=True)
class Flattery:
    """
    What a leaky protocol says of a model beside an honest one.

    Attributes
    ----------
    model : str
        Name of the model.
    honest_protocol, leaky_protocol : str
        Names of the protocols.
    honest, leaky : float
        Accuracy under either, in [0, 1].
    difference : float
        ``leaky - honest``; positive where the leaky protocol flatters.
    low, high : float or None
        Interval of the difference; None where there are too few artists for one.
    confidence : float
        Of the interval.
    """

    model: str
    honest_protocol: str
    leaky_protocol: str
    honest: float
    leaky: float
    difference: float
    low: float | None
    high: float | None
    confidence: float = 0.95


def flatteries(
    results: Sequence[ProtocolResult],
    answers: Mapping[tuple[str, str], Sequence[TrackOutcome]],
    *,
    seed: int = 0,
    n_resamples: int = 10_000,
) -> list[Flattery]:
    """
    Compare each leaky result with an honest one of the same model on the same data.

    Parameters
    ----------
    results : sequence of ProtocolResult
        What was measured.
    answers : mapping of (str, str) to sequence of TrackOutcome
        The answers about single tracks, by model and protocol; a result without answers is left
        out.
    seed : int
        Seed of the resamples.
    n_resamples : int
        Number of resamples.

    Returns
    -------
    list of Flattery
        One a leaky result of a model that has an honest one on the same data set (cut into segments
        or not), in the order of `results`. A protocol is compared with its own strict form, where
        that was measured, else with the first honest one, clean before unverified.
    """
    found = []
    for leaky in results:
        if leaky.caveat != "leaky" or (leaky.model, leaky.protocol) not in answers:
            continue
        honest = _partner(leaky, [r for r in results if (r.model, r.protocol) in answers])
        if honest is None:
            continue
        sides = [_sums(r, answers[r.model, r.protocol]) for r in (honest, leaky)]
        ends = _difference(sides, seed, n_resamples, leaky.confidence)
        accuracies = [r.score("accuracy").value for r in (honest, leaky)]
        found.append(
            Flattery(
                model=leaky.model,
                honest_protocol=honest.protocol,
                leaky_protocol=leaky.protocol,
                honest=accuracies[0],
                leaky=accuracies[1],
                difference=accuracies[1] - accuracies[0],
                low=None if ends is None else ends.low,
                high=None if ends is None else ends.high,
                confidence=leaky.confidence,
            )
        )
    return found


def sentence(flattery: Flattery) -> str:
    """
    Say how much a leaky protocol flatters.

    Parameters
    ----------
    flattery : Flattery
        The comparison.

    Returns
    -------
    str
        A sentence without a full stop.

    Examples
    --------
    >>> sentence(Flattery("svm", "artist-grouped", "random", 0.768, 0.875, 0.107, 0.06, 0.154))
    'random would have said 87.5 %: 10.7 points more (95 % interval 6.0 to 15.4)'
    >>> sentence(Flattery("svm", "artist-grouped", "random", 0.5, 0.48, -0.02, None, None))
    'random would have said 48.0 %: 2.0 points less'
    """
    f = flattery
    size = f"{abs(100 * f.difference):.1f} points {'more' if f.difference >= 0 else 'less'}"
    text = f"{f.leaky_protocol} would have said {100 * f.leaky:.1f} %: {size}"
    if f.low is None or f.high is None:
        return text
    # The interval is given in the direction that the words speak of.
    ends = (f.low, f.high) if f.difference >= 0 else (-f.high, -f.low)
    return f"{text} ({100 * f.confidence:g} % interval {100 * ends[0]:.1f} to {100 * ends[1]:.1f})"


def beside(result: ProtocolResult, flattered: Sequence[Flattery]) -> str:
    """
    Write what leaky protocols would have said as Markdown, below the line of an honest result.

    Parameters
    ----------
    result : ProtocolResult
        An honest result.
    flattered : sequence of Flattery
        The comparisons of a report.

    Returns
    -------
    str
        An inner list, each item on a line of its own; nothing where the result has no comparison.
    """
    own = [f for f in flattered if (f.model, f.honest_protocol) == (result.model, result.protocol)]
    return "".join(f"\n  - Leaky: {plain(sentence(f))}." for f in own)


def from_json(text: str) -> tuple[Flattery, ...]:
    """
    Read the comparisons from the results of a run.

    Parameters
    ----------
    text : str
        The text of a ``results.json``.

    Returns
    -------
    tuple of Flattery
        Nothing where there were none.

    Raises
    ------
    ConfigError
        If the text is no such file.
    """
    try:
        return tuple(Flattery(**values) for values in json.loads(text).get("flattery", ()))
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"not a file of results ({error!r}): give the results.json of a run, unedited"
        ) from error


def _partner(leaky: ProtocolResult, results: Sequence[ProtocolResult]) -> ProtocolResult | None:
    own = [r for r in results if (r.model, r.data) == (leaky.model, leaky.data)]
    honest = [r for r in own if r.honest]
    honest.sort(key=lambda r: (r.protocol != f"{leaky.protocol}-strict", bool(r.caveat)))
    return honest[0] if honest else None


def _sums(
    result: ProtocolResult, outcomes: Sequence[TrackOutcome]
) -> dict[str, tuple[str | None, np.ndarray]]:
    """Sum right answers and answers by recording and seed: its artist, and [shape=(n_seeds, 2)]."""
    seeds = sorted({o.seed for o in outcomes})
    found: dict[str, tuple[str | None, np.ndarray]] = {}
    for o in outcomes:
        name = recording_of(o.track_id) if result.unit == "segment" else o.track_id
        # Among segments, a recording of an unknown artist is a group of its own name.
        group = None if o.group == name and result.unit == "segment" else o.group
        _, sums = found.setdefault(name, (group, np.zeros((len(seeds), 2))))
        sums[seeds.index(o.seed)] += (o.y_true == o.y_pred, 1)
    return found


def _difference(
    sides: Sequence[Mapping[str, tuple[str | None, np.ndarray]]],
    seed: int,
    n_resamples: int,
    confidence: float,
) -> intervals.Interval | None:
    names = sorted({name for side in sides for name in side})
    shapes = [next(iter(side.values()))[1].shape for side in sides]
    parts = [
        np.stack([side[n][1] if n in side else np.zeros(shape) for n in names])
        for side, shape in zip(sides, shapes, strict=True)
    ]
    groups = [next(side[n][0] for side in sides if n in side) for n in names]
    if len(np.unique(intervals.group_codes(groups))) < 2:
        return None
    cut = parts[0][0].size

    def difference(sums: np.ndarray) -> np.ndarray:
        both = (sums[:, :cut].reshape(-1, *shapes[0]), sums[:, cut:].reshape(-1, *shapes[1]))
        # A resample may miss all tracks of a seed: it is NaN then, and left out.
        with np.errstate(invalid="ignore"):
            honest, leaky = ((s[..., 0] / s[..., 1]).mean(axis=1) for s in both)
        return np.stack([leaky - honest], axis=1)

    (found,) = intervals.bootstrap_statistics(
        np.concatenate([p.reshape(len(names), -1) for p in parts], axis=1),
        groups,
        rng_for(seed, "flattery"),
        statistics=difference,
        n_resamples=n_resamples,
        confidence=confidence,
    )
    return found
