"""
Brighter or darker: a gain that rises or falls with the octave, as of other loudspeakers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.augment.filters import filtered
from genrescope.errors import ParameterError


@dataclass(frozen=True)
class Settings:
    """
    Settings of the equaliser.

    Attributes
    ----------
    tilt_db : float
        Gain in dB at and above `high_hz`; at and below `low_hz` it is the opposite, and between
        them it runs straight over the octaves.
    low_hz, high_hz : float
        Where the slope begins and ends, in Hz.
    """

    tilt_db: float = 6.0
    low_hz: float = 100.0
    high_hz: float = 10_000.0

    def __post_init__(self) -> None:
        """Refuse a slope without octaves."""
        if not 0 < self.low_hz < self.high_hz:
            raise ParameterError(
                f"the slope runs from {self.low_hz} to {self.high_hz} Hz, but must run from a "
                "frequency above 0 to a higher one"
            )


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Tilt the spectrum of sound.

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
    np.ndarray [shape=(n,) or (n_channels, n)]
        In its place; it may exceed full scale.
    """
    ends = np.log2([settings.low_hz, settings.high_hz])

    def _gain(hz: np.ndarray) -> np.ndarray:
        octave = np.log2(np.maximum(hz, settings.low_hz))
        decibel = np.interp(octave, ends, [-settings.tilt_db, settings.tilt_db])
        factor: np.ndarray = 10 ** (decibel / 20)
        return factor

    return filtered(y, sr=sr, gain=_gain)
