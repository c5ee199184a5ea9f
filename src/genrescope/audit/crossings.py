"""What of one recording, title or artist stands in more than one part of a split.

Public: `Crossings`, `PartCount`, `find_crossings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from genrescope.audit.duplicates import Duplicate
from genrescope.audit.groups import groups_of
from genrescope.audit.metadata import title_key
from genrescope.datasets.index import artist_key
from genrescope.records import Track
from genrescope.splits.leakage import find_leakage
from genrescope.splits.segmentation import recording_of
from genrescope.splits.split import PARTS, Split

WHOLE = ("exact", "same_recording")
"""Kinds of which it holds: who shares the sound of a copy shares that of the original."""


@dataclass(frozen=True)
class PartCount:
    """
    How much crosses between two parts.

    Attributes
    ----------
    parts : tuple of (str, str)
        The parts.
    n_duplicates : int
        Pairs that share sound; in a large group of copies, those that are listed.
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
        Pairs that share sound across parts, with the part of each (or the parts, where it is
        segments of tracks that are divided).
    n_test_heard_before : int
        Test tracks that share sound with a track of train or valid; of whole recordings also by way
        of others, so that none is missed where not every pair of copies is listed.
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
    parts = _parts_of_recordings(split)
    crossing = [
        (pair, parts[pair.a], parts[pair.b])
        for pair in duplicates
        if pair.a in parts and pair.b in parts and len(parts[pair.a] | parts[pair.b]) > 1
    ]
    of_title = _parts_by(tracks, parts, _title)
    of_artist = _parts_by(tracks, parts, lambda t: t.group or artist_key(t.artist))
    counts = tuple(
        PartCount(
            (x, y),
            n_duplicates=sum((x in a and y in b) or (y in a and x in b) for _, a, b in crossing),
            n_titles=sum({x, y} <= both for both in of_title),
            n_artists=sum({x, y} <= both for both in of_artist),
        )
        for x, y in combinations(PARTS, 2)
    )
    return Crossings(
        protocol=split.protocol,
        fold=split.fold,
        n_folds=split.n_folds,
        digest=split.digest,
        label=label,
        counts=counts,
        duplicates=tuple((pair, _named(a), _named(b)) for pair, a, b in crossing),
        n_test_heard_before=_n_heard_before(parts, duplicates),
    )


def _n_heard_before(parts: Mapping[str, frozenset[str]], duplicates: Sequence[Duplicate]) -> int:
    whole = [d for d in duplicates if d.kind in WHOLE]
    ids = list(dict.fromkeys(name for d in whole for name in (d.a, d.b)))
    number = {name: i for i, name in enumerate(ids)}
    links = {(number[d.a], number[d.b]): 0 for d in whole}
    circles = [[ids[i] for i in group] for group in groups_of(links)]
    circles += [[d.a, d.b] for d in duplicates if d.kind not in WHOLE]
    heard: set[str] = set()
    for circle in circles:
        learned = {name for name in circle if parts.get(name, frozenset()) - {"test"}}
        heard |= {
            name
            for name in circle
            if "test" in parts.get(name, ()) and len(learned) > (name in learned)
        }
    return len(heard)


def _parts_of_recordings(split: Split) -> dict[str, frozenset[str]]:
    """Give the parts that each recording stands in: several, where its segments are divided."""
    found: dict[str, set[str]] = {}
    for part in PARTS:
        for name in getattr(split, part):
            recording = recording_of(name) if split.n_segments > 1 else name
            found.setdefault(recording, set()).add(part)
    return {recording: frozenset(parts) for recording, parts in found.items()}


def _named(parts: frozenset[str]) -> str:
    return " and ".join(part for part in PARTS if part in parts)


def _title(track: Track) -> str | None:
    artist, title = artist_key(track.artist), title_key(track.title)
    return None if artist is None or title is None else f"{artist}\n{title}"


def _parts_by(
    tracks: Iterable[Track], parts: Mapping[str, frozenset[str]], key: Callable[[Track], str | None]
) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for track in tracks:
        name = key(track)
        if name is not None and track.track_id in parts:
            found.setdefault(name, set()).update(parts[track.track_id])
    return list(found.values())
