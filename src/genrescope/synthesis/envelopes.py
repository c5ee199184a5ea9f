"""How loud a note is over time.

Times are in seconds; envelopes lie in [0, 1].

Public functions: `seconds`, `adsr`, `release`, `decay`, `edge`.
"""

from __future__ import annotations

import numpy as np

EDGE_S = 0.004


def seconds(duration_s: float, *, sr: int) -> np.ndarray:
    """
    Give the time of each sample of a stretch.

    Parameters
    ----------
    duration_s : float
        Length in seconds.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Seconds from the start; at least one sample.
    """
    return np.arange(max(1, round(duration_s * sr))) / sr


def adsr(
    t: np.ndarray,
    *,
    held_s: float,
    attack_s: float,
    decay_s: float,
    sustain: float,
    release_s: float,
) -> np.ndarray:
    """
    Shape a note by attack, decay, sustain and release.

    Parameters
    ----------
    t : np.ndarray [shape=(n,)]
        Seconds from the start of the note.
    held_s : float
        When the note is let go.
    attack_s : float
        Length of the linear rise.
    decay_s : float
        Time constant of the fall to the sustained level.
    sustain : float
        The sustained level, in [0, 1]; 0 for a struck or plucked sound.
    release_s : float
        Time in which the sound falls by 40 dB once it is let go.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The envelope; it ends in a short fade to zero, so that no note clicks.

    Examples
    --------
    >>> t = seconds(1.0, sr=1000)
    >>> e = adsr(t, held_s=0.8, attack_s=0.1, decay_s=0.1, sustain=0.5, release_s=0.1)
    >>> [round(float(e[i]), 2) for i in (0, 50, 100, 700, 999)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    attack_s = max(attack_s, EDGE_S / 4)
    fall = np.exp(-np.maximum(t - attack_s, 0.0) / decay_s)
    shape = np.minimum(t / attack_s, 1.0) * (sustain + (1.0 - sustain) * fall)
    return np.asarray(shape * release(t, held_s=held_s, release_s=release_s) * edge(t))


def release(t: np.ndarray, *, held_s: float, release_s: float) -> np.ndarray:
    """
    Let a note go: full until then, then an exponential fall.

    Parameters
    ----------
    t : np.ndarray [shape=(n,)]
        Seconds from the start of the note.
    held_s : float
        When the note is let go.
    release_s : float
        Time in which it then falls by 40 dB.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The envelope.

    Examples
    --------
    >>> release(np.array([0.0, 1.0, 1.5]), held_s=1.0, release_s=0.5).round(2)
    array([1.  , 1.  , 0.01])
    """
    return np.asarray(np.exp(-4.6 * np.maximum(t - held_s, 0.0) / max(release_s, EDGE_S)))


def edge(t: np.ndarray) -> np.ndarray:
    """
    Fade the last moment to zero, so that no note clicks.

    Parameters
    ----------
    t : np.ndarray [shape=(n,)]
        Seconds from the start of the note.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The envelope.
    """
    return np.asarray(np.clip((t[-1] - t) / EDGE_S, 0.0, 1.0))


def decay(t: np.ndarray, *, t60_s: float, attack_s: float = 0.001) -> np.ndarray:
    """
    Shape a hit: a short rise and an exponential fall.

    Parameters
    ----------
    t : np.ndarray [shape=(n,)]
        Seconds from the hit.
    t60_s : float
        Time in which the sound falls by 60 dB.
    attack_s : float
        Length of the linear rise.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The envelope; it ends in a short fade to zero.
    """
    rise = np.minimum(t / attack_s, 1.0)
    return np.asarray(rise * np.exp(-6.9078 * t / t60_s) * edge(t))
