"""MFCC, chroma, spectral centroid and spectral contrast over time, one below the other.

The MFCC are those of the log-mel (see `mfcc`); the others are computed from the sound by librosa
(extra ``[train]``). Conventions: out ``[shape=(n_mfcc + n_chroma + 1 + n_bands + 1, t)]`` float32:
coefficients in dB, chroma in [0, 1], the centroid in kHz, so that its numbers are of the size of
the others, and contrast in dB, low bands first.

References
----------
D.-N. Jiang et al., "Music type classification by spectral contrast feature", ICME 2002.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.features import _sound_rows, mfcc
from genrescope.features.front_end import FrontEnd


@dataclass(frozen=True)
class Settings:
    """
    How many rows there are of each kind.

    Attributes
    ----------
    n_mfcc : int
        Coefficients, from 1 to the number of mel bands.
    n_chroma : int
        Pitch classes of an octave, from 1 to 128.
    n_bands : int
        Octaves from 200 Hz whose contrast is measured, from 1 to 12; the band below them is too.

    Raises
    ------
    ParameterError
        If a number is out of range.
    """

    n_mfcc: int = 40
    n_chroma: int = 12
    n_bands: int = 6

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        mfcc.Settings(n_mfcc=self.n_mfcc)
        for name, most in (("n_chroma", 128), ("n_bands", 12)):
            value = getattr(self, name)
            if not 1 <= value <= most:
                raise ParameterError(f"{name} is {value}, but must be from 1 to {most}")


def sound_rows(y: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Compute chroma, centroid and contrast of a window.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound at the sample rate of the front end.
    settings : Settings
        How many rows there are of each kind.
    front_end : FrontEnd
        Says frames and hops.

    Returns
    -------
    np.ndarray [shape=(n_chroma + 1 + n_bands + 1, t)]
        Rows in that order, float32.

    Raises
    ------
    MissingExtraError
        If librosa is not installed.
    ParameterError
        If the bands do not fit the front end.
    """
    magnitude = _sound_rows.magnitudes(y, front_end)
    return np.concatenate(
        [
            _sound_rows.chroma(magnitude, front_end, n_chroma=settings.n_chroma),
            _sound_rows.spectral_centroid(magnitude, front_end),
            _sound_rows.spectral_contrast(magnitude, front_end, n_bands=settings.n_bands),
        ]
    )


def compute(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Put the MFCC of a window above its other rows.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels + n_rows, t)]
        Log-mel of one window, and the rows of `sound_rows`.
    settings : Settings
        How many rows there are of each kind.
    front_end : FrontEnd
        What made the log-mel.

    Returns
    -------
    np.ndarray [shape=(n_mfcc + n_rows, t)]
        Float32.

    Raises
    ------
    ParameterError
        If more coefficients are asked for than there are bands.

    Examples
    --------
    >>> S = np.zeros((128 + 20, 44), dtype=np.float32)
    >>> compute(S, settings=Settings(), front_end=FrontEnd()).shape
    (60, 44)
    """
    rows = S[front_end.n_mels :].astype(np.float32)
    assert len(rows) == settings.n_chroma + 1 + settings.n_bands + 1
    coefficients = mfcc.compute(
        front_end.logmel_of(S), settings=mfcc.Settings(settings.n_mfcc), front_end=front_end
    )
    return np.concatenate([coefficients, rows])
