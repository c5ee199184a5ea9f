"""Noise in a band, steady or in puffs: hiss, vents, tyres, spray."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, drift

FAMILY = "noise"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make noise that is strong in one or two bands.

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
    y = np.zeros(n)
    for _ in range(int(rng.integers(1, 3))):
        centre = float(np.exp(rng.uniform(np.log(80.0), np.log(7000.0))))
        width = float(rng.uniform(1.1, 3.0))
        band = effects.filtered(
            coloured_noise(rng, n, exponent=0.0),
            sr=sr,
            highpass=centre / width,
            lowpass=centre * width,
        )
        rate = float(np.exp(rng.uniform(np.log(0.1), np.log(6.0))))
        swing = float(rng.choice([0.0, 2.0, 8.0, 15.0]))
        y += band * 10.0 ** (swing * drift(rng, n, sr=sr, rate_hz=rate) / 20.0)
    return y
