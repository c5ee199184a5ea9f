"""
Changes of a log-mel that leave its genre as it is, drawn at random: what a model learns to bear.

The families of this folder change sound; here their like is done to a picture in a few
milliseconds, so that a model can learn from many changed copies of each recording. Each kind of
change is drawn with the probability that `KINDS` gives it, in that order: an excerpt, another
tempo, another pitch, an equaliser, a narrower band, noise, a room, a compressor.

Public functions: `changed`, `band_frequencies`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from genrescope.dsp.mel import hz_to_mel, mel_to_hz
from genrescope.errors import ParameterError

SHORTEST_S = 3.0
OCTAVES = 3.32
"""From 100 Hz to 1 kHz, and on to 10 kHz: where a tilt ends."""
SILENCE_DB = -300.0


def band_frequencies(*, n_mels: int, fmin: float, fmax: float) -> np.ndarray:
    """
    Give the centres of mel bands.

    Parameters
    ----------
    n_mels : int
        Number of bands.
    fmin, fmax : float
        Where the first begins and the last ends, in Hz.

    Returns
    -------
    np.ndarray [shape=(n_mels,)]
        In Hz.

    Examples
    --------
    >>> band_frequencies(n_mels=3, fmin=0.0, fmax=800.0).round(1).tolist()
    [200.0, 400.0, 600.0]
    """
    first, last = hz_to_mel(np.array([fmin, fmax]))
    centres: np.ndarray = mel_to_hz(np.linspace(first, last, n_mels + 2))[1:-1]
    return centres


def changed(
    S: np.ndarray, *, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """
    Change a log-mel at random.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Levels in dB.
    hz : np.ndarray [shape=(n_mels,)]
        Centres of the bands, rising (see `band_frequencies`).
    frame_rate : float
        Frames a second.
    rng : np.random.Generator
        Decides the changes.

    Returns
    -------
    np.ndarray [shape=(n_mels, u)]
        Levels in dB relative to their maximum, float32; u differs from t where it was cut or
        played at another tempo.

    Raises
    ------
    ParameterError
        If there is not one band a centre, or nothing to change.

    Examples
    --------
    >>> S = np.zeros((3, 100), dtype=np.float32)
    >>> hz = np.array([200.0, 400.0, 600.0])
    >>> changed(S, hz=hz, frame_rate=13.0, rng=np.random.default_rng(0)).shape[0]
    3
    """
    if S.ndim != 2 or not S.size or len(S) != len(hz):
        raise ParameterError(
            f"a log-mel of shape {S.shape} cannot be changed with {len(hz)} centres of bands: it "
            "must be [shape=(n_mels, t)], with one centre a band"
        )
    levels = S.astype(np.float64)
    for probability, change in KINDS:
        if rng.random() < probability:
            levels = change(levels, hz, frame_rate, rng)
    changed_levels: np.ndarray = (levels - levels.max()).astype(np.float32)
    return changed_levels


def _excerpt(
    S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Cut out a stretch of 3 s or longer, its length drawn evenly by its logarithm."""
    shortest = min(S.shape[1], round(SHORTEST_S * frame_rate))
    n_frames = int(_log_uniform(rng, shortest, S.shape[1]))
    start = rng.integers(S.shape[1] - n_frames + 1)
    return S[:, start : start + n_frames]


def _tempo(
    S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Play up to 10 % slower or faster, at the same pitch."""
    n_frames = max(2, round(S.shape[1] * np.exp(rng.uniform(-0.1, 0.1))))
    return _between(S.T, np.linspace(0, S.shape[1] - 1, n_frames)).T


def _pitch(
    S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Play up to a semitone and a half lower or higher, at the same tempo."""
    ratio = 2 ** (rng.uniform(-1.5, 1.5) / 12)
    moved = _between(S, np.interp(hz / ratio, hz, np.arange(len(hz))))
    moved[hz / ratio > hz[-1]] = SILENCE_DB
    return moved


def _equaliser(
    S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Tilt by up to 7 dB at 100 Hz and 10 kHz, and add a smooth curve of some 2 dB."""
    octaves = np.clip(np.log2(np.maximum(hz, 1.0) / 1000), -OCTAVES, OCTAVES)
    tilt = rng.uniform(-7.0, 7.0) * octaves / OCTAVES
    places = np.linspace(0, len(hz) - 1, 6)
    curve = np.interp(np.arange(len(hz)), places, rng.normal(0, 2.0, len(places)))
    tilted: np.ndarray = S + (tilt + curve)[:, None]
    return tilted


def _narrower_band(
    S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Take away what is above 3.4 to 10.5 kHz, and now and then what is below 50 to 300 Hz."""
    edge = _log_uniform(rng, 3400, 10500)
    loss = np.clip((hz - edge) / (0.04 * edge), 0, 1) * rng.uniform(40, 90)
    if rng.random() < 0.3:
        low = rng.uniform(50, 300)
        loss += 30 * np.clip((low - hz) / low, 0, 1)
    return S - loss[:, None]


def _noise(
    S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Add noise, white or pink, 12 to 50 dB below the mean power of a band."""
    powers = 10 ** (S / 10)
    level = 10 * np.log10(powers.mean()) - rng.uniform(12, 50)
    slope = -3 * np.log2(np.maximum(hz, 100) / 1000) * rng.integers(2)
    noise = 10 ** ((level + slope) / 10)[:, None] * rng.gamma(4.0, 0.25, S.shape)
    return _decibel(powers + noise)


def _room(S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator) -> np.ndarray:
    """Let the sound die away over 0.2 to 0.8 s (60 dB), weaker than it or as strong."""
    powers = 10 ** (S / 10)
    kept = 10 ** (-6 / (frame_rate * rng.uniform(0.2, 0.8)))
    strength = rng.uniform(0.1, 1.0)
    tail = np.zeros(len(S))
    heard = np.empty_like(powers)
    for frame in range(S.shape[1]):
        heard[:, frame] = powers[:, frame] + strength * tail
        tail = kept * tail + (1 - kept) * powers[:, frame]
    return _decibel(heard)


def _compressor(
    S: np.ndarray, hz: np.ndarray, frame_rate: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw the levels together by up to 15 %, or apart by up to 10 %."""
    drawn: np.ndarray = S.max() + (S - S.max()) * rng.uniform(0.85, 1.1)
    return drawn


KINDS: tuple[tuple[float, Callable[..., np.ndarray]], ...] = (
    (0.6, _excerpt),
    (0.5, _tempo),
    (0.5, _pitch),
    (0.6, _equaliser),
    (0.35, _narrower_band),
    (0.5, _noise),
    (0.2, _room),
    (0.2, _compressor),
)
"""How often each kind is drawn, and what makes it."""


def _between(S: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Give rows of a picture at places between them."""
    below = np.clip(places.astype(int), 0, len(S) - 1)
    above = np.minimum(below + 1, len(S) - 1)
    share = (places - below)[:, None]
    rows: np.ndarray = S[below] * (1 - share) + S[above] * share
    return rows


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _decibel(powers: np.ndarray) -> np.ndarray:
    levels: np.ndarray = 10 * np.log10(np.maximum(powers, 10 ** (SILENCE_DB / 10)))
    return levels
