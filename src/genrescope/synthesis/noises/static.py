"""Radio and data: static that comes and goes, modems, faxes, random beeps of bits."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import coloured_noise, drift, scattered, times, unit_rms

FAMILY = "signals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a radio between stations, or a machine that sends data.

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
    static = coloured_noise(rng, n, exponent=float(rng.uniform(-0.3, 1.2)))
    static = static * 10.0 ** (6.0 * drift(rng, n, sr=sr, rate_hz=1.0) / 20.0)
    bursts = [rng.standard_normal(int(rng.uniform(0.002, 0.15) * sr)) for _ in range(8)]
    at = times(rng, duration_s, rate_hz=float(rng.uniform(0.5, 12.0)))
    y = static + scattered(n, at, bursts, sr=sr, gains=rng.exponential(2.0, len(at)))
    if rng.random() < 0.6:
        baud = float(np.exp(rng.uniform(np.log(12.0), np.log(300.0))))
        pitches = rng.uniform(500.0, 3000.0, int(rng.choice([2, 2, 4, 8])))
        bits = rng.integers(len(pitches), size=int(duration_s * baud) + 2)
        f = pitches[bits[(np.arange(n) * baud / sr).astype(np.intp)]]
        data = np.sin(2.0 * np.pi * np.cumsum(f) / sr)
        y = float(rng.uniform(0.05, 0.8)) * unit_rms(y) + data
    return np.asarray(y)
