"""The instruments that hold or strike a tone; voices are in `voices`, drums in `drums`.

Each is a frozen record of settings with one method, `wave`, as `score.Instrument` asks. Waves have
a root mean square near 0.3 while they sound; the mixer sets their loudness.

Public classes: `Tone`, `Pluck`, `Bell`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.synthesis import envelopes, oscillators, plucked
from genrescope.synthesis.notes import frequency

SLIDE_S = 0.07


def pitch_curve(
    t: np.ndarray, f0: float, *, bend: float, vibrato_hz: float = 0.0, vibrato_cents: float = 0.0
) -> np.ndarray:
    """
    Give the frequency of a note over time: a slide into its pitch, then a vibrato.

    Parameters
    ----------
    t : np.ndarray [shape=(n,)]
        Seconds from the start of the note.
    f0 : float
        Its frequency in Hz.
    bend : float
        Semitones from which it slides to its pitch.
    vibrato_hz, vibrato_cents : float
        Rate and depth of the vibrato, which sets in after the attack.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Hz.
    """
    if bend == 0.0 and vibrato_cents == 0.0:
        return np.full(len(t), f0)
    depth = vibrato_cents / 100.0 * np.clip((t - 0.12) / 0.25, 0.0, 1.0)
    semitones = bend * np.exp(-t / SLIDE_S) + depth * np.sin(2.0 * np.pi * vibrato_hz * t)
    return np.asarray(f0 * 2.0 ** (semitones / 12.0))


@dataclass(frozen=True)
class Tone:
    """
    A harmonic sound: strings, organ, piano, horn, synthesizer, upright bass.

    Attributes
    ----------
    rolloff, even : float
        Spectrum, see `genrescope.synthesis.oscillators.harmonics`.
    mellow_s : float or None
        Time constant with which the treble dies away; None keeps the spectrum.
    attack_s, decay_s, sustain, release_s : float
        Envelope, see `genrescope.synthesis.envelopes.adsr`.
    vibrato_hz, vibrato_cents : float
        Rate and depth of the vibrato.
    n_voices : int
        Players in unison.
    detune_cents : float
        How far apart they are.
    breath : float
        Noise of breath or bow in relation to the tone.
    """

    rolloff: float = 1.2
    even: float = 1.0
    mellow_s: float | None = None
    attack_s: float = 0.01
    decay_s: float = 0.4
    sustain: float = 0.8
    release_s: float = 0.08
    vibrato_hz: float = 5.5
    vibrato_cents: float = 0.0
    n_voices: int = 1
    detune_cents: float = 0.0
    breath: float = 0.0

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
            Pitch.
        held_s : float
            How long it is held, in seconds.
        velocity : float
            How hard it is played, in (0, 1]: harder is brighter.
        bend : float
            Semitones from which it slides to its pitch.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Source of randomness.

        Returns
        -------
        np.ndarray [shape=(n,)]
            The sound.
        """
        t = envelopes.seconds(held_s + self.release_s, sr=sr)
        f0 = frequency(midi)
        rolloff = self.rolloff * (1.25 - 0.25 * velocity)
        amplitudes = oscillators.harmonics(f0, sr=sr, rolloff=rolloff, even=self.even)
        bright = oscillators.table(amplitudes)
        dark = oscillators.table(amplitudes * np.arange(1, len(amplitudes) + 1) ** -1.2)
        curve = pitch_curve(
            t, f0, bend=bend, vibrato_hz=self.vibrato_hz, vibrato_cents=self.vibrato_cents
        )
        y = np.zeros(len(t))
        for spread in np.linspace(-1.0, 1.0, self.n_voices) if self.n_voices > 1 else (0.0,):
            ratio = 2.0 ** (spread * self.detune_cents / 1200.0)
            cycles = oscillators.phase(curve * ratio, sr=sr, start=float(rng.random()))
            voice = oscillators.read(bright, cycles)
            if self.mellow_s is not None:
                mix = np.exp(-t / self.mellow_s)
                voice = mix * voice + (1.0 - mix) * oscillators.read(dark, cycles)
            y += voice
        if self.breath > 0.0:
            y += self.breath * oscillators.noise(rng, len(t))
        envelope = envelopes.adsr(
            t,
            held_s=held_s,
            attack_s=self.attack_s,
            decay_s=self.decay_s,
            sustain=self.sustain,
            release_s=self.release_s,
        )
        return np.asarray(0.3 * y * envelope / np.sqrt(self.n_voices))


