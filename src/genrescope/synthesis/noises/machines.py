"""Machines: fans, drills, saws, printers and washing machines, with whine and cycle."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects, oscillators
from genrescope.synthesis.textures import coloured_noise, drift, unit_rms

FAMILY = "machines"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a machine that turns, whines or goes back and forth.

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
    turns = float(np.exp(rng.uniform(np.log(0.4), np.log(30.0))))
    cycle = (turns * t * (1.0 + 0.01 * drift(rng, n, sr=sr, rate_hz=0.3)) + rng.random()) % 1.0
    centre = float(np.exp(rng.uniform(np.log(200.0), np.log(5000.0))))
    noise = effects.filtered(
        coloured_noise(rng, n, exponent=1.0), sr=sr, highpass=0.5 * centre, lowpass=2.0 * centre
    )
    depth = float(rng.uniform(0.0, 1.0))
    shape = np.exp(-float(rng.uniform(1.0, 9.0)) * cycle)
    y = unit_rms(noise) * (1.0 - depth + depth * shape)
    if rng.random() < 0.7:
        f = float(np.exp(rng.uniform(np.log(120.0), np.log(3000.0))))
        bend = 0.08 * depth * shape + 0.01 * drift(rng, n, sr=sr, rate_hz=0.5)
        wave = oscillators.table(oscillators.harmonics(1.3 * f, sr=sr, rolloff=1.2))
        whine = oscillators.read(wave, oscillators.phase(f * 2.0**bend, sr=sr))
        y = y + float(rng.uniform(0.1, 1.5)) * whine
    return np.asarray(y + float(rng.uniform(0.0, 0.6)) * coloured_noise(rng, n, exponent=1.5))
