"""A crowd: so many voices at once that no word can be made out."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.talking import some_talker, spoken
from genrescope.synthesis.textures import coloured_noise, unit_rms

FAMILY = "voices"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Let a crowd talk.

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
    for _ in range(int(rng.integers(4, 11))):
        words = spoken(rng, some_talker(rng), duration_s=duration_s, sr=sr)
        y += float(rng.uniform(0.3, 1.0)) * unit_rms(words)
    return np.asarray(y + float(rng.uniform(0.0, 0.5)) * coloured_noise(rng, n, exponent=1.0))
