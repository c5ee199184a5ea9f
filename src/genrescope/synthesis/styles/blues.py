"""Blues: twelve bars of dominant sevenths, a shuffle, a bass that walks, a lead that bends."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Pluck, Tone
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Player, Score
from genrescope.synthesis.session import assemble, pick, settle

TEMPO_BPM = (66.0, 116.0)
FORMS = (
    "I7|I7|I7|I7|IV7|IV7|I7|I7|V7|IV7|I7|V7",
    "I7|IV7|I7|I7|IV7|IV7|I7|I7|V7|IV7|I7|V7",
    "I9|IV9|I9|I9|IV9|IV9|I9|I9|ii7|V9|I7 IV7|I7 V7",
)
RHYTHMS = ("x-xxx-..", "..xxx---", "x--xx-x-", ".xxxxxx-", "x---..xx", "x-x-x---")


def band(rng: np.random.Generator) -> Band:
    """
    Form a blues band.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Guitar or harmonica in front of guitar, organ or piano, bass and drums.
    """
    guitar = Pluck(brightness=float(rng.uniform(0.4, 0.8)), damping=0.25, t60_s=2.5)
    harmonica = Tone(
        rolloff=0.8, even=0.7, attack_s=0.04, vibrato_cents=35.0, n_voices=2, detune_cents=8.0
    )
    organ = Tone(rolloff=1.6, attack_s=0.01, vibrato_hz=6.5, vibrato_cents=15.0)
    piano = Tone(rolloff=1.3, mellow_s=0.3, attack_s=0.004, decay_s=0.8, sustain=0.0)
    kit = DrumKit(
        kick_hz=float(rng.uniform(52, 65)), snare_hz=float(rng.uniform(170, 210)), snap=0.6
    )
    lead = Player(guitar, -8.0, drive=float(rng.uniform(0.8, 2.0)), lowpass=4500.0, reverb=0.3)
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=pick(rng, (4, 9, 7, 0)),
        room_s=float(rng.uniform(0.5, 1.1)),
        swing=float(rng.uniform(0.63, 0.68)),
        players={
            "lead": lead if rng.random() < 0.7 else Player(harmonica, -9.0, drive=0.8, reverb=0.3),
            "rhythm": Player(
                Pluck(brightness=0.35, t60_s=1.5), -14.0, drive=0.7, lowpass=3200.0, highpass=90.0
            ),
            "keys": Player(organ if rng.random() < 0.5 else piano, -19.0, lowpass=4000.0),
            "bass": Player(
                Tone(rolloff=1.8, mellow_s=0.15, decay_s=0.5, sustain=0.2, attack_s=0.008),
                -10.0,
                lowpass=1200.0,
                reverb=0.05,
            ),
            "drums": Player(kit, float(rng.uniform(-15, -12)), lowpass=8500.0),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a blues.

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
    form, first = pick(rng, FORMS), pick(rng, (0, 0, 4, 8))
    spans = harmony.changes(form, tonic=tonic, n_bars=n_bars, first_bar=first)
    cymbal = Drum.RIDE if rng.random() < 0.5 else Drum.CLOSED_HAT
    hands = harmony.voicings(spans, centre=60, n_voices=3)
    lines = {
        "lead": melody.phrases(
            rng,
            spans,
            scale=scale_notes("blues", tonic=tonic, low=62, high=82),
            rhythms=RHYTHMS,
            n_bars=n_bars,
            form=pick(rng, ("ABA.", "AB.C", "ABAC")),
            bend=0.45,
        ),
        "rhythm": harmony.comping(
            spans, _grips(spans, 7), pattern="Xx..Xx..", n_bars=n_bars, beats=0.4
        )
        + harmony.comping(spans, _grips(spans, 9), pattern="..xx..xx", n_bars=n_bars, beats=0.4),
        "keys": harmony.comping(
            spans, hands, pattern=pick(rng, ("...x...x", "..x-..x-", "x---...x")), n_bars=n_bars
        ),
        "bass": rhythm.walking_bass(rng, spans, low=31, high=50)
        if rng.random() < 0.6
        else rhythm.bass_line(spans, pattern="R355|6755", n_bars=n_bars, low=28),
        "drums": rhythm.beat(
            {
                cymbal: "x.xxx.xx" if rng.random() < 0.5 else "xxxxxxxx",
                Drum.SNARE: "..X...X.",
                Drum.KICK: pick(rng, ("X...x...", "X...x..x", "X..xx...")),
            },
            n_bars=n_bars,
            fill_every=4 if rng.random() < 0.4 else 0,
        ),
    }
    return assemble(rng, band, session, lines, loose_s=0.009)


def _grips(spans: tuple[harmony.Span, ...], above: int) -> list[tuple[int, ...]]:
    """Hold the root and one note above it: fifth and sixth in turn make the boogie."""
    return [(grip[0], grip[0] + above) for grip in harmony.power(spans, low=40)]
