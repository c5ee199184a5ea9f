"""Clocks, metronomes, indicators and drips of a tap: one or two ticks, evenly."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import ringing, scattered, times

FAMILY = "blows"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make something that ticks.

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
    grains = [
        ringing(
            rng,
            sr=sr,
            frequency=float(np.exp(rng.uniform(np.log(500.0), np.log(6000.0)))),
            t60_s=float(rng.uniform(0.005, 0.12)),
            noise=float(rng.uniform(0.0, 1.0)),
        )
        for _ in range(int(rng.integers(1, 3)))
    ]
    rate = float(np.exp(rng.uniform(np.log(0.5), np.log(9.0))))
    at = times(rng, duration_s, rate_hz=rate, regular=float(rng.choice([1.0, 1.0, 0.97])))
    return scattered(n, at, grains, sr=sr, gains=rng.uniform(0.85, 1.0, len(at)))
