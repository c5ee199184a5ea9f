"""From a band to a track: tempo, key and length before a note is written, human hands after it.

Public functions: `pick`, `settle`, `assemble`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from genrescope.synthesis.score import Band, Note, Part, Score

T = TypeVar("T")


@dataclass(frozen=True)
class Session:
    """
    What one track of a band decides before a note is written.

    Attributes
    ----------
    tempo_bpm : float
        Its tempo in beats a minute.
    tonic : int
        Pitch class of its key.
    n_bars : int
        Bars that cover the duration.
    n_beats : float
        The same in beats.
    """

    tempo_bpm: float
    tonic: int
    n_bars: int
    n_beats: float


def pick(rng: np.random.Generator, options: Sequence[T]) -> T:
    """
    Choose one of some things, all equally likely.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    options : sequence
        What to choose from.

    Returns
    -------
    object
        One of them, as it is.
    """
    return options[int(rng.integers(len(options)))]


def settle(
    rng: np.random.Generator,
    band: Band,
    *,
    duration_s: float,
    tempo_bpm: tuple[float, float],
    beats_per_bar: int = 4,
) -> Session:
    """
    Settle tempo, key and length of a track: near what the band likes, never quite the same.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    band : Band
        Who plays.
    duration_s : float
        Length of the track in seconds.
    tempo_bpm : tuple of float
        Least and greatest tempo of this kind of music.
    beats_per_bar : int
        Beats in a bar.

    Returns
    -------
    Session
        The decisions.
    """
    tempo = float(np.clip(band.tempo_bpm * rng.uniform(0.95, 1.05), *tempo_bpm))
    tonic = (band.tonic + pick(rng, (0, 0, 0, 2, 5, 7))) % 12
    n_bars = math.ceil((duration_s + 0.5) * tempo / 60.0 / beats_per_bar) + 1
    return Session(tempo, tonic, n_bars, float(n_bars * beats_per_bar))


def assemble(
    rng: np.random.Generator,
    band: Band,
    session: Session,
    lines: Mapping[str, Sequence[Note]],
    *,
    loose_s: float = 0.006,
) -> Score:
    """
    Hand the lines to their players, who are human: a little early, a little late, never even.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    band : Band
        Who plays.
    session : Session
        Tempo and key of the track.
    lines : mapping of str to sequence of Note
        What each player plays; the names are those of the band.
    loose_s : float
        Standard deviation of the timing in seconds.

    Returns
    -------
    Score
        The track; its mix levels lie within 1.5 dB of the band's.
    """
    loose = loose_s * session.tempo_bpm / 60.0
    parts = []
    for name, notes in lines.items():
        late = np.maximum(rng.normal(0.0, loose, len(notes)), -0.04)
        firm = rng.uniform(0.88, 1.0, len(notes))
        played = tuple(
            replace(n, beat=max(0.0, n.beat + float(d)), velocity=n.velocity * float(v))
            for n, d, v in zip(notes, late, firm, strict=True)
        )
        player = band.players[name]
        level = player.level_db + float(rng.uniform(-1.5, 1.5))
        parts.append(Part(name, replace(player, level_db=level), played))
    return Score(
        session.tempo_bpm,
        session.tonic,
        tuple(parts),
        band.room_s,
        band.swing,
        band.swing_beats,
        band.rubato_s,
    )
