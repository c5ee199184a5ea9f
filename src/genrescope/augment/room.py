"""
A room around the music: its direct sound, and a tail of reverberation that dies away.

The tail is Gaussian noise under an exponential, the diffuse field of a room of which nothing but
the reverberation time is known [1]_. The direct sound is kept as it is.

References
----------
.. [1] Polack, J.-D. (1993). Playing billiards in the concert hall: the mathematical foundations of
   geometrical room acoustics. Applied Acoustics 38, 235-244.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.augment.filters import convolved
from genrescope.errors import ParameterError
from genrescope.seeding import rng_for


@dataclass(frozen=True)
class Settings:
    """
    Settings of the room.

    Attributes
    ----------
    rt60_s : float
        Time in which the reverberation falls by 60 dB, in seconds.
    direct_to_reverberant_db : float
        Energy of the direct sound over that of the tail, in dB.
    pre_delay_s : float
        When the tail begins, in seconds.
    seed : int
        Which room; the same for every recording.
    """

    rt60_s: float = 0.4
    direct_to_reverberant_db: float = 0.0
    pre_delay_s: float = 0.005
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse rooms that cannot be."""
        if not (0 < self.rt60_s <= 20 and 0 <= self.pre_delay_s <= 1):
            raise ParameterError(
                f"rt60_s is {self.rt60_s} and pre_delay_s {self.pre_delay_s}, but they must lie in "
                "(0, 20] and [0, 1] seconds"
            )


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Play sound in a room.

    Parameters
    ----------
    y : np.ndarray [shape=(n,) or (n_channels, n)]
        Sound.
    sr : int
        Sample rate in Hz.
    settings : Settings
        The settings.
    rng : np.random.Generator
        Not used: the room is drawn by its own seed.

    Returns
    -------
    np.ndarray [shape=(n,) or (n_channels, n)]
        In its place; the tail after the end is cut off, and it may exceed full scale.
    """
    return convolved(y, impulse_response(settings, sr=sr))


def impulse_response(settings: Settings, *, sr: int) -> np.ndarray:
    """
    Make the impulse response of a room.

    Parameters
    ----------
    settings : Settings
        The room.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(m,)]
        1 for the direct sound, then the tail until it has fallen by 60 dB; float32.
    """
    start = max(1, round(settings.pre_delay_s * sr))
    n = max(1, round(settings.rt60_s * sr))
    # An amplitude of 1/1000 is -60 dB.
    decay = 10 ** (-3 * np.arange(n) / n)
    tail = rng_for(settings.seed, "room").standard_normal(n) * decay
    tail *= 10 ** (-settings.direct_to_reverberant_db / 20) / np.sqrt(np.sum(tail**2))
    response = np.concatenate([[1.0], np.zeros(start - 1), tail])
    return response.astype(np.float32)
