"""A drum kit, and the deep bass drum that plays melodies.

Drums have the numbers of General MIDI (36 is the bass drum), as `Drum` lists them.

Public classes: `Drum`, `DrumKit`, `SubBass`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from genrescope.synthesis import effects, envelopes, oscillators
from genrescope.synthesis.notes import frequency

# Ratios of the square waves that make a cymbal, after the circuit of a well-known drum machine.
_METAL = np.array([1.0, 1.342, 1.2312, 1.6532, 1.9523, 2.1523])


class Drum(IntEnum):
    """The drums of a kit, by their General MIDI numbers."""

    KICK = 36
    RIM = 37
    SNARE = 38
    CLAP = 39
    BRUSH = 40
    CLOSED_HAT = 42
    LOW_TOM = 45
    OPEN_HAT = 46
    HIGH_TOM = 48
    CRASH = 49
    RIDE = 51
    TAMBOURINE = 54
    CRACKLE = 127


@dataclass(frozen=True)
class DrumKit:
    """
    A drum kit.

    Attributes
    ----------
    kick_hz, kick_s : float
        Pitch of the bass drum and the time in which it falls by 60 dB.
    click : float
        Loudness of the beater.
    snare_hz, snare_s : float
        Pitch of the snare drum and the time in which its wires fall by 60 dB.
    snap : float
        Loudness of the wires in relation to the skin.
    hat_s : float
        Time in which a closed hi-hat falls by 60 dB.
    metal_hz : float
        Pitch of the cymbals.
    """

    kick_hz: float = 55.0
    kick_s: float = 0.35
    click: float = 0.3
    snare_hz: float = 190.0
    snare_s: float = 0.25
    snap: float = 0.8
    hat_s: float = 0.08
    metal_hz: float = 420.0

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
        Hit one drum.

        Parameters
        ----------
        midi : float
            Which drum.
        held_s : float
            Not used: a drum sounds as long as it sounds.
        velocity : float
            How hard it is hit, in (0, 1]: harder is brighter.
        bend : float
            Not used.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Source of noise.

        Returns
        -------
        np.ndarray [shape=(n,)]
            The sound.
        """
        match Drum(int(midi)):
            case Drum.KICK:
                return self._kick(velocity, sr, rng)
            case Drum.SNARE:
                return self._snare(velocity, sr, rng)
            case Drum.RIM:
                return 1.4 * _skin(1.9 * self.snare_hz, bend=0.2, t60_s=0.07, sr=sr)
            case Drum.CLAP:
                return _clap(sr, rng)
            case Drum.BRUSH:
                return 0.5 * _hiss(rng, 0.22, sr, low=900.0, high=7000.0, attack_s=0.03)
            case Drum.CLOSED_HAT:
                return self._cymbal(rng, self.hat_s, sr, low=6500.0)
            case Drum.OPEN_HAT:
                return self._cymbal(rng, 0.45, sr, low=6000.0)
            case Drum.RIDE:
                return self._cymbal(rng, 0.8, sr, low=4500.0, ping=0.3)
            case Drum.CRASH:
                return 1.5 * self._cymbal(rng, 1.8, sr, low=2500.0)
            case Drum.LOW_TOM:
                return _skin(1.9 * self.kick_hz, bend=5.0, t60_s=0.45, sr=sr)
            case Drum.HIGH_TOM:
                return _skin(2.8 * self.kick_hz, bend=5.0, t60_s=0.35, sr=sr)
            case Drum.TAMBOURINE:
                return 0.6 * _hiss(rng, 0.12, sr, low=5000.0, attack_s=0.012)
            case Drum.CRACKLE:
                return 0.6 * _hiss(rng, 0.004, sr, low=1000.0)

    def _kick(self, velocity: float, sr: int, rng: np.random.Generator) -> np.ndarray:
        body = 1.6 * _skin(self.kick_hz, bend=26.0 * velocity, t60_s=self.kick_s, sr=sr)
        knock = _hiss(rng, 0.012, sr, low=1200.0, high=5000.0)
        return _sum(body, self.click * velocity * knock)

    def _snare(self, velocity: float, sr: int, rng: np.random.Generator) -> np.ndarray:
        skin = _sum(
            _skin(self.snare_hz, bend=4.0, t60_s=0.16, sr=sr),
            0.6 * _skin(1.78 * self.snare_hz, bend=2.0, t60_s=0.12, sr=sr),
        )
        wires = _hiss(rng, self.snare_s, sr, low=1300.0 + 900.0 * velocity, high=9000.0)
        return _sum(skin, 1.3 * self.snap * wires)

    def _cymbal(
        self,
        rng: np.random.Generator,
        t60_s: float,
        sr: int,
        *,
        low: float,
        ping: float = 0.0,
    ) -> np.ndarray:
        t = envelopes.seconds(t60_s, sr=sr)
        squares = np.sign(np.sin(2.0 * np.pi * self.metal_hz * _METAL[:, None] * t)).sum(axis=0)
        metal = 0.15 * squares + 0.5 * oscillators.noise(rng, len(t))
        y = effects.filtered(metal, sr=sr, highpass=low) * envelopes.decay(t, t60_s=t60_s)
        if ping > 0.0:
            y = _sum(y, ping * _skin(7.9 * self.metal_hz, bend=0.0, t60_s=0.12, sr=sr))
        return np.asarray(y)


