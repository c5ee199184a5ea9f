"""Test tones: one or a few steady sines, squares or saws that neither start nor end."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import oscillators
from genrescope.synthesis.textures import drift

FAMILY = "signals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a steady tone, or several without any relation.

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
    for _ in range(int(rng.choice([1, 1, 1, 2, 3, 5]))):
        f = float(np.exp(rng.uniform(np.log(40.0), np.log(6000.0))))
        rolloff = float(rng.choice([1.0, 1.5, 4.0, 9.0]))
        even = float(rng.choice([0.0, 1.0]))
        wave = oscillators.table(oscillators.harmonics(f, sr=sr, rolloff=rolloff, even=even))
        depth = float(rng.choice([0.0, 0.0, 0.002, 0.02]))
        rate = float(rng.uniform(0.3, 5.0))
        curve = f * 2.0 ** (depth * drift(rng, n, sr=sr, rate_hz=rate))
        part = oscillators.read(wave, oscillators.phase(curve, sr=sr))
        if rng.random() < 0.3:
            beat = 1.0 + np.sin(2.0 * np.pi * float(rng.uniform(0.2, 12.0)) * np.arange(n) / sr)
            part = part * beat
        y += float(rng.uniform(0.2, 1.0)) * part
    return y
