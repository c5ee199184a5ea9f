"""An acoustic fingerprint of a log-mel: a few bits a frame that survive what a copy goes through.

Each frame gets 32 bits: whether the difference between two neighbouring bands grew or fell about
the frame. Gain and equalisation cancel in it; the bands end at 5 kHz, below what low sample rates
and lossy coding cut; levels are smoothed over a third of a second, so that it does not matter where
the frames of a copy happen to fall. A difference that is hardly there says nothing: a second word
marks the bits that can be trusted. Sixteen coarser bits, of bands two apart, serve to look copies
up.

Why not a library: Chromaprint's Python bindings install from a wheel, but need the native library
or its program, which no wheel brings, and the FFmpeg inside PyAV is built without it. And none of
them takes a stored log-mel, which is all that is left of the tracks of some data sets.

Conventions: `S` is a log-mel in dB ``[shape=(n_mels, t)]``, at any level; a fingerprint has `RATE`
frames a second, whatever the rate of `S`. Bit ``b`` of a word is that of bands ``b`` and ``b + 1``.

Public: `RATE`, `N_BITS`, `Fingerprint`, `pooling`, `pooled`, `fingerprint`, `bit_errors`.

References
----------
J. Haitsma, T. Kalker: A highly robust audio fingerprinting system. ISMIR 2002.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.dsp.mel import hz_to_mel
from genrescope.errors import ParameterError

RATE = 22050 / 1708
"""Frames a second."""
N_BITS = 32
FMIN, FMAX = 90.0, 5000.0
RANGE_DB = 60.0
SMOOTHING = (0.25, 0.75, 1.0, 0.75, 0.25)
REACH = 3
"""Frames from the middle of a difference in time to either of its ends: 0.23 s."""
MIN_CHANGE_DB = 1.0
"""A change that is smaller than this may have the other sign in a copy."""


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """
    The bits of a recording.

    Attributes
    ----------
    bits : np.ndarray [shape=(t,), dtype=uint32]
        Signs of the changes.
    valid : np.ndarray [shape=(t,), dtype=uint32]
        The bits that can be trusted.
    coarse : np.ndarray [shape=(t,), dtype=uint16]
        Signs of the changes between bands two apart.
    """

    bits: np.ndarray
    valid: np.ndarray
    coarse: np.ndarray

    @property
    def duration_s(self) -> float:
        """
        The length of what was heard.

        Returns
        -------
        float
            In seconds, to a frame.
        """
        return len(self.bits) / RATE


def pooling(centres: np.ndarray) -> np.ndarray:
    """
    Compute the weights that average mel bands into the 33 bands of the fingerprint.

    Parameters
    ----------
    centres : np.ndarray [shape=(n_mels,)]
        Centres of the mel bands in Hz, rising and evenly spaced in mel.

    Returns
    -------
    np.ndarray [shape=(33, n_mels)]
        Weights, float32; each row sums to 1.

    Raises
    ------
    ParameterError
        If the mel bands do not cover 90 Hz to 5 kHz.

    Examples
    --------
    >>> from genrescope.dsp.mel import mel_to_hz
    >>> W = pooling(mel_to_hz(np.linspace(0.5, 50, 100)))
    >>> W.shape, bool(np.allclose(W.sum(axis=1), 1))
    ((33, 100), True)
    """
    m = hz_to_mel(np.asarray(centres, dtype=np.float64))
    half = np.diff(m).mean() / 2 if len(m) > 1 else 0.0
    edges = np.linspace(hz_to_mel(FMIN), hz_to_mel(FMAX), N_BITS + 2)
    low = np.maximum(edges[:-1, None], m - half)
    weights = np.maximum(0.0, np.minimum(edges[1:, None], m + half) - low)
    total = weights.sum(axis=1, keepdims=True)
    if not (total > 0).all():
        raise ParameterError(
            f"the mel bands reach from {centres[0]:.0f} to {centres[-1]:.0f} Hz, but a fingerprint "
            f"needs {FMIN:.0f} to {FMAX:.0f} Hz: such spectrograms cannot be compared"
        )
    return np.asarray(weights / total, dtype=np.float32)


def pooled(S: np.ndarray, *, weights: np.ndarray, frame_rate: float) -> np.ndarray:
    """
    Average a log-mel into the bands and frames of the fingerprint.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Levels in dB.
    weights : np.ndarray [shape=(33, n_mels)]
        As `pooling` gives them.
    frame_rate : float
        Frames of `S` a second.

    Returns
    -------
    np.ndarray [shape=(33, t')]
        Levels in dB at `RATE` frames a second, float32.
    """
    levels = weights @ S.astype(np.float32, copy=False)
    if np.isclose(frame_rate, RATE, rtol=1e-4):
        return levels
    # Means of the running sum between the edges of the new frames: right for any ratio.
    t = levels.shape[1]
    sums = np.concatenate([np.zeros((len(levels), 1)), np.cumsum(levels, axis=1, dtype=float)], 1)
    n = max(1, int(t * RATE / frame_rate))
    edges = np.minimum(np.arange(n + 1) * frame_rate / RATE, t)
    at = np.array([np.interp(edges, np.arange(t + 1), row) for row in sums])
    return np.asarray(np.diff(at, axis=1) / np.maximum(np.diff(edges), 1e-9), dtype=np.float32)


def fingerprint(levels: np.ndarray) -> Fingerprint:
    """
    Compute the fingerprint of a recording.

    Parameters
    ----------
    levels : np.ndarray [shape=(33, t)]
        Levels in dB, as `pooled` gives them, of the whole recording.

    Returns
    -------
    Fingerprint
        One frame a frame; those at either end, and in silence, have no valid bit.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> levels = rng.normal(scale=10.0, size=(33, 100))
    >>> a, b = fingerprint(levels), fingerprint(levels - 12.0)
    >>> int(bit_errors(a.bits, a.valid, b.bits, b.valid)[0].sum())
    0
    """
    t = levels.shape[1]
    if t <= 2 * REACH:
        nothing = np.zeros(t, dtype=np.uint32)
        return Fingerprint(nothing, nothing.copy(), nothing.astype(np.uint16))
    floored = np.maximum(levels, levels.max() - RANGE_DB)
    smooth = _smoothed(floored)
    change = np.zeros_like(smooth)
    change[:, REACH:-REACH] = smooth[:, 2 * REACH :] - smooth[:, : -2 * REACH]
    fine = change[1:] - change[:-1]
    coarse = change[2::2] - change[:-2:2]
    return Fingerprint(
        bits=_words(fine > 0).astype(np.uint32),
        valid=_words(np.abs(fine) >= MIN_CHANGE_DB).astype(np.uint32),
        coarse=_words(coarse > 0).astype(np.uint16),
    )


def bit_errors(
    a: np.ndarray, a_valid: np.ndarray, b: np.ndarray, b_valid: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    Count in which bits two fingerprints differ.

    Parameters
    ----------
    a, a_valid : np.ndarray [any shape, dtype=uint32]
        Bits of one recording, and which of them are valid.
    b, b_valid : np.ndarray [same shape, dtype=uint32]
        Those of the other, frame for frame.

    Returns
    -------
    errors : np.ndarray [same shape, dtype=uint8]
        Bits that are valid in both and differ.
    n : np.ndarray [same shape, dtype=uint8]
        Bits that are valid in both.

    Examples
    --------
    >>> words = [np.array([word], dtype=np.uint32) for word in (0b1100, 0b1111, 0b1010, 0b0111)]
    >>> [count.tolist() for count in bit_errors(*words)]
    [[2], [3]]
    """
    both = a_valid & b_valid
    return np.bitwise_count((a ^ b) & both), np.bitwise_count(both)


def _smoothed(levels: np.ndarray) -> np.ndarray:
    kernel = np.array(SMOOTHING, dtype=np.float32) / np.float32(sum(SMOOTHING))
    half = len(kernel) // 2
    padded = np.pad(levels, ((0, 0), (half, half)), mode="edge")
    t = levels.shape[1]
    out = np.zeros(levels.shape, dtype=np.float32)
    for k, weight in enumerate(kernel):
        out += weight * padded[:, k : k + t]
    return out


def _words(rows: np.ndarray) -> np.ndarray:
    weights = np.left_shift(np.uint64(1), np.arange(len(rows), dtype=np.uint64))
    words: np.ndarray = weights @ rows.astype(np.uint64)
    return words
