"""
Another tempo at the same pitch, or another pitch at the same tempo, as of another performance.

The tempo is changed by overlapping the waveform (`genrescope.audio.tempo`); the pitch by resampling
and changing the tempo back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.audio.resample import resample
from genrescope.audio.tempo import change_tempo


@dataclass(frozen=True)
class Settings:
    """
    Settings of the speed.

    Attributes
    ----------
    rate : float
        How many times as fast, from 0.5 to 2.
    semitones : float
        By how many semitones higher (lower where negative), from -12 to 12.
    """

    rate: float = 1.0
    semitones: float = 0.0


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Change the tempo of sound, its pitch, or both.

    Parameters
    ----------
    y : np.ndarray [shape=(n,) or (n_channels, n)]
        Sound.
    sr : int
        Sample rate in Hz.
    settings : Settings
        The settings.
    rng : np.random.Generator
        Not used.

    Returns
    -------
    np.ndarray [shape=(m,) or (n_channels, m)]
        ``round(n / rate)`` samples.

    Raises
    ------
    ParameterError
        If tempo and pitch together ask for more than half or twice the tempo.
    """
    ratio = 2 ** (settings.semitones / 12)
    rows = np.atleast_2d(y).astype(np.float32)
    if settings.semitones:
        # Played at the old rate, sound of 1/ratio of the samples is ratio times as high.
        lower = round(sr / ratio)
        rows = np.stack([resample(x, orig_sr=sr, target_sr=lower) for x in rows])
        ratio = sr / lower
    moved = change_tempo(rows, sr=sr, rate=settings.rate / ratio)
    wanted = round(y.shape[-1] / settings.rate)
    out = np.zeros((len(rows), wanted), dtype=np.float32)
    n = min(wanted, moved.shape[1])
    out[:, :n] = moved[:, :n]
    return out.reshape(*y.shape[:-1], wanted)
