"""What drummers and bass players do.

A pattern is a bar of equal steps (or several bars with ``|`` between them). For drums ``X`` is
loud, ``x`` normal, ``o`` soft and ``.`` silent; for the bass ``R`` is the root, the digits 3, 5, 6,
7 and 8 are intervals above it, ``-`` holds on.

Public functions: `beat`, `bass_line`, `walking_bass`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from genrescope.synthesis import harmony
from genrescope.synthesis.drums import Drum
from genrescope.synthesis.harmony import LOUDNESS, Span
from genrescope.synthesis.notes import Chord, nearest
from genrescope.synthesis.score import Note


def beat(
    patterns: Mapping[Drum, str],
    *,
    n_bars: int,
    beats_per_bar: int = 4,
    fill_every: int = 0,
) -> list[Note]:
    """
    Play a drum pattern.

    Parameters
    ----------
    patterns : mapping of Drum to str
        What each drum plays.
    n_bars : int
        How many bars to play.
    beats_per_bar : int
        Beats in a bar.
    fill_every : int
        A fill of snare drum and toms ends every so many bars, a crash follows it; 0 plays none.

    Returns
    -------
    list of Note
        The hits.
    """
    notes = []
    for drum, pattern in patterns.items():
        bars = pattern.split("|")
        for index in range(n_bars):
            bar = bars[index % len(bars)]
            step = beats_per_bar / len(bar)
            start = index * beats_per_bar
            notes += [
                Note(start + i * step, step, int(drum), LOUDNESS[mark])
                for i, mark in enumerate(bar)
                if mark in LOUDNESS
            ]
    for end in range(fill_every, n_bars, fill_every) if fill_every else ():
        start = end * beats_per_bar - 1
        drums = (Drum.SNARE, Drum.HIGH_TOM, Drum.HIGH_TOM, Drum.LOW_TOM)
        notes += [Note(start + 0.25 * i, 0.25, int(d), 0.85) for i, d in enumerate(drums)]
        notes.append(Note(start + 1.0, 1.0, int(Drum.CRASH), 0.9))
    return notes


def bass_line(
    spans: Sequence[Span], *, pattern: str, n_bars: int, low: int, beats_per_bar: int = 4
) -> list[Note]:
    """
    Play a bass pattern over the chords.

    Parameters
    ----------
    spans : sequence of Span
        The chords, in order.
    pattern : str
        Which interval on which step.
    n_bars : int
        How many bars to play.
    low : int
        Lowest root that the bass has, as a MIDI number.
    beats_per_bar : int
        Beats in a bar.

    Returns
    -------
    list of Note
        The notes.
    """
    notes = []
    bars = pattern.split("|")
    for index in range(n_bars):
        bar = bars[index % len(bars)]
        step = beats_per_bar / len(bar)
        for place, mark in enumerate(bar):
            if mark in ".-":
                continue
            start = index * beats_per_bar + place * step
            chord = spans[harmony.at(spans, start)].chord
            tail = bar[place + 1 :]
            held = step * (1 + len(tail) - len(tail.lstrip("-")))
            pitch = low + (chord.root - low) % 12 + _interval(chord, mark)
            notes.append(Note(start, 0.92 * held, pitch, 0.9 if start % 2 == 0 else 0.75))
    return notes


def walking_bass(
    rng: np.random.Generator, spans: Sequence[Span], *, low: int, high: int
) -> list[Note]:
    """
    Walk: a note on each beat, the root first, a step away from the next root last.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    spans : sequence of Span
        The chords, in order.
    low, high : int
        Range of the bass as MIDI numbers.

    Returns
    -------
    list of Note
        The notes.
    """
    notes: list[Note] = []
    here = nearest(0.5 * (low + high) - 3, [spans[0].chord.root])
    for span, following in zip(spans, [*spans[1:], spans[0]], strict=True):
        here = _within(nearest(here, [span.chord.root]), low, high)
        goal = _within(nearest(here, [following.chord.root]), low, high)
        n = max(1, round(span.beats))
        for i in range(n):
            if i == n - 1 and n > 1:
                pitch = goal + int(rng.choice((-1, 1, -2, 2)))
            elif i == 0:
                pitch = here
            else:
                aim = here + (goal - here) * i / n + float(rng.choice((-5, 4, 7)))
                pitch = _within(nearest(aim, span.chord.pitch_classes), low, high)
            notes.append(Note(span.beat + i, 0.9, pitch, 0.9 if i % 2 == 0 else 0.8))
        here = goal
    return notes


def _interval(chord: Chord, mark: str) -> int:
    third = 3 if 3 in chord.intervals else 4
    return {"R": 0, "3": third, "5": 7, "6": 9, "7": 10, "8": 12}[mark]


def _within(pitch: int, low: int, high: int) -> int:
    while pitch > high:
        pitch -= 12
    while pitch < low:
        pitch += 12
    return pitch
