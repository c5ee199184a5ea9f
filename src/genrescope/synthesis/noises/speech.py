"""One person who talks: reading, lecturing, speaking into a telephone."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.talking import some_talker, spoken

FAMILY = "voices"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Let one person talk.

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
    return spoken(rng, some_talker(rng), duration_s=duration_s, sr=sr)
