"""Disco: the bass drum on every beat, open hats between, a bass in octaves, strings that stab."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Pluck, Tone
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Note, Player, Score
from genrescope.synthesis.session import assemble, pick, settle
from genrescope.synthesis.voices import Singer

TEMPO_BPM = (116.0, 128.0)
FORMS = (
    "i7|i7|iv7|iv7",
    "i7|iv7|bVII7|bIIImaj7",
    "ii7|V7|Imaj7|vi7",
    "i|bVII|bVI|V7",
    "i7|i7|bVI|bVII",
)
STABS = ("x..x....|..x..xx.", "...x..x.", "x.....x.", "..xx..x.")
SCRATCHES = ("xoxxoxxoxoxxoxxo", "x.oxx.oxx.oxx.ox", "oxoxoxoxoxoxoxox")
BASSES = ("R8R8R8R8", "R8R8R878", "R.8RR.8R", "R8R8R8R8|R8R85858")
LINES = ("x-------", "x---x---", "xxxxx---", "x-x-x-x-")
SONG = ("x-x-x---", "..x-x-x-", "x---x-x-", "x-xxx---")


def band(rng: np.random.Generator) -> Band:
    """
    Form a disco orchestra.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Singer, strings, scratching guitar, clavinet or brass, bass and drums.
    """
    section = Tone(
        rolloff=0.9,
        attack_s=0.03,
        sustain=0.8,
        release_s=0.12,
        n_voices=3,
        detune_cents=11.0,
        vibrato_cents=12.0,
    )
    brass = Tone(rolloff=0.8, attack_s=0.03, mellow_s=0.4, n_voices=2, detune_cents=7.0)
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=int(rng.integers(12)),
        room_s=float(rng.uniform(0.5, 1.0)),
        players={
            "voice": Player(Singer(throat=1.18), -11.0, highpass=200.0, reverb=0.3),
            "strings": Player(section, -14.0, highpass=400.0, reverb=0.4),
            "stabs": Player(brass, float(rng.uniform(-19, -15)), highpass=200.0, reverb=0.3),
            "scratch": Player(
                Pluck(brightness=0.9, position=0.1, damping=0.3, t60_s=0.5, release_s=0.02),
                float(rng.uniform(-18, -14)),
                highpass=600.0,
                peak=(float(rng.uniform(1200, 2200)), 8.0),
            ),
            "bass": Player(
                Tone(rolloff=1.3, mellow_s=0.09, decay_s=0.3, sustain=0.3, attack_s=0.004),
                -8.5,
                drive=0.4,
                lowpass=1800.0,
                reverb=0.03,
            ),
            "drums": Player(_kit(rng), float(rng.uniform(-9.5, -7.5)), reverb=0.08),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a disco track.

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
    form = pick(rng, FORMS)
    scale = "major" if form.startswith("ii") else "dorian"
    spans = harmony.changes(form, tonic=tonic, n_bars=n_bars)
    hands = harmony.voicings(spans, centre=64, n_voices=3)
    tune = scale_notes(scale, tonic=tonic, low=60, high=77)
    lines = {
        "strings": melody.phrases(
            rng,
            spans,
            scale=scale_notes(scale, tonic=tonic, low=72, high=93),
            rhythms=LINES,
            n_bars=n_bars,
            form="ABAC",
            bend=0.15,
        ),
        "stabs": harmony.comping(spans, hands, pattern=pick(rng, STABS), n_bars=n_bars, beats=0.2),
        "scratch": harmony.comping(
            spans, hands, pattern=pick(rng, SCRATCHES), n_bars=n_bars, beats=0.1, strum=0.01
        ),
        "bass": rhythm.bass_line(spans, pattern=pick(rng, BASSES), n_bars=n_bars, low=28),
        "drums": _drums(rng, n_bars),
    }
    if rng.random() < 0.6:
        lines["voice"] = melody.phrases(
            rng, spans, scale=tune, rhythms=SONG, n_bars=n_bars, form="AB.C", leap=1.2
        )
    return assemble(rng, band, session, lines, loose_s=0.003)


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Put the bass drum on all four, the snare drum on two and four, the open hat between."""
    return rhythm.beat(
        {
            Drum.KICK: "XXXX",
            Drum.SNARE: ".X.X",
            Drum.CLAP: ".x.x" if rng.random() < 0.6 else "....",
            Drum.OPEN_HAT: ".x.x.x.x",
            Drum.CLOSED_HAT: pick(rng, ("xo.oxo.oxo.oxo.o", "x.x.x.x.")),
            Drum.TAMBOURINE: "oooooooo" if rng.random() < 0.4 else ".",
        },
        n_bars=n_bars,
        fill_every=8,
    )


def _kit(rng: np.random.Generator) -> DrumKit:
    """Choose a short, clicking kit."""
    return DrumKit(
        kick_hz=58.0,
        kick_s=0.28,
        click=0.6,
        snare_s=0.2,
        hat_s=0.05,
        metal_hz=float(rng.uniform(380, 480)),
    )
