"""Rock: straight eighths, an overdriven guitar, a backbeat, a bass on the roots."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Pluck
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Note, Player, Score
from genrescope.synthesis.session import assemble, pick, settle
from genrescope.synthesis.voices import Singer

TEMPO_BPM = (108.0, 150.0)
FORMS = ("I|bVII|IV|I", "I|IV|V|IV", "i|bVI|bVII|i", "I|I|bVII|IV", "vi|IV|I|V", "i|bIII|bVII|IV")
RIFFS = ("XxxxXxxx", "X.xxX.xx", "X..X..X.", "X-.xx-x-", "x-xxx-xx")
SOLO = ("x---x-x-", "xxxxx---", "x-xxxxxx", "x-------")
SONG = ("x-x-x---", "x-xxx-x-", "..x-x---", "x---x-x-")


def band(rng: np.random.Generator) -> Band:
    """
    Form a rock band.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Singer, lead and rhythm guitar, a second clean guitar, bass and drums.
    """
    kit = _kit(rng)
    string = Pluck(brightness=float(rng.uniform(0.6, 0.9)), damping=0.2, t60_s=3.0)
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=pick(rng, (4, 9, 2, 7, 0)),
        room_s=float(rng.uniform(0.5, 0.9)),
        players={
            "voice": Player(
                Singer(throat=1.0, vibrato_cents=25.0),
                -9.0,
                drive=float(rng.uniform(0.3, 0.9)),
                highpass=180.0,
                reverb=0.2,
            ),
            "lead": Player(string, -11.0, drive=3.5, lowpass=4500.0, highpass=250.0, reverb=0.3),
            "rhythm": Player(
                string,
                float(rng.uniform(-10, -8)),
                drive=float(rng.uniform(1.2, 2.4)),
                lowpass=float(rng.uniform(3200, 4200)),
                highpass=100.0,
                peak=(1500.0, 3.0),
                reverb=0.12,
            ),
            "clean": Player(
                Pluck(brightness=0.8, damping=0.2, t60_s=2.0), -19.0, drive=0.3, highpass=200.0
            ),
            "bass": Player(
                Pluck(brightness=0.5, damping=0.35, t60_s=2.0),
                -10.0,
                drive=0.6,
                lowpass=1500.0,
                reverb=0.03,
            ),
            "drums": Player(kit, float(rng.uniform(-11, -9)), reverb=0.25),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a rock song.

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
    sung = rng.random() < 0.7
    lines = {
        "rhythm": harmony.comping(
            spans, harmony.power(spans, low=40), pattern=pick(rng, RIFFS), n_bars=n_bars, strum=0.01
        ),
        "clean": harmony.comping(
            spans,
            harmony.voicings(spans, centre=64, n_voices=4),
            n_bars=n_bars,
            strum=0.02,
            pattern=pick(rng, ("x---x-x-", "x-xxx-xx", "x-------")),
        ),
        "bass": rhythm.bass_line(
            spans, pattern=pick(rng, ("RRRRRRRR", "RRRRRR57", "R.RRR.RR")), n_bars=n_bars, low=28
        ),
        "lead": melody.phrases(
            rng,
            spans,
            scale=scale_notes("minor pentatonic", tonic=tonic, low=62, high=84),
            rhythms=SOLO,
            n_bars=n_bars,
            form="...A" if sung else "ABAC",
            bend=0.35,
        ),
        "drums": _drums(rng, n_bars),
    }
    if sung:
        lines["voice"] = melody.phrases(
            rng,
            spans,
            scale=scale_notes("mixolydian", tonic=tonic, low=55, high=71),
            rhythms=SONG,
            n_bars=n_bars,
            form=pick(rng, ("ABAC", "AB.C")),
            bend=0.2,
        )
    return assemble(rng, band, session, lines, loose_s=0.005)


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Play a backbeat."""
    return rhythm.beat(
        {
            Drum.KICK: pick(rng, ("X...X...", "X..xX...", "X...XX..", "X..x.x..")),
            Drum.SNARE: ".X.X",
            (Drum.CLOSED_HAT if rng.random() < 0.6 else Drum.RIDE): "xxxxxxxx",
            Drum.CRASH: "x...|....|....|....",
        },
        n_bars=n_bars,
        fill_every=4,
    )


def _kit(rng: np.random.Generator) -> DrumKit:
    """Choose a large kit."""
    return DrumKit(
        kick_hz=float(rng.uniform(56, 66)),
        kick_s=0.26,
        click=0.6,
        snare_hz=float(rng.uniform(175, 205)),
        snare_s=0.26,
        snap=0.9,
        hat_s=0.09,
    )
