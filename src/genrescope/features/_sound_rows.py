"""Rows over time that librosa computes from sound: chroma, spectral centroid, spectral contrast.

Conventions: `y` is mono at the sample rate of the front end, rows are ``[shape=(n_rows, t)]``
float32, over the frames of the log-mel (same `n_fft`, `hop_length` and centring). librosa is in the
extra ``[train]`` and is imported on use.

Public functions: `magnitudes`, `chroma`, `spectral_centroid`, `spectral_contrast`.
"""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np

from genrescope.errors import ParameterError, missing_extra
from genrescope.features.front_end import FrontEnd


def _librosa() -> ModuleType:
    try:
        import librosa
    except ImportError as error:
        raise missing_extra("train", "computing chroma or spectral contrast", error) from error
    module: ModuleType = librosa
    return module


def magnitudes(y: np.ndarray, front_end: FrontEnd) -> np.ndarray:
    """
    Compute the magnitude spectrogram that the rows are computed of.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound, at least `n_fft` samples.
    front_end : FrontEnd
        Says frames and hops.

    Returns
    -------
    np.ndarray [shape=(1 + n_fft / 2, t)]
        Magnitudes, float32.

    Raises
    ------
    MissingExtraError
        If librosa is not installed.
    """
    spectrum = _librosa().stft(
        np.asarray(y, dtype=np.float32), n_fft=front_end.n_fft, hop_length=front_end.hop_length
    )
    magnitude: np.ndarray = np.abs(spectrum)
    assert magnitude.shape[1] == front_end.n_frames(len(y))
    return magnitude


def chroma(magnitude: np.ndarray, front_end: FrontEnd, *, n_chroma: int) -> np.ndarray:
    """
    Compute how strong each pitch class is, by the defaults of librosa.

    Parameters
    ----------
    magnitude : np.ndarray [shape=(1 + n_fft / 2, t)]
        Magnitudes.
    front_end : FrontEnd
        What made them.
    n_chroma : int
        Pitch classes, from C.

    Returns
    -------
    np.ndarray [shape=(n_chroma, t)]
        In [0, 1], 1 for the strongest class of a frame; zeros where all is silent. The tuning is
        estimated from all frames.
    """
    with warnings.catch_warnings():
        # Silence has no tuning, which librosa takes as 0.
        warnings.filterwarnings("ignore", "Trying to estimate tuning from empty", UserWarning)
        rows: np.ndarray = _librosa().feature.chroma_stft(
            S=magnitude**2,
            sr=front_end.sr,
            n_fft=front_end.n_fft,
            hop_length=front_end.hop_length,
            n_chroma=n_chroma,
        )
    return rows.astype(np.float32)


def spectral_centroid(magnitude: np.ndarray, front_end: FrontEnd) -> np.ndarray:
    """
    Compute the mean frequency of each frame, weighted by magnitude.

    Parameters
    ----------
    magnitude : np.ndarray [shape=(1 + n_fft / 2, t)]
        Magnitudes.
    front_end : FrontEnd
        What made them.

    Returns
    -------
    np.ndarray [shape=(1, t)]
        In kHz; 0 where all is silent.
    """
    rows: np.ndarray = _librosa().feature.spectral_centroid(
        S=magnitude, sr=front_end.sr, n_fft=front_end.n_fft, hop_length=front_end.hop_length
    )
    return (rows / 1000.0).astype(np.float32)


def spectral_contrast(magnitude: np.ndarray, front_end: FrontEnd, *, n_bands: int) -> np.ndarray:
    """
    Compute how far peaks stand above valleys, in octaves from 200 Hz.

    Parameters
    ----------
    magnitude : np.ndarray [shape=(1 + n_fft / 2, t)]
        Magnitudes.
    front_end : FrontEnd
        What made them.
    n_bands : int
        Octaves above 200 Hz; there is one band more, below it.

    Returns
    -------
    np.ndarray [shape=(n_bands + 1, t)]
        In dB.

    Raises
    ------
    ParameterError
        If the bands do not fit the sample rate or the frame length.
    """
    librosa = _librosa()
    try:
        rows: np.ndarray = librosa.feature.spectral_contrast(
            S=magnitude,
            sr=front_end.sr,
            n_fft=front_end.n_fft,
            hop_length=front_end.hop_length,
            n_bands=n_bands,
        )
    except (librosa.util.exceptions.ParameterError, IndexError) as error:
        raise ParameterError(
            f"n_bands is {n_bands}: such octaves from 200 Hz do not fit a sample rate of "
            f"{front_end.sr} Hz and frames of {front_end.n_fft} samples ({error}); ask for fewer"
        ) from error
    return rows.astype(np.float32)
