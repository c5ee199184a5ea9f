"""Country: a two-beat bass, a bright guitar that strums between, banjo or fiddle, three chords."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import harmony, melody, rhythm
from genrescope.synthesis.drums import Drum, DrumKit
from genrescope.synthesis.instruments import Pluck, Tone
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Instrument, Note, Player, Score
from genrescope.synthesis.session import assemble, pick, settle
from genrescope.synthesis.voices import Singer

TEMPO_BPM = (96.0, 138.0)
FORMS = ("I|I|IV|I|I|I|V|V|I|I|IV|I|I|V|I|I", "I|IV|V|I", "I|I|V|V|V|V|I|I", "I|IV|I|V|I|IV|I V|I")
SONG = ("x-x-x---", "x-xxx---", "..xxx-x-", "x---x-x-")
PICKED = ("xxxxxxxx", "x-xxx-xx", "xxxxx---", "..xxxxxx")


def band(rng: np.random.Generator) -> Band:
    """
    Form a country band.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Singer, lead (guitar, steel or fiddle), strummed guitar, banjo, bass and light drums.
    """
    twang = Pluck(brightness=float(rng.uniform(0.8, 1.0)), position=0.08, damping=0.15, t60_s=2.0)
    steel = Tone(
        rolloff=1.1,
        mellow_s=0.8,
        attack_s=0.02,
        decay_s=1.2,
        sustain=0.5,
        vibrato_cents=25.0,
        release_s=0.2,
    )
    fiddle = Tone(rolloff=0.9, attack_s=0.05, vibrato_cents=22.0, breath=0.03)
    leads: tuple[Instrument, ...] = (twang, steel, fiddle)
    throat = pick(rng, (1.0, 1.17))
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=pick(rng, (7, 2, 9, 0, 4)),
        room_s=float(rng.uniform(0.4, 0.8)),
        players={
            "voice": Player(Singer(throat=throat), -9.0, reverb=0.25),
            "lead": Player(pick(rng, leads), -12.0, highpass=250.0, reverb=0.25),
            "strum": Player(
                Pluck(brightness=0.9, position=0.12, damping=0.2, t60_s=1.2), -13.0, highpass=180.0
            ),
            "banjo": Player(
                Pluck(brightness=1.0, position=0.06, damping=0.22, t60_s=0.6, release_s=0.03),
                float(rng.uniform(-20, -14)),
                highpass=350.0,
                peak=(900.0, 5.0),
            ),
            "bass": Player(
                Pluck(brightness=0.25, damping=0.45, t60_s=1.2), -12.0, lowpass=900.0, reverb=0.05
            ),
            "drums": Player(
                DrumKit(kick_hz=62.0, kick_s=0.2, snare_s=0.14, snap=1.0),
                float(rng.uniform(-18, -15)),
            ),
        },
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a country song.

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
    hands = harmony.voicings(spans, centre=61, n_voices=4)
    sung = rng.random() < 0.7
    high = scale_notes("major pentatonic", tonic=tonic, low=64, high=88)
    chick = pick(rng, (".x.x", "..x...x.", "..xo..xo"))
    lines = {
        "lead": melody.phrases(
            rng,
            spans,
            scale=high,
            rhythms=PICKED,
            n_bars=n_bars,
            form="..AB" if sung else "ABAC",
            bend=0.25,
        ),
        "strum": harmony.comping(
            spans, hands, pattern=chick, n_bars=n_bars, beats=0.45, strum=0.02
        ),
        "banjo": melody.arpeggio(
            spans,
            harmony.voicings(spans, centre=67, n_voices=3),
            order=(0, 2, 4, 1, 2, 4, 0, 4),
            step=0.25,
            n_beats=session.n_beats,
        ),
        "bass": rhythm.bass_line(
            spans, pattern=pick(rng, ("R-5-", "R.5.", "R.5.|R.35")), n_bars=n_bars, low=31
        ),
        "drums": _drums(rng, n_bars),
    }
    if sung:
        low = scale_notes("major", tonic=tonic, low=52, high=69)
        lines["voice"] = melody.phrases(
            rng, spans, scale=low, rhythms=SONG, n_bars=n_bars, leap=1.2, bend=0.3
        )
    return assemble(rng, band, session, lines)


def _drums(rng: np.random.Generator, n_bars: int) -> list[Note]:
    """Keep a train or a two-beat, lightly."""
    return rhythm.beat(
        {
            Drum.KICK: "X.x.",
            Drum.SNARE: pick(rng, ("ooXoooXooooXooXo", "..X...X.", "ooXoooXo")),
            Drum.CLOSED_HAT: pick(rng, ("xoxoxoxo", "........")),
        },
        n_bars=n_bars,
    )
