"""Chroma over time: how strong each pitch class is, whatever its octave.

Computed from the sound by librosa (extra ``[train]``), since a mel band is wider than a semitone.
Conventions: out ``[shape=(n_chroma, t)]`` from C upwards, float32 in [0, 1], 1 for the strongest
class of a frame.

References
----------
T. Fujishima, "Realtime chord recognition of musical sound", ICMC 1999.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.features import _sound_rows
from genrescope.features.front_end import FrontEnd


@dataclass(frozen=True)
class Settings:
    """
    How many pitch classes there are.

    Attributes
    ----------
    n_chroma : int
        Pitch classes of an octave, from 1 to 128.

    Raises
    ------
    ParameterError
        If `n_chroma` is out of range.
    """

    n_chroma: int = 12

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        if not 1 <= self.n_chroma <= 128:
            raise ParameterError(f"n_chroma is {self.n_chroma}, but must be from 1 to 128")


def sound_rows(y: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Compute the chroma of a window.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound at the sample rate of the front end.
    settings : Settings
        How many pitch classes there are.
    front_end : FrontEnd
        Says frames and hops.

    Returns
    -------
    np.ndarray [shape=(n_chroma, t)]
        In [0, 1], float32.

    Raises
    ------
    MissingExtraError
        If librosa is not installed.
    """
    magnitude = _sound_rows.magnitudes(y, front_end)
    return _sound_rows.chroma(magnitude, front_end, n_chroma=settings.n_chroma)


def compute(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Give the rows below the log-mel.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels + n_chroma, t)]
        Log-mel of one window, and its chroma.
    settings : Settings
        How many pitch classes there are.
    front_end : FrontEnd
        What made the log-mel.

    Returns
    -------
    np.ndarray [shape=(n_chroma, t)]
        The chroma, float32; a new array.

    Examples
    --------
    >>> S = np.zeros((128 + 12, 44), dtype=np.float32)
    >>> compute(S, settings=Settings(), front_end=FrontEnd()).shape
    (12, 44)
    """
    rows: np.ndarray = S[front_end.n_mels :].astype(np.float32)
    assert len(rows) == settings.n_chroma
    return rows
