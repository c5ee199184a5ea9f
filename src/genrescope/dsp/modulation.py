"""Modulation: how strongly levels vary along frames, by rate, in half-overlapping stretches.

Conventions: a series has one value a frame, along the last axis; rates are in Hz at a `frame_rate`
in frames a second. The window is the Hann window without its two zeros. What depends on numbers
alone is remembered for the last few settings, read-only.

Public functions: `stretches`, `hann`, `rate_pooling`, `rates`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np


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
def hann(n: int) -> np.ndarray:
    """
    Compute the Hann window without its zeros.

    Parameters
    ----------
    n : int
        Frames in the window.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Weights above 0, at most 1, float32, read-only.

    Examples
    --------
    >>> hann(3)
    array([0.5, 1. , 0.5], dtype=float32)
    """
    window: np.ndarray = np.hanning(n + 2)[1:-1].astype(np.float32)
    window.flags.writeable = False
    return window


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


def rates(X: np.ndarray, *, window: np.ndarray, n_fft: int, n_rates: int) -> np.ndarray:
    """
    Compute the lowest rates of the windowed Fourier transform of series.

    Parameters
    ----------
    X : np.ndarray [shape=(..., n)]
        The series, float32.
    window : np.ndarray [shape=(n,)]
        Weights of the frames, float32; may have axes before the last that fit those of `X`.
    n_fft : int
        Length of the transform, at least `n`: zeros follow the series.
    n_rates : int
        How many rates are wanted, from 0 up in steps of the frame rate over `n_fft`; at most
        ``n_fft // 2 + 1``.

    Returns
    -------
    np.ndarray [shape=(..., n_rates)]
        The transform, complex64.

    Examples
    --------
    >>> rates(np.ones((2, 3), dtype=np.float32), window=hann(3), n_fft=8, n_rates=1).real.tolist()
    [[2.0], [2.0]]
    """
    # Zeros of one's own are quicker than those that the transform would have to add.
    padded = np.zeros((*X.shape[:-1], n_fft), dtype=np.float32)
    np.multiply(X, window, out=padded[..., : X.shape[-1]])
    return np.fft.rfft(padded)[..., :n_rates]
