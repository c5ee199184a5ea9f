"""Power spectra of centred frames, and their levels in decibels.

Conventions: `y` is mono float32 ``[shape=(n,)]``; a power spectrogram has one row per frequency bin
and one column per frame ``[shape=(1 + n_fft // 2, t)]``; bin ``k`` lies at ``k * sr / n_fft`` Hz.
The window is the periodic Hann window; frames reach over the ends of the signal into zeros.

Window and Fourier transform are computed in float64, a block of frames at a time; only powers are
kept, as float32. A float32 transform errs by some 1e-7 of the loudest bin of a frame, which shows
in bins far below it. librosa's transform is float64 as well, because its window is.

Public functions: `hann_window`, `checked_input`, `power_blocks`, `power_spectrogram`,
`power_to_db`.

References
----------
B. McFee et al., "librosa: Audio and music signal analysis in Python", SciPy 2015.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np

from genrescope.dsp import frames
from genrescope.errors import ParameterError

# The powers of one block stay in the second-level cache of common processors; so many frames are
# transformed together that what a call costs hardly counts.
BLOCK_SAMPLES = 2**17
TRANSFORM_SAMPLES = 2**16


@lru_cache(maxsize=16)
def hann_window(n_fft: int) -> np.ndarray:
    """
    Compute the periodic Hann window.

    Parameters
    ----------
    n_fft : int
        Samples in the window.

    Returns
    -------
    np.ndarray [shape=(n_fft,)]
        Weights in [0, 1], float64, read-only: the last few are remembered.

    Examples
    --------
    >>> np.abs(hann_window(4)).round(12)
    array([0. , 0.5, 1. , 0.5])
    """
    window: np.ndarray = 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, n_fft + 1)[:-1])
    window.flags.writeable = False
    return window


def power_blocks(
    y: np.ndarray, *, n_fft: int, hop_length: int
) -> Iterator[tuple[int, int, np.ndarray]]:
    """
    Compute the power spectra of a signal, a block of frames at a time.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound, float32, already checked.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.

    Yields
    ------
    tuple of (int, int, np.ndarray)
        First frame, the one after the last, and their powers, a row per frame, float32
        ``[shape=(stop - start, 1 + n_fft // 2)]``. The next block overwrites them.
    """
    total = frames.n_frames(y.size, n_fft=n_fft, hop_length=hop_length)
    step = min(total, max(1, BLOCK_SAMPLES // n_fft))
    few = min(step, max(1, TRANSFORM_SAMPLES // n_fft))
    windows = np.tile(hann_window(n_fft), (few, 1))
    windowed = np.empty((few, n_fft))
    X = np.empty((few, 1 + n_fft // 2), dtype=np.complex128)
    P = np.empty((step, 1 + n_fft // 2), dtype=np.float32)
    cut = partial(frames.frames, y, n_fft=n_fft, hop_length=hop_length)
    whole = frames.whole_frames(y.size, n_fft=n_fft, hop_length=hop_length)
    inside = cut(start=whole.start, stop=whole.stop) if whole else y[:0]
    for start in range(0, total, step):
        stop = min(start + step, total)
        for first in range(start, stop, few):
            last = min(first + few, stop)
            n = last - first
            if whole.start <= first and last <= whole.stop:
                windowed[:n] = inside[first - whole.start : last - whole.start]
            else:
                windowed[:n] = cut(start=first, stop=last)
            np.multiply(windowed[:n], windows[:n], out=windowed[:n])
            np.fft.rfft(windowed[:n], out=X[:n])
            _powers(X[:n], out=P[first - start : last - start])
        yield start, stop, P[: stop - start]


def _powers(X: np.ndarray, *, out: np.ndarray) -> None:
    """Write the squared magnitudes of `X`, whose values are lost, to `out`."""
    parts = X.view(np.float64)
    np.multiply(parts, parts, out=parts)
    np.add(parts[:, ::2], parts[:, 1::2], out=out, casting="same_kind")


def power_spectrogram(y: np.ndarray, *, n_fft: int = 2048, hop_length: int = 512) -> np.ndarray:
    """
    Compute the power spectrogram of a signal.

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
        Squared magnitudes of the windowed Fourier transform, float32.

    Raises
    ------
    ParameterError
        If the signal or a length breaks a rule.

    Examples
    --------
    >>> S = power_spectrogram(np.ones(8, dtype=np.float32), n_fft=4, hop_length=4)
    >>> S.shape
    (3, 3)
    >>> S[:, 1].round(6)
    array([4., 1., 0.], dtype=float32)
    """
    y = checked_input(y, n_fft=n_fft, hop_length=hop_length)
    t = frames.n_frames(y.size, n_fft=n_fft, hop_length=hop_length)
    S = np.empty((1 + n_fft // 2, t), dtype=np.float32)
    for start, stop, P in power_blocks(y, n_fft=n_fft, hop_length=hop_length):
        S[:, start:stop] = P.T
    return S


def checked_input(y: np.ndarray, *, n_fft: int, hop_length: int) -> np.ndarray:
    """
    Refuse a signal and lengths that no spectrogram can be made of.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound, floating point.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The signal as float32.

    Raises
    ------
    ParameterError
        If the signal or a length breaks a rule, or the signal is shorter than one frame.
    """
    frames.check_framing(n_fft=n_fft, hop_length=hop_length)
    y = frames.checked_signal(y)
    if y.size < n_fft:
        raise ParameterError(
            f"y has {y.size} samples, fewer than the {n_fft} of one frame: "
            "pad the recording with zeros, or choose a smaller n_fft"
        )
    return y


def power_to_db(
    S: np.ndarray,
    *,
    ref: float | None = None,
    amin: float = 1e-10,
    top_db: float | None = 80.0,
    out: np.ndarray | None = None,
) -> np.ndarray:
    """
    Express powers as levels in decibels.

    Parameters
    ----------
    S : np.ndarray
        Powers, not negative, any shape with at least one element.
    ref : float or None
        Power that becomes 0 dB; None takes the greatest of `S`.
    amin : float
        Powers below this count as this.
    top_db : float or None
        Levels more than this below the greatest are raised to that floor; None sets no floor.
    out : np.ndarray or None
        Float32 array of the same shape that takes the levels, which may be `S`; None makes one.

    Returns
    -------
    np.ndarray
        ``10 log10(S / ref)`` in dB, same shape, float32.

    Raises
    ------
    ParameterError
        If `S` is empty, `ref` or `amin` is not positive, or `top_db` is negative.

    Examples
    --------
    >>> power_to_db(np.array([1.0, 0.1, 1e-12])).round(4)
    array([  0., -10., -80.], dtype=float32)
    """
    S = np.asarray(S, dtype=np.float32)
    if S.size == 0:
        raise ParameterError(f"S has shape {S.shape}: no level can be taken of no powers")
    if not amin > 0 or not (ref is None or ref > 0):
        raise ParameterError(f"amin ({amin}) and ref ({ref}) must be positive powers")
    if top_db is not None and not top_db >= 0:
        raise ParameterError(f"top_db is {top_db}, but must be 0 dB or more")
    reference = max(float(S.max()) if ref is None else ref, amin)
    S_db = np.empty_like(S) if out is None else out
    np.maximum(S, np.float32(amin), out=S_db)
    np.log10(S_db, out=S_db)
    S_db *= np.float32(10.0)
    S_db -= np.float32(10.0) * np.log10(np.float32(reference))
    if top_db is not None:
        np.maximum(S_db, S_db.max() - np.float32(top_db), out=S_db)
    return S_db
