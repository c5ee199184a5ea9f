"""Random numbers: one seed at the edge, generators inside, never the global generator."""

from __future__ import annotations

import hashlib

import numpy as np


def rng_for(seed: int, *names: object) -> np.random.Generator:
    """
    Make the generator that belongs to a seed and a purpose.

    Generators of different names are independent, so that a further use of randomness never shifts
    the numbers that another one draws.

    Parameters
    ----------
    seed : int
        The seed that the user gave.
    *names : object
        What the numbers are for (``"shuffle", epoch``); their text counts.

    Returns
    -------
    np.random.Generator
        A PCG64 generator.

    Examples
    --------
    >>> a, b = rng_for(0, "shuffle", 1), rng_for(0, "shuffle", 1)
    >>> bool(a.random() == b.random())
    True
    """
    return np.random.default_rng(derived_seed(seed, *names))


def derived_seed(seed: int, *names: object) -> int:
    """
    Derive a 63-bit seed for a purpose from the seed that the user gave.

    Parameters
    ----------
    seed : int
        The seed that the user gave.
    *names : object
        What it is for; their text counts.

    Returns
    -------
    int
        In [0, 2**63).
    """
    text = "\0".join([str(seed), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
