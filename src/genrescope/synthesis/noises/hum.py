"""Mains hum and buzz: harmonics of 50 or 60 Hz that hardly change."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import coloured_noise, drift, unit_rms

FAMILY = "machines"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make the hum of a cable, a transformer or a lamp.

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
    mains = float(rng.choice([50.0, 60.0]))
    cycles = np.cumsum(mains * (1.0 + 5e-4 * drift(rng, n, sr=sr, rate_hz=0.2))) / sr
    fall = float(rng.uniform(0.2, 2.0))
    y = np.zeros(n)
    for h in range(1, int(rng.integers(3, 40))):
        strength = h**-fall * rng.exponential(1.0) * (1.0 if h % 2 == 0 else rng.uniform(0.1, 1.0))
        y += strength * np.sin(2.0 * np.pi * (h * cycles + rng.random()))
    hiss = coloured_noise(rng, n, exponent=float(rng.uniform(0.0, 1.5)))
    return np.asarray(unit_rms(y) + 10.0 ** (-float(rng.uniform(6.0, 60.0)) / 20.0) * hiss)
