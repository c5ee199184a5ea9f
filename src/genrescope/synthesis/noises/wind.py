"""Wind: gusts that sweep the colour of a noise up and down, and a howl at a gap."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, drift, unit_rms

FAMILY = "weather"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make wind.

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
    gust = drift(rng, n, sr=sr, rate_hz=float(rng.uniform(0.06, 0.4)))
    flutter = drift(rng, n, sr=sr, rate_hz=float(rng.uniform(1.0, 5.0)))
    low = coloured_noise(rng, n, exponent=float(rng.uniform(1.6, 3.0)))
    high = effects.filtered(coloured_noise(rng, n, exponent=1.0), sr=sr, highpass=400.0)
    strength = 10.0 ** ((6.0 * gust + 2.5 * flutter) / 20.0)
    y = strength * low + float(rng.uniform(0.05, 0.6)) * strength**1.7 * high
    if rng.random() < 0.5:
        centre = float(rng.uniform(300.0, 900.0))
        cycles = np.cumsum(centre * 2.0 ** (0.5 * gust) + 12.0 * flutter) / sr
        rough = 1.0 + 0.5 * effects.filtered(rng.standard_normal(n), sr=sr, lowpass=30.0)
        howl = np.sin(2.0 * np.pi * cycles) * strength * rough
        y = y + float(rng.uniform(0.05, 0.4)) * unit_rms(howl)
    return np.asarray(y)
