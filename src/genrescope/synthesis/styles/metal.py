"""Metal: muted power chords through far too much gain, two bass drums, dark scales, great speed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Pluck
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Note, Player, Score
from genrescope.synthesis.session import Session, assemble, pick, settle
from genrescope.synthesis.voices import Singer

TEMPO_BPM = (138.0, 200.0)
FORMS = (
    "i5|i5|bII5|i5",
    "i5|bVI5|bVII5|i5",
    "i5|i5|bIII5|bII5",
    "i5|bII5|bVI5|bVII5",
    "i5|i5|i5|bII5 bIII5",
)
CHUGS = ("X.xxX.xxX.xxX.xx", "XxxxXxxxXxxxXxxx", "X..X..X.X..X..X.", "X.xxX.xx....X.xx", "xxxxxxxx")
KICKS = ("xxxxxxxxxxxxxxxx", "X.xxX.xxX.xxX.xx", "X..X..X.X..X..X.", "xxx.xxx.xxx.xxx.")


def band(rng: np.random.Generator) -> Band:
    """
    Form a metal band.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Growl, lead guitar, a wall of rhythm guitars, bass and drums.
    """
    chug = Player(
        Pluck(brightness=0.5, position=0.05, damping=0.5, t60_s=0.25, release_s=0.02),
        -8.0,
        drive=float(rng.uniform(8.0, 16.0)),
        lowpass=float(rng.uniform(4200, 6000)),
        highpass=80.0,
        peak=(float(rng.uniform(600, 900)), float(rng.uniform(-8, -3))),
        reverb=0.08,
    )
    ring = Pluck(brightness=0.9, damping=0.15, t60_s=4.0)
    bass = Pluck(brightness=0.7, damping=0.3, t60_s=1.5)
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=pick(rng, (4, 2, 0, 11)),
        room_s=float(rng.uniform(0.3, 0.6)),
        players={
            "voice": Player(
                Singer(throat=0.85, vibrato_cents=60.0, consonant=0.8),
                -12.0,
                drive=6.0,
                highpass=200.0,
                lowpass=5000.0,
                reverb=0.2,
            ),
            "lead": Player(
                Pluck(brightness=0.9, damping=0.1, t60_s=4.0),
                -11.0,
                drive=10.0,
                lowpass=5500.0,
                highpass=300.0,
                reverb=0.3,
            ),
            "chug": chug,
            "ring": replace(chug, instrument=ring, level_db=-8.5),
            "bass": Player(bass, -11.0, drive=2.5, lowpass=2200.0, reverb=0.0),
            "drums": Player(_kit(rng), float(rng.uniform(-9.5, -7.5)), reverb=0.15),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a metal track.

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
    grips = harmony.power(spans, low=35)
    chug = pick(rng, CHUGS)
    lines = {
        "chug": harmony.comping(
            spans, [g[:2] for g in grips], pattern=chug, n_bars=n_bars, beats=0.2
        ),
        "ring": harmony.comping(
            spans,
            grips,
            n_bars=n_bars,
            pattern=pick(rng, ("x-------", "x---..x-", "x-----x-", "x---x---")),
        ),
        "bass": rhythm.bass_line(spans, pattern="RRRRRRRR", n_bars=n_bars, low=28),
        "drums": _drums(rng, n_bars),
    }
    if rng.random() < 0.6:
        lines["lead"] = melody.phrases(
            rng,
            spans,
            scale=scale_notes("phrygian", tonic=tonic, low=64, high=88),
            rhythms=("xxxxxxxxxxxxxxxx", "xxxxxxxx", "x---xxxx", "x-------"),
            n_bars=n_bars,
            form="..AB" if rng.random() < 0.5 else "AABC",
            bend=0.1,
        )
    if rng.random() < 0.6:
        lines["voice"] = _growl(rng, session)
    return assemble(rng, band, session, lines, loose_s=0.003)


def _growl(rng: np.random.Generator, session: Session) -> list[Note]:
    """Shout a line of uneven length in the first of two bars."""
    notes = []
    for bar in range(0, session.n_bars, 2):
        for beat in np.flatnonzero(rng.random(8) < 0.7):
            notes.append(Note(4.0 * bar + 0.5 * float(beat), 0.45, 40 + int(rng.integers(4)), 0.9))
    return notes


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Let both feet run, or the snare drum blast."""
    blast = rng.random() < 0.25
    return rhythm.beat(
        {
            Drum.KICK: pick(rng, KICKS),
            Drum.SNARE: ".X.X.X.X" if blast else ".X.X",
            (Drum.RIDE if rng.random() < 0.5 else Drum.OPEN_HAT): "xxxx",
            Drum.CRASH: "x...|....",
        },
        n_bars=n_bars,
        fill_every=4,
    )


def _kit(rng: np.random.Generator) -> DrumKit:
    """Choose bass drums that are all click."""
    return DrumKit(
        kick_hz=float(rng.uniform(58, 68)),
        kick_s=0.16,
        click=1.6,
        snare_hz=220.0,
        snare_s=0.18,
        snap=1.2,
        hat_s=0.1,
    )
