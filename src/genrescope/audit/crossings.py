"""What of one recording, title or artist stands in more than one part of a split.

Public: `Crossings`, `PartCount`, `find_crossings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from genrescope.audit.duplicates import Duplicate
from genrescope.audit.metadata import title_key
from genrescope.datasets.index import artist_key
from genrescope.records import Track
from genrescope.splits.leakage import find_leakage
from genrescope.splits.split import PARTS, Split


@dataclass(frozen=True)
class PartCount:
    """
    How much crosses between two parts.

    Attributes
    ----------
    parts : tuple of (str, str)
        The parts.
    n_duplicates : int
        Pairs that share sound.
    n_titles : int
        Titles of one artist in both.
    n_artists : int
        Artists in both.
    """

    parts: tuple[str, str]
    n_duplicates: int
    n_titles: int
    n_artists: int


@dataclass(frozen=True)
class Crossings:
    """
    What crosses a split.

    Attributes
    ----------
    protocol : str
        Name of the protocol.
    fold, n_folds : int
        Which fold it is, counted from 1.
    digest : str
        Name of the division.
    label : str
        Verdict on artists and exact copies, as it stands beside numbers of this split.
    counts : tuple of PartCount
        For train and valid, train and test, valid and test.
    duplicates : tuple of (Duplicate, str, str)
        Pairs that share sound across parts, with the parts of both.
    n_test_heard_before : int
        Test tracks that share sound with a track of train or valid.
    """

    protocol: str
    fold: int
    n_folds: int
    digest: str
    label: str
    counts: tuple[PartCount, ...]
    duplicates: tuple[tuple[Duplicate, str, str], ...]
    n_test_heard_before: int


def find_crossings(
    split: Split, tracks: Sequence[Track], duplicates: Sequence[Duplicate]
) -> Crossings:
    """
    Find what crosses a split.

    Parameters
    ----------
    split : Split
        The split.
    tracks : sequence of Track
        The data set.
    duplicates : sequence of Duplicate
        Pairs that share sound.

    Returns
    -------
    Crossings
        What crosses.

    Raises
    ------
    SplitError
        If the split names unknown tracks.
    """
    label = find_leakage(split, tracks).label
    part = {track_id: name for name in PARTS for track_id in getattr(split, name)}
    crossing = [
        (pair, part[pair.a], part[pair.b])
        for pair in duplicates
        if pair.a in part and pair.b in part and part[pair.a] != part[pair.b]
    ]
    parts_of_title = _parts(tracks, part, _title)
    parts_of_artist = _parts(tracks, part, lambda t: t.group or artist_key(t.artist))
    counts = tuple(
        PartCount(
            both,
            n_duplicates=sum({a, b} == set(both) for _, a, b in crossing),
            n_titles=sum(set(both) <= parts for parts in parts_of_title),
            n_artists=sum(set(both) <= parts for parts in parts_of_artist),
        )
        for both in combinations(PARTS, 2)
    )
    tested = {pair.a for pair, a, _ in crossing if a == "test"}
    tested |= {pair.b for pair, _, b in crossing if b == "test"}
    return Crossings(
        protocol=split.protocol,
        fold=split.fold,
        n_folds=split.n_folds,
        digest=split.digest,
        label=label,
        counts=counts,
        duplicates=tuple(crossing),
        n_test_heard_before=len(tested),
    )


def _title(track: Track) -> str | None:
    artist, title = artist_key(track.artist), title_key(track.title)
    return None if artist is None or title is None else f"{artist}\n{title}"


def _parts(
    tracks: Iterable[Track], part: dict[str, str], key: Callable[[Track], str | None]
) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for track in tracks:
        name = key(track)
        if name is not None and track.track_id in part:
            found.setdefault(name, set()).add(part[track.track_id])
    return list(found.values())
