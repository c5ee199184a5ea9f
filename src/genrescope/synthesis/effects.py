"""What happens to a part after it is played: distortion, filters, room.

Filters and reverb work in the frequency domain, on whole parts; none of them loops over samples.

Public functions: `fast_length`, `rms`, `drive`, `filtered`, `room`, `convolved`.
"""

from __future__ import annotations

import numpy as np

_ODD = (1, 3, 5, 9, 15, 25, 27, 45, 75, 81, 125, 135)


def fast_length(n: int) -> int:
    """
    Find the next length whose Fourier transform is fast.

    Parameters
    ----------
    n : int
        Least length.

    Returns
    -------
    int
        The least number without prime factors above 5, and at most 135 times a power of 2, that
        is not below `n`.

    Examples
    --------
    >>> fast_length(661500)
    663552
    """
    return min(odd << max(0, (max(n, 1) - 1) // odd).bit_length() for odd in _ODD)


def rms(y: np.ndarray) -> float:
    """
    Measure the root mean square of a sound.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        The sound.

    Returns
    -------
    float
        The root mean square.
    """
    return float(np.sqrt(np.mean(np.square(y, dtype=np.float64))))


def drive(y: np.ndarray, *, amount: float) -> np.ndarray:
    """
    Overload a valve: bend the waveform along a hyperbolic tangent.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Sound with a root mean square near 1.
    amount : float
        Gain before the bend: 0.3 is warm, 3 is overdriven, 15 is a wall.

    Returns
    -------
    np.ndarray [shape=(n,)]
        In [-1, 1]. The bend is a little asymmetric, for the even harmonics of a valve.
    """
    offset = np.float32(0.15)
    return np.asarray(np.tanh(np.float32(amount) * y + offset) - np.tanh(offset))


def filtered(
    y: np.ndarray,
    *,
    sr: int,
    lowpass: float | None = None,
    highpass: float | None = None,
    peak: tuple[float, float] | None = None,
) -> np.ndarray:
    """
    Filter a sound without shifting its phase.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        The sound.
    sr : int
        Sample rate in Hz.
    lowpass, highpass : float or None
        Corner frequencies in Hz (3 dB down, 12 dB an octave beyond); None leaves that side alone.
    peak : tuple of float or None
        Centre in Hz and gain in dB of a resonance one octave wide.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The filtered sound.
    """
    if lowpass is None and highpass is None and peak is None:
        return y
    n = fast_length(len(y) + min(len(y), 1024))
    f = np.arange(n // 2 + 1, dtype=np.float32) * np.float32(sr / n)
    gain = np.ones_like(f)
    if lowpass is not None:
        gain /= np.sqrt(1.0 + (f / np.float32(lowpass)) ** 4)
    if highpass is not None:
        squared = (f / np.float32(highpass)) ** 2
        gain *= squared / np.sqrt(1.0 + squared**2)
    if peak is not None:
        octaves = np.log2(np.maximum(f, 1.0) / np.float32(peak[0]))
        gain *= 1.0 + np.float32(10 ** (peak[1] / 20) - 1.0) * np.exp(-((2.0 * octaves) ** 2))
    return np.asarray(np.fft.irfft(np.fft.rfft(y, n) * gain, n)[: len(y)])


def room(rng: np.random.Generator, *, room_s: float, sr: int) -> np.ndarray:
    """
    Make the impulse response of a room: noise that dies away, the treble faster than the bass.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    room_s : float
        Reverberation time (60 dB) in seconds.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The response, without the direct sound, of energy 1.
    """
    n = max(64, round(room_s * sr))
    t = np.arange(n) / sr
    raw = rng.standard_normal(n)
    dark = filtered(raw, sr=sr, lowpass=1800.0, highpass=120.0)
    bright = filtered(raw, sr=sr, highpass=1800.0, lowpass=7000.0)
    y = dark * np.exp(-6.9078 * t / room_s) + bright * np.exp(-11.0 * t / room_s)
    y[: round(0.008 * sr)] *= 0.1
    return np.asarray((y / np.sqrt(np.sum(y**2))).astype(np.float32))


def convolved(y: np.ndarray, response: np.ndarray) -> np.ndarray:
    """
    Convolve a sound with an impulse response and keep the sound's length.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        The sound.
    response : np.ndarray [shape=(k,)]
        The impulse response.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The first `n` samples of the convolution.
    """
    n = fast_length(len(y) + len(response) - 1)
    product = np.fft.rfft(y, n) * np.fft.rfft(response, n)
    return np.asarray(np.fft.irfft(product, n)[: len(y)])
