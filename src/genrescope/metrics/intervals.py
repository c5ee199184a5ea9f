"""
Confidence intervals for figures measured on few tracks, few artists and few seeds.

`confidence` is two-sided, in (0, 1). Values are fractions, not percentages. `groups` names who made
each track (the artist): tracks of one artist are alike, so they are resampled together; a track
whose group is unknown (None) is a group of its own. scipy is not needed.

What each interval covers:

- `wilson`: tracks drawn independently. Good down to a few tracks and at 0 or 100 %. For a weighted
  mean, `effective_size` gives its number of tracks.
- `bootstrap_statistics`: artists drawn independently. Wider than Wilson where artists have several
  tracks each, and wider still where artists are few or a few of them have most tracks. Of no width
  where all tracks are right (or all wrong).
- `mean_interval`: seeds or folds as draws of the training, on the same tracks. It says nothing
  about other tracks.

Public functions: `wilson`, `effective_size`, `bootstrap_statistics`, `group_codes`,
`mean_interval`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.bootstrap import bootstrap_errors, t_interval
from genrescope.metrics.quantiles import t_quantile


@dataclass(frozen=True)
class Interval:
    """
    A value with the interval around it.

    Attributes
    ----------
    value : float
        The estimate.
    low, high : float
        Ends of the interval.
    """

    value: float
    low: float
    high: float


def wilson(n_correct: float, n: float, *, confidence: float = 0.95) -> Interval:
    """
    Compute Wilson's score interval of a fraction.

    Parameters
    ----------
    n_correct : float
        Number of right tracks; not a whole number where each track counts with its mean over seeds.
    n : float
        Number of tracks, never tracks times seeds; not a whole number where it is an effective
        size.
    confidence : float
        In (0, 1).

    Returns
    -------
    Interval
        The fraction and its interval, within [0, 1].

    Raises
    ------
    ParameterError
        If `n_correct` is not in [0, n], `n` is 0 or `confidence` is not in (0, 1).

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
       inference. Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> i = wilson(189, 290)
    >>> print(f"{i.value:.3f} [{i.low:.3f}, {i.high:.3f}]")
    0.652 [0.595, 0.704]
    """
    _check_confidence(confidence)
    if n < 1 or not 0 <= n_correct <= n * (1 + 1e-12):
        raise ParameterError(
            f"{n_correct} of {n} tracks right: needs 0 <= n_correct <= n and n >= 1"
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p = min(n_correct / n, 1.0)
    centre = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # Rounding must not push the ends past the value where all tracks are right, or all wrong.
    return Interval(
        p, max(0.0, min(p, (centre - half) / scale)), min(1.0, max(p, (centre + half) / scale))
    )


def effective_size(weights: np.ndarray) -> float:
    """
    Compute how many equally weighted tracks a weighted mean is worth.

    Given the weight of each artist (the sum of those of the artist's tracks) it is the number of
    independent draws where all tracks of an artist are right or wrong together: the worst case.

    Parameters
    ----------
    weights : np.ndarray [shape=(n,)]
        Weight of each track, or of each artist, in a mean; not all 0.

    Returns
    -------
    float
        From 1 to n; n for equal weights.

    References
    ----------
    .. [1] Kish, L. (1965). Survey Sampling, section 11.7. The effective size is
       :math:`(\\sum w)^2 / \\sum w^2`.

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 1.0])), effective_size(np.array([2.0, 1.0, 1.0]))
    (3.0, 2.6666666666666665)
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def bootstrap_statistics(
    parts: np.ndarray,
    groups: Sequence[str | None],
    rng: np.random.Generator,
    *,
    statistics: Callable[[np.ndarray], np.ndarray],
    n_resamples: int = 10_000,
    confidence: float = 0.95,
    scales: str | Sequence[str] = "identity",
) -> tuple[Interval, ...]:
    """
    Compute intervals of functions of sums over tracks, resampling whole groups.

    Accuracy is a function of two sums (right tracks, tracks); macro-F1 is one of the sums of right,
    true and predicted tracks of each class.

    Parameters
    ----------
    parts : np.ndarray [shape=(n, d)]
        What each track adds to each of the `d` sums.
    groups : sequence of str or None
        Artist of each track; None makes the track a group of its own.
    rng : np.random.Generator
        Source of randomness.
    statistics : callable
        Gives `s` statistics [shape=(r, s)] of sums [shape=(r, d)]; a resample of which it says NaN
        (nothing to compute it on) is left out.
    n_resamples : int
        Number of resamples.
    confidence : float
        In (0, 1).
    scales : str or sequence of str
        Of each statistic, or of all: ``"logit"`` for a fraction, ``"log"`` for a loss,
        ``"identity"`` for a difference; see `bootstrap.t_interval`.

    Returns
    -------
    tuple of Interval
        The `s` statistics of the tracks as they are, each with its interval.

    Raises
    ------
    ParameterError
        If there are fewer than two groups, or lengths differ.
    UnknownNameError
        If there is no such scale.

    References
    ----------
    .. [1] Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap, chapters 6 and
       12 (the standard error, and intervals of it on a transformed scale). See also `bootstrap`.
    """
    _check_confidence(confidence)
    found = bootstrap_errors(
        parts, group_codes(groups), rng, statistics=statistics, n_resamples=n_resamples
    )
    each = [scales] * len(found.values) if isinstance(scales, str) else list(scales)
    intervals = []
    for value, error, scale in zip(found.values, found.errors, each, strict=True):
        v = float(value)
        ends = t_interval(v, float(error), found.df, confidence=confidence, scale=scale)
        intervals.append(Interval(v, *ends))
    return tuple(intervals)


def group_codes(groups: Sequence[str | None]) -> np.ndarray:
    """
    Number the groups; each None is a group of its own.

    Parameters
    ----------
    groups : sequence of str or None
        Artist of each track.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Numbers from 0, in order of appearance.

    Examples
    --------
    >>> group_codes(["a", None, "a", None]).tolist()
    [0, 1, 0, 2]
    """
    numbers: dict[object, int] = {}
    keys = [g if g is not None else (i,) for i, g in enumerate(groups)]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def mean_interval(values: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """
    Compute Student's t interval of the mean over seeds or folds.

    Parameters
    ----------
    values : sequence of float
        One figure a seed (or fold), at least two.
    confidence : float
        In (0, 1).

    Returns
    -------
    Interval
        The mean and its interval; it may leave [0, 1].

    Raises
    ------
    ParameterError
        If there are fewer than two values.
    """
    if len(values) < 2:
        raise ParameterError(f"{len(values)} value(s): a spread needs at least two seeds or folds")
    x = np.asarray(values, dtype=np.float64)
    t = t_quantile((1 + confidence) / 2, len(x) - 1)
    half = t * float(x.std(ddof=1)) / math.sqrt(len(x))
    return Interval(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half)


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence is {confidence}, but must lie in (0, 1), as 0.95 does")
