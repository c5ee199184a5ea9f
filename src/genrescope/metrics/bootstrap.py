"""
The bootstrap of whole groups: how far a figure would move, had other artists been drawn.

A resample draws as many groups as there are, with replacement. Figures are functions of sums over
tracks, so that a resample is a vector of sums, and one product makes a thousand of them.

An interval is built from the standard error of the resamples rather than from their percentiles,
which miss too often where artists are few or of very unequal sizes (docs/statistics.md has the
simulation): it takes a quantile of Student's t for the effective number of artists, and it is laid
out on a scale on which errors are about symmetric.

Public functions: `bootstrap_errors`, `t_interval`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError, unknown_name
from genrescope.metrics.quantiles import t_quantile

SCALES = ("identity", "log", "logit")
_BLOCK = 1000


@dataclass(frozen=True)
class BootstrapErrors:
    """
    Figures with their standard errors over groups.

    Attributes
    ----------
    values : np.ndarray [shape=(s,)]
        The figures of the tracks as they are.
    errors : np.ndarray [shape=(s,)]
        Their standard errors.
    df : int
        Degrees of freedom: the effective number of groups less one, rounded, at least 1.
    """

    values: np.ndarray
    errors: np.ndarray
    df: int


def bootstrap_errors(
    parts: np.ndarray,
    codes: np.ndarray,
    rng: np.random.Generator,
    *,
    statistics: Callable[[np.ndarray], np.ndarray],
    n_resamples: int = 10_000,
) -> BootstrapErrors:
    """
    Compute standard errors of functions of sums over tracks, resampling whole groups.

    The error is not taken to be smaller than that of the jackknife, which leaves out one group at a
    time: where few artists carry a genre, resamples vary too little.

    Parameters
    ----------
    parts : np.ndarray [shape=(n, d)]
        What each track adds to each of the `d` sums.
    codes : np.ndarray [shape=(n,)]
        Number of each track's group, from 0.
    rng : np.random.Generator
        Source of randomness.
    statistics : callable
        Gives `s` statistics [shape=(r, s)] of sums [shape=(r, d)]; a resample of which it says NaN
        (nothing to compute it on) is left out.
    n_resamples : int
        Number of resamples, at least 2.

    Returns
    -------
    BootstrapErrors
        The `s` statistics.

    Raises
    ------
    ParameterError
        If there are fewer than two groups or resamples, or lengths differ.

    References
    ----------
    .. [1] Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
       Statistical Society B 69, 369-390.
    .. [2] Hesterberg, T. C. (2015). What teachers should know about the bootstrap. The American
       Statistician 69, 371-386. (Errors come out too small by :math:`\\sqrt{(g - 1) / g}`.)
    .. [3] MacKinnon, J. G., Nielsen, M. O. and Webb, M. D. (2023). Fast and reliable jackknife and
       bootstrap methods for cluster-robust inference. Journal of Applied Econometrics 38, 671-694.
    .. [4] Carter, A. V., Schnepel, K. T. and Steigerwald, D. G. (2017). Asymptotic behavior of a
       t-test robust to cluster heterogeneity. Review of Economics and Statistics 99, 698-709. (The
       effective number of groups, here that of tracks that are alike within a group.)
    """
    if len(parts) != len(codes):
        raise ParameterError(f"{len(parts)} tracks, but groups of {len(codes)} tracks")
    sizes = np.bincount(codes)
    n_groups = len(sizes)
    if n_groups < 2 or n_resamples < 2:
        raise ParameterError(
            f"{n_groups} group(s) of tracks, {n_resamples} resample(s): resampling needs at least "
            "two of each; give the artists, or None for each track whose artist is unknown"
        )
    sums = np.zeros((n_groups, parts.shape[1]))
    np.add.at(sums, codes, parts)
    values = []
    for start in range(0, n_resamples, _BLOCK):
        draws = _draws(rng, n_groups, min(_BLOCK, n_resamples - start))
        values.append(statistics(draws @ sums))
    errors = np.nanstd(np.concatenate(values), axis=0, ddof=1)
    errors = errors * math.sqrt(n_groups / (n_groups - 1))
    total = sums.sum(axis=0, keepdims=True)
    without = np.nanstd(statistics(total - sums), axis=0) * math.sqrt(n_groups - 1)
    whole = statistics(total)[0]
    n_effective = sizes.sum() ** 2 / (sizes**2).sum()
    df = max(1, round(n_effective) - 1)
    return BootstrapErrors(whole, np.fmax(errors, without), df)


def t_interval(
    value: float, error: float, df: int, *, confidence: float, scale: str = "identity"
) -> tuple[float, float]:
    """
    Lay Student's t interval around a figure, on a scale that suits it.

    Parameters
    ----------
    value : float
        The figure.
    error : float
        Its standard error, as measured on the figure itself.
    df : int
        Degrees of freedom.
    confidence : float
        In (0, 1).
    scale : str
        ``"identity"``; ``"logit"`` for a fraction, which keeps the ends in [0, 1]; ``"log"`` for a
        loss, which keeps them above 0. A figure at an end of its range keeps the identity.

    Returns
    -------
    tuple of float
        Both ends.

    Raises
    ------
    UnknownNameError
        If there is no such scale.

    References
    ----------
    .. [1] Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
       expected number of positive counts estimated from survey data. Survey Methodology 24,
       193-201. (The logit interval.)

    Examples
    --------
    >>> low, high = t_interval(0.9, 0.04, 20, confidence=0.95, scale="logit")
    >>> print(f"{low:.3f} to {high:.3f}")
    0.781 to 0.958
    """
    if scale not in SCALES:
        raise unknown_name("scale", scale, SCALES)
    half = t_quantile((1 + confidence) / 2, df) * error
    if scale == "log" and value > 0:
        factor = math.exp(min(half / value, 700.0))
        return value / factor, value * factor
    if scale == "logit" and 0 < value < 1:
        odds = value / (1 - value)
        factor = math.exp(min(half / (value * (1 - value)), 300.0))
        return odds / (odds + factor), odds / (odds + 1 / factor)
    return value - half, value + half


def _draws(rng: np.random.Generator, n_groups: int, n: int) -> np.ndarray:
    """Count how often each group is in each of `n` resamples [shape=(n, n_groups)]."""
    drawn = rng.integers(0, n_groups, size=(n, n_groups)) + n_groups * np.arange(n)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=n * n_groups)
    return counts.reshape(n, n_groups).astype(np.float64)
