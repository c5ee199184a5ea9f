"""Melodies: phrases that come back, walk through a scale and rest on the chords.

A rhythm is a bar of equal steps: ``x`` starts a note, ``-`` holds it on, ``.`` is silence.

Public functions: `phrases`, `arpeggio`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from genrescope.synthesis import harmony
from genrescope.synthesis.harmony import Span
from genrescope.synthesis.notes import nearest
from genrescope.synthesis.score import Note


def phrases(
    rng: np.random.Generator,
    spans: Sequence[Span],
    *,
    scale: Sequence[int],
    rhythms: Sequence[str],
    n_bars: int,
    beats_per_bar: int = 4,
    form: str = "ABAC",
    leap: float = 1.5,
    bend: float = 0.0,
) -> list[Note]:
    """
    Invent a melody.

    Each letter of the form is a bar with its own rhythm and contour, which return with the letter;
    the pitches follow the chords. A dot in the form is a bar of rest.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    spans : sequence of Span
        The chords, in order.
    scale : sequence of int
        The pitches to choose from, ascending.
    rhythms : sequence of str
        Bars to choose from.
    n_bars : int
        How many bars to play.
    beats_per_bar : int
        Beats in a bar.
    form : str
        One letter a bar, repeated.
    leap : float
        Standard deviation of the steps through the scale.
    bend : float
        Part of the notes that slide up to their pitch.

    Returns
    -------
    list of Note
        The notes.
    """
    ideas = {}
    for letter in sorted(set(form) - {"."}):
        rhythm = str(rng.choice(list(rhythms)))
        ideas[letter] = (rhythm, np.rint(rng.normal(0.0, leap, len(rhythm))).astype(int))
    notes = []
    place = len(scale) // 2
    for index in range(n_bars):
        letter = form[index % len(form)]
        if letter == ".":
            continue
        rhythm, steps = ideas[letter]
        step = beats_per_bar / len(rhythm)
        for i in (i for i, mark in enumerate(rhythm) if mark == "x"):
            start = index * beats_per_bar + i * step
            place = _reflected(place + int(steps[i]), len(scale))
            pitch = scale[place]
            if start % 1.0 == 0.0 and start % 2.0 == 0.0:
                pitch = nearest(pitch, spans[harmony.at(spans, start)].chord.pitch_classes)
                place = int(np.argmin(np.abs(np.asarray(scale) - pitch)))
            tail = rhythm[i + 1 :]
            held = step * (1 + len(tail) - len(tail.lstrip("-")))
            slide = -2.0 if rng.random() < bend else 0.0
            notes.append(Note(start, 0.93 * held, pitch, 0.7 + 0.25 * rng.random(), slide))
    return notes


def arpeggio(
    spans: Sequence[Span],
    hands: Sequence[tuple[int, ...]],
    *,
    order: Sequence[int],
    step: float,
    n_beats: float,
    beats: float | None = None,
) -> list[Note]:
    """
    Break chords into single notes.

    Parameters
    ----------
    spans : sequence of Span
        The chords, in order.
    hands : sequence of tuple of int
        The notes of each chord.
    order : sequence of int
        Which note of the hand comes when; beyond the hand it goes on an octave higher.
    step : float
        Beats from note to note.
    n_beats : float
        Where to stop.
    beats : float or None
        How long each note is held; None holds it for one step.

    Returns
    -------
    list of Note
        The notes.
    """
    notes = []
    for i in range(int(n_beats / step)):
        start = i * step
        hand = hands[harmony.at(spans, start)]
        octave, member = divmod(order[i % len(order)], len(hand))
        loud = 0.85 if start % 1.0 == 0.0 else 0.65
        notes.append(Note(start, beats or 0.95 * step, hand[member] + 12 * octave, loud))
    return notes


def _reflected(place: int, n: int) -> int:
    span = max(1, 2 * (n - 1))
    folded = place % span
    return min(folded, span - folded) if n > 1 else 0
