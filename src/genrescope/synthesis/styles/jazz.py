"""Jazz: the ride cymbal swings, the bass walks, two-five-ones in rich chords, a horn improvises."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Pluck, Tone
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Note, Player, Score
from genrescope.synthesis.session import assemble, pick, settle

TEMPO_BPM = (112.0, 208.0)
FORMS = (
    "ii9|V13|Imaj9|vi7|ii9|V13|Imaj9|Imaj9",
    "Imaj7 vi7|ii9 V13|iii7 vi7|ii9 V13",
    "iim7b5|V7b9|im9|im9|iv7|bVII13|bIIImaj9|V7b9",
    "Imaj9|#iv7|iv9|bVII13|iii7|bIII7|ii9|V13",
    "I13|IV13|I13|I13|IV13|#ivdim|I13|VI7b9|ii9|V13|iii7 VI7b9|ii9 V13",
)
LINES = ("xxxxxxxx", "x-xxxx-x", "..xxxxx-", ".xxxx--.", "xxx-..xx", "x--x..x-", "......xx")


def band(rng: np.random.Generator) -> Band:
    """
    Form a jazz combo.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Horn, piano or guitar, bass and drums.
    """
    sax = Tone(rolloff=1.15, attack_s=0.035, vibrato_cents=18.0, breath=0.06, mellow_s=0.5)
    trumpet = Tone(rolloff=0.75, attack_s=0.03, vibrato_cents=14.0, breath=0.03)
    muted = Tone(rolloff=1.3, even=0.25, attack_s=0.03, vibrato_cents=16.0, breath=0.05)
    piano = Tone(rolloff=1.5, mellow_s=0.25, attack_s=0.004, decay_s=0.7, sustain=0.0)
    guitar = Pluck(brightness=0.25, position=0.3, damping=0.4, t60_s=1.5)
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=pick(rng, (5, 10, 3, 0, 8, 7)),
        room_s=float(rng.uniform(0.6, 1.2)),
        swing=float(rng.uniform(0.58, 0.67)),
        players={
            "horn": Player(pick(rng, (sax, trumpet, muted)), -9.0, lowpass=5000.0, reverb=0.3),
            "comp": Player(
                piano if rng.random() < 0.7 else guitar, -15.0, lowpass=3800.0, reverb=0.25
            ),
            "bass": Player(
                Tone(
                    rolloff=1.9,
                    mellow_s=0.2,
                    decay_s=0.45,
                    sustain=0.1,
                    attack_s=0.012,
                    breath=0.01,
                ),
                -10.0,
                lowpass=1500.0,
                reverb=0.1,
            ),
            "drums": Player(_kit(rng), float(rng.uniform(-20, -16)), reverb=0.2),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a jazz chorus.

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
    spans = harmony.changes(form, tonic=tonic, n_bars=n_bars)
    scale = "harmonic minor" if "im9" in form else "mixolydian" if form[:3] == "I13" else "major"
    lines = {
        "horn": melody.phrases(
            rng,
            spans,
            scale=scale_notes(scale, tonic=tonic, low=58, high=79),
            rhythms=LINES,
            n_bars=n_bars,
            form=pick(rng, ("ABCD.EF.", "AB.CDE.F")),
            leap=1.8,
            bend=0.12,
        ),
        "comp": harmony.comping(
            spans,
            harmony.voicings(spans, centre=59, n_voices=4),
            n_bars=n_bars,
            beats=0.5,
            pattern=pick(rng, ("x..x....|...x...x", "...x..x.|x.......", ".x..x...|...x....")),
        ),
        "bass": rhythm.walking_bass(rng, spans, low=28, high=48),
        "drums": _drums(rng, n_bars),
    }
    return assemble(rng, band, session, lines, loose_s=0.01)


def _kit(rng: np.random.Generator) -> DrumKit:
    """Choose a small, high kit."""
    return DrumKit(
        kick_hz=68.0,
        kick_s=0.2,
        click=0.1,
        snap=0.9,
        hat_s=0.05,
        metal_hz=float(rng.uniform(330, 430)),
    )


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Let the ride cymbal swing and the hat close on two and four."""
    left = Drum.BRUSH if rng.random() < 0.4 else Drum.SNARE
    return rhythm.beat(
        {
            Drum.RIDE: "x.xxx.xx",
            Drum.CLOSED_HAT: ".x.x",
            left: pick(rng, (".......o|.o......", "...o....|.......o", "o.o.o.o.")),
            Drum.KICK: "oooo",
        },
        n_bars=n_bars,
    )
