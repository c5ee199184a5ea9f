"""Beeps: alarm clocks, reversing lorries, monitors of hearts, tests of hearing."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import oscillators

FAMILY = "signals"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a tone that goes on and off.

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
    period_s = float(np.exp(rng.uniform(np.log(0.15), np.log(4.0))))
    share = float(rng.uniform(0.1, 0.7))
    n_in_group = int(rng.choice([1, 1, 2, 3, 4]))
    turn = (t / period_s + float(rng.random())) % 1.0
    within = (turn * n_in_group / 0.8) % 1.0
    on = (within < share) & ((turn < 0.8) | (n_in_group == 1))
    f = float(np.exp(rng.uniform(np.log(300.0), np.log(4500.0))))
    pitches = [f, f * float(rng.uniform(0.6, 1.5))] if rng.random() < 0.35 else [f]
    index = np.floor(t / period_s + 0.5).astype(int) % len(pitches)
    rolloff = float(rng.choice([1.0, 2.0, 9.0]))
    wave = oscillators.table(
        oscillators.harmonics(max(pitches), sr=sr, rolloff=rolloff, even=float(rng.choice([0, 1])))
    )
    y = oscillators.read(wave, oscillators.phase(np.array(pitches)[index], sr=sr))
    edge = max(1, round(0.004 * sr))
    return np.asarray(y * np.convolve(on, np.full(edge, 1.0 / edge), mode="same"))
