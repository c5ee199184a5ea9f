"""Applause: very many hands, or a few, that clap out of step."""

from __future__ import annotations

import numpy as np

from genrescope.synthesis import effects
from genrescope.synthesis.textures import coloured_noise, drift, scattered, times, unit_rms

FAMILY = "blows"


def sound(rng: np.random.Generator, *, duration_s: float, sr: int) -> np.ndarray:
    """
    Make applause, from three people to a hall.

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
    grains = []
    for _ in range(30):
        t = np.arange(round(0.05 * sr)) / sr
        centre = float(rng.uniform(700.0, 2600.0))
        clap = rng.standard_normal(len(t)) * np.exp(-t / float(rng.uniform(0.003, 0.012)))
        grains.append(effects.filtered(clap, sr=sr, highpass=0.6 * centre, lowpass=1.8 * centre))
    n_people = int(np.exp(rng.uniform(np.log(3.0), np.log(60.0))))
    at = np.concatenate(
        [
            times(rng, duration_s, rate_hz=float(rng.uniform(2.5, 5.0)), regular=0.9)
            for _ in range(n_people)
        ]
    )
    order = rng.permutation(len(at))
    near = scattered(n, at[order], grains, sr=sr, gains=rng.exponential(1.0, len(at)))
    hall = effects.filtered(
        coloured_noise(rng, n, exponent=0.5), sr=sr, highpass=500.0, lowpass=5000.0
    )
    hall = hall * 10.0 ** (3.0 * drift(rng, n, sr=sr, rate_hz=0.2) / 20.0)
    return np.asarray(unit_rms(near) + float(rng.uniform(0.0, 1.5)) * (n_people > 12) * hall)
