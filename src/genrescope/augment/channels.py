"""
One channel of several: their mean, as on a small radio, or one of them, as with one earphone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError, unknown_name

KEPT = ("mean", "left", "right")


@dataclass(frozen=True)
class Settings:
    """
    Settings of the channels.

    Attributes
    ----------
    keep : str
        ``"mean"`` of all channels, ``"left"`` (the first) or ``"right"`` (the second).
    """

    keep: str = "mean"

    def __post_init__(self) -> None:
        """Refuse channels that nobody knows."""
        if self.keep not in KEPT:
            raise unknown_name("channel to keep", self.keep, KEPT)


def apply(y: np.ndarray, *, sr: int, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """
    Make one channel of several.

    Parameters
    ----------
    y : np.ndarray [shape=(n_channels, n)]
        Sound of two channels or more.
    sr : int
        Not used.
    settings : Settings
        The settings.
    rng : np.random.Generator
        Not used.

    Returns
    -------
    np.ndarray [shape=(n,)]
        One channel.

    Raises
    ------
    ParameterError
        If there is one channel already.
    """
    if y.ndim == 1 or len(y) == 1:
        raise ParameterError(
            f"y has shape {y.shape}: it has one channel already, so there is none to leave out"
        )
    if settings.keep == "mean":
        kept: np.ndarray = y.mean(axis=0)
    else:
        kept = y[KEPT.index(settings.keep) - 1]
    return kept.astype(np.float32)
