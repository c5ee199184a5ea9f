"""
From spectra back to sound: the way of `spectrum` and `mel`, walked backwards.

A mel band says how much power its triangle held, not where in it: bands go back to bins by the
pseudo-inverse of the filter bank, and what it makes negative becomes zero. A power spectrum says
nothing of phase: it is taken from a sound that is at hand, or found by the iteration of Griffin and
Lim. Frames are those of `frames`: centred, with the periodic Hann window.

Conventions: spectra are ``[shape=(1 + n_fft // 2, t)]``; `hop_length` is at most half of `n_fft`,
else the windows would leave gaps.

Public functions: `short_time_spectrum`, `sound_of_spectrum`, `power_of_mel`, `griffin_lim`.

References
----------
D. Griffin and J. Lim, "Signal estimation from modified short-time Fourier transform", IEEE Trans.
ASSP 32(2), 1984.
"""

from __future__ import annotations

import numpy as np

from genrescope.dsp import frames, mel, spectrum
from genrescope.errors import ParameterError

# Below this sum of squared windows, a sample lies outside all frames.
_LEAST_OVERLAP = 1e-6


def short_time_spectrum(y: np.ndarray, *, n_fft: int = 2048, hop_length: int = 512) -> np.ndarray:
    """
    Compute the complex spectra of the frames of a signal.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound, floating point, at least one frame long.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.

    Returns
    -------
    np.ndarray [shape=(1 + n_fft // 2, t)]
        Windowed Fourier transforms, complex128.

    Raises
    ------
    ParameterError
        If the signal or a length breaks a rule.

    Examples
    --------
    >>> short_time_spectrum(np.ones(8, dtype=np.float32), n_fft=4, hop_length=2).shape
    (3, 5)
    """
    y = spectrum.checked_input(y, n_fft=n_fft, hop_length=hop_length)
    t = frames.n_frames(y.size, n_fft=n_fft, hop_length=hop_length)
    cut = frames.frames(y, start=0, stop=t, n_fft=n_fft, hop_length=hop_length)
    return np.fft.rfft(cut * spectrum.hann_window(n_fft)).T


def sound_of_spectrum(X: np.ndarray, *, hop_length: int, n_samples: int) -> np.ndarray:
    """
    Give the signal whose short-time spectra are nearest to given ones, by least squares.

    Parameters
    ----------
    X : np.ndarray [shape=(1 + n_fft // 2, t)]
        Complex spectra of frames of an even number of samples.
    hop_length : int
        Samples between the centres of successive frames.
    n_samples : int
        Length of the signal.

    Returns
    -------
    np.ndarray [shape=(n_samples,)]
        The signal, float64; zero where no frame reaches.

    Raises
    ------
    ParameterError
        If the hop leaves gaps between the windows.

    Examples
    --------
    >>> y = np.sin(np.arange(64.0))
    >>> X = short_time_spectrum(y, n_fft=16, hop_length=4)
    >>> bool(np.allclose(sound_of_spectrum(X, hop_length=4, n_samples=64), y, atol=1e-6))
    True
    """
    n_fft = 2 * (len(X) - 1)
    if not 1 <= hop_length <= n_fft // 2:
        raise ParameterError(
            f"hop_length is {hop_length}, but frames of {n_fft} samples overlap enough to give "
            f"sound back up to a hop of {n_fft // 2}: interpolate the spectra in time first"
        )
    window = spectrum.hann_window(n_fft)
    total = max(n_samples + n_fft, (X.shape[1] - 1) * hop_length + n_fft)
    y, weight = np.zeros(total), np.zeros(total)
    for i, frame in enumerate(np.fft.irfft(X.T, n_fft) * window):
        place = slice(i * hop_length, i * hop_length + n_fft)
        y[place] += frame
        weight[place] += window**2
    y[weight > _LEAST_OVERLAP] /= weight[weight > _LEAST_OVERLAP]
    return y[n_fft // 2 : n_fft // 2 + n_samples]


def power_of_mel(
    M: np.ndarray, *, sr: int, n_fft: int = 2048, fmin: float = 0.0, fmax: float | None = None
) -> np.ndarray:
    """
    Spread the powers of mel bands over the frequency bins.

    Parameters
    ----------
    M : np.ndarray [shape=(n_mels, t)]
        Powers of mel bands, as `mel.mel_power` gives them.
    sr : int
        Sample rate in Hz.
    n_fft : int
        Samples in a frame.
    fmin, fmax : float
        Edges of the bands in Hz; None is half the sample rate.

    Returns
    -------
    np.ndarray [shape=(1 + n_fft // 2, t)]
        Powers, not negative, float64.

    Examples
    --------
    >>> power_of_mel(np.ones((64, 3)), sr=22050).shape
    (1025, 3)
    """
    bank = mel.mel_filter_bank(sr=sr, n_fft=n_fft, n_mels=len(M), fmin=fmin, fmax=fmax)
    power: np.ndarray = np.maximum(np.linalg.pinv(bank.astype(np.float64)) @ M, 0.0)
    return power


def griffin_lim(
    magnitudes: np.ndarray,
    *,
    hop_length: int,
    n_samples: int,
    rng: np.random.Generator,
    n_iter: int = 32,
) -> np.ndarray:
    """
    Find a signal with given magnitudes of its short-time spectra, from random phases.

    Parameters
    ----------
    magnitudes : np.ndarray [shape=(1 + n_fft // 2, t)]
        Not negative; one column for each frame of the signal.
    hop_length : int
        Samples between the centres of successive frames.
    n_samples : int
        Length of the signal.
    rng : np.random.Generator
        Draws the first phases.
    n_iter : int
        How often the phases are taken from the signal that they gave.

    Returns
    -------
    np.ndarray [shape=(n_samples,)]
        The signal, float64.

    Raises
    ------
    ParameterError
        If the hop leaves gaps between the windows, or the columns are not those of the signal.

    Examples
    --------
    >>> magnitudes = np.zeros((9, 17))
    >>> rng = np.random.default_rng(0)
    >>> float(griffin_lim(magnitudes, hop_length=4, n_samples=64, rng=rng).max())
    0.0
    """
    n_fft = 2 * (len(magnitudes) - 1)
    t = frames.n_frames(n_samples, n_fft=n_fft, hop_length=hop_length)
    if magnitudes.shape[1] != t:
        raise ParameterError(
            f"{magnitudes.shape[1]} columns of magnitudes, but {n_samples} samples have {t} frames "
            f"at a hop of {hop_length}"
        )
    X = magnitudes * np.exp(2j * np.pi * rng.random(magnitudes.shape))
    for _ in range(n_iter):
        y = sound_of_spectrum(X, hop_length=hop_length, n_samples=n_samples)
        X = short_time_spectrum(y, n_fft=n_fft, hop_length=hop_length)
        X *= magnitudes / np.maximum(np.abs(X), np.finfo(float).tiny)
    return sound_of_spectrum(X, hop_length=hop_length, n_samples=n_samples)
