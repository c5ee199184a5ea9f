"""Nearly nothing: the noise of a quiet room and of the recorder itself."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, drift, ringing, scattered, times

FAMILY = "noise"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a quiet room.

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
    y = coloured_noise(rng, n, exponent=float(rng.uniform(0.5, 2.5)))
    if rng.random() < 0.5:
        t = np.arange(n) / sr
        for h in (1, 2, 3, 5):
            mains = float(rng.choice([50.0, 60.0]))
            y += rng.exponential(0.3) * np.sin(2.0 * np.pi * mains * h * t)
    y = y * 10.0 ** (float(rng.uniform(0.0, 2.0)) * drift(rng, n, sr=sr, rate_hz=0.3) / 20.0)
    if rng.random() < 0.4:
        at = times(rng, duration_s, rate_hz=0.3)
        bump = ringing(rng, sr=sr, frequency=float(rng.uniform(80, 900)), t60_s=0.2, noise=0.7)
        y += scattered(n, at, [bump], sr=sr, gains=rng.exponential(5.0, len(at)))
    # Softer than the steps of 16 bits in some recorders.
    step = float(rng.choice([0.0, 0.0, 0.5, 1.5]))
    quiet = y if step == 0.0 else np.round(y / step) * step
    return effects.filtered(quiet, sr=sr, lowpass=float(rng.uniform(1500.0, 10000.0)))
