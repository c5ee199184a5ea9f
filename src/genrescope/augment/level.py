"""
Louder, quieter, or driven into soft saturation, as by another volume or a hot master.

Soft clipping is ``p tanh(g y / p) / tanh(g)``, where p is the peak of the recording and g the
drive: the peak stays, what is quiet is raised by nearly g, and harmonics appear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Settings:
    """
    Settings of the level.

    Attributes
    ----------
    gain_db : float
        Gain in dB; nothing is clipped.
    drive_db : float or None
        Drive of the soft clipping in dB, before the gain; None does not clip.
    """

    gain_db: float = 0.0
    drive_db: float | None = None


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Change the level of sound.

    Parameters
    ----------
    y : np.ndarray [shape=(n,) or (n_channels, n)]
        Sound.
    sr : int
        Not used.
    settings : Settings
        The settings.
    rng : np.random.Generator
        Not used.

    Returns
    -------
    np.ndarray [shape=(n,) or (n_channels, n)]
        It may exceed full scale.
    """
    out = y.astype(np.float32)
    peak = float(np.abs(out).max(initial=0.0))
    if settings.drive_db is not None and peak > 0:
        drive = 10 ** (settings.drive_db / 20)
        out = np.tanh(out * np.float32(drive / peak)) * np.float32(peak / np.tanh(drive))
    return out * np.float32(10 ** (settings.gain_db / 20))
