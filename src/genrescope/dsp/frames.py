"""Cutting a signal into overlapping frames, each centred on a multiple of the hop.

Conventions: `y` is mono sound ``[shape=(n,)]``; frame ``i`` holds the `n_fft` samples around
sample ``i * hop_length``, with zeros where it reaches beyond either end of the signal. Lengths and
hops are counts of samples.

Public functions: `checked_signal`, `check_framing`, `n_frames`, `whole_frames`, `frames`.
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import ParameterError

# Powers of louder samples would overflow float32; sound lies in [-1, 1].
MAX_AMPLITUDE = 1e12


def checked_signal(y: np.ndarray) -> np.ndarray:
    """
    Refuse what is not a mono signal, and give the rest as float32.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound in floating point.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The signal as float32; `y` itself where it is float32 already.

    Raises
    ------
    ParameterError
        If `y` is no one-dimensional floating-point array, is empty, or holds NaN, infinite or
        absurdly large samples.

    Examples
    --------
    >>> checked_signal(np.array([0.0, 0.5])).dtype
    dtype('float32')
    """
    y = np.asarray(y)
    if y.ndim != 1:
        raise ParameterError(
            f"y has shape {y.shape}, but must have one dimension: mix the channels to mono first"
        )
    if not np.issubdtype(y.dtype, np.floating):
        raise ParameterError(
            f"y has type {y.dtype}, but must be floating point in [-1, 1]: "
            "divide integer samples by their full scale first"
        )
    if y.size == 0:
        raise ParameterError("y has no samples; check that the file was read and cut as meant")
    if not max(y.max(), -y.min()) < MAX_AMPLITUDE:
        raise ParameterError(
            "y holds samples that are NaN, infinite or beyond any level of sound "
            f"(magnitude at least {MAX_AMPLITUDE:.0e}); repair or replace them first"
        )
    return y.astype(np.float32, copy=False)


def check_framing(*, n_fft: int, hop_length: int) -> None:
    """
    Refuse frame and hop lengths that cannot be meant.

    Parameters
    ----------
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.

    Raises
    ------
    ParameterError
        If one is no whole number, `n_fft` is below 2 or `hop_length` below 1.
    """
    for name, value in (("n_fft", n_fft), ("hop_length", hop_length)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise ParameterError(f"{name} is {value!r}, but must be a whole number of samples")
    if n_fft < 2:
        raise ParameterError(f"n_fft is {n_fft}, but a frame needs at least 2 samples")
    if hop_length < 1:
        raise ParameterError(f"hop_length is {hop_length}, but must be at least 1 sample")


def n_frames(n_samples: int, *, n_fft: int, hop_length: int) -> int:
    """
    Count the centred frames of a signal.

    Parameters
    ----------
    n_samples : int
        Samples in the signal.
    n_fft : int
        Samples in a frame; only whether it is odd matters.
    hop_length : int
        Samples between the centres of successive frames.

    Returns
    -------
    int
        Number of frames.

    Examples
    --------
    >>> n_frames(661_500, n_fft=2048, hop_length=512)
    1292
    """
    return 1 + (n_samples - n_fft % 2) // hop_length


def whole_frames(n_samples: int, *, n_fft: int, hop_length: int) -> range:
    """
    Tell the frames that reach over neither end of a signal.

    Parameters
    ----------
    n_samples : int
        Samples in the signal.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.

    Returns
    -------
    range
        Those frames; empty where there are none.

    Examples
    --------
    >>> whole_frames(661_500, n_fft=2048, hop_length=512)
    range(2, 1290)
    """
    start = -(-(n_fft // 2) // hop_length)
    stop = (n_samples - n_fft + n_fft // 2) // hop_length + 1
    return range(start, max(start, stop))


def frames(y: np.ndarray, *, start: int, stop: int, n_fft: int, hop_length: int) -> np.ndarray:
    """
    Cut some of the centred frames out of a signal.

    Only the stretch of the signal that these frames cover is touched, and it is copied only where
    it has to be padded with zeros, so that a long recording is framed in little memory.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound.
    start, stop : int
        First frame, and the one after the last.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.

    Returns
    -------
    np.ndarray [shape=(stop - start, n_fft)]
        Read-only view of overlapping frames.

    Examples
    --------
    >>> frames(np.array([1.0, 2.0, 3.0]), start=0, stop=2, n_fft=4, hop_length=2)
    array([[0., 0., 1., 2.],
           [1., 2., 3., 0.]])
    """
    first = start * hop_length - n_fft // 2
    last = (stop - 1) * hop_length - n_fft // 2 + n_fft
    stretch = y[max(first, 0) : max(last, 0)]
    before = max(-first, 0)
    if before or last > y.size:
        padded = np.zeros(last - first, dtype=y.dtype)
        padded[before : before + stretch.size] = stretch
        stretch = padded
    (step,) = stretch.strides
    return np.lib.stride_tricks.as_strided(
        stretch, (stop - start, n_fft), (hop_length * step, step), writeable=False
    )
