"""The arithmetic of drawing parts that divide no artist, or no album.

Pure functions over tracks and a generator. A "unit" is what must not be divided: tracks that share
a key, directly or through others. Keys are what `by_artist` (an artist group, an artist name or a
digest) or `by_album` give of a track. The greedy assignment of units follows the idea of
scikit-learn's StratifiedGroupKFold: largest first, each to the part where its labels are still
wanted most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from genrescope.datasets.index import artist_key
from genrescope.records import Track

Keys = Callable[[Track], Mapping[str, str | None]]


def by_artist(track: Track) -> dict[str, str | None]:
    """
    Give the keys of an artist.

    Parameters
    ----------
    track : Track
        A track.

    Returns
    -------
    dict of str to (str or None)
        Artist group, artist name and digest, as far as known.
    """
    return {"group": track.group, "artist": artist_key(track.artist), "copy": track.sha256}


def by_album(track: Track) -> dict[str, str | None]:
    """
    Give the keys of an album.

    Parameters
    ----------
    track : Track
        A track.

    Returns
    -------
    dict of str to (str or None)
        Title of the album and digest, as far as known. The title alone decides, since a compilation
        has many artists: where two albums are called alike, they are one.

    Examples
    --------
    >>> by_album(Track("a", None, ("rock",), album="Greatest  Hits"))["album"]
    'greatest hits'
    """
    return {"album": artist_key(track.album), "copy": track.sha256}


def units(tracks: Sequence[Track], keys: Keys = by_artist) -> np.ndarray:
    """
    Number the units: tracks linked by a key share a number.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    keys : callable
        The keys of a track by their kinds; None links nothing.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=int64]
        Unit of each track, counted from 0.
    """
    parent = list(range(len(tracks)))
    first: dict[tuple[str, str], int] = {}
    for i, track in enumerate(tracks):
        for kind, key in keys(track).items():
            if key is not None:
                parent[_root(parent, i)] = _root(parent, first.setdefault((kind, key), i))
    roots = [_root(parent, i) for i in range(len(tracks))]
    return np.unique(np.array(roots, dtype=int), return_inverse=True)[1]


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        i = parent[i]
    return i


def unit_counts(
    tracks: Sequence[Track], keys: Keys = by_artist
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """
    Count the labels in each unit.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    keys : callable
        What makes a unit.

    Returns
    -------
    tuple of (np.ndarray, np.ndarray, list of str)
        Unit of each track [shape=(n,)]; tracks by unit and label [shape=(n_units, n_labels)]; the
        labels.
    """
    labels, codes = np.unique([t.label for t in tracks], return_inverse=True)
    unit = units(tracks, keys)
    counts = np.zeros((unit.max(initial=-1) + 1, len(labels)), dtype=int)
    np.add.at(counts, (unit, codes), 1)
    return unit, counts, [str(label) for label in labels]


def grouped_folds(
    tracks: Sequence[Track], n_folds: int, rng: np.random.Generator, *, keys: Keys = by_artist
) -> np.ndarray:
    """
    Deal whole units to folds, so that labels and sizes come out as even as they can.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    n_folds : int
        Number of folds.
    rng : np.random.Generator
        Source of the choices.
    keys : callable
        What makes a unit.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=int64]
        Fold of each track, counted from 0.
    """
    unit, counts, _ = unit_counts(tracks, keys)
    folds: np.ndarray = _assigned(counts, np.full(n_folds, 1 / n_folds), rng)[unit]
    return folds


def grouped_part(
    tracks: Sequence[Track], fraction: float, rng: np.random.Generator, *, keys: Keys = by_artist
) -> np.ndarray:
    """
    Draw whole units, about `fraction` of each label; a label with one unit only stays out.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    fraction : float
        Part to draw, in (0, 1).
    rng : np.random.Generator
        Source of the choices.
    keys : callable
        What makes a unit.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=bool]
        True where a track was drawn.
    """
    unit, counts, _ = unit_counts(tracks, keys)
    present = counts > 0
    only_one = present.sum(axis=0) == 1
    pinned = present[:, only_one].any(axis=1)
    drawn = np.zeros(len(counts), dtype=bool)
    free = np.flatnonzero(~pinned)
    drawn[free] = _assigned(counts[free], np.array([1 - fraction, fraction]), rng) == 1
    for label in np.flatnonzero(~only_one):
        members = np.flatnonzero(present[:, label] & ~pinned)
        if len(members) > 1 and len({bool(d) for d in drawn[members]}) == 1:
            smallest = members[np.argmin(counts[members].sum(axis=1))]
            drawn[smallest] = not drawn[smallest]
    mask: np.ndarray = drawn[unit]
    return mask


def _assigned(counts: np.ndarray, weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    totals = np.maximum(counts.sum(axis=0), 1)
    shares = counts / totals
    filled = np.zeros((len(weights), counts.shape[1]))
    n_filled = np.zeros(len(weights))
    part = np.zeros(len(counts), dtype=int)
    order = rng.permutation(len(counts))
    for u in order[np.argsort(-counts[order].sum(axis=1), kind="stable")]:
        # The growth of sum((filled share)^2 / wanted share): smallest where most is missing.
        growth = (shares[u] * (2 * filled + shares[u])).sum(axis=1) / weights
        best = np.lexsort((n_filled / weights, np.round(growth, 12)))[0]
        part[u] = best
        filled[best] += shares[u]
        n_filled[best] += counts[u].sum()
    return part
