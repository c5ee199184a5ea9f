"""The set artist20 of LabROSA: six studio albums of each of 20 artists.

MP3 of 32 kbit/s, mono, 16 kHz, which lie as ``mp3s-32k/ARTIST/ALBUM/NN-TITLE.mp3``. The labels are
artists, and what must not stand on both sides of a split is the album: a model that learns its
studio, mix and mastering looks better than it is (protocol ``album``; ``random`` is by songs, and
leaky by albums). The lists of LabROSA, where they are at hand (``lists/a20-trn-albums.list``, and
``val`` and ``tst`` by the same rule), fill the partition that the protocol ``official`` reads:
three albums of each artist to train, one to validate, two to test.

LabROSA counts 1,413 tracks; Poltronieri had 1,412. It made the set since uspop2002 had repeated
and live tracks, and chose regular studio albums; what is missing or more here is told. Copies of a
file are kept on one side by all protocols that hold something apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from genrescope.datasets import _artist_files, _scan
from genrescope.datasets.dataset import Dataset, Progress, expand_path
from genrescope.errors import DatasetError
from genrescope.records import Skipped, Track

LICENCE = "none: for research, by request from LabROSA; the rights are those of the recordings"
SOURCE = (
    "D. P. W. Ellis (2007), Classifying music audio with timbral and chroma features, ISMIR; "
    "labrosa.ee.columbia.edu/projects/artistid"
)

ARTISTS = (
    *("aerosmith", "beatles", "creedence_clearwater_revival", "cure", "dave_matthews_band"),
    *("depeche_mode", "fleetwood_mac", "garth_brooks", "green_day", "led_zeppelin"),
    *("madonna", "metallica", "prince", "queen", "radiohead"),
    *("roxette", "steely_dan", "suzanne_vega", "tori_amos", "u2"),
)
LAYOUTS = (
    *("mp3s-32k", "artist20/mp3s-32k", "artist20-mp3s-32k/artist20/mp3s-32k"),
    *("artist20-mp3s-32k/mp3s-32k", "artist20-mp3s-32k", "artists", "."),
)
N_TRACKS, N_ALBUMS = 1413, 120
PARTITION = "set.split"
_PARTS = {"trn": "training", "val": "validation", "tst": "test"}


@dataclass(frozen=True)
class Settings:
    """
    Settings of artist20.

    Attributes
    ----------
    root : str
        The folder that holds ``mp3s-32k/`` (also below ``artist20/`` or ``artist20-mp3s-32k/``), or
        the twenty folders of artists.
    """

    root: str = "${GENRESCOPE_DATA}/artist20"


def load(settings: Settings, *, progress: Progress | None = None) -> Dataset:
    """
    Find, hash and probe the songs.

    Parameters
    ----------
    settings : Settings
        The settings.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        Songs named as ``aerosmith/Toys_in_the_Attic/01-Toys_in_the_Attic``, labelled by
        artist; what cannot be read, or is missing, is skipped, with the reason.

    Raises
    ------
    ConfigError
        If the path names a variable that is not set.
    DatasetError
        If no layout fits, or a list cannot be read.
    """
    root = expand_path(settings.root)
    folder = sound_folder(settings)
    paths, skipped = _scan.sound_files(folder)
    mine = [path for path in paths if path.relative_to(folder).parts[0] in ARTISTS]
    skipped += [
        Skipped(_scan.relative(path, folder), "in no folder of one of the 20 artists")
        for path in sorted({*paths} - {*mine})
    ]
    tracks, unread = _artist_files.tracks_by_artist(mine, folder, progress=progress)
    parts = _partition(_lists_folders(root, folder))
    return Dataset(
        name="artist20",
        tracks=tuple(_with_part(track, parts) for track in tracks),
        skipped=(*skipped, *unread, *_missing(tracks, folder)),
        licence=LICENCE,
        source=SOURCE,
    )


def sound_folder(settings: Settings) -> Path:
    """
    Find the folder of the sound files: whether there is any is known without reading the data set.

    Parameters
    ----------
    settings : Settings
        The settings; `root` counts.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DatasetError
        If there is none.
    """
    root = expand_path(settings.root)
    for layout in LAYOUTS:
        if any((root / layout / artist).is_dir() for artist in ARTISTS):
            return root / layout
    what = "does not exist" if not root.exists() else "holds no folder of an artist"
    if root.is_file():
        what = "is a file; unpack the archive"
    raise DatasetError(
        f"artist20 folder {root} {what}: the setting root names the folder that holds mp3s-32k/ "
        "with aerosmith/ to u2/ (artist20-mp3s-32k.tgz of LabROSA, unpacked)"
    )


def _lists_folders(root: Path, folder: Path) -> list[Path]:
    near = (folder.parent, root, root / "artist20", root / "artist20-baseline" / "artist20")
    return [base / "lists" for base in near if (base / "lists").is_dir()]


def _partition(folders: Sequence[Path]) -> dict[str, str]:
    """Read which album is in which part, by ``ARTIST/ALBUM``."""
    found: dict[str, str] = {}
    for folder in folders[:1]:
        for path in sorted(folder.glob("a20-*-albums.list")):
            match = re.fullmatch(r"a20-(trn|val|tst)-albums\.list", path.name)
            if match is None:
                continue
            try:
                lines = path.read_text(encoding="utf-8").split("\n")
            except (OSError, UnicodeDecodeError) as error:
                raise DatasetError(f"list {path} cannot be read: {error}") from error
            found |= {line.strip(): _PARTS[match[1]] for line in lines if line.strip()}
    return found


def _with_part(track: Track, parts: Mapping[str, str]) -> Track:
    part = parts.get(track.track_id.rpartition("/")[0])
    return track if part is None else replace(track, extra={**track.extra, PARTITION: part})


def _missing(tracks: Sequence[Track], folder: Path) -> list[Skipped]:
    skipped = [
        Skipped(artist, f"there is no folder {folder / artist}")
        for artist in ARTISTS
        if not (folder / artist).is_dir()
    ]
    n_albums = len({track.group for track in tracks})
    if (len(tracks), n_albums) != (N_TRACKS, N_ALBUMS):
        counts = (
            f"{len(tracks):,} songs of {n_albums} albums are here; LabROSA counts {N_TRACKS:,} of "
            f"{N_ALBUMS}"
        )
        skipped.append(Skipped("artist20", counts, is_fault=False))
    return skipped
