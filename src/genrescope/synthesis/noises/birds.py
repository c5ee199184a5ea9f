"""Birds: whistles, trills and chirps that glide, in verses with rests between them."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import coloured_noise, unit_rms

FAMILY = "animals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make birds, one or several.

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
    for _ in range(int(rng.choice([1, 1, 2, 4]))):
        y += float(rng.uniform(0.3, 1.0)) * _singer(rng, n, sr=sr)
    wind = coloured_noise(rng, n, exponent=float(rng.uniform(0.8, 2.0)))
    return np.asarray(unit_rms(y) + 10.0 ** (-float(rng.uniform(8.0, 50.0)) / 20.0) * wind)


def _singer(rng: np.random.Generator, n: int, *, sr: int) -> np.ndarray:
    """One bird has a few syllables, and sings them in verses of its own."""
    y = np.zeros(n)
    home = float(np.exp(rng.uniform(np.log(1300.0), np.log(6500.0))))
    rest_s = float(rng.uniform(0.4, 4.0))
    words = [_syllable(rng, home, sr=sr) for _ in range(int(rng.integers(2, 8)))]
    start = int(rng.uniform(0.0, 1.0) * sr)
    while start < n:
        for _ in range(int(rng.integers(1, 7))):
            word = words[int(rng.integers(len(words)))]
            gap = int(rng.uniform(0.02, 0.2) * sr)
            for _ in range(int(rng.choice([1, 1, 2, 3, 8]))):
                part = word[: max(0, n - start)]
                y[start : start + len(part)] += float(rng.uniform(0.6, 1.0)) * part
                start += len(word) + gap
        start += int(rest_s * rng.uniform(0.3, 2.0) * sr)
    return y


def _syllable(rng: np.random.Generator, home: float, *, sr: int) -> np.ndarray:
    length_s = float(np.exp(rng.uniform(np.log(0.03), np.log(0.5))))
    x = np.linspace(0.0, 1.0, max(8, round(length_s * sr)))
    bend = rng.uniform(-0.7, 0.7) * x + rng.uniform(-0.5, 0.5) * np.sin(
        np.pi * x * rng.uniform(1.0, 4.0)
    )
    trill = float(rng.choice([0.0, 0.0, 0.05, 0.2]))
    bend = bend + trill * np.sin(2.0 * np.pi * rng.uniform(15.0, 60.0) * length_s * x)
    f = np.minimum(home * 2.0 ** (bend + rng.uniform(-0.4, 0.4)), 0.45 * sr)
    cycles = 2.0 * np.pi * np.cumsum(f) / sr
    return np.asarray((np.sin(cycles) + 0.1 * np.sin(2.0 * cycles)) * np.sin(np.pi * x) ** 0.7)
