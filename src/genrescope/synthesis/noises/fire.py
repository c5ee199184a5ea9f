"""Fire and crackle: sparse snaps of all sizes over a low rumble; an old record, run out."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis.textures import coloured_noise, drift, ringing, scattered, times, unit_rms

FAMILY = "weather"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make a fire, or the surface noise of a record.

    Parameters
    ----------
    rng : np.random.Generator
        Source of randomness.
    duration_s : float
        Length in seconds.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n,)]
        The sound, of any loudness.
    """
    n = round(duration_s * sr)
    grains = [
        ringing(
            rng,
            sr=sr,
            frequency=float(rng.uniform(800.0, 8000.0)),
            t60_s=float(rng.uniform(0.002, 0.03)),
            noise=float(rng.uniform(0.5, 1.0)),
        )
        for _ in range(24)
    ]
    at = times(rng, duration_s, rate_hz=float(np.exp(rng.uniform(np.log(2.0), np.log(60.0)))))
    snaps = scattered(n, at, grains, sr=sr, gains=np.minimum(rng.pareto(1.5, len(at)) + 0.1, 15.0))
    if rng.random() < 0.3:
        # A scratch comes round with each turn of the record.
        turn = times(rng, duration_s, rate_hz=float(rng.choice([0.5556, 0.75])), regular=1.0)
        snaps += scattered(n, turn, grains[:1], sr=sr, gains=np.full(len(turn), 3.0))
    rumble = coloured_noise(rng, n, exponent=float(rng.uniform(0.8, 2.2)))
    rumble = rumble * 10.0 ** (3.0 * drift(rng, n, sr=sr, rate_hz=0.7) / 20.0)
    return np.asarray(unit_rms(snaps) + float(rng.uniform(0.02, 0.8)) * rumble)
