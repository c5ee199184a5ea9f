"""Sweeps and sirens: tones that glide up and down, once or for ever."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import oscillators

FAMILY = "signals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a test sweep, a siren or an alarm that glides.

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
    low = float(np.exp(rng.uniform(np.log(60.0), np.log(1200.0))))
    octaves = float(rng.uniform(0.4, 3.5))
    period_s = float(np.exp(rng.uniform(np.log(0.12), np.log(20.0))))
    turn = (t / period_s + float(rng.random())) % 1.0
    shape = int(rng.integers(4))
    if shape == 0:
        height = turn
    elif shape == 1:
        height = 1.0 - np.abs(2.0 * turn - 1.0)
    elif shape == 2:
        height = 0.5 - 0.5 * np.cos(2.0 * np.pi * turn)
    else:
        height = 1.0 - turn
    top = 0.45 * sr
    curve = np.minimum(low * 2.0 ** (octaves * height), top)
    rolloff = float(rng.choice([1.0, 2.0, 9.0]))
    wave = oscillators.table(
        oscillators.harmonics(min(low * 2.0**octaves, top), sr=sr, rolloff=rolloff)
    )
    return oscillators.read(wave, oscillators.phase(curve, sr=sr))
