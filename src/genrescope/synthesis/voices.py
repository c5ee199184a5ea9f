"""Voices: a sung or spoken line without words.

A glottal pulse passes through the resonances of a vowel; a puff of noise stands for the consonant.

Public classes: `Singer`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.synthesis import effects, envelopes, oscillators
from genrescope.synthesis.instruments import pitch_curve
from genrescope.synthesis.notes import frequency

# Centre in Hz, bandwidth in Hz and amplitude of the first three formants of ah, eh, ee, oh.
VOWELS = (
    ((750.0, 110.0, 1.0), (1200.0, 130.0, 0.6), (2600.0, 200.0, 0.3)),
    ((480.0, 80.0, 1.0), (1850.0, 150.0, 0.5), (2500.0, 200.0, 0.4)),
    ((310.0, 60.0, 1.0), (2200.0, 150.0, 0.4), (3000.0, 250.0, 0.4)),
    ((500.0, 80.0, 1.0), (900.0, 100.0, 0.6), (2500.0, 200.0, 0.2)),
)


@dataclass(frozen=True)
class Singer:
    """
    A voice.

    Attributes
    ----------
    throat : float
        Factor of the formants: 1 is a man's throat, 1.18 a woman's.
    vibrato_cents : float
        Depth of the vibrato.
    consonant : float
        Loudness of the noise at the start of a syllable.
    fall : float
        Semitones by which the pitch falls in a syllable, as in speech; 0 for song.
    """

    throat: float = 1.0
    vibrato_cents: float = 30.0
    consonant: float = 0.3
    fall: float = 0.0

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
        Sing one syllable.

        Parameters
        ----------
        midi : float
            Pitch.
        held_s : float
            How long it is held, in seconds.
        velocity : float
            How loudly it is sung, in (0, 1]: louder is brighter.
        bend : float
            Semitones from which it slides to its pitch.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Chooses the vowels and makes the noise.

        Returns
        -------
        np.ndarray [shape=(n,)]
            The sound.
        """
        t = envelopes.seconds(held_s + 0.06, sr=sr)
        f0 = frequency(midi)
        glottis = oscillators.harmonics(f0, sr=sr, rolloff=1.5 - 0.4 * velocity)
        chosen = rng.choice(len(VOWELS), 2)
        first, second = (
            oscillators.table(glottis * self._throat(f0, len(glottis), int(v))) for v in chosen
        )
        curve = pitch_curve(
            t, f0, bend=bend, vibrato_hz=5.3, vibrato_cents=self.vibrato_cents
        ) * 2.0 ** (-self.fall * t / 12.0 / t[-1])
        cycles = oscillators.phase(curve, sr=sr)
        glide = np.clip((t - 0.3 * held_s) / (0.4 * held_s), 0.0, 1.0)
        y = (1.0 - glide) * oscillators.read(first, cycles) + glide * oscillators.read(
            second, cycles
        )
        envelope = envelopes.adsr(
            t, held_s=held_s, attack_s=0.035, decay_s=0.5, sustain=0.75, release_s=0.06
        )
        hiss = effects.filtered(oscillators.noise(rng, len(t)), sr=sr, highpass=2800.0)
        return np.asarray(
            0.3 * y * envelope + self.consonant * hiss * envelopes.decay(t, t60_s=0.09)
        )

    def _throat(self, f0: float, n: int, vowel: int) -> np.ndarray:
        peaks = [(f * self.throat, width, a) for f, width, a in VOWELS[vowel]]
        return oscillators.formants(f0, n=n, peaks=peaks)
