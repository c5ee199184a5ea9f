"""Sound files that lie by artist: ARTIST/ALBUM/NN-TITLE or ARTIST/NN-TITLE, read as tracks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from genrescope.datasets import _scan
from genrescope.datasets.artist_labels import labelled_by_artist
from genrescope.datasets.dataset import Progress
from genrescope.datasets.index import artist_key
from genrescope.labels import label_problem
from genrescope.records import Skipped, Track

# "03-Title", "03. Title", "1-03 Title": a track number, never all there is of a name.
_NUMBER = re.compile(r"^(?:\d{1,2}-)?\d{2}(?:\s*[-._]\s*|\s+)(?=\S)")


def file_title(path: Path) -> str:
    """
    Read the title of a song from the name of its file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        Without the track number; underscores are spaces.

    Examples
    --------
    >>> file_title(Path("03-Sweet_Emotion.mp3")), file_title(Path("1999.mp3"))
    ('Sweet Emotion', '1999')
    """
    return words(_NUMBER.sub("", path.stem))


def words(name: str) -> str:
    """
    Give the name of a file or folder as people write it.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    str
        With spaces for underscores.

    Examples
    --------
    >>> words("Toys_in_the_Attic")
    'Toys in the Attic'
    """
    return " ".join(unicodedata.normalize("NFC", name).replace("_", " ").split())


def tracks_by_artist(
    paths: Sequence[Path], folder: Path, *, progress: Progress | None
) -> tuple[list[Track], list[Skipped]]:
    """
    Hash and probe files that lie by artist; albums and titles are those of the places.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    folder : Path
        The folder of the artists.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    tuple of (list of Track, list of Skipped)
        Tracks labelled by artist, as their folders are named, and what cannot be used.
    """
    items: list[tuple[Path, str, tuple[str, ...]]] = []
    skipped: list[Skipped] = []
    for path, track_id in zip(paths, _scan.track_ids(paths, folder), strict=True):
        parts = path.relative_to(folder).parts
        artist = unicodedata.normalize("NFC", parts[0]) if len(parts) > 1 else ""
        problem = label_problem(artist)
        if len(parts) == 1:
            skipped.append(Skipped(track_id, "it lies in no folder, which would be its artist"))
        elif problem:
            skipped.append(Skipped(track_id, f"its folder is no label: {problem}"))
        elif artist_key(artist) is None:
            skipped.append(Skipped(track_id, f"{artist!r} names no artist", is_fault=False))
        else:
            items.append((path, track_id, (artist,)))
    tracks, unread = _scan.scanned(items, progress=progress)
    named = (labelled_by_artist(_placed(track, folder)) for track in tracks)
    return [track for track in named if track is not None], [*skipped, *unread]


def _placed(track: Track, folder: Path) -> Track:
    assert track.path is not None
    parts = track.path.relative_to(folder).parts
    return replace(
        track,
        artist=track.label,
        album=words(parts[1]) if len(parts) > 2 else track.album,
        title=track.title or file_title(track.path),
    )
