"""Engines: pulses whose rate wanders with the load, and the noise around them."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects, oscillators
from genrescope.synthesis.textures import coloured_noise, drift, unit_rms

FAMILY = "machines"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a car, a lorry, a motorcycle, a boat or an aeroplane.

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
    idle = float(np.exp(rng.uniform(np.log(12.0), np.log(160.0))))
    load = drift(rng, n, sr=sr, rate_hz=float(rng.uniform(0.05, 0.6)))
    swing = float(rng.choice([0.01, 0.05, 0.35]))
    rate = idle * 2.0 ** (swing * load + 0.008 * drift(rng, n, sr=sr, rate_hz=6.0))
    amplitudes = rng.exponential(1.0, 60) * np.arange(1, 61) ** -float(rng.uniform(0.5, 1.6))
    n_allowed = max(1, int(0.45 * sr / (idle * 2.0 ** (3.0 * swing))))
    pulses = oscillators.read(
        oscillators.table(amplitudes[:n_allowed]), oscillators.phase(rate, sr=sr)
    )
    beat = 0.5 + 0.5 * np.sin(2.0 * np.pi * np.cumsum(rate) / sr)
    noise = coloured_noise(rng, n, exponent=float(rng.uniform(0.5, 2.0)))
    y = unit_rms(pulses) + float(rng.uniform(0.1, 1.5)) * noise * (0.4 + beat)
    y = y * 10.0 ** (3.0 * load * (swing > 0.1) / 20.0)
    return effects.filtered(y, sr=sr, lowpass=float(rng.uniform(800.0, 9000.0)))
