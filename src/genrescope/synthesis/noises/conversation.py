"""Two or three people who talk in turn, and sometimes at once."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.talking import some_talker, spoken
from genrescope.synthesis.textures import unit_rms

FAMILY = "voices"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Let some people talk to each other.

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
    t = np.arange(n) / sr
    n_people = int(rng.integers(2, 4))
    turn_s = float(rng.uniform(1.0, 6.0))
    whose = np.floor(t / turn_s + 0.3 * np.sin(t) + float(rng.random())).astype(int) % n_people
    y = np.zeros(n)
    for person in range(n_people):
        words = unit_rms(spoken(rng, some_talker(rng), duration_s=duration_s, sr=sr))
        edge = max(1, round(0.05 * sr))
        turn = np.convolve(whose == person, np.full(edge, 1.0 / edge), mode="same")
        y += float(rng.uniform(0.5, 1.0)) * words * (turn + float(rng.choice([0.0, 0.0, 0.15])))
    return y
