"""The telephone: dial tones, rings, busy signals, and numbers that are dialled."""

from __future__ import annotations

import numpy as np

# Hz of the tones, and seconds on and off, of exchanges in several countries (ITU-T E.180).
SIGNALS = ((350.0, 440.0), (440.0, 480.0), (480.0, 620.0), (425.0,), (400.0, 450.0), (1000.0,))
CADENCES = ((2.0, 4.0), (0.5, 0.5), (0.25, 0.25), (1.0, 4.0), (0.4, 0.2), (1.5, 3.5))
ROWS, COLUMNS = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0)

FAMILY = "signals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a telephone.

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
    which = int(rng.integers(4))
    if which == 3:
        return _dialled(rng, n, sr=sr)
    pair = SIGNALS[int(rng.integers(len(SIGNALS)))]
    y = np.asarray(sum(np.sin(2.0 * np.pi * f * t) for f in pair))
    if which == 0:
        return y
    on_s, off_s = CADENCES[int(rng.integers(len(CADENCES)))]
    turn = (t + float(rng.uniform(0.0, on_s + off_s))) % (on_s + off_s)
    if which == 2:
        # A bell with a clapper.
        f = float(rng.uniform(500.0, 1500.0))
        bell = sum(np.sin(2.0 * np.pi * f * k * t) / k for k in (1.0, 2.76, 5.4))
        y = np.asarray(bell * (0.55 + 0.45 * np.sign(np.sin(2.0 * np.pi * 20.0 * t))))
    return np.asarray(y * (turn < on_s))


def _dialled(rng: np.random.Generator, n: int, *, sr: int) -> np.ndarray:
    y = np.zeros(n)
    start = int(rng.uniform(0.0, 0.5) * sr)
    while start < n:
        for _ in range(int(rng.integers(3, 12))):
            length = int(rng.uniform(0.06, 0.25) * sr)
            tone = np.arange(max(0, min(length, n - start))) / sr
            low, high = ROWS[int(rng.integers(4))], COLUMNS[int(rng.integers(3))]
            y[start : start + length] += np.sin(2.0 * np.pi * low * tone) + np.sin(
                2.0 * np.pi * high * tone
            )
            start += length + int(rng.uniform(0.05, 0.4) * sr)
        start += int(rng.uniform(0.5, 3.0) * sr)
    return y
