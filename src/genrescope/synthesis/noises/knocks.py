"""Knocks, footsteps, hammers and doors: blows on wood, stone or metal."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import ringing, scattered, times

FAMILY = "blows"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make blows, single, in groups or in steps.

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
    body = float(np.exp(rng.uniform(np.log(70.0), np.log(1500.0))))
    grains = [
        ringing(
            rng,
            sr=sr,
            frequency=body * float(rng.uniform(0.8, 1.3)),
            t60_s=float(rng.uniform(0.04, 0.4)),
            noise=float(rng.uniform(0.2, 0.9)),
        )
        for _ in range(6)
    ]
    rate = float(np.exp(rng.uniform(np.log(0.3), np.log(6.0))))
    at = times(rng, duration_s, rate_hz=rate, regular=float(rng.uniform(0.0, 0.95)))
    if rng.random() < 0.4:
        gap_s = float(rng.uniform(0.12, 0.35))
        at = np.sort(np.concatenate([at + k * gap_s for k in range(int(rng.integers(2, 5)))]))
    return scattered(n, at, grains, sr=sr, gains=rng.uniform(0.3, 1.0, len(at)))