@dataclass(frozen=True)
class Pluck:
    """
    A plucked string: guitars, banjo, electric bass.

    Attributes
    ----------
    brightness, position : float
        How and where it is plucked, see `genrescope.synthesis.plucked.burst`.
    damping : float
        Loss of treble on the string, in (0, 0.5].
    t60_s : float
        Time in which it falls by 60 dB.
    release_s : float
        Time in which a finger stops it.
    """

    brightness: float = 0.6
    position: float = 0.2
    damping: float = 0.3
    t60_s: float = 3.0
    release_s: float = 0.06

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
        Pluck one string.

        Parameters
        ----------
        midi : float
            Pitch.
        held_s : float
            How long it sounds before a finger stops it, in seconds.
        velocity : float
            How hard it is plucked, in (0, 1]: harder is brighter.
        bend : float
            Semitones from which it slides to its pitch.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Source of randomness.

        Returns
        -------
        np.ndarray [shape=(n,)]
            The sound.
        """
        t = envelopes.seconds(min(held_s, self.t60_s) + self.release_s, sr=sr)
        f0 = frequency(midi)
        period = max(4, round(sr / f0 - self.damping))
        first = plucked.burst(
            rng, period, brightness=self.brightness * velocity, position=self.position
        )
        curve = pitch_curve(t, f0, bend=bend, vibrato_hz=5.0, vibrato_cents=6.0)
        n_periods = int(np.ceil(curve.sum() / sr)) + 3
        loss = 10.0 ** (-3.0 / (f0 * self.t60_s))
        y, true_period = plucked.string(first, n_periods=n_periods, loss=loss, damping=self.damping)
        # The delay line only has whole samples; reading it at the right speed tunes the string.
        place = oscillators.phase(curve, sr=sr) * true_period
        tuned = np.interp(place, np.arange(len(y)), y)
        stop = envelopes.release(t, held_s=held_s, release_s=self.release_s)
        return np.asarray(0.5 * tuned * stop * envelopes.edge(t))


@dataclass(frozen=True)
class Bell:
    """
    A sound of frequency modulation: electric piano, bell, clavinet, slapped bass.

    Attributes
    ----------
    ratio : float
        Frequency of the modulator in relation to the tone.
    index : float
        Depth of the modulation in radians when it is struck.
    index_s : float
        Time constant with which the depth dies away.
    t60_s : float
        Time in which the tone falls by 60 dB.
    release_s : float
        Time in which it is damped.
    """

    ratio: float = 1.0
    index: float = 1.5
    index_s: float = 0.3
    t60_s: float = 3.0
    release_s: float = 0.1

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
        Strike one key.

        Parameters
        ----------
        midi : float
            Pitch.
        held_s : float
            How long it is held, in seconds.
        velocity : float
            How hard it is struck, in (0, 1]: harder is brighter.
        bend : float
            Semitones from which it slides to its pitch.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Source of randomness; not used.

        Returns
        -------
        np.ndarray [shape=(n,)]
            The sound.
        """
        t = envelopes.seconds(min(held_s, self.t60_s) + self.release_s, sr=sr)
        cycles = oscillators.phase(pitch_curve(t, frequency(midi), bend=bend), sr=sr)
        index = self.index * velocity * np.exp(-t / self.index_s)
        y = oscillators.fm(cycles, ratio=self.ratio, index=index)
        stop = envelopes.release(t, held_s=held_s, release_s=self.release_s)
        return np.asarray(0.45 * y * stop * envelopes.decay(t, t60_s=self.t60_s))
