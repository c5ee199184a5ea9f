"""
A part of the recording: a later start, or less of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError


@dataclass(frozen=True)
class Settings:
    """
    Settings of the excerpt.

    Attributes
    ----------
    start_s : float
        How much is left out at the beginning, in seconds.
    middle_s : float or None
        How much is kept of the middle of the rest, in seconds; less where there is less. None keeps
        all of it.
    """

    start_s: float = 0.0
    middle_s: float | None = None

    def __post_init__(self) -> None:
        """Refuse parts that cannot be."""
        if not self.start_s >= 0:
            raise ParameterError(f"start_s is {self.start_s}, but must be at least 0 seconds")
        if self.middle_s is not None and not self.middle_s > 0:
            raise ParameterError(f"middle_s is {self.middle_s}, but must be above 0 seconds")


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Cut a part out of sound.

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
        The part; empty where the recording ends before it begins.
    """
    rest = y[..., round(settings.start_s * sr) :]
    n = rest.shape[-1]
    if settings.middle_s is not None:
        wanted = min(n, round(settings.middle_s * sr))
        at = (n - wanted) // 2
        rest = rest[..., at : at + wanted]
    return rest.astype(np.float32)
