"""Frogs and ducks: rough croaks through a throat, called again and again."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, scattered, times, unit_rms

FAMILY = "animals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make frogs, toads, ducks or crows.

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
    for _ in range(int(rng.integers(1, 5))):
        length_s = float(rng.uniform(0.08, 0.7))
        x = np.linspace(0.0, 1.0, round(length_s * sr))
        rate = float(rng.uniform(25.0, 220.0)) * 2.0 ** (rng.uniform(-0.4, 0.4) * x)
        pulses = np.diff(np.floor(np.cumsum(rate) / sr), prepend=0.0)
        pulses = pulses + 0.05 * rng.standard_normal(len(x))
        centre = float(np.exp(rng.uniform(np.log(350.0), np.log(3000.0))))
        croak = effects.filtered(pulses, sr=sr, highpass=0.7 * centre, lowpass=1.5 * centre)
        croak = unit_rms(croak * np.sin(np.pi * x) ** 0.5)
        period_s = float(rng.uniform(0.4, 3.0)) + length_s
        at = times(rng, duration_s, rate_hz=1.0 / period_s, regular=float(rng.uniform(0.2, 0.9)))
        gains = float(rng.uniform(0.2, 1.0)) * rng.uniform(0.7, 1.0, len(at))
        y += scattered(n, at, [croak], sr=sr, gains=gains)
    pond = coloured_noise(rng, n, exponent=float(rng.uniform(0.5, 2.0)))
    return np.asarray(unit_rms(y) + 10.0 ** (-float(rng.uniform(8.0, 50.0)) / 20.0) * pond)
