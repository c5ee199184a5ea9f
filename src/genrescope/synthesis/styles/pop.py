"""Pop: four chords that everyone knows, synthesizers, a clean beat, a bright voice with a hook."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Bell, Pluck, Tone
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Instrument, Note, Player, Score
from genrescope.synthesis.session import assemble, pick, settle
from genrescope.synthesis.voices import Singer

TEMPO_BPM = (98.0, 128.0)
FORMS = ("I|V|vi|IV", "vi|IV|I|V", "I|vi|IV|V", "IV|I|V|vi", "I|iii|vi|IV")
ORDERS = ((0, 1, 2, 3), (0, 2, 1, 3, 2, 1), (3, 2, 1, 0))
BASSES = ("RRRRRRRR", "R--R--R-", ".RRR.RRR.RRR.RRR")
HOOKS = ("x-x-x-x-", "x--x--x-", "..x-x-x-", "x-x-x---", "xxx-x---")


def band(rng: np.random.Generator) -> Band:
    """
    Set up a pop production.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Singer, synthesizer hook, arpeggio, pads, bass and drum machine.
    """
    keys: tuple[Instrument, ...] = (
        Bell(ratio=2.0, index=1.8, t60_s=1.5),
        Pluck(brightness=0.9, damping=0.15),
    )
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=int(rng.integers(12)),
        room_s=float(rng.uniform(0.8, 1.5)),
        players={
            "voice": Player(
                Singer(throat=pick(rng, (1.05, 1.18)), vibrato_cents=18.0),
                -7.5,
                highpass=180.0,
                reverb=0.35,
            ),
            "hook": Player(_lead(rng), float(rng.uniform(-17, -13)), highpass=300.0, reverb=0.4),
            "arpeggio": Player(
                pick(rng, keys), float(rng.uniform(-19, -15)), highpass=300.0, reverb=0.4
            ),
            "pad": Player(
                _pad(rng), float(rng.uniform(-16, -13)), highpass=180.0, lowpass=6500.0, reverb=0.3
            ),
            "bass": Player(
                Tone(rolloff=1.1, mellow_s=0.2, attack_s=0.005, n_voices=2, detune_cents=6.0),
                -10.0,
                lowpass=1000.0,
                reverb=0.0,
            ),
            "drums": Player(_kit(rng), float(rng.uniform(-9, -7)), reverb=0.12),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a pop song.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    band : Band
        Who plays.
    duration_s : float
        Length in seconds.

    Returns
    -------
    Score
        The track.
    """
    session = settle(rng, band, duration_s=duration_s, tempo_bpm=TEMPO_BPM)
    n_bars, tonic = session.n_bars, session.tonic
    spans = harmony.changes(pick(rng, FORMS), tonic=tonic, n_bars=n_bars)
    hands = harmony.voicings(spans, centre=64, n_voices=3)
    lines = {
        "voice": melody.phrases(
            rng,
            spans,
            scale=scale_notes("major", tonic=tonic, low=59, high=76),
            rhythms=HOOKS,
            n_bars=n_bars,
            form="ABAC",
            leap=1.0,
            bend=0.15,
        ),
        "pad": harmony.comping(spans, hands, pattern="x---", n_bars=n_bars),
        "arpeggio": melody.arpeggio(
            spans,
            harmony.voicings(spans, centre=72, n_voices=3),
            order=pick(rng, ORDERS),
            step=pick(rng, (0.25, 0.5)),
            n_beats=session.n_beats,
        ),
        "bass": rhythm.bass_line(spans, n_bars=n_bars, low=28, pattern=pick(rng, BASSES)),
        "drums": _drums(rng, n_bars),
    }
    if rng.random() < 0.6:
        lines["hook"] = melody.phrases(
            rng,
            spans,
            scale=scale_notes("major pentatonic", tonic=tonic, low=72, high=91),
            rhythms=HOOKS,
            n_bars=n_bars,
            form=pick(rng, ("ABAB", "..AB")),
        )
    return assemble(rng, band, session, lines, loose_s=0.002)


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Program a clean beat."""
    return rhythm.beat(
        {
            Drum.KICK: pick(rng, ("XXXX", "X..xX...|X..xX.x.", "X.....X.")),
            Drum.SNARE: ".X.X",
            Drum.CLAP: ".x.x",
            Drum.CLOSED_HAT: pick(rng, ("xxxxxxxx", "xoxoxoxoxoxoxoxo", ".x.x.x.x")),
            Drum.TAMBOURINE: pick(rng, (".", ".x.x.x.x")),
        },
        n_bars=n_bars,
    )


def _kit(rng: np.random.Generator) -> DrumKit:
    """Choose an electronic kit."""
    return DrumKit(
        kick_hz=52.0,
        kick_s=0.3,
        click=0.8,
        snare_hz=200.0,
        snare_s=0.28,
        snap=1.2,
        hat_s=float(rng.uniform(0.04, 0.08)),
        metal_hz=460.0,
    )


def _pad(rng: np.random.Generator) -> Tone:
    """Choose a wide, slow synthesizer."""
    return Tone(
        rolloff=float(rng.uniform(1.0, 1.3)),
        attack_s=0.15,
        sustain=1.0,
        release_s=0.3,
        n_voices=3,
        detune_cents=14.0,
    )


def _lead(rng: np.random.Generator) -> Tone:
    """Choose a bright synthesizer, a saw or nearly a square."""
    return Tone(
        rolloff=0.9, even=pick(rng, (0.1, 1.0)), n_voices=2, detune_cents=9.0, vibrato_cents=8.0
    )
