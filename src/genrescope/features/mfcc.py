"""MFCC over time: the cosine transform of the log-mel spectrogram.

Conventions: in ``[shape=(n_mels, t)]`` in the scale of the front end, out ``[shape=(n_mfcc, t)]``
in dB, float32. Levels are relative to the maximum of the clip, so that the first coefficient does
not depend on the gain of the recording (librosa's default reference keeps the gain there).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.dsp import mfcc
from genrescope.errors import ParameterError
from genrescope.features.front_end import FrontEnd


@dataclass(frozen=True)
class Settings:
    """
    How many coefficients are taken.

    Attributes
    ----------
    n_mfcc : int
        Number of coefficients, from 1 to the number of mel bands.

    Raises
    ------
    ParameterError
        If `n_mfcc` is below 1.
    """

    n_mfcc: int = 13

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        if self.n_mfcc < 1:
            raise ParameterError(f"n_mfcc is {self.n_mfcc}, but must be at least 1")


def compute(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Compute the MFCC of one window.

    A picture of scale ``"unit"`` first goes back to dB, which assumes that the window reaches the
    floor (see `FrontEnd.to_db`).

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel of one window, in the scale of the front end.
    settings : Settings
        How many coefficients are taken.
    front_end : FrontEnd
        What made `S`.

    Returns
    -------
    np.ndarray [shape=(n_mfcc, t)]
        Coefficients in dB, float32.

    Raises
    ------
    ParameterError
        If more coefficients are asked for than there are bands.

    Examples
    --------
    >>> S = np.zeros((128, 44), dtype=np.float32)
    >>> compute(S, settings=Settings(), front_end=FrontEnd()).shape
    (13, 44)
    """
    return mfcc.mfcc(S=front_end.to_db(S), n_mfcc=settings.n_mfcc)


def brought_back(
    A: np.ndarray, *, settings: Settings, front_end: FrontEnd, n_frames: int
) -> np.ndarray:
    """
    Bring weights of the coefficients back to those of the log-mel, by the transposed map.

    Parameters
    ----------
    A : np.ndarray [shape=(n_mfcc, t)]
        One weight a coefficient and frame.
    settings : Settings
        How many coefficients there are.
    front_end : FrontEnd
        What made the log-mel.
    n_frames : int
        Columns of the log-mel.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        Sums of cosines over the bands, float32: as smooth as that many coefficients are.
    """
    cosines = mfcc.dct_matrix(settings.n_mfcc, n_mels=front_end.n_mels)
    back: np.ndarray = cosines.T @ A.astype(np.float64)
    return back.astype(np.float32)
