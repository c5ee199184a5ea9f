"""
The difference of any figure of two models over the same tracks, with artists as the draws.

Both models are resampled together, so that what makes an artist hard for both cancels out. A
difference is that of the first model less the second.

Public functions: `bootstrap_difference`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.bootstrap import bootstrap_errors, t_interval
from genrescope.metrics.intervals import group_codes
from genrescope.metrics.quantiles import t_cdf


@dataclass(frozen=True)
class Difference:
    """
    A difference with its interval.

    Attributes
    ----------
    value : float
        First model less second.
    low, high : float
        Ends of the interval.
    p_value : float
        Two-sided; at most 1 - confidence just where the interval leaves 0 out.
    """

    value: float
    low: float
    high: float
    p_value: float


def bootstrap_difference(
    first: np.ndarray,
    second: np.ndarray,
    groups: Sequence[str | None],
    rng: np.random.Generator,
    *,
    statistics: tuple[
        Callable[[np.ndarray], np.ndarray],
        Callable[[np.ndarray], np.ndarray],
    ],
    n_resamples: int = 10_000,
    confidence: float = 0.95,
) -> tuple[Difference, ...]:
    """
    Compute the differences of functions of sums over tracks, resampling whole groups.

    Parameters
    ----------
    first, second : np.ndarray [shape=(n, d)]
        What each track adds to the sums of each model; the `d` may differ.
    groups : sequence of str or None
        Artist of each track; None makes the track a group of its own.
    rng : np.random.Generator
        Source of randomness.
    statistics : tuple of two callables
        For each model, the way from sums [shape=(r, d)] to statistics [shape=(r, s)].
    n_resamples : int
        Number of resamples.
    confidence : float
        In (0, 1).

    Returns
    -------
    tuple of Difference
        One a statistic.

    Raises
    ------
    ParameterError
        If there are fewer than two groups, or lengths differ.

    References
    ----------
    .. [1] Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap, chapters 6 and
       12. See also `bootstrap`.

    Examples
    --------
    >>> first, second = np.array([1.0, 1, 1, 0, 1, 1, 1, 1]), np.array([1.0, 0, 1, 0, 0, 1, 0, 1])
    >>> (d,) = bootstrap_difference(
    ...     first[:, None], second[:, None], list("abcdefgh"), np.random.default_rng(0),
    ...     statistics=(lambda sums: sums / 8, lambda sums: sums / 8),
    ... )
    >>> print(f"{d.value:.3f}, from {d.low:.1f} to {d.high:.1f}")
    0.375, from -0.1 to 0.8
    """
    if len(first) != len(second):
        raise ParameterError(
            f"the first model answered about {len(first)} tracks and the second about "
            f"{len(second)}: a paired difference needs the same tracks in the same order"
        )
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence is {confidence}, but must lie in (0, 1), as 0.95 does")
    d = first.shape[1]
    found = bootstrap_errors(
        np.concatenate([first, second], axis=1),
        group_codes(groups),
        rng,
        statistics=lambda sums: statistics[0](sums[:, :d]) - statistics[1](sums[:, d:]),
        n_resamples=n_resamples,
    )
    differences = []
    for value, error in zip(found.values.tolist(), found.errors.tolist(), strict=True):
        low, high = t_interval(value, error, found.df, confidence=confidence)
        p = 2 * t_cdf(-abs(value) / error, found.df) if error > 1e-12 else float(abs(value) < 1e-12)
        differences.append(Difference(value, low, high, p))
    return tuple(differences)
