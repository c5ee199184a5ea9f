"""Sources of sound: single-cycle tables without aliasing, frequency modulation, noise.

A periodic sound is one cycle in a table, built from the amplitudes of its harmonics below the
Nyquist frequency, and read at any speed; that is why a note of many harmonics costs no more than a
sine. Phases are in cycles (1.0 is one turn), frequencies in Hz.

Public functions: `harmonics`, `formants`, `table`, `phase`, `read`, `fm`, `noise`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TABLE_SIZE = 2048
MAX_HARMONICS = 80


def harmonics(f0: float, *, sr: int, rolloff: float = 1.0, even: float = 1.0) -> np.ndarray:
    """
    Give the amplitudes of a harmonic sound, cut off below the Nyquist frequency.

    Parameters
    ----------
    f0 : float
        Fundamental in Hz.
    sr : int
        Sample rate in Hz.
    rolloff : float
        Amplitude of harmonic h is ``h ** -rolloff``: 1 is a sawtooth, 3 nearly a flute.
    even : float
        Factor of the even harmonics: 0 with `rolloff` 1 is a square wave, a clarinet's spectrum.

    Returns
    -------
    np.ndarray [shape=(n_harmonics,)]
        Amplitudes from the fundamental up; at least one.

    Examples
    --------
    >>> harmonics(4000.0, sr=22050, rolloff=1.0)
    array([1. , 0.5])
    """
    n = int(np.clip(0.47 * sr / f0, 1, MAX_HARMONICS))
    h = np.arange(1, n + 1)
    return np.asarray(np.where(h % 2 == 0, even, 1.0) * h**-rolloff)


def formants(f0: float, *, n: int, peaks: Sequence[tuple[float, float, float]]) -> np.ndarray:
    """
    Weigh harmonics by the resonances of a throat or a wooden body.

    Parameters
    ----------
    f0 : float
        Fundamental in Hz.
    n : int
        Number of harmonics.
    peaks : sequence of tuple of float
        Centre in Hz, bandwidth in Hz and amplitude of each resonance.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Factors, sums of Lorentz curves and a small floor.
    """
    f = f0 * np.arange(1, n + 1)
    gains = [a / (1.0 + ((f - centre) / (0.5 * width)) ** 2) for centre, width, a in peaks]
    return np.asarray(np.sum(gains, axis=0) + 0.03)


def table(amplitudes: np.ndarray) -> np.ndarray:
    """
    Build one cycle of a sound from its harmonics, all in sine phase.

    Parameters
    ----------
    amplitudes : np.ndarray [shape=(n_harmonics,)]
        From the fundamental up; fewer than half of `TABLE_SIZE`.

    Returns
    -------
    np.ndarray [shape=(TABLE_SIZE + 1,)]
        One cycle with a root mean square of 1; the last value repeats the first, so that a reader
        may interpolate.
    """
    X = np.zeros(TABLE_SIZE // 2 + 1, dtype=np.complex128)
    X[1 : len(amplitudes) + 1] = -1j * amplitudes
    y = np.fft.irfft(X, TABLE_SIZE)
    y /= np.sqrt(np.mean(y**2))
    return np.append(y, y[0])


def phase(frequency: np.ndarray, *, sr: int, start: float = 0.0) -> np.ndarray:
    """
    Add up a frequency that changes over time.

    Parameters
    ----------
    frequency : np.ndarray [shape=(n,)]
        Hz at each sample.
    sr : int
        Sample rate in Hz.
    start : float
        Phase of the first sample in cycles.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Phase in cycles.
    """
    cycles = np.cumsum(frequency) / sr
    return np.asarray(cycles - cycles[0] + start) if len(cycles) else cycles


def read(table: np.ndarray, cycles: np.ndarray) -> np.ndarray:
    """
    Read a single-cycle table at given phases, with linear interpolation.

    Parameters
    ----------
    table : np.ndarray [shape=(TABLE_SIZE + 1,)]
        From `table`.
    cycles : np.ndarray [shape=(n,)]
        Phases in cycles, not negative.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The sound.
    """
    position = (cycles - np.floor(cycles)) * TABLE_SIZE
    index = np.minimum(position.astype(np.int32), TABLE_SIZE - 1)
    below = table[index]
    return np.asarray(below + (position - index) * (table[index + 1] - below))


def fm(cycles: np.ndarray, *, ratio: float, index: np.ndarray) -> np.ndarray:
    """
    Modulate the phase of a sine by another sine.

    Parameters
    ----------
    cycles : np.ndarray [shape=(n,)]
        Phase of the carrier in cycles.
    ratio : float
        Frequency of the modulator in relation to the carrier.
    index : np.ndarray [shape=(n,)]
        Depth in radians at each sample; it should die away as a struck string does.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The sound, in [-1, 1].

    References
    ----------
    .. [1] J. M. Chowning, "The Synthesis of Complex Audio Spectra by Means of Frequency
       Modulation", Journal of the Audio Engineering Society 21(7), 1973.
    """
    turn = 2.0 * np.pi
    return np.asarray(np.sin(turn * cycles + index * np.sin(turn * ratio * cycles)))


def noise(rng: np.random.Generator, n: int) -> np.ndarray:
    """
    Make white noise.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    n : int
        Number of samples.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Uniform in [-1, 1].
    """
    return rng.uniform(-1.0, 1.0, n)
