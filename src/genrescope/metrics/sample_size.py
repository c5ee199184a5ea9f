"""
How many test tracks, of how many artists, it takes to see a difference between two models.

A difference is that of two accuracies, as a fraction; the discordance is the mean square of the
tracks' differences, which for one seed is the share of tracks that only one of the models gets
right. Tracks of one artist tell less than as many tracks of different artists: the design effect
says how many times more of them are needed.

Public functions: `design_effect`, `paired_sample_size`, `detectable_difference`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from statistics import NormalDist

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.intervals import group_codes


def design_effect(values: np.ndarray, groups: Sequence[str | None]) -> float:
    """
    Compare the variance of a mean over tracks with what it were for independent tracks.

    Parameters
    ----------
    values : np.ndarray [shape=(n,)]
        One value a track (right or wrong; a difference between two models).
    groups : sequence of str or None
        Artist of each track; None makes the track a group of its own.

    Returns
    -------
    float
        Above 1 where tracks of one artist are alike, about 1 where they are not (chance may put it
        below), 1 where all values are equal.

    Raises
    ------
    ParameterError
        If lengths differ or there are fewer than two groups.

    References
    ----------
    .. [1] Kish, L. (1965). Survey Sampling, section 5.4.
    .. [2] Rao, J. N. K. and Scott, A. J. (1992). A simple method for the analysis of clustered
       binary data. Biometrics 48, 577-585.

    Examples
    --------
    >>> design_effect(np.array([1.0, 1.0, 0.0, 0.0]), ["a", "a", "b", "b"])
    3.0
    """
    if len(values) != len(groups):
        raise ParameterError(f"{len(values)} tracks, but groups of {len(groups)} tracks")
    codes = group_codes(groups)
    n, n_groups = len(codes), int(codes.max(initial=-1)) + 1
    if n_groups < 2:
        raise ParameterError(f"{n_groups} group(s) of tracks: a design effect needs at least two")
    errors = values - np.mean(values)
    alone = float(np.sum(errors**2)) * n / (n - 1)
    together = float(np.sum(np.bincount(codes, weights=errors) ** 2)) * n_groups / (n_groups - 1)
    return together / alone if alone > 0 else 1.0


def paired_sample_size(
    difference: float,
    *,
    discordance: float,
    power: float = 0.8,
    alpha: float = 0.05,
    design_effect: float = 1.0,
) -> int:
    """
    Compute how many test tracks McNemar's test needs to see a difference.

    Parameters
    ----------
    difference : float
        The true difference of accuracy, not 0; its sign does not matter.
    discordance : float
        Mean square of the tracks' differences, in [\\|difference\\|, 1] for right or wrong answers.
    power : float
        Wanted chance to see the difference, in (0, 1).
    alpha : float
        Two-sided level of the test, in (0, 1).
    design_effect : float
        By what the tracks needed are multiplied; at least 1.

    Returns
    -------
    int
        Number of tracks.

    Raises
    ------
    ParameterError
        If an argument breaks its rule.

    References
    ----------
    .. [1] Miettinen, O. S. (1968). The matched pairs design in the case of all-or-none responses.
       Biometrics 24, 339-352.
    .. [2] Connor, R. J. (1987). Sample size for testing differences in proportions for the
       paired-sample design. Biometrics 43, 207-211.

    Examples
    --------
    >>> paired_sample_size(0.05, discordance=0.25)
    783
    """
    _check_rates(power, alpha)
    square = difference * difference
    if not 0 < square <= discordance * (1 + 1e-9) <= 1 + 1e-9:
        raise ParameterError(
            f"difference {difference} at a discordance of {discordance}: needs 0 < difference^2 <= "
            "discordance <= 1; no number of tracks shows a difference that is none"
        )
    if design_effect < 1:
        raise ParameterError(f"design_effect is {design_effect}, but must be at least 1")
    z_alpha, z_beta = NormalDist().inv_cdf(1 - alpha / 2), NormalDist().inv_cdf(power)
    spread = math.sqrt(max(0.0, discordance - square))
    n = (z_alpha * math.sqrt(discordance) + z_beta * spread) ** 2 / square
    return math.ceil(n * design_effect)


def detectable_difference(
    n: int,
    *,
    discordance: float,
    power: float = 0.8,
    alpha: float = 0.05,
    design_effect: float = 1.0,
) -> float | None:
    """
    Compute the smallest difference that a number of test tracks shows with a wanted power.

    Parameters
    ----------
    n : int
        Number of test tracks, at least 1.
    discordance : float
        As of `paired_sample_size`, in (0, 1].
    power, alpha, design_effect : float
        As of `paired_sample_size`.

    Returns
    -------
    float or None
        The difference, above 0; None where even the largest that the discordance allows would be
        missed too often.

    Raises
    ------
    ParameterError
        If an argument breaks its rule.

    Examples
    --------
    >>> round(detectable_difference(783, discordance=0.25), 3)
    0.05
    """
    if n < 1:
        raise ParameterError(f"n is {n}, but there must be at least one track")
    needed = partial(
        paired_sample_size,
        discordance=discordance,
        power=power,
        alpha=alpha,
        design_effect=design_effect,
    )
    low, high = 0.0, discordance
    if needed(high) > n:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        # Differences too small to be told from none would need more tracks than a float holds.
        if middle < 1e-6 or needed(middle) > n:
            low = middle
        else:
            high = middle
    return high


def _check_rates(power: float, alpha: float) -> None:
    for name, value in (("power", power), ("alpha", alpha)):
        if not 0 < value < 1:
            raise ParameterError(f"{name} is {value}, but must lie in (0, 1)")
