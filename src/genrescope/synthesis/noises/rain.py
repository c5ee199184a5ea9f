"""Rain: a hiss of countless drops, and single ones that strike nearby."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, drift, ringing, scattered, times, unit_rms

FAMILY = "weather"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make rain, from a drizzle on leaves to a cloudburst on a roof.

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
    hiss = effects.filtered(
        coloured_noise(rng, n, exponent=float(rng.uniform(0.0, 1.2))),
        sr=sr,
        highpass=float(rng.uniform(150.0, 1500.0)),
        lowpass=float(rng.uniform(4e3, 1e4)),
    )
    hiss = hiss * 10.0 ** (2.0 * drift(rng, n, sr=sr, rate_hz=0.3) / 20.0)
    grains = [
        ringing(
            rng,
            sr=sr,
            frequency=float(rng.uniform(600.0, 6000.0)),
            t60_s=float(rng.uniform(0.008, 0.06)),
            noise=float(rng.uniform(0.2, 1.0)),
        )
        for _ in range(24)
    ]
    at = times(rng, duration_s, rate_hz=float(np.exp(rng.uniform(np.log(5.0), np.log(150.0)))))
    drops = scattered(n, at, grains, sr=sr, gains=rng.exponential(1.0, len(at)))
    return np.asarray(unit_rms(hiss) + float(rng.uniform(0.05, 2.0)) * unit_rms(drops))
