"""Segments: the equal parts of a recording in time, where a split divides those and not recordings.

The k-th segment of the track ``rock.00000`` is named ``rock.00000#k``, counted from 1. A segment is
a `Track` that keeps the labels, artist, group and digest of its recording. What stands before the
last ``#`` is the recording, so that a track may have that character in its own name.

Public: `segment_tracks`, `segment_ids`, `recording_of`, `recordings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from genrescope.errors import ParameterError
from genrescope.records import Track


def segment_tracks(tracks: Sequence[Track], n_segments: int) -> tuple[Track, ...]:
    """
    Name the segments of some recordings.

    Parameters
    ----------
    tracks : sequence of Track
        The recordings.
    n_segments : int
        Segments of each, at least 1.

    Returns
    -------
    tuple of Track
        Recording by recording, in the order of time; the recordings themselves where `n_segments`
        is 1.

    Raises
    ------
    ParameterError
        If `n_segments` is below 1.

    Examples
    --------
    >>> [t.track_id for t in segment_tracks([Track("rock.00000", None, ("rock",))], 2)]
    ['rock.00000#1', 'rock.00000#2']
    """
    if n_segments < 1:
        raise ParameterError(f"n_segments is {n_segments}: a track has at least one")
    if n_segments == 1:
        return tuple(tracks)
    return tuple(
        replace(
            track,
            track_id=f"{track.track_id}#{k}",
            duration_s=None if track.duration_s is None else track.duration_s / n_segments,
        )
        for track in tracks
        for k in range(1, n_segments + 1)
    )


def segment_ids(tracks: Iterable[Track], n_segments: int) -> list[str]:
    """
    Name the segments of some recordings, without making a track of each.

    Parameters
    ----------
    tracks : iterable of Track
        The recordings.
    n_segments : int
        Segments of each, at least 1.

    Returns
    -------
    list of str
        The ids that `segment_tracks` gives, in its order.

    Examples
    --------
    >>> segment_ids([Track("rock.00000", None, ("rock",))], 2)
    ['rock.00000#1', 'rock.00000#2']
    """
    if n_segments == 1:
        return [track.track_id for track in tracks]
    return [f"{track.track_id}#{k}" for track in tracks for k in range(1, n_segments + 1)]


def recording_of(segment_id: str) -> str:
    """
    Say which recording a segment is of.

    Parameters
    ----------
    segment_id : str
        Name of a segment.

    Returns
    -------
    str
        Track id of the recording.

    Examples
    --------
    >>> recording_of("take #2#10")
    'take #2'
    """
    return segment_id.rpartition("#")[0]


def recordings(segments: Iterable[Track]) -> list[Track]:
    """
    Give the recordings that some segments are of.

    Parameters
    ----------
    segments : iterable of Track
        Segments, as `segment_tracks` names them.

    Returns
    -------
    list of Track
        Each recording once, in the order of its first segment; of unknown length.
    """
    found = {recording_of(segment.track_id): segment for segment in segments}
    return [replace(s, track_id=track_id, duration_s=None) for track_id, s in found.items()]
