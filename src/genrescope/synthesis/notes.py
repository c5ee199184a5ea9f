"""Pitches, scales and chords.

A pitch is a MIDI number (60 is middle C, 69 is A at 440 Hz; fractions are allowed), a pitch class
is a number from 0 (C) to 11 (B), an interval counts semitones. Chords are written as roman numerals
in relation to the tonic: upper case is major, lower case minor, ``b`` or ``#`` before it moves the
root, what follows names the quality (``ii7``, ``V13``, ``bVII``, ``i5`` for a power chord).

Public functions: `frequency`, `pitch_name`, `scale_notes`, `nearest`, `chord`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

SCALES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "major": (0, 2, 4, 5, 7, 9, 11),
        "minor": (0, 2, 3, 5, 7, 8, 10),
        "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
        "dorian": (0, 2, 3, 5, 7, 9, 10),
        "mixolydian": (0, 2, 4, 5, 7, 9, 10),
        "phrygian": (0, 1, 3, 5, 7, 8, 10),
        "blues": (0, 3, 5, 6, 7, 10),
        "major pentatonic": (0, 2, 4, 7, 9),
        "minor pentatonic": (0, 3, 5, 7, 10),
    }
)

QUALITIES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "": (0, 4, 7),
        "m": (0, 3, 7),
        "5": (0, 7),
        "m5": (0, 7),
        "6": (0, 4, 7, 9),
        "m6": (0, 3, 7, 9),
        "7": (0, 4, 7, 10),
        "m7": (0, 3, 7, 10),
        "maj7": (0, 4, 7, 11),
        "9": (0, 4, 7, 10, 14),
        "m9": (0, 3, 7, 10, 14),
        "maj9": (0, 4, 7, 11, 14),
        "13": (0, 4, 10, 14, 21),
        "7b9": (0, 4, 7, 10, 13),
        "m7b5": (0, 3, 6, 10),
        "dim": (0, 3, 6),
        "mdim": (0, 3, 6),
        "sus4": (0, 5, 7),
    }
)

_DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_NAMES = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
_NUMERAL = re.compile(r"([b#]?)([iv]+|[IV]+)(.*)")


@dataclass(frozen=True)
class Chord:
    """
    A root and what stands above it.

    Attributes
    ----------
    root : int
        Pitch class of the root.
    intervals : tuple of int
        Semitones above the root, ascending, the first is 0.
    """

    root: int
    intervals: tuple[int, ...]

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """
        The pitch classes of the chord.

        Returns
        -------
        tuple of int
            From 0 to 11, root first.
        """
        return tuple((self.root + i) % 12 for i in self.intervals)


def frequency(midi: float) -> float:
    """
    Give the frequency of a pitch in equal temperament.

    Parameters
    ----------
    midi : float
        MIDI number.

    Returns
    -------
    float
        Frequency in Hz.

    Examples
    --------
    >>> frequency(69)
    440.0
    """
    return float(440.0 * 2.0 ** ((midi - 69.0) / 12.0))


def pitch_name(pitch_class: int) -> str:
    """
    Name a pitch class as a musician would say it.

    Parameters
    ----------
    pitch_class : int
        From 0 (C) to 11 (B); other numbers are taken modulo 12.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> pitch_name(10)
    'B flat'
    """
    return _NAMES[pitch_class % 12]


def scale_notes(name: str, *, tonic: int, low: int, high: int) -> tuple[int, ...]:
    """
    List the pitches of a scale within a range.

    Parameters
    ----------
    name : str
        A key of `SCALES`.
    tonic : int
        Pitch class on which the scale starts.
    low, high : int
        Lowest and highest MIDI number, both included.

    Returns
    -------
    tuple of int
        MIDI numbers, ascending.

    Examples
    --------
    >>> scale_notes("major pentatonic", tonic=0, low=60, high=72)
    (60, 62, 64, 67, 69, 72)
    """
    members = {(tonic + step) % 12 for step in SCALES[name]}
    return tuple(p for p in range(low, high + 1) if p % 12 in members)


def nearest(pitch: float, pitch_classes: Sequence[int]) -> int:
    """
    Find the pitch of one of some pitch classes that is nearest to a pitch.

    Parameters
    ----------
    pitch : float
        MIDI number.
    pitch_classes : sequence of int
        The classes to choose from.

    Returns
    -------
    int
        MIDI number; the lower one where two are equally near.

    Examples
    --------
    >>> nearest(61, (0, 4, 7))
    60
    """
    around = range(int(pitch) - 12, int(pitch) + 13)
    return min((p for p in around if p % 12 in pitch_classes), key=lambda p: (abs(p - pitch), p))


def chord(numeral: str, *, tonic: int) -> Chord:
    """
    Read a chord from its roman numeral.

    Parameters
    ----------
    numeral : str
        Such as ``"ii7"`` or ``"bVII"``.
    tonic : int
        Pitch class of the key.

    Returns
    -------
    Chord
        The chord.

    Examples
    --------
    >>> chord("ii7", tonic=0)
    Chord(root=2, intervals=(0, 3, 7, 10))
    """
    match = _NUMERAL.fullmatch(numeral)
    assert match, f"not a roman numeral: {numeral!r}"
    accidental, degree, quality = match.groups()
    shift = {"b": -1, "#": 1, "": 0}[accidental]
    minor = degree.islower() and not quality.startswith("m")
    return Chord(
        (tonic + _DEGREES[degree.lower()] + shift) % 12,
        QUALITIES["m" + quality if minor else quality],
    )
