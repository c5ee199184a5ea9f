"""Hip hop: a heavy, lazy beat, a bass below the bass, a short loop from an old record, a rapper."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, rhythm
from genrescope.synthesis.drums import Drum, DrumKit, SubBass
from genrescope.synthesis.instruments import Bell, Pluck, Tone
from genrescope.synthesis.score import Band, Instrument, Note, Player, Score
from genrescope.synthesis.session import Session, assemble, pick, settle
from genrescope.synthesis.voices import Singer

TEMPO_BPM = (80.0, 98.0)
FORMS = ("i7|i7", "i7|iv7", "i9|bVImaj7", "i|bVI", "ii7 V7|Imaj7", "i7|bII")
KICKS = (
    "X.....x...x.....",
    "X..x......x.....",
    "X.......x.x.....|X..x....x.......",
    "X......x..x..x..",
)


def band(rng: np.random.Generator) -> Band:
    """
    Set up a sampler, a drum machine and a microphone.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Rapper, sampled loop, record crackle, sub bass and drums.
    """
    keys = Bell(ratio=pick(rng, (1.0, 2.0)), index=1.2, t60_s=2.5)
    strings = Tone(rolloff=1.5, attack_s=0.06, n_voices=2, detune_cents=9.0)
    guitar = Pluck(brightness=0.3, t60_s=1.5)
    samples: tuple[Instrument, ...] = (keys, strings, guitar)
    kit = _kit(rng)
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=int(rng.integers(12)),
        room_s=float(rng.uniform(0.25, 0.5)),
        swing=float(rng.uniform(0.53, 0.61)),
        swing_beats=0.5,
        players={
            "voice": Player(
                Singer(
                    throat=float(rng.uniform(0.9, 1.05)), vibrato_cents=0.0, consonant=0.5, fall=3.0
                ),
                -9.0,
                highpass=150.0,
                reverb=0.08,
            ),
            "sample": Player(
                pick(rng, samples),
                float(rng.uniform(-18, -14)),
                lowpass=float(rng.uniform(1200, 2500)),
                reverb=0.1,
            ),
            "record": Player(DrumKit(), -36.0, reverb=0.0),
            "bass": Player(
                SubBass(t60_s=float(rng.uniform(1.0, 2.5)), warmth=float(rng.uniform(0.8, 1.8))),
                float(rng.uniform(-6.5, -4.5)),
                lowpass=500.0,
                reverb=0.0,
            ),
            "drums": Player(kit, float(rng.uniform(-8.5, -6.5)), reverb=0.06),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a hip hop track.

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
    n_bars = session.n_bars
    spans = harmony.changes(pick(rng, FORMS), tonic=session.tonic, n_bars=n_bars)
    hands = harmony.voicings(spans, centre=62, n_voices=3)
    pops = np.sort(rng.uniform(0.0, session.n_beats, int(6 * session.n_beats)))
    lines = {
        "sample": harmony.comping(
            spans,
            hands,
            n_bars=n_bars,
            pattern=pick(rng, ("x-----x-", "x--x--..", "x-..x-.x", "x-------")),
        ),
        "record": [Note(float(b), 0.1, int(Drum.CRACKLE), 0.5) for b in pops],
        "bass": rhythm.bass_line(
            spans,
            n_bars=n_bars,
            low=26,
            pattern=pick(rng, ("R-----R-", "R--R--5.", "R-----R---R-----", "R-------|R---..8-")),
        ),
        "drums": _drums(rng, n_bars),
    }
    if rng.random() < 0.85:
        lines["voice"] = _rap(rng, session)
    return assemble(rng, band, session, lines, loose_s=0.007)


def _rap(rng: np.random.Generator, session: Session) -> list[Note]:
    """Speak on the sixteenths, near one pitch, with a rhyme on the last beat of each bar."""
    home = 45 + int(rng.integers(0, 7))
    notes = []
    for bar in range(session.n_bars):
        spoken = rng.random(16) < 0.68
        spoken[12], spoken[14:] = True, False
        for i in np.flatnonzero(spoken):
            pitch = home + int(np.rint(rng.normal(0.0, 1.5))) + (2 if i % 4 == 0 else 0)
            length = 0.4 if i == 12 else 0.2
            notes.append(
                Note(4.0 * bar + 0.25 * float(i), length, pitch, 0.75 + 0.2 * rng.random())
            )
    return notes


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Put the snare drum on two and four and the bass drum where it is not expected."""
    return rhythm.beat(
        {
            Drum.KICK: pick(rng, KICKS),
            Drum.SNARE: "....X.......X...",
            Drum.CLAP: "....x.......x..." if rng.random() < 0.4 else ".",
            Drum.CLOSED_HAT: pick(
                rng, ("x.o.x.o.x.o.x.oo", "xoxoxoxoxoxoxoxo", "x.x.x.xxx.x.x.x.")
            ),
            Drum.OPEN_HAT: pick(rng, (".", "..............x.")),
        },
        n_bars=n_bars,
    )


def _kit(rng: np.random.Generator) -> DrumKit:
    """Choose a deep kit with a hard snare drum."""
    return DrumKit(
        kick_hz=float(rng.uniform(44, 52)),
        kick_s=0.5,
        click=0.7,
        snare_hz=float(rng.uniform(180, 230)),
        snare_s=0.2,
        snap=1.1,
        hat_s=0.06,
    )
