"""What sounds that are not music are made of: coloured noise, slow drift, and scattered grains.

Public functions: `coloured_noise`, `drift`, `times`, `scattered`, `ringing`, `unit_rms`.
"""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects


def coloured_noise(rng: np.random.Generator, n: int, *, exponent: float) -> np.ndarray:
    """
    Make noise whose power falls as a power of the frequency.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    n : int
        Number of samples.
    exponent : float
        Power is ``f ** -exponent``: 0 is white, 1 pink, 2 brown, below 0 blue.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Noise with a root mean square of 1, without a constant part.
    """
    length = effects.fast_length(n)
    X = np.fft.rfft(rng.standard_normal(length))
    k = np.arange(len(X), dtype=np.float64)
    k[0] = 1.0
    X *= k ** (-exponent / 2.0)
    X[0] = 0.0
    return unit_rms(np.fft.irfft(X, length)[:n])


def drift(rng: np.random.Generator, n: int, *, sr: int, rate_hz: float) -> np.ndarray:
    """
    Draw a curve that wanders slowly around zero.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    n : int
        Number of samples.
    sr : int
        Sample rate in Hz.
    rate_hz : float
        How often it turns, in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        A smooth curve through normal random points, of about unit deviation.
    """
    n_points = max(4, int(np.ceil(n / sr * rate_hz * 2)) + 3)
    points = rng.standard_normal(n_points)
    position = np.arange(n) / sr * rate_hz * 2 + 1
    index = np.minimum(position.astype(np.intp), n_points - 2)
    part = position - index
    # A raised cosine between the points has no corners, which would be heard as clicks.
    weight = 0.5 - 0.5 * np.cos(np.pi * np.clip(part, 0.0, 1.0))
    return np.asarray(points[index] * (1.0 - weight) + points[index + 1] * weight)


def times(
    rng: np.random.Generator, duration_s: float, *, rate_hz: float, regular: float = 0.0
) -> np.ndarray:
    """
    Draw when things happen.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    duration_s : float
        Length in seconds.
    rate_hz : float
        Events a second, on average.
    regular : float
        From 0, at random as drops of rain, to 1, evenly as a clock.

    Returns
    -------
    np.ndarray [shape=(n_events,)]
        Seconds, rising, in [0, duration_s); at least one.
    """
    n = max(1, int(np.ceil(1.5 * duration_s * rate_hz)) + 4)
    gaps = (regular + (1.0 - regular) * rng.exponential(1.0, n)) / rate_hz
    at = np.cumsum(gaps) - gaps[0] * rng.uniform(0.3, 1.0)
    inside = at[(at >= 0.0) & (at < duration_s)]
    return np.asarray(inside if len(inside) else np.array([0.3 * duration_s]))


def scattered(
    n: int, at_s: np.ndarray, grains: list[np.ndarray], *, sr: int, gains: np.ndarray
) -> np.ndarray:
    """
    Lay grains into a stretch of silence, in turn.

    Parameters
    ----------
    n : int
        Number of samples.
    at_s : np.ndarray [shape=(n_events,)]
        When each begins, in seconds.
    grains : list of np.ndarray [shape=(k,)]
        Sounds; event ``i`` is grain ``i`` modulo their number.
    sr : int
        Sample rate in Hz.
    gains : np.ndarray [shape=(n_events,)]
        Factor of each event.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Their sum; what reaches beyond the end is cut off.
    """
    y = np.zeros(n)
    for i, (start, gain) in enumerate(zip((at_s * sr).astype(np.intp), gains, strict=True)):
        grain = grains[i % len(grains)][: max(0, n - start)]
        y[start : start + len(grain)] += gain * grain
    return y


def ringing(
    rng: np.random.Generator, *, sr: int, frequency: float, t60_s: float, noise: float
) -> np.ndarray:
    """
    Strike something that rings: a knock, a drop, a tick.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    sr : int
        Sample rate in Hz.
    frequency : float
        What it rings at, in Hz.
    t60_s : float
        Time in which it dies away by 60 dB, in seconds.
    noise : float
        Share of noise in the strike, from 0 to 1.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The sound, of peak 1 or less.
    """
    t = np.arange(max(8, round(t60_s * sr))) / sr
    fall = np.exp(-6.9078 * t / t60_s)
    tone = np.sin(2.0 * np.pi * frequency * t)
    second = np.sin(2.0 * np.pi * frequency * rng.uniform(1.5, 2.9) * t) * fall
    hiss = rng.uniform(-1.0, 1.0, len(t)) * fall
    return np.asarray(fall * ((1.0 - noise) * (0.7 * tone + 0.3 * second) + noise * hiss))


def unit_rms(y: np.ndarray) -> np.ndarray:
    """
    Bring a sound to a root mean square of 1; silence stays silence.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        The sound.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The sound, louder or softer.
    """
    level = effects.rms(y)
    return y / level if level > 0.0 else y
