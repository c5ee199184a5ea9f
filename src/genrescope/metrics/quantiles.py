"""
Student's t, which the standard library lacks (`statistics.NormalDist` has the normal distribution).

Public functions: `t_quantile`, `t_cdf`.
"""

from __future__ import annotations

import math

from genrescope.errors import ParameterError


def t_quantile(p: float, df: int) -> float:
    """
    Compute a quantile of Student's t distribution for whole degrees of freedom.

    The distribution function is a finite sum there [1]_ (26.7.3, 26.7.4); it is inverted by
    bisection over the angle ``atan(t / sqrt(df))``.

    Parameters
    ----------
    p : float
        Probability below the quantile, in (0, 1).
    df : int
        Degrees of freedom, at least 1.

    Returns
    -------
    float
        The quantile.

    Raises
    ------
    ParameterError
        If `p` is not in (0, 1) or `df` is below 1.

    References
    ----------
    .. [1] Abramowitz, M. and Stegun, I. A. (1964). Handbook of Mathematical Functions, 26.7.

    Examples
    --------
    >>> round(t_quantile(0.975, 2), 4)
    4.3027
    """
    if not 0 < p < 1 or df < 1:
        raise ParameterError(f"t quantile of p={p}, df={df}: needs 0 < p < 1 and df >= 1")
    if p < 0.5:
        return -t_quantile(1 - p, df)
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        if _t_central(middle, df) < 2 * p - 1:
            low = middle
        else:
            high = middle
    return math.sqrt(df) * math.tan((low + high) / 2)


def t_cdf(t: float, df: int) -> float:
    """
    Compute the distribution function of Student's t for whole degrees of freedom.

    Parameters
    ----------
    t : float
        Any number.
    df : int
        Degrees of freedom, at least 1.

    Returns
    -------
    float
        Probability of a value up to `t`.

    Raises
    ------
    ParameterError
        If `t` is not a number or `df` is below 1.

    References
    ----------
    .. [1] Abramowitz, M. and Stegun, I. A. (1964). Handbook of Mathematical Functions, 26.7.

    Examples
    --------
    >>> round(t_cdf(4.3027, 2), 4)
    0.975
    """
    if math.isnan(t) or df < 1:
        raise ParameterError(f"t distribution at t={t}, df={df}: needs a number and df >= 1")
    half = _t_central(math.atan(abs(t) / math.sqrt(df)), df) / 2
    return 0.5 + math.copysign(half, t)


def _t_central(angle: float, df: int) -> float:
    cos, odd = math.cos(angle), df % 2
    term = total = (cos if odd else 1.0) if df > 1 else 0.0
    for k in range(2 + odd, df - 1, 2):
        term *= cos * cos * (k - 1) / k
        total += term
    even = math.sin(angle) * total
    return 2 / math.pi * (angle + even) if odd else even
