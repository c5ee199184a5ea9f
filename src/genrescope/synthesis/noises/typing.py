"""Typing and rattle: dense small clicks in bursts, as of keys, cutlery or coins."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import ringing, scattered, times

FAMILY = "blows"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make keys, cutlery, coins, dice.

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
    metal = rng.random() < 0.5
    grains = [
        ringing(
            rng,
            sr=sr,
            frequency=float(rng.uniform(1500.0, 8000.0 if metal else 3500.0)),
            t60_s=float(rng.uniform(0.05, 0.5) if metal else rng.uniform(0.008, 0.05)),
            noise=float(rng.uniform(0.0, 0.4) if metal else rng.uniform(0.4, 1.0)),
        )
        for _ in range(20)
    ]
    rate = float(rng.uniform(2.0, 14.0))
    at = times(rng, duration_s, rate_hz=rate, regular=float(rng.uniform(0.0, 0.6)))
    # Hands rest between words.
    phase = (at / float(rng.uniform(1.5, 6.0)) + float(rng.random())) % 1.0
    at = at[phase < rng.uniform(0.5, 1.0)]
    return scattered(n, at, grains, sr=sr, gains=rng.uniform(0.2, 1.0, len(at)))
