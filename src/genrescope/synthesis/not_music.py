"""Sounds that are not music, by kind: weather, machines, animals, speech, tones, nearly nothing.

A model that knows only genres must learn from these what it has nothing to say about. Each file of
`genrescope.synthesis.noises` is a kind: it has one function, ``sound(rng, *, duration_s, sr)``, and
names its ``FAMILY`` (what is alike must be held out together when a detector is judged). The same
seed, kind and number give the same samples on the same build of numpy.

Public functions: `noise_kinds`, `family_of`, `render_noise`.
"""

from __future__ import annotations

import math

import numpy as np

from genrescope.errors import ParameterError
from genrescope.registry import Registry
from genrescope.seeding import rng_for
from genrescope.synthesis.recording import recorded

# Part of what a detector says it learned from: raise it with each change that is audible.
VERSION = 1
MIN_DURATION_S = 0.5
_NOISES = Registry("genrescope.synthesis.noises", "kind of sound that is not music")


def noise_kinds() -> list[str]:
    """
    List the kinds of sound that are not music.

    Returns
    -------
    list of str
        Their names, sorted.

    Examples
    --------
    >>> {"speech", "rain", "knocks"} <= set(noise_kinds())
    True
    """
    return _NOISES.names()


def family_of(kind: str) -> str:
    """
    Name the family of a kind.

    Parameters
    ----------
    kind : str
        One of `noise_kinds`.

    Returns
    -------
    str
        Its family.

    Raises
    ------
    UnknownNameError
        If there is no such kind.

    Examples
    --------
    >>> family_of("babble")
    'voices'
    """
    family: str = _NOISES.module(kind).FAMILY
    return family


def render_noise(
    kind: str, *, seed: int = 0, number: int = 0, duration_s: float = 30.0, sr: int = 22050
) -> np.ndarray:
    """
    Make a sound that is not music, as it would be recorded.

    Parameters
    ----------
    kind : str
        One of `noise_kinds`.
    seed : int
        Seed of the whole collection.
    number : int
        Another number is another sound of the kind.
    duration_s : float
        Length in seconds, at least 0.5.
    sr : int
        Sample rate in Hz, from 8000 up.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Mono float32 in [-1, 1].

    Raises
    ------
    UnknownNameError
        If there is no such kind.
    ParameterError
        If the number, the duration or the sample rate is out of range.

    Examples
    --------
    >>> y = render_noise("rain", duration_s=0.5)
    >>> y.shape, y.dtype
    ((11025,), dtype('float32'))
    """
    module = _NOISES.module(kind)
    if number < 0:
        raise ParameterError(f"number {number}: sounds are numbered from 0 up")
    if not (math.isfinite(duration_s) and duration_s >= MIN_DURATION_S):
        raise ParameterError(f"duration_s {duration_s}: a sound lasts {MIN_DURATION_S} s or more")
    if sr < 8000:
        raise ParameterError(f"sr {sr}: below 8000 Hz no hiss is left; use 22050")
    rng = rng_for(seed, "not music", kind, number)
    y = module.sound(rng, duration_s=duration_s, sr=sr)
    return recorded(rng, y[: round(duration_s * sr)], sr=sr)
