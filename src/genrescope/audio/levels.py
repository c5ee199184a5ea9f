"""Sample values: which are impossible, and what one channel makes of many.

Full scale is 1.0; sound may exceed it a little, but a value that is NaN, infinite or beyond 1e4
(+80 dB) is no sound. Public functions: `repair`, `downmix`, `peak`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

MAX_LEVEL = 1e4
# Half a step above the smallest level of 16 bits: what a dithered silence does not exceed.
SILENT_PEAK = 1.5 / 32768


def repair(samples: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], int, float]:
    """
    Put 0 in place of values that are no sound.

    Parameters
    ----------
    samples : ndarray of float32 [shape=(n, n_channels)]
        Decoded sound.

    Returns
    -------
    samples : ndarray of float32 [shape=(n, n_channels)]
        The same array where nothing is wrong, else a repaired copy.
    n_bad : int
        How many values were replaced.
    peak : float
        Largest absolute value of what is given back.

    Examples
    --------
    >>> repair(np.array([[0.5], [np.nan], [1e5]], dtype=np.float32))[0].ravel()
    array([0.5, 0. , 0. ], dtype=float32)
    """
    # NaN fails this comparison too; only odd recordings pay for the second look.
    largest = peak(samples)
    if largest <= MAX_LEVEL:
        return samples, 0, largest
    bad = ~(np.abs(samples) <= MAX_LEVEL)
    repaired = samples.copy(order="K")
    repaired[bad] = 0
    return repaired, int(np.count_nonzero(bad)), peak(repaired)


def downmix(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """
    Average the channels.

    Parameters
    ----------
    samples : ndarray of float32 [shape=(n, n_channels)]
        Decoded sound.

    Returns
    -------
    ndarray of float32 [shape=(n,)]
        The mean over the channels.

    Examples
    --------
    >>> downmix(np.array([[1.0, 0.0], [0.5, 0.5]], dtype=np.float32))
    array([0.5, 0.5], dtype=float32)
    """
    n_channels = samples.shape[1]
    if n_channels == 1:
        return np.ascontiguousarray(samples[:, 0])
    if n_channels == 2:
        total = samples[:, 0] + samples[:, 1]
        total *= np.float32(0.5)
        return total
    mean: npt.NDArray[np.float32] = samples.mean(axis=1, dtype=np.float32)
    return mean


def peak(samples: npt.NDArray[Any]) -> float:
    """
    Measure the largest absolute value.

    Parameters
    ----------
    samples : ndarray of float [any shape]
        Sound.

    Returns
    -------
    float
        0 for no samples; NaN where any sample is NaN.

    Examples
    --------
    >>> peak(np.array([0.25, -0.5], dtype=np.float32))
    0.5
    """
    if not samples.size:
        return 0.0
    low, high = float(samples.min()), float(samples.max())
    return high if high != high else max(-low, high)
