"""From a score to sound, and the ten kinds of music by name.

Each part is played note by note into its own track (equal notes are computed once), then distorted,
filtered and brought to its loudness; a room is added to the sum. The same seed and number give the
same samples on the same build of numpy; other builds and processors may round differently.

Public functions: `kinds`, `artist_of`, `compose_track`, `render`, `render_track`.
"""

from __future__ import annotations

import math

import numpy as np

from genrescope.errors import ParameterError
from genrescope.registry import Registry
from genrescope.seeding import rng_for
from genrescope.synthesis import effects
from genrescope.synthesis.score import Part, Score, seconds_of

# Part of the name of caches: raise it with each change that is audible.
VERSION = 1
TRACKS_PER_ARTIST = 2
PEAK = 10.0 ** (-1.0 / 20.0)
_STYLES = Registry("genrescope.synthesis.styles", "kind of music")


def kinds() -> list[str]:
    """
    List the kinds of music that can be composed.

    Returns
    -------
    list of str
        Their names, sorted.

    Examples
    --------
    >>> len(kinds())
    10
    """
    return _STYLES.names()


def artist_of(number: int) -> int:
    """
    Tell which synthetic artist of its kind plays a track.

    Parameters
    ----------
    number : int
        Number of the track, from 0.

    Returns
    -------
    int
        Number of the artist, from 0.
    """
    return number // TRACKS_PER_ARTIST


def compose_track(kind: str, *, seed: int = 0, number: int = 0, duration_s: float = 30.0) -> Score:
    """
    Compose a track.

    Parameters
    ----------
    kind : str
        One of `kinds`.
    seed : int
        Seed of the whole collection.
    number : int
        Number of the track; neighbours (0 and 1, 2 and 3 ...) have the same artist.
    duration_s : float
        Length in seconds.

    Returns
    -------
    Score
        The composition.

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    ParameterError
        If the number is negative, or the duration is not a positive number.
    """
    style = _STYLES.module(kind)
    if number < 0:
        raise ParameterError(f"number {number}: tracks are numbered from 0 up")
    if not (math.isfinite(duration_s) and duration_s > 0.0):
        raise ParameterError(f"duration_s {duration_s}: a track lasts longer than 0 seconds")
    band = style.band(rng_for(seed, kind, "artist", artist_of(number)))
    score: Score = style.compose(rng_for(seed, kind, number), band, duration_s=duration_s)
    return score


def render(
    score: Score, *, duration_s: float, rng: np.random.Generator, sr: int = 22050
) -> np.ndarray:
    """
    Play a score.

    Parameters
    ----------
    score : Score
        The composition.
    duration_s : float
        Length in seconds; what the score has beyond it is not played.
    rng : np.random.Generator
        Source of the noise in strings, drums and room.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Mono float32, with its peak at -1 dB of full scale.
    """
    n = max(1, round(duration_s * sr))
    dry = np.zeros(n, dtype=np.float32)
    wet = np.zeros(n, dtype=np.float32)
    for part in score.parts:
        y = _played(part, score, n=n, sr=sr, rng=rng)
        dry += y
        wet += part.player.reverb * y
    dry += effects.convolved(wet, effects.room(rng, room_s=score.room_s, sr=sr))
    # Peaks beyond 12 dB over the mean are rounded off, as on any record.
    ceiling = np.float32(max(4.0 * effects.rms(dry), 1e-9))
    dry = ceiling * np.tanh(dry / ceiling)
    loudest = float(np.max(np.abs(dry)))
    return np.asarray(dry * np.float32(PEAK / loudest) if loudest > 0.0 else dry)


def render_track(
    kind: str, *, seed: int = 0, number: int = 0, duration_s: float = 30.0, sr: int = 22050
) -> np.ndarray:
    """
    Compose a track and play it.

    Parameters
    ----------
    kind : str
        One of `kinds`.
    seed : int
        Seed of the whole collection.
    number : int
        Number of the track; neighbours (0 and 1, 2 and 3 ...) have the same artist.
    duration_s : float
        Length in seconds.
    sr : int
        Sample rate in Hz, from 8000 up.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Mono float32, with its peak at -1 dB of full scale.

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    ParameterError
        If the number, the duration or the sample rate is out of range.

    Examples
    --------
    >>> y = render_track("jazz", duration_s=0.5)
    >>> y.shape, y.dtype
    ((11025,), dtype('float32'))
    """
    if sr < 8000:
        raise ParameterError(f"sr {sr}: below 8000 Hz no cymbal is left; use 22050")
    score = compose_track(kind, seed=seed, number=number, duration_s=duration_s)
    rng = rng_for(seed, kind, number, "render")
    return render(score, duration_s=duration_s, rng=rng, sr=sr)


def _played(part: Part, score: Score, *, n: int, sr: int, rng: np.random.Generator) -> np.ndarray:
    """Play a part and bring it to its loudness; silence stays silence."""
    y = np.zeros(n, dtype=np.float32)
    player = part.player
    beats = np.array([[note.beat, note.beat + note.beats] for note in part.notes])
    starts, ends = seconds_of(score, beats.reshape(-1, 2)).T
    known: dict[tuple[float, ...], np.ndarray] = {}
    for note, start_s, end_s in zip(part.notes, starts, ends, strict=True):
        place = round(float(start_s) * sr)
        if place >= n:
            continue
        # Steps of 20 ms and of 1/8 in strength are below what one hears, and let notes recur.
        held_s = max(0.02, round(float(end_s - start_s) / 0.02) * 0.02)
        velocity = max(1, round(8 * note.velocity)) / 8
        key = (note.midi, held_s, velocity, note.bend)
        if key not in known:
            wave = player.instrument.wave(
                note.midi, held_s, velocity=velocity, bend=note.bend, sr=sr, rng=rng
            )
            known[key] = wave.astype(np.float32)
        heard = known[key][: n - place]
        y[place : place + len(heard)] += np.float32(note.velocity**1.5) * heard
    level = effects.rms(y)
    if level == 0.0:
        return y
    if player.drive > 0.0:
        y = effects.drive(y / np.float32(level), amount=player.drive)
    y = effects.filtered(
        y, sr=sr, lowpass=player.lowpass, highpass=player.highpass, peak=player.peak
    )
    gain = 10.0 ** (player.level_db / 20.0) / max(effects.rms(y), 1e-9)
    return np.asarray(y * np.float32(gain))
