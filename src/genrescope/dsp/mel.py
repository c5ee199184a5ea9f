"""The log-mel spectrogram: power in bands that are spaced as the ear hears, in decibels.

Conventions: the mel scale is Slaney's (linear below 1 kHz, logarithmic above), the filters are
triangles of constant area; a log-mel picture has one row per band, low bands first, and one column
per frame ``[shape=(n_mels, t)]``, in dB relative to its own maximum, or to a power that is named.

Agreement with librosa: filters are built in float64 and rounded to float32, spectra are computed in
float64 (see `genrescope.dsp.spectrum`), bands are summed in float32. What remains between the two
is the order of the float32 sums and the last bits of the float32 levels: 1.6e-5 dB (two units in
the last place of 80 dB) over all signals and tracks of the test.

The filters of a setting are computed once per process: the last few read-only results of a pure
function of numbers are remembered.

Public functions: `hz_to_mel`, `mel_to_hz`, `mel_filter_bank`, `mel_power`, `log_mel`.

References
----------
M. Slaney, "Auditory Toolbox, version 2", Interval Research Corporation, 1998-010.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from genrescope.dsp import frames, spectrum
from genrescope.errors import ParameterError

_HZ_PER_MEL = 200.0 / 3.0
_LOG_FROM_HZ = 1000.0
_LOG_FROM_MEL = _LOG_FROM_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0

# Bands that share one matrix product: few enough to skip most zeros, many enough for BLAS.
_BANDS_PER_PRODUCT = 16


def hz_to_mel(frequencies: np.ndarray | float) -> np.ndarray:
    """
    Convert frequencies to Slaney's mel scale.

    Parameters
    ----------
    frequencies : np.ndarray or float
        In Hz, not negative.

    Returns
    -------
    np.ndarray
        In mel, same shape, float64.

    Examples
    --------
    >>> hz_to_mel(np.array([0.0, 200.0, 1000.0, 6400.0]))
    array([ 0.,  3., 15., 42.])
    """
    hz = np.asarray(frequencies, dtype=np.float64)
    log_part = _LOG_FROM_MEL + np.log(np.maximum(hz, _LOG_FROM_HZ) / _LOG_FROM_HZ) / _LOG_STEP
    return np.where(hz >= _LOG_FROM_HZ, log_part, hz / _HZ_PER_MEL)


def mel_to_hz(mels: np.ndarray | float) -> np.ndarray:
    """
    Convert values of Slaney's mel scale to frequencies.

    Parameters
    ----------
    mels : np.ndarray or float
        In mel, not negative.

    Returns
    -------
    np.ndarray
        In Hz, same shape, float64.

    Examples
    --------
    >>> mel_to_hz(np.array([0.0, 3.0, 15.0, 42.0])).round(9)
    array([   0.,  200., 1000., 6400.])
    """
    mel = np.asarray(mels, dtype=np.float64)
    log_part = _LOG_FROM_HZ * np.exp(_LOG_STEP * (np.maximum(mel, _LOG_FROM_MEL) - _LOG_FROM_MEL))
    return np.where(mel >= _LOG_FROM_MEL, log_part, mel * _HZ_PER_MEL)


def mel_filter_bank(
    *, sr: int, n_fft: int = 2048, n_mels: int = 128, fmin: float = 0.0, fmax: float | None = None
) -> np.ndarray:
    """
    Compute the weights that sum a power spectrum into mel bands.

    Parameters
    ----------
    sr : int
        Sample rate in Hz.
    n_fft : int
        Samples in a frame.
    n_mels : int
        Number of bands.
    fmin : float
        Lower edge of the first band in Hz.
    fmax : float or None
        Upper edge of the last band in Hz; None takes half the sample rate.

    Returns
    -------
    np.ndarray [shape=(n_mels, 1 + n_fft // 2)]
        Triangles of constant area, float32, read-only.

    Raises
    ------
    ParameterError
        If a setting breaks a rule, or bands are so narrow that some hold no frequency bin.

    Examples
    --------
    >>> mel_filter_bank(sr=22050).shape
    (128, 1025)
    """
    top = sr / 2 if fmax is None else fmax
    if isinstance(n_mels, bool) or not isinstance(n_mels, (int, np.integer)):
        raise ParameterError(f"n_mels is {n_mels!r}, but must be a whole number of bands")
    if not sr > 0 or n_mels < 1:
        raise ParameterError(f"sr ({sr} Hz) and n_mels ({n_mels}) must be at least 1")
    if not 0 <= fmin < top <= sr / 2:
        raise ParameterError(
            f"fmin ({fmin} Hz) and fmax ({top} Hz) must obey 0 <= fmin < fmax <= {sr / 2} Hz, "
            "half the sample rate"
        )
    weights = _triangles(sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=top)
    n_empty = int(np.sum(~weights.any(axis=1)))
    if n_empty:
        raise ParameterError(
            f"{n_empty} of {n_mels} mel bands would be empty filters: between {fmin} and {top} Hz "
            f"they are narrower than the {sr / n_fft:.1f} Hz between frequency bins; "
            "use fewer bands (n_mels) or longer frames (n_fft)"
        )
    return weights


@lru_cache(maxsize=16)
def _triangles(*, sr: int, n_fft: int, n_mels: int, fmin: float, fmax: float) -> np.ndarray:
    edges = mel_to_hz(np.linspace(hz_to_mel(fmin), hz_to_mel(fmax), n_mels + 2))
    bins = np.fft.rfftfreq(n_fft, 1.0 / sr)
    widths, ramps = np.diff(edges), edges[:, None] - bins
    rising, falling = -ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    areas = 2.0 / (edges[2:] - edges[:-2])
    weights: np.ndarray = (triangles * areas[:, None]).astype(np.float32)
    weights.flags.writeable = False
    return weights


@lru_cache(maxsize=16)
def _banded(
    *, sr: int, n_fft: int, n_mels: int, fmin: float, fmax: float | None
) -> tuple[tuple[slice, slice, np.ndarray], ...]:
    """Split the filter bank into groups of bands without the bins that all of a group ignore."""
    weights = mel_filter_bank(sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax)
    groups = []
    for first in range(0, n_mels, _BANDS_PER_PRODUCT):
        group = weights[first : first + _BANDS_PER_PRODUCT]
        used = np.flatnonzero(group.any(axis=0))
        bins = slice(int(used[0]), int(used[-1]) + 1)
        matrix = np.ascontiguousarray(group[:, bins].T)
        matrix.flags.writeable = False
        groups.append((slice(first, first + len(group)), bins, matrix))
    return tuple(groups)


def mel_power(
    y: np.ndarray,
    *,
    sr: int,
    n_fft: int = 2048,
    hop_length: int = 512,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
) -> np.ndarray:
    """
    Compute the mel power spectrogram of a signal.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound, floating point, at least one frame long.
    sr : int
        Sample rate in Hz.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.
    n_mels : int
        Number of bands.
    fmin : float
        Lower edge of the first band in Hz.
    fmax : float or None
        Upper edge of the last band in Hz; None takes half the sample rate.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        Powers, float32.

    Raises
    ------
    ParameterError
        If the signal or a setting breaks a rule.

    Examples
    --------
    >>> mel_power(np.zeros(22050, dtype=np.float32), sr=22050).shape
    (128, 44)
    """
    y = spectrum.checked_input(y, n_fft=n_fft, hop_length=hop_length)
    groups = _banded(sr=sr, n_fft=n_fft, n_mels=n_mels, fmin=fmin, fmax=fmax)
    t = frames.n_frames(y.size, n_fft=n_fft, hop_length=hop_length)
    S = np.empty((n_mels, t), dtype=np.float32)
    for start, stop, P in spectrum.power_blocks(y, n_fft=n_fft, hop_length=hop_length):
        for bands, bins, matrix in groups:
            S[bands, start:stop] = (P[:, bins] @ matrix).T
    return S


def log_mel(
    y: np.ndarray,
    *,
    sr: int,
    n_fft: int = 2048,
    hop_length: int = 512,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
    ref: float | None = None,
    top_db: float | None = 80.0,
) -> np.ndarray:
    """
    Compute the log-mel spectrogram of a signal.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound, floating point, at least one frame long.
    sr : int
        Sample rate in Hz.
    n_fft : int
        Samples in a frame.
    hop_length : int
        Samples between the centres of successive frames.
    n_mels : int
        Number of bands.
    fmin : float
        Lower edge of the first band in Hz.
    fmax : float or None
        Upper edge of the last band in Hz; None takes half the sample rate.
    ref : float or None
        Power that becomes 0 dB; None takes that of the loudest cell (``ref=np.max`` in librosa),
        1.0 keeps the level of the recording (the default of librosa's ``power_to_db``).
    top_db : float or None
        The floor: levels lower than this below the maximum are raised to it; None sets no floor.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        Levels in dB, float32; without `ref` in [-top_db, 0], and all 0 for silence.

    Raises
    ------
    ParameterError
        If the signal or a setting breaks a rule.

    Examples
    --------
    >>> y = np.sin(2 * np.pi * 440.0 * np.arange(22050) / 22050)
    >>> S = log_mel(y, sr=22050)
    >>> float(S.max()), float(S.min())
    (0.0, -80.0)
    """
    S = mel_power(y, sr=sr, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels, fmin=fmin, fmax=fmax)
    return spectrum.power_to_db(S, ref=ref, top_db=top_db, out=S)
