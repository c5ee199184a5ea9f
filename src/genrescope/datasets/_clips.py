"""Clips for a data set of noise and music: cut from recordings, and mixed at a wanted level.

Conventions: sound is mono [shape=(n,)]; the level of a clip is its root mean square, and a ratio of
signal to noise is that of the powers of music and noise within the clip itself, in dB.

Public: `mixed`, `drawn_stretches`, `stretches`, `decibels`.
"""

from __future__ import annotations

import math

import numpy as np

from genrescope.errors import ConfigError, ParameterError
from genrescope.synthesis.effects import rms

# A break or a faded end is no music, and at such a level noise would be set against nothing.
SOFTEST_DB = -30.0
N_TRIES = 20


def mixed(music: np.ndarray, noise: np.ndarray, *, snr_db: float) -> np.ndarray:
    """
    Mix music with noise.

    Parameters
    ----------
    music, noise : np.ndarray [shape=(n,)]
        The sounds; neither is silent.
    snr_db : float
        Power of the music over that of the noise, in dB.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The music as it was, with the noise louder or softer; float32, may exceed full scale.

    Raises
    ------
    ParameterError
        If the lengths differ, a sound is silent, or the ratio is no number.

    Examples
    --------
    >>> tone = np.sin(np.arange(800) / 5)
    >>> noise = mixed(tone, np.ones(800), snr_db=20.0) - tone
    >>> float(np.round(20 * np.log10(rms(tone) / rms(noise)), 3))
    20.0
    """
    if music.shape != noise.shape or not math.isfinite(snr_db):
        raise ParameterError(
            f"music of shape {music.shape}, noise of {noise.shape} and {snr_db} dB: a mixture "
            "needs equal lengths and a finite ratio"
        )
    levels = rms(music), rms(noise)
    if min(levels) <= 0:
        raise ParameterError("silence has no ratio to anything: mix two sounds that can be heard")
    gain = levels[0] / levels[1] * 10 ** (-snr_db / 20)
    return np.asarray(music + gain * noise, dtype=np.float32)


def drawn_stretches(
    y: np.ndarray, *, length: int, n: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """
    Draw stretches of a recording, wherever they lie; none is a break in it.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        The recording.
    length : int
        Samples in a stretch.
    n : int
        How many.
    rng : np.random.Generator
        Draws where they begin; anew where a stretch lies 30 dB below the recording, 20 times at
        most, after which the stretch around its highest peak is taken.

    Returns
    -------
    list of np.ndarray [shape=(length,)]
        Views; they may overlap. Nothing where the recording is shorter than a stretch or silent.
    """
    level = rms(y) if len(y) >= length else 0.0
    if level <= 0:
        return []
    softest = level * 10 ** (SOFTEST_DB / 20)
    last = len(y) - length
    peak = min(max(int(np.argmax(np.abs(y))) - length // 2, 0), last)
    found = []
    for _ in range(n):
        starts = (int(rng.integers(last + 1)) for _ in range(N_TRIES))
        start = next((s for s in starts if rms(y[s : s + length]) >= softest), peak)
        found.append(y[start : start + length])
    return found


def stretches(y: np.ndarray, *, length: int) -> list[np.ndarray]:
    """
    Cut a sound into stretches, one after the other; the loudest stands in for silent ones.

    Parameters
    ----------
    y : np.ndarray [shape=(n_samples,)]
        The sound, not silent.
    length : int
        Samples in a stretch; what is left at the end is not used.

    Returns
    -------
    list of np.ndarray [shape=(length,)]
        Views of the sound.

    Examples
    --------
    >>> [s.tolist() for s in stretches(np.array([1.0, 2.0, 0.0, 0.0, 3.0]), length=2)]
    [[1.0, 2.0], [1.0, 2.0]]
    """
    found = [y[i : i + length] for i in range(0, len(y) - length + 1, length)]
    loudest = max(found, key=rms)
    return [stretch if stretch.any() else loudest for stretch in found]


def decibels(text: str) -> tuple[float, ...]:
    """
    Read ratios as the settings give them.

    Parameters
    ----------
    text : str
        Numbers of dB with commas between them; empty for none.

    Returns
    -------
    tuple of float
        The ratios, as they stand.

    Raises
    ------
    ConfigError
        If one is no finite number, or stands twice.

    Examples
    --------
    >>> decibels("20, 0,-5")
    (20.0, 0.0, -5.0)
    """
    try:
        found = tuple(float(part) for part in text.split(",") if text.strip())
    except ValueError:
        found = (math.nan,)
    if not all(map(math.isfinite, found)) or len(set(found)) < len(found):
        raise ConfigError(
            f"snrs_db is {text!r}, but must be different numbers of dB with commas between them, "
            "as in '20,10,0,-5'"
        )
    return found
