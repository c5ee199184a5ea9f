"""Dogs that bark: short rough cries in bursts."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects, oscillators
from genrescope.synthesis.textures import scattered, times

FAMILY = "animals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a dog, or several.

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
    for _ in range(int(rng.choice([1, 1, 2]))):
        f0 = float(np.exp(rng.uniform(np.log(140.0), np.log(700.0))))
        cries = [
            _cry(
                rng,
                f0=f0,
                length_s=float(rng.uniform(0.08, 0.3)),
                sr=sr,
                rough=float(rng.uniform(0.3, 1.5)),
            )
            for _ in range(4)
        ]
        at = times(rng, duration_s, rate_hz=float(rng.uniform(0.2, 0.8)))
        gap_s = float(rng.uniform(0.25, 0.6))
        at = np.concatenate([at + k * gap_s for k in range(int(rng.integers(1, 6)))])
        y += scattered(n, np.sort(at), cries, sr=sr, gains=rng.uniform(0.4, 1.0, len(at)))
    return y


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
