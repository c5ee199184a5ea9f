"""No song on both sides, while artists are: for recognising artists, where albums are unknown.

Songs are told apart by artist and title, as `artist_labels.title_key` reads them: live versions,
remixes and other takes of a song stay together, and so do tracks that share the digest of their
sound. Each label has songs in every fold, so that one with fewer songs than folds (or than two) is
left out, with the reason. Tracks without a title are left out too.

It does not hold albums apart, nor, for genres, artists: where those are known to cross, the numbers
are labelled leaky. Data sets that name albums have the protocol ``album``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from genrescope.datasets.artist_labels import title_key
from genrescope.datasets.index import artist_key
from genrescope.errors import SplitError
from genrescope.records import Skipped, Track
from genrescope.splits import _grouped, _grouping
from genrescope.splits._drawing import Settings
from genrescope.splits.split import Split

DESCRIPTION = "whole songs by their titles, stratified by label; artists stand on both sides"
SOURCE = (
    "drawn by songs, since copies and versions of one recording answer for each other: B. L. Sturm "
    "(2013), arXiv:1306.1461, lists them for GTZAN"
)
LICENCE = "none needed: drawn from your tracks"
HONEST = False


def by_title(track: Track) -> dict[str, str | None]:
    """
    Give the keys of a song.

    Parameters
    ----------
    track : Track
        A track.

    Returns
    -------
    dict of str to (str or None)
        Artist (the label, where that is not known) with title, and digest, as far as known.

    Examples
    --------
    >>> by_title(Track("a", None, ("Dio",), title="Gypsy (live)"))["title"]
    'dio: gypsy'
    """
    title, artist = title_key(track.title), artist_key(track.artist) or artist_key(track.label)
    return {"title": title and f"{artist}: {title}", "copy": track.sha256}


RULE = _grouped.Rule(
    protocol="title-disjoint",
    what="title",
    is_known=lambda track: by_title(track)["title"] is not None,
    keys=by_title,
    unknown="its title is unknown",
    none_known="fill the column title of the track index",
    source=SOURCE,
    licence=LICENCE,
)


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Draw the splits.

    Parameters
    ----------
    tracks : sequence of Track
        The data set.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        One a fold.

    Raises
    ------
    ConfigError
        If a setting breaks its rule.
    SplitError
        If no title is known, or fewer than two labels have enough of them.
    """
    songs = _songs(tracks)
    wanted = max(2, settings.n_folds)
    few = {label: n for label, n in songs.items() if n < wanted}
    if songs and len(songs) - len(few) < 2:
        label = max(few, key=lambda name: few[name])
        raise SplitError(
            f"{len(songs) - len(few)} of {len(songs)} labels have {wanted} titles or more (of the "
            f"others {label!r} has most, {few[label]}), but two must: each needs a title of its "
            "own in every fold, so ask for fewer folds, or add tracks"
        )
    kept = [track for track in tracks if track.label not in few]
    left_out = [
        Skipped(track.track_id, _reason(few, track.label, wanted), is_fault=False)
        for track in tracks
        if track.label in few
    ]
    return tuple(
        dataclasses.replace(
            split,
            left_out=tuple(sorted((*split.left_out, *left_out), key=lambda item: item.name)),
        )
        for split in _grouped.grouped_splits(kept, settings, RULE)
    )


def _reason(few: Mapping[str, int], label: str, wanted: int) -> str:
    titles = "one title" if few[label] == 1 else f"{few[label]} titles"
    return f"{label} has {titles}, and each part needs one of its own: {wanted} at least"


def _songs(tracks: Sequence[Track]) -> dict[str, int]:
    known = [track for track in tracks if RULE.is_known(track)]
    if not known:
        return {}
    _, counts, labels = _grouping.unit_counts(known, by_title)
    return dict(zip(labels, (int(n) for n in (counts > 0).sum(axis=0)), strict=True))
