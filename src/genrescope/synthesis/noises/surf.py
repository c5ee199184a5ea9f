"""Surf: waves of noise that rise, break and run out, seconds apart."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, times

FAMILY = "weather"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make waves on a beach.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    duration_s : float
        Length in seconds.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The sound, of any loudness.
    """
    n = round(duration_s * sr)
    t = np.arange(n) / sr
    rise = np.full(n, 0.06)
    period_s = float(rng.uniform(4.0, 11.0))
    starts = times(rng, duration_s + period_s, rate_hz=1.0 / period_s, regular=0.6) - period_s
    for start in starts:
        since = np.maximum(t - start, 0.0) / float(rng.uniform(1.0, 2.5))
        rise += float(rng.uniform(0.4, 1.0)) * since**2 * np.exp(-1.4 * since)
    rumble = coloured_noise(rng, n, exponent=1.8)
    foam = effects.filtered(coloured_noise(rng, n, exponent=0.3), sr=sr, highpass=500.0)
    return np.asarray(rise * rumble + float(rng.uniform(0.2, 1.0)) * rise**1.8 * foam)
