"""Progressions of chords over time, and how hands move from chord to chord.

A progression is written in bars, as in a fake book: ``"ii7 V7 | Imaj7"``; the chords of a bar share
it equally.

Public functions: `changes`, `at`, `voicings`, `power`, `comping`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from genrescope.synthesis.notes import Chord, chord
from genrescope.synthesis.score import Note

LOUDNESS = {"X": 1.0, "x": 0.8, "o": 0.45}


@dataclass(frozen=True)
class Span:
    """
    A chord and how long it lasts.

    Attributes
    ----------
    beat, beats : float
        Where it starts and how long it lasts.
    chord : Chord
        What sounds.
    """

    beat: float
    beats: float
    chord: Chord


def changes(
    progression: str, *, tonic: int, n_bars: int, beats_per_bar: int = 4, first_bar: int = 0
) -> tuple[Span, ...]:
    """
    Lay a progression over the bars of a track, again and again.

    Parameters
    ----------
    progression : str
        Bars of roman numerals, with ``|`` between them.
    tonic : int
        Pitch class of the key.
    n_bars : int
        How many bars to fill.
    beats_per_bar : int
        Beats in a bar.
    first_bar : int
        With which bar of the progression the track starts.

    Returns
    -------
    tuple of Span
        The chords, in order.

    Examples
    --------
    >>> [(s.beat, s.chord.root) for s in changes("I | IV V", tonic=0, n_bars=3)]
    [(0.0, 0), (4.0, 5), (6.0, 7), (8.0, 0)]
    """
    bars = [bar.split() for bar in progression.split("|")]
    spans = []
    for index, bar in enumerate(islice(cycle(bars), first_bar, first_bar + n_bars)):
        beats = beats_per_bar / len(bar)
        for place, numeral in enumerate(bar):
            beat = index * beats_per_bar + place * beats
            spans.append(Span(float(beat), beats, chord(numeral, tonic=tonic)))
    return tuple(spans)


def at(spans: Sequence[Span], beat: float) -> int:
    """
    Find which chord sounds at a beat.

    Parameters
    ----------
    spans : sequence of Span
        The chords, in order.
    beat : float
        Position in beats.

    Returns
    -------
    int
        Index of the span; the last one for a position beyond it.
    """
    return max(0, bisect_right(spans, beat + 1e-6, key=lambda s: s.beat) - 1)


def voicings(
    spans: Sequence[Span], *, centre: float, n_voices: int | None = None
) -> list[tuple[int, ...]]:
    """
    Choose for each chord the inversion that is nearest to the one before it.

    Parameters
    ----------
    spans : sequence of Span
        The chords, in order.
    centre : float
        MIDI number round which the hands stay.
    n_voices : int or None
        How many notes a chord has: the last ones of a large chord (without its root), the first
        ones of a small one once more; None takes the chord as it is.

    Returns
    -------
    list of tuple of int
        MIDI numbers of each chord, ascending.
    """
    chosen: list[tuple[int, ...]] = []
    before: tuple[float, ...] = ()
    for span in spans:
        classes = list(span.chord.pitch_classes)
        if n_voices is not None:
            classes = classes[max(0, len(classes) - n_voices) :]
            classes += classes[: n_voices - len(classes)]
        options = [_stack(classes[i:] + classes[:i], centre) for i in range(len(classes))]
        goal = before if len(before) == len(classes) else (centre,) * len(classes)
        best = min(
            options,
            key=lambda o: (
                sum(abs(a - b) for a, b in zip(o, goal, strict=True))
                + 0.5 * abs(sum(o) / len(o) - centre)
            ),
        )
        chosen.append(best)
        before = best
    return chosen


def power(spans: Sequence[Span], *, low: int) -> list[tuple[int, ...]]:
    """
    Give each chord the grip of a distorted guitar: root, fifth, octave.

    Parameters
    ----------
    spans : sequence of Span
        The chords, in order.
    low : int
        Lowest root that the guitar has, as a MIDI number.

    Returns
    -------
    list of tuple of int
        MIDI numbers of each chord.
    """
    roots = [low + (s.chord.root - low) % 12 for s in spans]
    return [(r, r + 7, r + 12) for r in roots]


def comping(
    spans: Sequence[Span],
    hands: Sequence[tuple[int, ...]],
    *,
    pattern: str,
    n_bars: int,
    beats: float | None = None,
    beats_per_bar: int = 4,
    strum: float = 0.0,
) -> list[Note]:
    """
    Play chords in a rhythm.

    Parameters
    ----------
    spans : sequence of Span
        The chords, in order.
    hands : sequence of tuple of int
        The notes of each chord.
    pattern : str
        Steps of a bar (or of several, with ``|`` between them): ``X`` loud, ``x`` normal, ``o``
        soft, ``-`` held on, ``.`` silent.
    n_bars : int
        How many bars to play.
    beats : float or None
        How long each chord is held; None holds it as far as the pattern does.
    beats_per_bar : int
        Beats in a bar.
    strum : float
        Beats between the strings of a chord; negative strums upward.

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
            if mark not in LOUDNESS:
                continue
            beat = index * beats_per_bar + place * step
            tail = bar[place + 1 :]
            held = step * (1 + len(tail) - len(tail.lstrip("-")))
            hand = hands[at(spans, beat)]
            for i, pitch in enumerate(hand if strum >= 0 else hand[::-1]):
                late = i * abs(strum)
                notes.append(Note(beat + late, beats or 0.95 * held, pitch, LOUDNESS[mark]))
    return notes


def _stack(classes: Sequence[int], centre: float) -> tuple[int, ...]:
    pitches = [classes[0]]
    for c in classes[1:]:
        pitches.append(pitches[-1] + 1 + (c - pitches[-1] - 1) % 12)
    octaves = round((centre - sum(pitches) / len(pitches)) / 12.0)
    return tuple(p + 12 * octaves for p in pitches)
