"""Which recordings may share sound: looked up by keys, so that no more is compared than is alike.

A key is 64 coarse bits of four frames within 0.7 s, in an order that is drawn for each table. The
keys of a table are sorted; each is compared with the next few of other tracks that begin alike, so
that the work grows with the number of frames and not with that of pairs, however many frames have
one key (a drone, a loop). A pair of frames whose keys are alike is looked at over three seconds
about them, and counts as a hit if most bits agree there. A table is worked off in parts by the
first bits of the keys, which bounds the memory.

Public: `Candidates`, `find_candidates`.

References
----------
M. Datar et al.: Locality-sensitive hashing scheme based on p-stable distributions. SoCG 2004.
M. A. Hernández, S. J. Stolfo: The merge/purge problem for large databases. SIGMOD 1995 (sorted
neighbourhoods).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from genrescope.audit.collection import Collection
from genrescope.dsp.fingerprint import bit_errors
from genrescope.seeding import rng_for

N_TABLES = 6
KEY_FRAMES = (0, 3, 6, 9)
MIN_KEY_VALID = 48
"""Valid bits of the 128 of the four frames: silence makes no key."""
PREFIX_BITS = 22
NEIGHBOURS = 2
MAX_KEY_DISTANCE = 12
AROUND = ((-3, 4, 12, 18), (-12, -9, -6, 15, 21, 24), (0, 3, 6, 9))
"""Frames about a hit that are looked at, in three goes: most pairs fall out in the first."""
FIRST_ERROR = 0.36
"""Error up to which a pair is looked at further."""
MIN_AROUND_VALID = 80
MAX_AROUND_ERROR = 0.28
# How much is in memory at a time.
PASS_KEYS, PART_KEYS, BLOCK_FRAMES, CHUNK_PAIRS = 2**24, 2**20, 2**20, 2**18


@dataclass(frozen=True, eq=False)
class Candidates:
    """
    Pairs of tracks that may share sound, each with the offset of a hit.

    Attributes
    ----------
    a, b : np.ndarray [shape=(n,), dtype=int64]
        Numbers of the tracks, ``a < b``; sorted by a, b and offset, each triple once.
    offset : np.ndarray [shape=(n,), dtype=int64]
        Frame of `a` at which `b` begins; negative where `b` begins before `a`.
    n_compared : int
        Pairs of keys that were compared.
    n_looked_at : int
        Pairs of frames that were looked at.
    """

    a: np.ndarray
    b: np.ndarray
    offset: np.ndarray
    n_compared: int
    n_looked_at: int


def find_candidates(
    collection: Collection, *, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Candidates:
    """
    Find the pairs of tracks that may share sound.

    Parameters
    ----------
    collection : Collection
        Fingerprints.
    seed : int
        Seed of the orders of the bits.
    progress : callable or None
        Called with (done, total) as parts of the tables are done.

    Returns
    -------
    Candidates
        Pairs and offsets.
    """
    found = [np.zeros((0, 3), dtype=np.int64)]
    n_compared = n_looked_at = 0
    usable = _usable(collection)
    pass_bits = _bits_for(len(usable), PASS_KEYS)
    for table in range(N_TABLES):
        order = rng_for(seed, "audit", "table", table).permutation(64)
        for value in range(2**pass_bits):
            keys, frames = _keys(collection, usable, order, value, pass_bits)
            for part in _parts(keys, pass_bits):
                for left, right, n in _neighbours(keys[part], frames[part], collection):
                    n_compared += n
                    n_looked_at += len(left)
                    found.append(_hits(collection, left, right))
            if progress is not None:
                progress(table * 2**pass_bits + value + 1, N_TABLES * 2**pass_bits)
    hits = np.unique(np.concatenate(found), axis=0)
    return Candidates(hits[:, 0], hits[:, 1], hits[:, 2], n_compared, n_looked_at)


def _usable(collection: Collection) -> np.ndarray:
    """Tell the frames that a key can begin at: not in silence, and not at the end of a track."""
    reach = KEY_FRAMES[-1]
    n = max(0, len(collection.coarse) - reach)
    n_valid = np.zeros(n, dtype=np.uint8)
    for at in KEY_FRAMES:
        n_valid += np.bitwise_count(collection.valid[at : at + n])
    usable = n_valid >= MIN_KEY_VALID
    for end in collection.starts[1:]:
        usable[max(0, end - reach) : end] = False
    return usable


def _bits_for(n: int, size: int) -> int:
    """Give how many first bits of the keys make parts of at most about a size."""
    return min(PREFIX_BITS // 2, max(0, int(np.ceil(np.log2(max(1, n) / size)))))


def _keys(
    collection: Collection, usable: np.ndarray, order: np.ndarray, value: int, n_bits: int
) -> tuple[np.ndarray, np.ndarray]:
    """Give the keys whose first bits have a value, and the frames that they begin at."""
    words = np.arange(2**16, dtype=np.uint64)
    moved = np.zeros((len(KEY_FRAMES), 2**16), dtype=np.uint64)
    for k, place in enumerate(order):
        bit = (words >> np.uint64(k % 16)) & np.uint64(1)
        moved[k // 16] |= bit << np.uint64(place)
    keys, frames = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.uint32)]
    for at in range(0, len(usable), BLOCK_FRAMES):
        here = np.flatnonzero(usable[at : at + BLOCK_FRAMES]) + at
        key = np.zeros(len(here), dtype=np.uint64)
        for k, step in enumerate(KEY_FRAMES):
            key |= moved[k, collection.coarse[here + step]]
        if n_bits:
            mine = key >> np.uint64(64 - n_bits) == value
            key, here = key[mine], here[mine]
        keys.append(key)
        frames.append(here.astype(np.uint32))
    return np.concatenate(keys), np.concatenate(frames)


def _parts(keys: np.ndarray, n_bits: int) -> Iterator[np.ndarray]:
    """Divide keys by the bits after the first ones; those that begin alike stay together."""
    more = _bits_for(len(keys), PART_KEYS)
    if not more:
        yield np.arange(len(keys))
        return
    first = (keys >> np.uint64(64 - n_bits - more)).astype(np.uint32) & np.uint32(2**more - 1)
    for value in range(2**more):
        yield np.flatnonzero(first == value)


def _neighbours(
    keys: np.ndarray, frames: np.ndarray, collection: Collection
) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """Give pairs of frames whose keys are neighbours and alike, and how many were compared."""
    order = np.argsort(keys, kind="stable")
    keys, frames = keys[order], frames[order].astype(np.int64)
    tracks = collection.track_of(frames)
    # Frames of a steady sound have one key: of a run of one track, one stands for all.
    alike = (keys[1:] ^ keys[:-1]) >> np.uint64(64 - PREFIX_BITS) == 0
    kept = np.concatenate([[True], ~(alike & (tracks[1:] == tracks[:-1]))])[: len(keys)]
    keys, frames, tracks = keys[kept], frames[kept], tracks[kept]
    for step in range(1, NEIGHBOURS + 1):
        differ = keys[step:] ^ keys[:-step]
        near = differ >> np.uint64(64 - PREFIX_BITS) == 0
        near &= np.bitwise_count(differ) <= MAX_KEY_DISTANCE
        near &= tracks[step:] != tracks[:-step]
        at = np.flatnonzero(near)
        yield frames[at], frames[at + step], len(differ)


def _hits(collection: Collection, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Keep the pairs of frames whose surroundings agree: rows of a, b and offset."""
    rows = [np.zeros((0, 3), dtype=np.int64)]
    for at in range(0, len(left), CHUNK_PAIRS):
        x, y = left[at : at + CHUNK_PAIRS], right[at : at + CHUNK_PAIRS]
        x, y = np.minimum(x, y), np.maximum(x, y)
        errors = n = np.zeros(len(x), dtype=np.int64)
        for steps in AROUND:
            wrong, both = _around(collection, x, y, steps)
            errors, n = errors + wrong, n + both
            open_still = errors <= FIRST_ERROR * n
            x, y, errors, n = x[open_still], y[open_still], errors[open_still], n[open_still]
        good = (n >= MIN_AROUND_VALID) & (errors <= MAX_AROUND_ERROR * n)
        x, y = x[good], y[good]
        a, b = collection.track_of(x), collection.track_of(y)
        offset = (x - collection.starts[a]) - (y - collection.starts[b])
        rows.append(np.stack([a, b, offset], axis=1))
    return np.unique(np.concatenate(rows), axis=0)


def _around(
    collection: Collection, x: np.ndarray, y: np.ndarray, steps: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    bits, valid, starts = collection.bits, collection.valid, collection.starts
    a, b = collection.track_of(x), collection.track_of(y)
    errors, n = np.zeros(len(x), dtype=np.int64), np.zeros(len(x), dtype=np.int64)
    for step in steps:
        i, j = x + step, y + step
        inside = (i >= starts[a]) & (i < starts[a + 1]) & (j >= starts[b]) & (j < starts[b + 1])
        i, j = np.where(inside, i, x), np.where(inside, j, y)
        wrong, both = bit_errors(bits[i], valid[i], bits[j], valid[j])
        errors += np.where(inside, wrong, 0)
        n += np.where(inside, both, 0)
    return errors, n
