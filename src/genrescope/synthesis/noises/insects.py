"""Crickets, cicadas, bees and flies: high tones cut into pulses, and buzzes."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import oscillators
from genrescope.synthesis.textures import coloured_noise, drift, unit_rms

FAMILY = "animals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make insects.

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
    y = np.zeros(n)
    for _ in range(int(rng.integers(1, 5))):
        gain = float(rng.uniform(0.2, 1.0))
        if rng.random() < 0.3:
            f = float(rng.uniform(110.0, 350.0))
            curve = f * 2.0 ** (0.15 * drift(rng, n, sr=sr, rate_hz=1.5))
            wave = oscillators.table(oscillators.harmonics(1.5 * f, sr=sr, rolloff=1.0))
            buzz = oscillators.read(wave, oscillators.phase(curve, sr=sr))
            y += gain * buzz * 10.0 ** (8.0 * drift(rng, n, sr=sr, rate_hz=0.4) / 20.0)
            continue
        f = float(rng.uniform(2200.0, min(8500.0, 0.42 * sr)))
        pulse = (np.sin(2.0 * np.pi * rng.uniform(15.0, 90.0) * t) > rng.uniform(-0.6, 0.6)) * 1.0
        period_s = float(rng.uniform(0.25, 2.5))
        chirp = ((t / period_s + rng.random()) % 1.0 < rng.uniform(0.3, 1.0)) * 1.0
        y += gain * np.sin(2.0 * np.pi * f * t) * pulse * chirp
    night = coloured_noise(rng, n, exponent=float(rng.uniform(0.5, 2.0)))
    return np.asarray(unit_rms(y) + 10.0 ** (-float(rng.uniform(8.0, 50.0)) / 20.0) * night)
