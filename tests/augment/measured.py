"""Tones and noise of known level, and what a spectrum says of them."""

from __future__ import annotations

import numpy as np

from genrescope.augment.change import Change

SR = 22050


def tone(hz: float, *, duration_s: float = 2.0, level: float = 0.3, sr: int = SR) -> np.ndarray:
    """Make a sine."""
    t = np.arange(round(duration_s * sr)) / sr
    return (level * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def noise(*shape: int) -> np.ndarray:
    """Make white noise of -20 dB."""
    return 0.1 * np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def applied(family: str, y: np.ndarray, *, sr: int = SR, seed: int = 0, **settings: object):
    """Change sound by one family of transforms."""
    change = Change("it", "it", family, settings)
    return change.apply(y, sr=sr, rng=np.random.default_rng(seed))


def rms(y: np.ndarray) -> float:
    """Measure the root mean square."""
    return float(np.sqrt(np.mean(np.square(y, dtype=np.float64))))


def decibel(a: np.ndarray, b: np.ndarray) -> float:
    """Measure by how many dB `a` is above `b`."""
    return 20 * np.log10(rms(a) / rms(b))


def frequency(y: np.ndarray, *, sr: int = SR) -> float:
    """Find the loudest frequency, between the bins of a long transform."""
    n_fft = 1 << 19
    return float(np.abs(np.fft.rfft(y * np.hanning(len(y)), n_fft)).argmax()) * sr / n_fft


def gain_at(hz: float, family: str, **settings: object) -> float:
    """Measure the gain in dB of a transform for a tone, away from its ends."""
    y = tone(hz)
    middle = slice(len(y) // 4, 3 * len(y) // 4)
    return decibel(applied(family, y, **settings)[middle] + 1e-9, y[middle])
