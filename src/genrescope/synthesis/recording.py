"""How a sound comes to be a recording: a room, other sounds behind it, a narrow line, a level.

Public functions: `recorded`.
"""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, unit_rms

PEAK = 10.0 ** (-1.0 / 20.0)
STEP = 2.0**-15


def recorded(rng: np.random.Generator, y: np.ndarray, *, sr: int) -> np.ndarray:
    """
    Record a sound: near or in a room, over some noise, wide or narrow in band, loud or soft.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    y : np.ndarray [shape=(n,)]
        The sound, of any loudness.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Float32, in steps of 16 bits as on a file; its peak lies between -40 and -1 dB of full
        scale. Silence is given as noise of the recorder.
    """
    y = unit_rms(np.asarray(y, dtype=np.float64))
    if rng.random() < 0.45:
        response = effects.room(rng, room_s=float(rng.uniform(0.15, 2.2)), sr=sr)
        y = y + float(rng.uniform(0.2, 1.6)) * effects.convolved(y, response)
    # From a quiet studio (75 dB) to a noisy street.
    hiss = coloured_noise(rng, len(y), exponent=float(rng.uniform(0.0, 1.8)))
    y = y + hiss * effects.rms(y) * 10.0 ** (-float(rng.uniform(12.0, 75.0)) / 20.0)
    kind = rng.random()
    if kind < 0.15:
        y = effects.filtered(y, sr=sr, highpass=float(rng.uniform(200, 350)), lowpass=3400.0)
    elif kind < 0.5:
        y = _steep(y, sr=sr, lowpass=float(rng.choice([4000.0, 5500.0, 8000.0, 10000.0])))
    if rng.random() < 0.4:
        y = effects.filtered(y, sr=sr, highpass=float(rng.uniform(30.0, 140.0)))
    peak = float(np.max(np.abs(y)))
    level = PEAK * 10.0 ** (-(float(rng.uniform(0.0, 1.0)) ** 2) * 39.0 / 20.0)
    y = y * (level / peak) if peak > 0.0 else rng.standard_normal(len(y)) * 4.0 * STEP
    return np.asarray(np.round(y / STEP) * STEP, dtype=np.float32)


def _steep(y: np.ndarray, *, sr: int, lowpass: float) -> np.ndarray:
    """Leave nothing above a frequency, as resampling and lossy coders do."""
    n = effects.fast_length(len(y) + min(len(y), 1024))
    f = np.arange(n // 2 + 1) * (sr / n)
    gain = np.clip((lowpass - f) / (0.04 * lowpass), 0.0, 1.0)
    return np.asarray(np.fft.irfft(np.fft.rfft(y, n) * gain, n)[: len(y)])
