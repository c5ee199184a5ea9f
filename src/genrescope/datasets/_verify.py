"""Whether the sound files of a track index are still those that were indexed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from genrescope.digests import file_sha256
from genrescope.records import Track


def changed_files(
    tracks: Sequence[Track], *, progress: Callable[[int, int], object] | None = None
) -> list[str]:
    """
    Compare the digest of every sound file with the one in the index.

    Parameters
    ----------
    tracks : sequence of Track
        As an index holds them; a track without file or digest is passed over.
    progress : callable or None
        Called with (done, total) after each track.

    Returns
    -------
    list of str
        One problem for each file that is another than the indexed one, or cannot be read.
    """
    problems = []
    for done, track in enumerate(tracks, start=1):
        if track.path is not None and track.sha256 is not None and track.path.is_file():
            try:
                found = file_sha256(track.path)
            except OSError as error:
                problems.append(f"track {track.track_id!r}: {track.path} cannot be read ({error})")
            else:
                if found != track.sha256:
                    problems.append(
                        f"track {track.track_id!r}: {track.path} has sha256 {found[:12]}... where "
                        f"the index says {track.sha256[:12]}...: it was changed; index it again"
                    )
        if progress is not None:
            progress(done, len(tracks))
    return problems
