"""Music as it is met outside a data set: a short stretch of it, dull, noisy.

Works on log-mels, so that it serves data sets of which there is no sound. Public: `Wear`,
`some_wear`, `worn`, `eight_bits`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.features.front_end import FrontEnd

LOWPASSES = (4000.0, 5500.0, 8000.0)
MIN_FRAMES = 8


@dataclass(frozen=True)
class Wear:
    """
    What is done to music.

    Attributes
    ----------
    duration_s : float or None
        It is cut to this length, and repeated to fill the window as short sounds are; None leaves
        it whole.
    lowpass : float or None
        Hz above which nothing is left.
    noise_db : float or None
        Level of added noise at 1 kHz, in dB below the loudest band of the window.
    noise_slope : float
        Its power falls as ``f ** -noise_slope``.
    """

    duration_s: float | None = None
    lowpass: float | None = None
    noise_db: float | None = None
    noise_slope: float = 1.0


def some_wear(rng: np.random.Generator, *, durations: tuple[float, float] | None) -> Wear:
    """
    Draw what is done to music.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    durations : tuple of float or None
        Shortest and greatest length in seconds; None leaves the music whole.

    Returns
    -------
    Wear
        Half of the draws lack the treble, six of ten have noise.
    """
    return Wear(
        None if durations is None else float(np.exp(rng.uniform(*np.log(durations)))),
        float(rng.choice(LOWPASSES)) if rng.random() < 0.5 else None,
        -float(rng.uniform(20.0, 60.0)) if rng.random() < 0.6 else None,
        float(rng.uniform(0.0, 1.8)),
    )


def worn(S: np.ndarray, wear: Wear, rng: np.random.Generator, *, front_end: FrontEnd) -> np.ndarray:
    """
    Wear out the log-mel of a window of music.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel in the scale of the front end.
    wear : Wear
        What is done.
    rng : np.random.Generator
        Chooses the stretch, and makes the noise.
    front_end : FrontEnd
        What made `S`.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        Log-mel in the scale of the front end, a new array.
    """
    db = front_end.to_db(S)
    n_frames = db.shape[1]
    if wear.duration_s is not None:
        length = max(float(MIN_FRAMES), wear.duration_s * front_end.sr / front_end.hop_length)
        if length < n_frames - 1:
            start = int(rng.integers(0, n_frames - int(length)))
            # The repeated sound falls onto other frames each time, since its length is no multiple
            # of the hop.
            inside = np.round(np.arange(n_frames) % length).astype(np.intp)
            db = db[:, np.minimum(start + inside, n_frames - 1)]
    centres = front_end.band_centres()[:, None]
    if wear.lowpass is not None:
        slope = 0.06 * wear.lowpass
        db = db - front_end.top_db * np.clip((centres - wear.lowpass) / slope, 0.0, 1.0)
    if wear.noise_db is not None:
        # Bands are as wide as their frequency from about 700 Hz on; the power of a band of noise
        # strays as the mean of a few squares.
        tilt = 10.0 * np.log10(np.maximum(centres, 700.0) / 1000.0)
        tilt = tilt - 10.0 * wear.noise_slope * np.log10(np.maximum(centres, 100.0) / 1000.0)
        strays = rng.gamma(3.0, 1.0 / 3.0, db.shape)
        noise = 10.0 ** ((wear.noise_db + tilt) / 10.0) * strays
        db = 10.0 * np.log10(10.0 ** (db / 10.0) + noise)
    return _in_scale(np.maximum(db - db.max(), -front_end.top_db), front_end)


def eight_bits(S: np.ndarray, *, front_end: FrontEnd) -> np.ndarray:
    """
    Round a log-mel to the steps that stored ones have.

    Where one class was stored in 8 bits and the other was not, a detector would tell the rounding.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel in the scale of the front end.
    front_end : FrontEnd
        What made it.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        One of 256 levels each, float32.
    """
    step = (1.0 if front_end.scale == "unit" else front_end.top_db) / 255.0
    return np.asarray(np.round(S / step) * step, dtype=np.float32)


def _in_scale(db: np.ndarray, front_end: FrontEnd) -> np.ndarray:
    floor = float(db.min())
    if front_end.scale == "db" or floor == 0.0:
        return np.asarray(db, dtype=np.float32)
    return np.asarray((db - floor) / -floor, dtype=np.float32)
