"""
What a lossy codec leaves: sound that was encoded as MP3 and decoded again.

Bits are spent where they are heard most; at low rates the highest frequencies go first. Each
channel is encoded by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.audio.encode import decode_mp3, encode_mp3
from genrescope.audio.resample import resample


@dataclass(frozen=True)
class Settings:
    """
    Settings of the codec.

    Attributes
    ----------
    bit_rate : int
        Bits a second and channel; one of those of MP3.
    """

    bit_rate: int = 64_000


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Encode sound as MP3 and decode it.

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
        In its place, without the delay of the encoder.

    Raises
    ------
    ParameterError
        If MP3 has no such bit rate.
    """
    channels = [_round_trip(x, sr=sr, bit_rate=settings.bit_rate) for x in np.atleast_2d(y)]
    return np.stack(channels).reshape(y.shape)


def _round_trip(y: np.ndarray, *, sr: int, bit_rate: int) -> np.ndarray:
    decoded, rate = decode_mp3(encode_mp3(y, sr=sr, bit_rate=bit_rate))
    if rate != sr:
        decoded = resample(decoded, orig_sr=rate, target_sr=sr)
    out = np.zeros(len(y), dtype=np.float32)
    n = min(len(y), len(decoded))
    out[:n] = decoded[:n]
    return out
