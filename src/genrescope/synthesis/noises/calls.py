"""Cats, cows, sheep, wolves and gulls: long cries that rise and fall."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects, oscillators
from genrescope.synthesis.textures import coloured_noise, scattered, times, unit_rms

FAMILY = "animals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make an animal that calls, or a few.

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
    for _ in range(int(rng.choice([1, 1, 2, 3]))):
        f0 = float(np.exp(rng.uniform(np.log(70.0), np.log(1300.0))))
        shaking = float(rng.choice([0.0, 0.0, 0.5]))
        cries = []
        for _ in range(3):
            cry = _cry(
                rng,
                f0=f0,
                length_s=float(rng.uniform(0.3, 2.2)),
                sr=sr,
                rough=float(rng.uniform(0.0, 0.7)),
            )
            t = np.arange(len(cry)) / sr
            cries.append(cry * (1.0 + shaking * np.sin(2.0 * np.pi * rng.uniform(5, 12) * t)))
        at = times(rng, duration_s, rate_hz=float(rng.uniform(0.15, 0.7)), regular=0.3)
        y += scattered(n, at, cries, sr=sr, gains=rng.uniform(0.4, 1.0, len(at)))
    field = coloured_noise(rng, n, exponent=float(rng.uniform(0.5, 2.0)))
    return np.asarray(unit_rms(y) + 10.0 ** (-float(rng.uniform(8.0, 50.0)) / 20.0) * field)


def _cry(
    rng: np.random.Generator, *, f0: float, length_s: float, sr: int, rough: float
) -> np.ndarray:
    """One cry: a pitch that rises and falls, through a mouth that opens and shuts."""
    x = np.linspace(0.0, 1.0, max(16, round(length_s * sr)))
    bend = rng.uniform(0.1, 0.9) * np.sin(np.pi * x ** rng.uniform(0.5, 1.5)) - 0.2 * x
    curve = f0 * 2.0 ** (bend + rough * 0.03 * rng.standard_normal())
    top = f0 * 2.0 ** float(bend.max() + 0.1)
    amplitudes = oscillators.harmonics(top, sr=sr, rolloff=float(rng.uniform(0.5, 1.4)))
    mouth = [
        (float(rng.uniform(500, 1200)), 300.0, 1.0),
        (float(rng.uniform(1300, 3000)), 500.0, 0.7),
    ]
    amplitudes = amplitudes * oscillators.formants(f0, n=len(amplitudes), peaks=mouth)
    voice = oscillators.read(oscillators.table(amplitudes), oscillators.phase(curve, sr=sr))
    hiss = effects.filtered(rng.standard_normal(len(x)), sr=sr, highpass=400.0, lowpass=4000.0)
    return np.asarray((voice + rough * hiss) * np.sin(np.pi * x) ** 0.6)
