"""
From values to places and to text: percent of a chart's width, and axes that end at round numbers.

Public functions: `percent`, `place`, `round_up`, `ticks`, `shortened`.
"""

from __future__ import annotations

import math


def percent(value: float, *, signed: bool = False, digits: int = 1) -> str:
    """
    Write a fraction in percent.

    Parameters
    ----------
    value : float
        A fraction.
    signed : bool
        Whether a gain has a plus; a loss has a minus in any case.
    digits : int
        After the point.

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> percent(0.682), percent(-0.05, signed=True), percent(-0.0001, signed=True)
    ('68.2 %', '−5.0 %', '0.0 %')
    """
    # Adding zero takes the sign of what is rounded to it.
    shown = round(100 * value, digits) + 0.0
    sign = "+" if signed and shown else ""
    return f"{shown:{sign}.{digits}f} %".replace("-", "\u2212")


def place(value: float, *, low: float = 0.0, high: float = 1.0) -> str:
    """
    Say where a value stands across a chart.

    Parameters
    ----------
    value : float
        Kept within the ends.
    low, high : float
        The values at the left and at the right end.

    Returns
    -------
    str
        Percent of the width.

    Examples
    --------
    >>> place(0.25), place(-1, low=-2, high=2), place(7)
    ('25%', '25%', '100%')
    """
    share = (min(max(value, low), high) - low) / (high - low)
    return f"{100 * share:.4g}%"


def round_up(value: float) -> float:
    """
    Find the round number at or above a value, for the end of an axis.

    Parameters
    ----------
    value : float
        Above 0.

    Returns
    -------
    float
        1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten.

    Examples
    --------
    >>> round_up(0.13), round_up(0.2), round_up(9)
    (0.15, 0.2, 10.0)
    """
    return _next_of((1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10), value)


def ticks(low: float, high: float, *, n_most: int = 6) -> list[float]:
    """
    Choose round numbers on an axis, zero among them where it is on it.

    Parameters
    ----------
    low, high : float
        Its ends.
    n_most : int
        How many there may be between the ends.

    Returns
    -------
    list of float
        Rising.

    Examples
    --------
    >>> ticks(0, 1), ticks(-0.3, 0.1)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [-0.3, -0.2, -0.1, 0.0, 0.1])
    """
    step = _next_of((1, 2, 2.5, 5, 10), (high - low) / n_most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def shortened(text: str, n: int) -> str:
    """
    Cut text that is too long for its place.

    Parameters
    ----------
    text : str
        Any text.
    n : int
        Characters that there is room for.

    Returns
    -------
    str
        At most `n` characters, the last of which says that something is missing.

    Examples
    --------
    >>> shortened("drum and bass", 8), shortened("jazz", 8)
    ('drum an…', 'jazz')
    """
    return text if len(text) <= n else text[: n - 1] + "…"


def _next_of(steps: tuple[float, ...], value: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(value))
    # The tolerance keeps 0.2 at 0.2, whatever the rounding of the quotient.
    step = next(s for s in steps if s >= value / power - 1e-9)
    return float(f"{step * power:.12g}")
