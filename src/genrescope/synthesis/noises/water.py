"""Water: drips, bubbles and streams, each a tone that rises as it dies away."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import coloured_noise, scattered, times, unit_rms

FAMILY = "weather"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make water that drips, bubbles or runs.

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
    grains = []
    for _ in range(40):
        t60_s = float(rng.uniform(0.02, 0.15))
        t = np.arange(round(t60_s * sr)) / sr
        f = float(np.exp(rng.uniform(np.log(300.0), np.log(3500.0))))
        cycles = f * t * (1.0 + float(rng.uniform(0.0, 0.8)) * t / t60_s)
        grains.append(np.sin(2.0 * np.pi * cycles) * np.exp(-6.9 * t / t60_s))
    rate = float(np.exp(rng.uniform(np.log(0.8), np.log(150.0))))
    regular = float(rng.uniform(0.0, 0.9)) if rate < 4.0 else 0.0
    at = times(rng, duration_s, rate_hz=rate, regular=regular)
    y = unit_rms(scattered(n, at, grains, sr=sr, gains=rng.exponential(1.0, len(at))))
    return np.asarray(y + float(rng.uniform(0.0, 0.5)) * coloured_noise(rng, n, exponent=1.0))
