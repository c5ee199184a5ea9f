"""The plucked string of Karplus and Strong.

A burst of noise runs round a delay line of one period and loses its high harmonics at each turn.
Since a turn depends only on the turn before it, whole periods are computed at once: no Python loop
runs over samples.

Public functions: `burst`, `string`.
"""

from __future__ import annotations

import numpy as np


def burst(
    rng: np.random.Generator, period: int, *, brightness: float, position: float
) -> np.ndarray:
    """
    Make the first period of a string: noise, shaped by how and where it is plucked.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    period : int
        Length in samples.
    brightness : float
        In (0, 1]: 1 is a hard pick, 0.1 a soft thumb.
    position : float
        Where it is plucked, as a part of the string's length; harmonics that have a node there are
        missing.

    Returns
    -------
    np.ndarray [shape=(period,)]
        One period with mean 0 and root mean square 1.
    """
    X = np.fft.rfft(rng.uniform(-1.0, 1.0, period))
    h = np.arange(len(X))
    size = np.abs(X) + 1e-9
    # Real strings start with all harmonics; only their balance, not their presence, is random.
    X = X / size * np.sqrt(size)
    X *= (0.05 + np.abs(np.sin(np.pi * h * position))) / (1.0 + (h / (60.0 * brightness)) ** 2)
    X[0] = 0.0
    y = np.fft.irfft(X, period)
    return np.asarray(y / (np.sqrt(np.mean(y**2)) + 1e-12))


def string(
    first: np.ndarray, *, n_periods: int, loss: float, damping: float
) -> tuple[np.ndarray, float]:
    """
    Let a period run round the string.

    Parameters
    ----------
    first : np.ndarray [shape=(period,)]
        From `burst`.
    n_periods : int
        How many turns to compute.
    loss : float
        Factor per turn, a little below 1.
    damping : float
        Weight of the neighbouring sample in the loop's low-pass filter, in (0, 0.5]: at 0.5 the
        high harmonics die first and fastest.

    Returns
    -------
    y : np.ndarray [shape=(n_periods * period,)]
        The sound.
    period : float
        Its true period in samples: the filter delays by `damping` of a sample.

    References
    ----------
    .. [1] K. Karplus and A. Strong, "Digital Synthesis of Plucked-String and Drum Timbres",
       Computer Music Journal 7(2), 1983.
    .. [2] D. A. Jaffe and J. O. Smith, "Extensions of the Karplus-Strong Plucked-String
       Algorithm", Computer Music Journal 7(2), 1983.

    Examples
    --------
    >>> y, period = string(np.array([1.0, 0.0]), n_periods=2, loss=1.0, damping=0.5)
    >>> y, period
    (array([1. , 0. , 0.5, 0.5]), 2.5)
    """
    N = len(first)
    y = np.zeros(1 + n_periods * N)
    y[1 : N + 1] = first
    for start in range(N + 1, len(y), N):
        turn = y[start - N : start]
        before = y[start - N - 1 : start - 1]
        y[start : start + N] = (loss * (1.0 - damping)) * turn + (loss * damping) * before
    return y[1:], N + damping
