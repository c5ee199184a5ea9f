"""
Filters without delay, over whole recordings, in the domain of frequency.

Sound is ``[shape=(n,) or (n_channels, n)]``; time is the last axis. Public functions: `filtered`,
`convolved`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# What rings beyond the end of the sound must not come back at its beginning.
_RINGING_S = 0.5


def filtered(y: np.ndarray, *, sr: int, gain: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """
    Weight the frequencies of sound, without moving it in time.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n)]
        Sound.
    sr : int
        Sample rate in Hz.
    gain : callable
        From frequencies in Hz to factors.

    Returns
    -------
    np.ndarray [shape=(..., n)]
        Float32.

    Examples
    --------
    >>> y = np.ones(4, dtype=np.float32)
    >>> filtered(y, sr=8, gain=lambda hz: np.full_like(hz, 0.5)).round(3).tolist()
    [0.5, 0.5, 0.5, 0.5]
    """
    n = y.shape[-1]
    n_fft = _power_of_two(n + round(_RINGING_S * sr))
    weights = gain(np.fft.rfftfreq(n_fft, 1 / sr)).astype(np.float32)
    D = np.fft.rfft(y.astype(np.float32, copy=False), n_fft) * weights
    return _real(D, n_fft, n)


def convolved(y: np.ndarray, response: np.ndarray) -> np.ndarray:
    """
    Convolve sound with an impulse response; what would outlast the sound is cut off.

    Parameters
    ----------
    y : np.ndarray [shape=(..., n)]
        Sound.
    response : np.ndarray [shape=(m,)]
        Impulse response.

    Returns
    -------
    np.ndarray [shape=(..., n)]
        Float32.

    Examples
    --------
    >>> y = np.array([1.0, 0.0, 2.0], dtype=np.float32)
    >>> convolved(y, np.array([1.0, 0.5], dtype=np.float32)).round(3).tolist()
    [1.0, 0.5, 2.0]
    """
    n = y.shape[-1]
    n_fft = _power_of_two(n + len(response) - 1)
    D = np.fft.rfft(y.astype(np.float32, copy=False), n_fft)
    return _real(D * np.fft.rfft(response.astype(np.float32, copy=False), n_fft), n_fft, n)


def _power_of_two(n: int) -> int:
    return 1 << max(1, n - 1).bit_length()


def _real(D: np.ndarray, n_fft: int, n: int) -> np.ndarray:
    out: np.ndarray = np.fft.irfft(D, n_fft)[..., :n]
    return np.ascontiguousarray(out, dtype=np.float32)
