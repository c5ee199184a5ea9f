"""Speech without words: a glottis and the hiss of consonants through a throat that moves.

A talker speaks phrases of syllables, each a consonant and a vowel, with the melody of speech: the
pitch falls along a phrase, rises on stressed syllables, and never rests on a note. Curves run at
200 values a second; the throat is a filter whose resonances follow them.

Public: `Talker`, `some_talker`, `spoken`.

References
----------
D. H. Klatt: Software for a cascade/parallel formant synthesizer. JASA 67 (1980).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.synthesis import oscillators

CURVE_RATE = 200
FRAME, HOP = 512, 128
# First three formants in Hz of ten vowels of a man (Peterson and Barney 1952).
VOWELS = np.array(
    [[270, 2290, 3010], [390, 1990, 2550], [530, 1840, 2480], [660, 1720, 2410], [730, 1090, 2440],
     [570, 840, 2410], [440, 1020, 2240], [300, 870, 2240], [640, 1190, 2390], [490, 1350, 1690]]
)  # fmt: skip
WIDTHS = np.array([70.0, 100.0, 150.0, 250.0])
# Share of each kind of consonant at the start of a syllable.
CONSONANTS = ("fricative", "stop", "voiced stop", "nasal", "glide", "none")
CONSONANT_SHARES = (0.22, 0.22, 0.14, 0.16, 0.14, 0.12)


@dataclass(frozen=True)
class Talker:
    """
    Who talks, and how.

    Attributes
    ----------
    f0 : float
        Mean pitch in Hz.
    throat : float
        Factor of the formants: 1 is a man's throat, 1.18 a woman's, 1.35 a child's.
    syllables_hz : float
        Syllables a second within a phrase.
    liveliness : float
        How far the pitch moves, in octaves.
    tilt : float
        Fall of the harmonics: amplitude of harmonic h is ``h ** -tilt``.
    breath : float
        Noise in the voice, from 0; 1 and more is a whisper.
    pause_s : float
        Mean pause between phrases, in seconds.
    """

    f0: float
    throat: float
    syllables_hz: float
    liveliness: float
    tilt: float
    breath: float
    pause_s: float


def some_talker(rng: np.random.Generator) -> Talker:
    """
    Draw a talker: man, woman or child, lively or flat, hasty or slow.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.

    Returns
    -------
    Talker
        One of endlessly many.
    """
    throat = float(rng.uniform(0.92, 1.32))
    whispers = rng.random() < 0.06
    return Talker(
        f0=float(100.0 * throat**2.6 * 2.0 ** rng.normal(0.0, 0.22)),
        throat=throat,
        syllables_hz=float(rng.uniform(3.2, 6.6)),
        liveliness=float(rng.uniform(0.12, 0.6)),
        tilt=float(rng.uniform(0.9, 1.8)),
        breath=1.5 if whispers else float(rng.uniform(0.01, 0.2)),
        pause_s=float(rng.uniform(0.15, 1.1)),
    )


def spoken(rng: np.random.Generator, talker: Talker, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Let somebody talk.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    talker : Talker
        Who talks.
    duration_s : float
        Length in seconds.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The speech, of any loudness.
    """
    n = max(FRAME, round(duration_s * sr))
    curves = _curves(rng, talker, n_points=n * CURVE_RATE // sr + 2)
    at = np.arange(n) * (CURVE_RATE / sr)
    where = np.arange(len(curves["f0"]))
    f0, voice, hiss = (np.interp(at, where, curves[k]) for k in ("f0", "voice", "hiss"))
    glottis = oscillators.table(oscillators.harmonics(talker.f0, sr=sr, rolloff=talker.tilt))
    buzz = oscillators.read(glottis, oscillators.phase(f0, sr=sr))
    air = rng.standard_normal(n)
    throat = _throat(curves, talker, n=n, sr=sr)
    vowel = _shaped(voice * ((1.0 - min(talker.breath, 1.0)) * buzz + talker.breath * air), throat)
    consonant = _shaped(hiss * air, _hiss_filter(curves, n=n, sr=sr))
    return np.asarray(vowel + consonant)[: round(duration_s * sr)]


def _curves(rng: np.random.Generator, talker: Talker, *, n_points: int) -> dict[str, np.ndarray]:
    """Write down pitch, loudness and formants, syllable by syllable."""
    curves = {k: np.zeros(n_points) for k in ("f0", "voice", "hiss", "bright")}
    curves["f0"] += talker.f0
    curves["bright"] += 3000.0
    formants = np.tile(VOWELS[8].astype(float), (n_points, 1))
    start = int(rng.uniform(0.0, talker.pause_s) * CURVE_RATE)
    while start < n_points:
        n_syllables = int(rng.integers(2, 15))
        height = rng.uniform(0.6, 1.0)
        for i in range(n_syllables):
            stress = float(rng.choice([0.55, 0.75, 1.0], p=[0.4, 0.3, 0.3]))
            length = CURVE_RATE / talker.syllables_hz * rng.uniform(0.6, 1.4) * (0.7 + 0.4 * stress)
            length *= 1.5 if i == n_syllables - 1 else 1.0
            stop = start + max(8, int(length))
            fall = height - i / n_syllables + 0.5 * (stress - 0.7) + 0.15 * rng.normal()
            pitch = talker.f0 * 2.0 ** (talker.liveliness * (fall - 0.2))
            _syllable(rng, curves, formants, slice(start, stop), stress=stress, pitch=pitch)
            start = stop
        start += int(rng.exponential(talker.pause_s) * CURVE_RATE) + 10
    smooth = {k: _smoothed(v, 5 if k in ("voice", "hiss") else 13) for k, v in curves.items()}
    for i in range(3):
        smooth[f"formant {i}"] = _smoothed(formants[:, i], 17)
    wobble = np.repeat(rng.normal(0.0, 0.012, n_points // 3 + 1), 3)[:n_points]
    smooth["f0"] = smooth["f0"] * (1.0 + wobble)
    return smooth


def _syllable(
    rng: np.random.Generator,
    curves: dict[str, np.ndarray],
    formants: np.ndarray,
    span: slice,
    *,
    stress: float,
    pitch: float,
) -> None:
    """Write one syllable into the curves."""
    n = span.stop - span.start
    kind = str(rng.choice(CONSONANTS, p=CONSONANT_SHARES))
    onset = span.start + int(n * rng.uniform(0.15, 0.42)) * (kind != "none")
    vowel = slice(onset, span.stop)
    formants[span] = VOWELS[rng.integers(len(VOWELS))] * rng.normal(1.0, 0.04, 3)
    curves["f0"][span] = pitch * 2.0 ** np.linspace(0.04, -0.08, max(0, len(curves["f0"][span])))
    curves["voice"][vowel] = stress
    consonant = slice(span.start, onset)
    if kind == "fricative":
        curves["hiss"][consonant] = rng.uniform(0.05, 0.5)
        curves["bright"][span] = rng.uniform(1800.0, 7500.0)
        curves["voice"][consonant] = 0.3 * stress * (rng.random() < 0.3)
    elif kind.endswith("stop"):
        curves["hiss"][max(span.start, onset - 3) : onset + 2] = rng.uniform(0.2, 0.7)
        curves["bright"][span] = rng.uniform(900.0, 5000.0)
        curves["voice"][consonant] = 0.12 * stress * (kind != "stop")
    elif kind == "nasal":
        curves["voice"][consonant] = 0.45 * stress
        formants[consonant] = (250.0, 1300.0, 2200.0)
    elif kind == "glide":
        curves["voice"][consonant] = 0.6 * stress
        formants[consonant] = VOWELS[rng.choice([0, 7, 9])]


def _throat(curves: dict[str, np.ndarray], talker: Talker, *, n: int, sr: int) -> np.ndarray:
    """Give the gain of the throat in each frame [shape=(n_frames, n_bins)]."""
    centres = [talker.throat * _by_frame(curves[f"formant {i}"], n=n, sr=sr) for i in range(3)]
    centres.append(np.full_like(centres[0], 3500.0 * talker.throat))
    f = np.fft.rfftfreq(FRAME, 1.0 / sr)
    gain = np.full((len(centres[0]), len(f)), 0.01)
    for i, (centre, width) in enumerate(zip(centres, WIDTHS, strict=True)):
        gain += 0.75**i / (1.0 + ((f - centre[:, None]) / (0.5 * width)) ** 2)
    return gain


def _hiss_filter(curves: dict[str, np.ndarray], *, n: int, sr: int) -> np.ndarray:
    centre = _by_frame(curves["bright"], n=n, sr=sr)[:, None]
    f = np.fft.rfftfreq(FRAME, 1.0 / sr)
    return np.asarray(0.12 / (1.0 + ((f - centre) / (0.35 * centre)) ** 2))


def _by_frame(curve: np.ndarray, *, n: int, sr: int) -> np.ndarray:
    centres = np.arange(n // HOP + 2) * HOP * (CURVE_RATE / sr)
    return np.asarray(np.interp(centres, np.arange(len(curve)), curve))


def _shaped(y: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Filter each frame by its own gain, and overlap the frames again."""
    n_frames = len(gain)
    padded = np.pad(y, (FRAME // 2, FRAME + (n_frames - 1) * HOP - len(y)))
    window = np.hanning(FRAME + 1)[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[: n_frames * HOP : HOP]
    filtered = np.fft.irfft(np.fft.rfft(frames * window, axis=1) * gain, FRAME, axis=1) * window
    out = np.zeros((n_frames + FRAME // HOP) * HOP)
    for k in range(FRAME // HOP):
        part = filtered[:, k * HOP : (k + 1) * HOP].ravel()
        out[k * HOP : k * HOP + len(part)] += part
    return np.asarray(out[FRAME // 2 : FRAME // 2 + len(y)] / 1.5)


def _smoothed(curve: np.ndarray, n: int) -> np.ndarray:
    kernel = np.hanning(n + 2)[1:-1]
    return np.convolve(np.pad(curve, n // 2, mode="edge"), kernel / kernel.sum(), mode="valid")