@dataclass(frozen=True)
class SubBass:
    """
    A bass drum that is tuned and rings on: the bass of hip hop.

    Attributes
    ----------
    drop : float
        Semitones by which its pitch falls in the first moment.
    t60_s : float
        Time in which it falls by 60 dB.
    warmth : float
        Overdrive that lets small loudspeakers hear it.
    """

    drop: float = 18.0
    t60_s: float = 1.6
    warmth: float = 1.5

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
        Play one bass note.

        Parameters
        ----------
        midi : float
            Pitch.
        held_s : float
            How long it is held, in seconds.
        velocity : float
            How hard it is played, in (0, 1].
        bend : float
            Semitones from which it slides to its pitch, besides the drop.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Source of randomness; not used.

        Returns
        -------
        np.ndarray [shape=(n,)]
            The sound.
        """
        t = envelopes.seconds(held_s + 0.05, sr=sr)
        slide = self.drop * np.exp(-t / 0.012) + bend * np.exp(-t / 0.08)
        cycles = oscillators.phase(frequency(midi) * 2.0 ** (slide / 12.0), sr=sr)
        y = np.tanh(self.warmth * (0.5 + 0.5 * velocity) * np.sin(2.0 * np.pi * cycles))
        stop = envelopes.release(t, held_s=held_s, release_s=0.05)
        return np.asarray(0.5 * y * stop * envelopes.decay(t, t60_s=self.t60_s, attack_s=0.004))


def _skin(f0: float, *, bend: float, t60_s: float, sr: int) -> np.ndarray:
    t = envelopes.seconds(t60_s, sr=sr)
    curve = f0 * 2.0 ** (bend * np.exp(-t / 0.022) / 12.0)
    y = np.sin(2.0 * np.pi * oscillators.phase(curve, sr=sr))
    return np.asarray(0.6 * y * envelopes.decay(t, t60_s=t60_s))


def _hiss(
    rng: np.random.Generator,
    t60_s: float,
    sr: int,
    *,
    low: float,
    high: float | None = None,
    attack_s: float = 0.001,
) -> np.ndarray:
    t = envelopes.seconds(t60_s, sr=sr)
    y = effects.filtered(oscillators.noise(rng, len(t)), sr=sr, highpass=low, lowpass=high)
    return np.asarray(y * envelopes.decay(t, t60_s=t60_s, attack_s=attack_s))


def _clap(sr: int, rng: np.random.Generator) -> np.ndarray:
    hands = [_hiss(rng, t60_s, sr, low=900.0, high=4000.0) for t60_s in (0.03, 0.03, 0.25)]
    late = [np.zeros(round(delay_s * sr)) for delay_s in (0.0, 0.011, 0.023)]
    return 1.2 * _sum(*(np.append(d, h) for d, h in zip(late, hands, strict=True)))


def _sum(*sounds: np.ndarray) -> np.ndarray:
    y = np.zeros(max(len(s) for s in sounds))
    for sound in sounds:
        y[: len(sound)] += sound
    return y
