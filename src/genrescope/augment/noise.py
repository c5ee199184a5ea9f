"""
Noise under the music, as of tape, an old record or a bad line.

The level of the noise is set against the root mean square of the whole recording. White noise has
equal power in equal bands of Hz, pink noise (from 20 Hz up) in equal octaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError, unknown_name

COLOURS = ("white", "pink")
_LOWEST_HZ = 20.0


@dataclass(frozen=True)
class Settings:
    """
    Settings of the noise.

    Attributes
    ----------
    colour : str
        ``"white"`` or ``"pink"``.
    snr_db : float
        Power of the sound over that of the noise, in dB.
    """

    colour: str = "white"
    snr_db: float = 30.0

    def __post_init__(self) -> None:
        """Refuse noise that nobody knows."""
        if self.colour not in COLOURS:
            raise unknown_name("colour of noise", self.colour, COLOURS)
        if not np.isfinite(self.snr_db):
            raise ParameterError(f"snr_db is {self.snr_db}, but is a number of dB")


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Add noise to sound.

    Parameters
    ----------
    y : np.ndarray [shape=(n,) or (n_channels, n)]
        Sound.
    sr : int
        Sample rate in Hz.
    settings : Settings
        The settings.
    rng : np.random.Generator
        Draws the noise, of each channel by itself.

    Returns
    -------
    np.ndarray [shape=(n,) or (n_channels, n)]
        Silence stays silent; it may exceed full scale.
    """
    n = y.shape[-1]
    if settings.colour == "pink":
        # Transforms of a power of two are many times faster than those of a prime.
        longer = 1 << n.bit_length()
        noise = _pink(rng.standard_normal((*y.shape[:-1], longer), dtype=np.float32), sr=sr)[
            ..., :n
        ]
    else:
        noise = rng.standard_normal(y.shape, dtype=np.float32)
    wanted = _rms(y) * 10 ** (-settings.snr_db / 20)
    # Of a recording too short for 20 Hz, pink noise is silence.
    scale = wanted / max(_rms(noise), 1e-12)
    mixed: np.ndarray = y.astype(np.float32) + noise * np.float32(scale)
    return mixed


def _pink(noise: np.ndarray, *, sr: int) -> np.ndarray:
    n = noise.shape[-1]
    hz = np.fft.rfftfreq(n, 1 / sr)
    weights = np.where(hz >= _LOWEST_HZ, 1 / np.sqrt(np.maximum(hz, _LOWEST_HZ)), 0)
    pink: np.ndarray = np.fft.irfft(np.fft.rfft(noise) * weights.astype(np.float32), n)
    return pink.astype(np.float32, copy=False)


def _rms(y: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(y, dtype=np.float64))))
