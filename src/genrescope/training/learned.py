"""
What a model learned, as its bundle records it, and which tracks are new to a model.

Artists and recordings are recorded as the first 16 hexadecimal digits of digests: enough to know
them again, and a bundle that is passed on lists no names of artists.

Public functions: `learned_record`, `acquaintance`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from genrescope.datasets.index import artist_key
from genrescope.digests import settings_digest
from genrescope.records import Track

_N_DIGITS = 16


@dataclass(frozen=True)
class Acquaintance:
    """
    How well a model knows some tracks already.

    Attributes
    ----------
    n : int
        Number of tracks.
    learned : tuple of str
        Ids of those that it learned, by id or by digest.
    by_artist : tuple of str
        Ids of the others whose artist it learned.
    n_unknown : int
        Tracks among the rest of which it cannot be told whether it learned their artist.
    """

    n: int
    learned: tuple[str, ...]
    by_artist: tuple[str, ...]
    n_unknown: int

    @property
    def label(self) -> str:
        """
        The verdict as text, for wherever a number of these tracks is printed.

        Returns
        -------
        str
            Starts with ``leaky``, ``unverified`` or ``clean``.
        """
        if self.learned:
            more = f", and the artists of {len(self.by_artist)} more" if self.by_artist else ""
            return f"leaky: the model learned {len(self.learned)} of these {self.n} tracks{more}"
        if self.by_artist:
            n_artists = len(self.by_artist)
            return f"leaky: the model learned the artists of {n_artists} of these {self.n} tracks"
        if self.n_unknown:
            return (
                f"unverified: of {self.n_unknown} of these {self.n} tracks it is not known whether "
                "the model learned their artist"
            )
        return f"clean: the model learned none of these {self.n} tracks, nor their artists"


def learned_record(tracks: Sequence[Track]) -> dict[str, Any]:
    """
    Give what a bundle records of the tracks that its model learned.

    Parameters
    ----------
    tracks : sequence of Track
        The tracks.

    Returns
    -------
    dict
        ``n_tracks, track_ids, track_digests, artist_digests, n_unknown_artists``.
    """
    return {
        "n_tracks": len(tracks),
        "track_ids": sorted(t.track_id for t in tracks),
        "track_digests": sorted({t.sha256[:_N_DIGITS] for t in tracks if t.sha256 is not None}),
        "artist_digests": sorted({name for t in tracks for name in _artists(t)}),
        "n_unknown_artists": sum(not _artists(t) for t in tracks),
    }


def acquaintance(training: Mapping[str, Any], tracks: Sequence[Track]) -> Acquaintance:
    """
    Find the tracks that a model learned, and those whose artists it learned.

    Parameters
    ----------
    training : mapping
        What the bundle says of its training.
    tracks : sequence of Track
        Tracks to judge the model on.

    Returns
    -------
    Acquaintance
        Nothing is held new to the model that may not be: a track with the id of one that was
        learned counts as learned, and where a bundle records no artists, all are unknown.
    """
    ids, copies, known = (
        set(training.get(key, ())) for key in ("track_ids", "track_digests", "artist_digests")
    )
    told = "artist_digests" in training and not training.get("n_unknown_artists", 0)
    learned, by_artist, n_unknown = [], [], 0
    for track in tracks:
        digest = None if track.sha256 is None else track.sha256[:_N_DIGITS]
        if track.track_id in ids or digest in copies:
            learned.append(track.track_id)
        elif known & set(_artists(track)):
            by_artist.append(track.track_id)
        elif not told or not _artists(track):
            n_unknown += 1
    return Acquaintance(len(tracks), tuple(learned), tuple(by_artist), n_unknown)


def _artists(track: Track) -> list[str]:
    names = {name for name in (track.group, artist_key(track.artist)) if name is not None}
    return [settings_digest(name)[:_N_DIGITS] for name in sorted(names)]
