"""Mel-frequency cepstral coefficients: the cosine transform of the levels of the mel bands.

Conventions: levels `S` are in dB ``[shape=(n_mels, t)]``, coefficients ``[shape=(n_mfcc, t)]``, low
ones first. The transform is the orthonormal DCT-II, without liftering. It is summed in float64: the
first coefficient is a sum of some hundred levels of one sign, which float32 would blur by 1e-3 dB.

Changing the reference of the levels by ``x`` dB changes the first coefficient by ``sqrt(n_mels) x``
and no other, as long as no level meets the floor.

Public functions: `dct_matrix`, `mfcc`.

References
----------
S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word
recognition in continuously spoken sentences", IEEE Trans. ASSP 28(4), 1980.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from genrescope.dsp import mel
from genrescope.errors import ParameterError


def dct_matrix(n_mfcc: int, *, n_mels: int) -> np.ndarray:
    """
    Compute the first rows of the orthonormal DCT-II.

    Parameters
    ----------
    n_mfcc : int
        Number of coefficients, from 1 to `n_mels`.
    n_mels : int
        Number of values that are transformed.

    Returns
    -------
    np.ndarray [shape=(n_mfcc, n_mels)]
        Orthonormal rows, float64, read-only.

    Raises
    ------
    ParameterError
        If `n_mfcc` is below 1 or above `n_mels`.

    Examples
    --------
    >>> dct_matrix(2, n_mels=2).round(4)
    array([[ 0.7071,  0.7071],
           [ 0.7071, -0.7071]])
    """
    if not 1 <= n_mfcc <= n_mels:
        raise ParameterError(
            f"n_mfcc is {n_mfcc}, but {n_mels} mel bands give from 1 to {n_mels} coefficients"
        )
    return _cosines(n_mfcc, n_mels)


@lru_cache(maxsize=16)
def _cosines(n_mfcc: int, n_mels: int) -> np.ndarray:
    rows, columns = np.arange(n_mfcc)[:, None], np.arange(n_mels)
    cosines: np.ndarray = np.sqrt(2.0 / n_mels) * np.cos(np.pi * rows * (columns + 0.5) / n_mels)
    cosines[0] /= np.sqrt(2.0)
    cosines.flags.writeable = False
    return cosines


def mfcc(
    y: np.ndarray | None = None,
    *,
    sr: int = 22050,
    S: np.ndarray | None = None,
    n_mfcc: int = 20,
    ref: float | None = 1.0,
    top_db: float | None = 80.0,
    n_fft: int = 2048,
    hop_length: int = 512,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
) -> np.ndarray:
    """
    Compute the MFCC of a signal, or of levels that were computed before.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)] or None
        Mono sound, floating point, at least one frame long; None where `S` is given.
    sr : int
        Sample rate in Hz; this and what follows `n_mfcc` say how the levels of `y` are computed.
    S : np.ndarray [shape=(n_mels, t)] or None
        Levels in dB, instead of `y`.
    n_mfcc : int
        Number of coefficients, from 1 to the number of mel bands.
    ref : float or None
        Power that counts as 0 dB; 1.0, as librosa has it, keeps the loudness of the recording in
        the first coefficient. None takes the maximum of the signal, as `mel.log_mel` does.
    top_db : float or None
        The floor: levels lower than this below the maximum are raised to it; None sets no floor.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.
    n_mels : int
        Number of mel bands.
    fmin : float
        Lower edge of the first band in Hz.
    fmax : float or None
        Upper edge of the last band in Hz; None takes half the sample rate.

    Returns
    -------
    np.ndarray [shape=(n_mfcc, t)]
        Coefficients in dB, float32.

    Raises
    ------
    ParameterError
        If the signal or a setting breaks a rule, `S` has not two dimensions or not enough bands, or
        not just one of `y` and `S` is given.

    Examples
    --------
    >>> mfcc(np.zeros(22050, dtype=np.float32), sr=22050, n_mfcc=13).shape
    (13, 44)
    >>> mfcc(S=np.full((4, 1), -40.0), n_mfcc=2).round(3)
    array([[-80.],
           [  0.]], dtype=float32)
    """
    if (y is None) == (S is None):
        raise ParameterError(
            f"{'neither' if y is None else 'both'} of y and S were given: give the signal (y) or "
            "its levels in dB (S)"
        )
    if y is not None:
        dct_matrix(n_mfcc, n_mels=n_mels)
        S = mel.log_mel(
            y, sr=sr, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels, fmin=fmin, fmax=fmax,
            ref=ref, top_db=top_db,
        )  # fmt: skip
    levels = np.asarray(S, dtype=np.float32)
    if levels.ndim != 2:
        raise ParameterError(f"S has shape {levels.shape}, but must be (n_mels, t)")
    coefficients: np.ndarray = dct_matrix(n_mfcc, n_mels=len(levels)) @ levels.astype(np.float64)
    return coefficients.astype(np.float32)
