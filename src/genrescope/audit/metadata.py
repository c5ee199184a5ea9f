"""What the track list alone tells: one title by one artist twice, and how even the genres are.

Public: `Namesakes`, `LabelConflict`, `GenreBalance`, `title_key`, `find_namesakes`,
`find_label_conflicts`, `balance`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

from genrescope.datasets.index import artist_key
from genrescope.records import Track


@dataclass(frozen=True)
class Namesakes:
    """
    Tracks of one title by one artist.

    Attributes
    ----------
    artist, title : str
        As the first of them writes it.
    tracks : tuple of str
        Their ids.
    n_pairs : int
        How many pairs they make.
    n_pairs_alike : int
        How many of these share sound; the others may be two recordings, or two parts of one.
    """

    artist: str
    title: str
    tracks: tuple[str, ...]
    n_pairs: int
    n_pairs_alike: int


@dataclass(frozen=True)
class LabelConflict:
    """
    One sound under two labels, of which one at least is wrong or too narrow.

    Attributes
    ----------
    a, b : str
        Ids of two tracks that share sound.
    label_a, label_b : str
        Their labels.
    """

    a: str
    b: str
    label_a: str
    label_b: str


@dataclass(frozen=True)
class GenreBalance:
    """
    How much there is of a genre, and by how many artists.

    Attributes
    ----------
    label : str
        The genre.
    n_tracks : int
        Its tracks.
    n_artists : int
        Their artists, as far as known.
    n_artist_unknown : int
        Tracks whose artist is unknown.
    largest_artist : str or None
        The artist with most tracks; None where none is known.
    largest_share : float
        The part of the tracks that are theirs, in [0, 1].
    """

    label: str
    n_tracks: int
    n_artists: int
    n_artist_unknown: int
    largest_artist: str | None
    largest_share: float


def title_key(title: str | None) -> str | None:
    """
    Reduce a title to what decides whether two tracks have the same one.

    Parameters
    ----------
    title : str or None
        The title.

    Returns
    -------
    str or None
        Its letters and digits, without difference of case; None where there are none.

    Examples
    --------
    >>> title_key("Don't Stop!") == title_key("dont  stop")
    True
    """
    plain = unicodedata.normalize("NFKC", title or "").casefold()
    return "".join(c for c in plain if c.isalnum()) or None


def find_namesakes(
    tracks: Sequence[Track], *, alike: Collection[tuple[str, str]]
) -> tuple[Namesakes, ...]:
    """
    Find the tracks that share artist and title.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    alike : collection of (str, str)
        Pairs of ids that share sound, in the order of the tracks.

    Returns
    -------
    tuple of Namesakes
        One for each title that is there twice or more; those with most pairs first.
    """
    found: dict[tuple[str, str], list[Track]] = {}
    for track in tracks:
        artist, title = artist_key(track.artist), title_key(track.title)
        if artist is not None and title is not None:
            found.setdefault((artist, title), []).append(track)
    made = []
    for same in found.values():
        if len(same) > 1:
            ids = tuple(track.track_id for track in same)
            n_alike = sum(pair in alike for pair in combinations(ids, 2))
            n_pairs = len(ids) * (len(ids) - 1) // 2
            made.append(Namesakes(same[0].artist or "", same[0].title or "", ids, n_pairs, n_alike))
    return tuple(sorted(made, key=lambda item: -item.n_pairs))


def find_label_conflicts(
    tracks: Sequence[Track], alike: Sequence[tuple[str, str]]
) -> tuple[LabelConflict, ...]:
    """
    Find the pairs that share sound, but no label.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.
    alike : sequence of (str, str)
        Pairs of ids that share sound.

    Returns
    -------
    tuple of LabelConflict
        In the order of `alike`.
    """
    by_id = {track.track_id: track for track in tracks}
    return tuple(
        LabelConflict(a, b, by_id[a].label, by_id[b].label)
        for a, b in alike
        if not set(by_id[a].labels) & set(by_id[b].labels)
    )


def balance(tracks: Sequence[Track]) -> tuple[GenreBalance, ...]:
    """
    Count tracks and artists of each genre.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.

    Returns
    -------
    tuple of GenreBalance
        One a genre, sorted by name.
    """
    by_label: dict[str, list[Track]] = {}
    for track in tracks:
        by_label.setdefault(track.label, []).append(track)
    rows = []
    for label, own in sorted(by_label.items()):
        # The group decides where there is one; its name is that of its first track.
        keys = [t.group or artist_key(t.artist) for t in own]
        names = {key: t.artist or key for key, t in zip(reversed(keys), reversed(own), strict=True)}
        counts = Counter(key for key in keys if key is not None)
        largest = max(counts, key=lambda key: counts[key], default=None)
        rows.append(
            GenreBalance(
                label,
                n_tracks=len(own),
                n_artists=len(counts),
                n_artist_unknown=len(own) - counts.total(),
                largest_artist=None if largest is None else names[largest],
                largest_share=round(counts[largest] / len(own), 4) if largest is not None else 0.0,
            )
        )
    return tuple(rows)
