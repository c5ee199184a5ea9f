"""Classical: a string quartet or a piano, voices that move by steps, rubato, a hall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from genrescope.synthesis import harmony, melody
from genrescope.synthesis.harmony import Span
from genrescope.synthesis.instruments import Tone
from genrescope.synthesis.notes import scale_notes
from genrescope.synthesis.score import Band, Note, Player, Score
from genrescope.synthesis.session import Session, assemble, pick, settle

TEMPO_BPM = (56.0, 116.0)
MAJOR = ("I|vi|ii|V7|I|IV|I V7|I", "I|V|vi|iii|IV|I|IV|V", "I V|vi iii|IV I|ii V7")
MINOR = ("i|iv|V7|i|bVI|iv|i V7|i", "i|bVII|bVI|V7|i|iv|V7|i", "i V7|i iv|bVI bIII|iv V7")
MELODIES = ("x-x-", "x--x", "x---", "x-xxx-x-", "x--xx---", "xxxxx---", "x-----x-")


def band(rng: np.random.Generator) -> Band:
    """
    Form a quartet, or seat a pianist.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Band
        Four strings, or two hands, in a hall.
    """
    bow = Tone(
        rolloff=float(rng.uniform(1.2, 1.5)),
        attack_s=float(rng.uniform(0.07, 0.14)),
        decay_s=0.6,
        sustain=0.85,
        release_s=0.15,
        vibrato_hz=float(rng.uniform(5.0, 6.2)),
        vibrato_cents=float(rng.uniform(14.0, 26.0)),
        breath=0.02,
    )
    viola = replace(bow, rolloff=bow.rolloff + 0.2)
    grand = Tone(
        rolloff=float(rng.uniform(1.7, 2.2)),
        mellow_s=0.25,
        attack_s=0.004,
        decay_s=float(rng.uniform(0.7, 1.3)),
        sustain=0.0,
        release_s=0.25,
    )
    strings = rng.random() < 0.6
    hall = float(rng.uniform(0.35, 0.6))
    quartet = {
        "melody": Player(bow, -10.0, lowpass=5500.0, reverb=hall),
        "second": Player(bow, -15.0, lowpass=4500.0, reverb=hall),
        "viola": Player(viola, -15.0, lowpass=4000.0, reverb=hall),
        "cello": Player(viola, -12.0, lowpass=3000.0, reverb=hall),
    }
    hands = {
        "melody": Player(grand, -9.0, lowpass=4500.0, reverb=0.7 * hall),
        "left": Player(grand, -13.0, lowpass=3000.0, reverb=0.7 * hall),
    }
    return Band(
        tempo_bpm=float(rng.uniform(*TEMPO_BPM)),
        tonic=int(rng.integers(12)),
        room_s=float(rng.uniform(1.4, 2.4)),
        rubato_s=float(rng.uniform(0.15, 0.5)),
        players=quartet if strings else hands,
    )


def compose(rng: np.random.Generator, band: Band, *, duration_s: float) -> Score:
    """
    Compose a movement.

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
    metre = pick(rng, (3, 4, 4))
    session = settle(rng, band, duration_s=duration_s, tempo_bpm=TEMPO_BPM, beats_per_bar=metre)
    minor = rng.random() < 0.45
    spans = harmony.changes(
        pick(rng, MINOR if minor else MAJOR),
        tonic=session.tonic,
        n_bars=session.n_bars,
        beats_per_bar=metre,
    )
    tune = melody.phrases(
        rng,
        spans,
        scale=scale_notes(
            "harmonic minor" if minor else "major", tonic=session.tonic, low=67, high=86
        ),
        rhythms=MELODIES if metre == 4 else ("x-x", "x--", "xxxxxx", "x-xxx-", "x---x-"),
        n_bars=session.n_bars,
        beats_per_bar=metre,
        form="ABACABAD",
        leap=1.1,
    )
    if "cello" in band.players:
        lines = _quartet(rng, spans, session, metre)
    else:
        hands = harmony.voicings(spans, centre=53, n_voices=3)
        order = pick(rng, ((0, 2, 1, 2), (0, 1, 2, 3, 2, 1), (0, 1, 2, 3)))
        step = pick(rng, (0.25, 0.5))
        lines = {
            "left": melody.arpeggio(
                spans, hands, order=order, step=step, n_beats=session.n_beats, beats=2.0 * step
            )
        }
    lines = {"melody": tune, **lines}
    return assemble(
        rng, band, session, {k: _swell(v, metre) for k, v in lines.items()}, loose_s=0.015
    )


def _quartet(
    rng: np.random.Generator, spans: tuple[Span, ...], session: Session, metre: int
) -> dict[str, list[Note]]:
    hands = harmony.voicings(spans, centre=60, n_voices=3)
    held = "x" + "-" * (metre - 1)
    moving = "xx" * metre
    inner = [[(h[i],) for h in hands] for i in (1, 0)]
    low = [(36 + (s.chord.root - 36) % 12,) for s in spans]
    patterns = [pick(rng, (held, moving, "." + "x" * (metre - 1))) for _ in range(2)]
    return {
        name: harmony.comping(
            spans, voice, pattern=pattern, n_bars=session.n_bars, beats_per_bar=metre
        )
        for name, voice, pattern in zip(
            ("second", "viola", "cello"), [*inner, low], [*patterns, held], strict=True
        )
    }


def _swell(notes: list[Note], metre: int) -> list[Note]:
    """Let four bars rise and fall from soft to loud and back."""
    return [
        replace(n, velocity=n.velocity * (0.65 - 0.35 * np.cos(np.pi * n.beat / (2 * metre))))
        for n in notes
    ]
