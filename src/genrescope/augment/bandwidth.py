"""
Less bandwidth: a low-pass, or a lower sample rate and back, as of old recordings and telephones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.audio.resample import resample
from genrescope.augment.filters import filtered
from genrescope.errors import ParameterError


@dataclass(frozen=True)
class Settings:
    """
    Settings of the bandwidth.

    Attributes
    ----------
    low_pass_hz : float or None
        Where a low-pass of linear phase has fallen to half the amplitude; the fall begins 5 % below
        and is complete 5 % above. None leaves it out.
    through_sr : int or None
        Sample rate in Hz to which the sound is resampled, and back; one that is not below that of
        the sound changes nothing. None leaves it out.
    """

    low_pass_hz: float | None = None
    through_sr: int | None = None

    def __post_init__(self) -> None:
        """Refuse frequencies that mean nothing."""
        for name, value in (("low_pass_hz", self.low_pass_hz), ("through_sr", self.through_sr)):
            if value is not None and not value > 0:
                raise ParameterError(f"{name} is {value}, but must be above 0 Hz, or None")


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Take away the highest frequencies.

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
        In its place.
    """
    out = y.astype(np.float32)
    cutoff = settings.low_pass_hz
    if cutoff is not None and 0.95 * cutoff < sr / 2:
        out = filtered(out, sr=sr, gain=lambda hz: _fall(hz / cutoff))
    if settings.through_sr is not None and settings.through_sr < sr:
        rows = [_through(x, sr=sr, lower=settings.through_sr) for x in np.atleast_2d(out)]
        out = np.stack(rows).reshape(y.shape)
    return out


def _fall(ratio: np.ndarray) -> np.ndarray:
    """Half a period of a cosine, from 5 % below the cutoff to 5 % above."""
    faded: np.ndarray = 0.5 + 0.5 * np.cos(np.pi * np.clip((ratio - 0.95) / 0.1, 0, 1))
    return faded


def _through(y: np.ndarray, *, sr: int, lower: int) -> np.ndarray:
    back = resample(resample(y, orig_sr=sr, target_sr=lower), orig_sr=lower, target_sr=sr)
    out = np.zeros(len(y), dtype=np.float32)
    n = min(len(y), len(back))
    out[:n] = back[:n]
    return out
