"""Steady noise of any colour, from blue to brown, or a mixture."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import coloured_noise, drift

FAMILY = "noise"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make noise: a waterfall, a jet, an untuned radio.

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
    y = coloured_noise(rng, n, exponent=float(rng.uniform(-1.0, 2.6)))
    if rng.random() < 0.3:
        y = y + rng.uniform(0.2, 1.0) * coloured_noise(rng, n, exponent=float(rng.uniform(0, 2)))
    if rng.random() < 0.5:
        depth = float(rng.uniform(0.5, 4.0))
        rate = float(np.exp(rng.uniform(np.log(0.05), np.log(4.0))))
        y = y * 10.0 ** (depth * drift(rng, n, sr=sr, rate_hz=rate) / 20.0)
    return np.asarray(y)
