"""Any folder of artists: ARTIST/ALBUM/song or ARTIST/song, or songs whose tags name the artist.

The labels are artists. What must not stand on both sides of a split is the album (the second
folder, else the tag) or, where none is known, the title (the tag, else the name of the file).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from genrescope.datasets import _artist_files, _scan
from genrescope.datasets.artist_labels import labelled_by_artist
from genrescope.datasets.dataset import Dataset, Progress, expand_path
from genrescope.errors import unknown_name
from genrescope.labels import label_problem
from genrescope.records import Skipped, Track

LICENCE = "as that of your recordings"
SOURCE = "your own folder"
ARTIST_FROM = ("folder", "tag")


@dataclass(frozen=True)
class Settings:
    """
    Settings of a folder of artists.

    Attributes
    ----------
    root : str
        The folder.
    artist_from : str
        ``"folder"``: the first folder below it is named for the artist. ``"tag"``: the tag of the
        file says who it is, wherever it lies.

    Raises
    ------
    UnknownNameError
        If `artist_from` is neither.
    """

    root: str
    artist_from: str = "folder"

    def __post_init__(self) -> None:
        """Refuse what is no source of artists."""
        if self.artist_from not in ARTIST_FROM:
            raise unknown_name("source of artists", self.artist_from, ARTIST_FROM)


def load(settings: Settings, *, progress: Progress | None = None) -> Dataset:
    """
    Hash and probe all files, and read their tags.

    Parameters
    ----------
    settings : Settings
        The settings.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        One track a sound file, labelled by its artist; others are skipped, with the reason.

    Raises
    ------
    ConfigError
        If the path names a variable that is not set.
    DatasetError
        If there is no such folder.
    """
    root = expand_path(settings.root)
    paths, skipped = _scan.sound_files(root)
    if settings.artist_from == "folder":
        tracks, unused = _artist_files.tracks_by_artist(paths, root, progress=progress)
    else:
        # The genre is of no interest: any label keeps a file without a genre tag.
        ids = _scan.track_ids(paths, root)
        items = [(path, i, ("unknown",)) for path, i in zip(paths, ids, strict=True)]
        scanned, unused = _scan.scanned(items, progress=progress)
        tracks = []
        for track in scanned:
            found = _tagged(track)
            if isinstance(found, Track):
                tracks.append(found)
            else:
                unused.append(found)
    return Dataset(
        name=root.resolve().name,
        tracks=tuple(tracks),
        skipped=(*skipped, *unused),
        licence=LICENCE,
        source=SOURCE,
    )


def _tagged(track: Track) -> Track | Skipped:
    assert track.path is not None
    problem = label_problem(track.artist or "")
    if track.artist is None or problem:
        reason = f"its artist tag is no label: {problem}" if track.artist else "no artist tag"
        return Skipped(track.track_id, f"{reason}; tag it, or name folders for the artists")
    title = track.title or _artist_files.file_title(track.path)
    named = labelled_by_artist(replace(track, title=title))
    return named or Skipped(track.track_id, f"{track.artist!r} names no artist", is_fault=False)
