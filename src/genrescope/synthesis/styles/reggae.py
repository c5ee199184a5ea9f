"""Reggae: the chords skank between the beats, bass drum and rim drop together, the bass is huge.

The beat is counted slowly: the drop falls on two and four, the skank on each "and".
"""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Pluck, Tone
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Note, Player, Score
from genrescope.synthesis.session import assemble, pick, settle
from genrescope.synthesis.voices import Singer

TEMPO_BPM = (68.0, 90.0)
FORMS = ("I|IV", "i|iv", "I|V|vi|IV", "i|bVII", "I|ii", "i|i|iv|v", "I IV|I V")
BASSES = ("R-.RR.5.", "..R-5-R.", "R.RR5...|..R.5.8.", "R--.R.35", "R.......R.R.5.R.", "..RR..5R")
SONG = ("x-x-x---", "..xxx---", "x--xx---", "..x-x-x-")


def band(rng: np.random.Generator) -> Band:
    """
    Form a reggae band.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Singer, melodica, skanking guitar, bubbling organ, bass and drums.
    """
    organ = Tone(rolloff=1.8, attack_s=0.006, vibrato_hz=6.8, vibrato_cents=14.0, release_s=0.04)
    melodica = Tone(rolloff=0.9, even=0.6, attack_s=0.04, vibrato_cents=20.0)
    kit = DrumKit(
        kick_hz=float(rng.uniform(52, 62)),
        kick_s=0.3,
        click=0.3,
        snare_hz=float(rng.uniform(210, 260)),
        hat_s=float(rng.uniform(0.04, 0.08)),
    )
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=pick(rng, (9, 7, 0, 2, 4, 5)),
        room_s=float(rng.uniform(0.9, 1.8)),
        swing=float(rng.uniform(0.5, 0.6)),
        swing_beats=0.5,
        players={
            "voice": Player(Singer(throat=1.0), -11.0, highpass=150.0, reverb=0.35),
            "melodica": Player(melodica, -14.0, reverb=0.6),
            "skank": Player(
                Pluck(brightness=0.7, position=0.15, damping=0.3, t60_s=0.8, release_s=0.03),
                -12.5,
                highpass=float(rng.uniform(350, 600)),
                lowpass=5000.0,
                reverb=float(rng.uniform(0.2, 0.45)),
            ),
            "organ": Player(organ, float(rng.uniform(-19, -15)), highpass=200.0, reverb=0.2),
            "bass": Player(
                Tone(rolloff=2.4, mellow_s=0.25, attack_s=0.012, decay_s=0.6, sustain=0.6),
                float(rng.uniform(-6, -4)),
                lowpass=450.0,
                reverb=0.02,
            ),
            "drums": Player(kit, float(rng.uniform(-13, -10.5)), reverb=0.25),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a reggae track.

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
    scale = "minor" if form[0] == "i" else "major"
    spans = harmony.changes(form, tonic=tonic, n_bars=n_bars)
    hands = harmony.voicings(spans, centre=65, n_voices=3)
    lines = {
        "skank": harmony.comping(
            spans,
            hands,
            n_bars=n_bars,
            beats=0.16,
            strum=-0.008,
            pattern=pick(rng, (".X.X.X.X", "..X...X...X...X.", "..Xo..Xo..Xo..Xo")),
        ),
        "organ": harmony.comping(
            spans,
            harmony.voicings(spans, centre=57, n_voices=3),
            n_bars=n_bars,
            beats=0.18,
            pattern=pick(rng, (".xx..xx..xx..xx.", ".x.x.x.x.x.x.x.x", "..x...x...x...x.")),
        ),
        "bass": rhythm.bass_line(spans, n_bars=n_bars, low=28, pattern=pick(rng, BASSES)),
        "drums": _drums(rng, n_bars),
    }
    solo = "voice" if rng.random() < 0.65 else "melodica"
    low = 55 if solo == "voice" else 69
    lines[solo] = melody.phrases(
        rng,
        spans,
        scale=scale_notes(scale, tonic=tonic, low=low, high=low + 17),
        rhythms=SONG,
        n_bars=n_bars,
        form=pick(rng, ("AB", "A.B.", "ABA.")),
        leap=1.2,
        bend=0.15,
    )
    return assemble(rng, band, session, lines, loose_s=0.008)


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Let bass drum and rim fall together on two and four."""
    return rhythm.beat(
        {
            Drum.KICK: pick(rng, (".X.X", "XXXX", ".X.X")),
            Drum.RIM: pick(rng, (".X.X", ".X.X|.X.Xx.X.", "...X...X")),
            Drum.CLOSED_HAT: pick(rng, ("xoxoxoxoxoxoxoxo", "x.o.x.o.x.o.x.oo")),
            Drum.OPEN_HAT: pick(rng, (".", "......x.|........")),
        },
        n_bars=n_bars,
        fill_every=4 if rng.random() < 0.4 else 0,
    )
