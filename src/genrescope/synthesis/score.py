"""The records of a composition: notes, players, a band, a score.

Positions and lengths of notes are in beats, as a musician writes them; a `Score` knows its tempo,
its swing and its rubato, and turns beats into seconds. An artist is a `Band`: the sounds, the
tempo and the key that its tracks have in common.

Public functions: `seconds_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np


class Instrument(Protocol):
    """What can play a note; its settings are hashable, so that equal notes are computed once."""

    def wave(
        self,
        midi: float,
        held_s: float,
        *,
        velocity: float,
        bend: float,
        sr: int,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """
        Play one note.

        Parameters
        ----------
        midi : float
            Pitch; for a drum kit, which drum.
        held_s : float
            How long the note is held, in seconds.
        velocity : float
            How hard it is played, in (0, 1]; it changes the timbre, the loudness is the mixer's.
        bend : float
            Semitones from which the pitch slides to its place; 0 for a straight note.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Source of randomness.

        Returns
        -------
        np.ndarray [shape=(n,)]
            The sound, with its release.
        """
        ...


@dataclass(frozen=True)
class Note:
    """
    One note.

    Attributes
    ----------
    beat : float
        When it starts, in beats from the start of the track.
    beats : float
        How long it is held, in beats.
    midi : float
        Pitch; for a drum kit, which drum.
    velocity : float
        How hard it is played, in (0, 1].
    bend : float
        Semitones from which the pitch slides to its place.
    """

    beat: float
    beats: float
    midi: float
    velocity: float = 0.8
    bend: float = 0.0


@dataclass(frozen=True)
class Player:
    """
    An instrument and its place in the mix.

    Attributes
    ----------
    instrument : Instrument
        What makes the sound.
    level_db : float
        Loudness (root mean square) of the part in the mix, in dB.
    drive : float
        Distortion, see `genrescope.synthesis.effects.drive`; 0 is clean.
    lowpass, highpass : float or None
        Corner frequencies in Hz, applied after the distortion.
    peak : tuple of float or None
        Centre in Hz and gain in dB of a resonance.
    reverb : float
        How much of the part is sent to the room; 1 is as loud as the part itself.
    """

    instrument: Instrument
    level_db: float
    drive: float = 0.0
    lowpass: float | None = None
    highpass: float | None = None
    peak: tuple[float, float] | None = None
    reverb: float = 0.2


@dataclass(frozen=True)
class Band:
    """
    A synthetic artist: what its tracks have in common.

    Attributes
    ----------
    tempo_bpm : float
        The tempo it likes, in beats a minute.
    tonic : int
        The pitch class it likes as a key.
    players : mapping of str to Player
        Who plays.
    room_s : float
        Reverberation time of its room in seconds.
    swing : float
        Where the second half of a swung pair falls: 0.5 is straight, 0.667 a triplet.
    swing_beats : float
        Length of a swung pair in beats: 1 swings eighths, 0.5 sixteenths.
    rubato_s : float
        By how many seconds the beat sways to and fro.
    """

    tempo_bpm: float
    tonic: int
    players: Mapping[str, Player]
    room_s: float = 0.6
    swing: float = 0.5
    swing_beats: float = 1.0
    rubato_s: float = 0.0


@dataclass(frozen=True)
class Part:
    """
    What one player plays.

    Attributes
    ----------
    name : str
        Name of the player in the band.
    player : Player
        The sound.
    notes : tuple of Note
        In any order.
    """

    name: str
    player: Player
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Score:
    """
    A whole track, ready to be rendered.

    Attributes
    ----------
    tempo_bpm : float
        Beats a minute.
    tonic : int
        Pitch class of the key.
    parts : tuple of Part
        Who plays what.
    room_s : float
        Reverberation time in seconds.
    swing, swing_beats, rubato_s : float
        As in `Band`.
    """

    tempo_bpm: float
    tonic: int
    parts: tuple[Part, ...]
    room_s: float
    swing: float = 0.5
    swing_beats: float = 1.0
    rubato_s: float = 0.0


def seconds_of(score: Score, beats: np.ndarray) -> np.ndarray:
    """
    Turn beats into seconds, with the swing and the rubato of a score.

    Parameters
    ----------
    score : Score
        The track.
    beats : np.ndarray [shape=(n,)]
        Positions in beats.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Positions in seconds.

    Examples
    --------
    >>> score = Score(60.0, 0, (), room_s=0.5, swing=0.75)
    >>> seconds_of(score, np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 0.75, 1.0]
    """
    pair, within = np.divmod(beats / score.swing_beats, 1.0)
    first = within * 2.0 * score.swing
    second = score.swing + (2.0 * within - 1.0) * (1.0 - score.swing)
    swung = (pair + np.where(within < 0.5, first, second)) * score.swing_beats
    sway = 0.5 * score.rubato_s * (1.0 - np.cos(2.0 * np.pi * beats / 16.0))
    return np.asarray(swung * (60.0 / score.tempo_bpm) + sway)
