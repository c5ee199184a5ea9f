"""Modulation spectra: how strongly levels vary along frames, by rate, and across bands, by scale.

Conventions: a series has one value a frame; rates are in Hz at a `frame_rate` in frames a second,
scales in cycles per patch of bands. Series are cut into stretches ``[shape=(..., k, n)]``, their
powers are means over the ``k`` stretches. The windows are Hann windows without their two zeros.
Values and spectra are float32.

Few rates of short stretches are wanted, so that a product with a matrix of windowed cosines and
sines is quicker than a Fourier transform that also computes the rest; it errs as little, some 1e-7
of the strongest rate. The last few matrices of each kind are remembered, read-only.

Public functions: `stretches`, `rate_pooling`, `power`, `ripple_power`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

# Greater matrices (frames times rates) are slower than the transform, and would fill the memory.
MAX_MATRIX = 2**18


def stretches(X: np.ndarray, *, length: float, least: int) -> np.ndarray:
    """
    Cut series into half-overlapping stretches that cover the whole.

    Parameters
    ----------
    X : np.ndarray [shape=(n_series, t)]
        The series, of at least `least` frames.
    length : float
        Frames in a stretch that are asked for; shorter series give one stretch.
    least : int
        Frames that a stretch has at least; 2 or more.

    Returns
    -------
    np.ndarray [shape=(n_series, n_stretches, n)]
        The stretches; a new array.

    Examples
    --------
    >>> stretches(np.arange(6.0)[None], length=4.0, least=2)
    array([[[0., 1., 2., 3.],
            [2., 3., 4., 5.]]])
    """
    t = X.shape[1]
    n = min(max(least, round(length)), t)
    n_stretches = int(np.ceil((t - n) / (n // 2))) + 1
    starts = np.linspace(0, t - n, n_stretches).round().astype(np.intp)
    return np.lib.stride_tricks.sliding_window_view(X, n, axis=1)[:, starts]


@lru_cache(maxsize=16)
def rate_pooling(n_fft: int, *, frame_rate: float, edges: tuple[float, ...]) -> np.ndarray:
    """
    Compute the weights that average a spectrum over ranges of rate.

    Parameters
    ----------
    n_fft : int
        Length of the transform in frames.
    frame_rate : float
        Frames a second.
    edges : tuple of float
        Where each range begins, and the last one ends, in Hz, rising; a range has its beginning but
        not its end.

    Returns
    -------
    np.ndarray [shape=(len(edges) - 1, n_rates)]
        Weights for the rates from 0 Hz to the last that any range has; rows sum to 1, those of
        ranges without a rate to 0. Float64, read-only.

    Examples
    --------
    >>> rate_pooling(8, frame_rate=8.0, edges=(1.0, 2.5, 3.0))
    array([[0. , 0.5, 0.5],
           [0. , 0. , 0. ]])
    """
    rates = np.arange(n_fft // 2 + 1) * frame_rate / n_fft
    low, high = np.array(edges[:-1])[:, None], np.array(edges[1:])[:, None]
    inside = (rates >= low) & (rates < high)
    inside = inside[:, : int(np.flatnonzero(inside.any(axis=0)).max(initial=0)) + 1]
    weights: np.ndarray = inside / np.maximum(inside.sum(axis=1, keepdims=True), 1)
    weights.flags.writeable = False
    return weights


def power(X: np.ndarray, *, n_fft: int, n_rates: int, frame_rate: float) -> np.ndarray:
    """
    Compute the power of series at the lowest rates.

    Parameters
    ----------
    X : np.ndarray [shape=(..., k, n)]
        Stretches of series, float32.
    n_fft : int
        Length of the transform, at least `n`: zeros follow the series.
    n_rates : int
        How many rates are wanted, from 0 up in steps of ``frame_rate / n_fft``; at most
        ``n_fft // 2 + 1``.
    frame_rate : float
        Frames a second.

    Returns
    -------
    np.ndarray [shape=(..., n_rates)]
        Squared values per Hz, the mean of the stretches, float32.

    Examples
    --------
    >>> power(np.ones((1, 3), dtype=np.float32), n_fft=8, n_rates=1, frame_rate=2.0).round(3)
    array([1.333], dtype=float32)
    """
    k, n = X.shape[-2:]
    real, imag = _spectra(X, n_fft=n_fft, n_rates=n_rates)
    return _energy(real, imag) / np.float32(k * frame_rate * _square_sum(n))


def ripple_power(
    X: np.ndarray, *, n_scales: int, n_fft: int, n_rates: int, frame_rate: float
) -> np.ndarray:
    """
    Compute the power of ripples in patches of bands at the lowest scales and rates.

    Parameters
    ----------
    X : np.ndarray [shape=(n_patches, n_bands, k, n)]
        Stretches of the bands of each patch, float32.
    n_scales : int
        How many scales are wanted, from 0 up; at most half of `n_bands`.
    n_fft, n_rates, frame_rate : int, int, float
        As in `power`.

    Returns
    -------
    np.ndarray [shape=(n_patches, 2 * n_scales - 1, n_rates)]
        Squared values per Hz, float32: scale 0, then the others of falling ripples, then those of
        rising ones.

    Examples
    --------
    >>> bands, times = np.arange(16)[:, None], np.arange(32)
    >>> rising = np.cos(2 * np.pi * (times / 8 - bands / 8)).astype(np.float32)
    >>> P = ripple_power(rising[None, :, None], n_scales=4, n_fft=32, n_rates=8, frame_rate=8.0)
    >>> [int(i) for i in np.unravel_index(P[0].argmax(), P[0].shape)]
    [5, 4]
    """
    n_patches, n_bands, k, n = X.shape
    waves = _waves(n_bands, n_bands, n_scales)
    along = np.concatenate([waves[0].T, waves[1, :, 1:].T]) @ X.reshape(n_patches, n_bands, k * n)
    real, imag = _spectra(along.reshape(n_patches, -1, k, n), n_fft=n_fft, n_rates=n_rates)
    # Cosine and sine along the bands give the sum and the difference of both directions.
    still, cosine, sine = slice(0, 1), slice(1, n_scales), slice(n_scales, None)
    energy = np.concatenate(
        [
            _energy(real[:, still], imag[:, still]),
            _energy(real[:, cosine] - imag[:, sine], imag[:, cosine] + real[:, sine]),
            _energy(real[:, cosine] + imag[:, sine], imag[:, cosine] - real[:, sine]),
        ],
        axis=1,
    )
    scale = k * frame_rate * _square_sum(n_bands) * _square_sum(n)
    return np.asarray(energy / np.float32(scale))


def _spectra(X: np.ndarray, *, n_fft: int, n_rates: int) -> tuple[np.ndarray, np.ndarray]:
    """Give both parts of the lowest rates of the windowed transform: (..., n) to (..., n_rates)."""
    n = X.shape[-1]
    if n * n_rates > MAX_MATRIX:
        F = np.fft.rfft(X * _hann(n), n=n_fft)[..., :n_rates]
        return F.real, F.imag
    real, imag = np.matmul(X.reshape(-1, n), _waves(n, n_fft, n_rates))
    shape = (*X.shape[:-1], n_rates)
    return real.reshape(shape), imag.reshape(shape)


@lru_cache(maxsize=8)
def _waves(n: int, n_fft: int, n_rates: int) -> np.ndarray:
    """Give the windowed cosines and negative sines: (2, n, n_rates)."""
    turns = np.arange(n)[:, None] * np.arange(n_rates) % n_fft / n_fft
    waves = np.array([np.cos(2 * np.pi * turns), -np.sin(2 * np.pi * turns)])
    windowed: np.ndarray = (waves * _hann(n)[:, None]).astype(np.float32)
    windowed.flags.writeable = False
    return windowed


@lru_cache(maxsize=16)
def _hann(n: int) -> np.ndarray:
    window: np.ndarray = np.hanning(n + 2)[1:-1].astype(np.float32)
    window.flags.writeable = False
    return window


def _square_sum(n: int) -> float:
    return float(np.sum(_hann(n) ** 2))


def _energy(real: np.ndarray, imag: np.ndarray) -> np.ndarray:
    """Sum squared magnitudes over stretches: (..., k, n_rates) to (..., n_rates)."""
    squares = real * real
    squares += imag * imag
    total: np.ndarray = squares.sum(axis=-2)
    return total
