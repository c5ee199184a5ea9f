"""FMA: 106,574 tracks of the Free Music Archive, 161 genres in a hierarchy, with an own partition.

Folder ROOT/fma_metadata holds ``tracks.csv`` and ``genres.csv``; ROOT/fma_small, fma_medium,
fma_large (clips of 30 s) and fma_full (whole recordings) hold ``000/000002.mp3``. The cells that
name the genres are cleaned by stated rules (see `_fma_cells`), and `genre_cells` reports what was
changed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from genrescope.datasets import _fma_labels, _fma_report, _fma_rows, _scan
from genrescope.datasets._fma_genres import GenreTable, read_genres
from genrescope.datasets._fma_report import GenreReport
from genrescope.datasets._fma_rows import Row
from genrescope.datasets._fma_sound import CLIPS, clips_folder, strangers
from genrescope.datasets.dataset import Dataset, Progress, expand_path
from genrescope.datasets.index import artist_key
from genrescope.errors import ConfigError, DatasetError, did_you_mean
from genrescope.records import Skipped, Track

LICENCE = (
    "metadata CC BY 4.0; each recording under the licence that its artist chose (Creative Commons)"
)
SOURCE = (
    "M. Defferrard, K. Benzi, P. Vandergheynst, X. Bresson (2017), FMA: A Dataset For Music "
    "Analysis, ISMIR, arXiv:1612.01840; https://github.com/mdeff/fma"
)

METADATA = "fma_metadata"
CLIP_S, MAY_LACK_S = 30.0, 1.0
# Clips that were cut beyond the end of the recording, since its length was wrong in the metadata:
# https://github.com/mdeff/fma/issues/8. The recordings of fma_full are not cut, and good.
NO_SOUND = frozenset(
    {
        *(1486, 5574, 65753, 80391, 98558, 98559, 98560, 98571, 99134),
        *(105247, 108925, 126981, 127336, 133297, 143992),
    }
)
SHORT = frozenset({98565, 98566, 98567, 98568, 98569, 108924})

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """
    Settings of FMA.

    Attributes
    ----------
    root : str
        The folder that holds ``fma_metadata/`` and ``fma_small/`` (or the other subsets).
    subset : str
        ``"small"`` (8,000 tracks, eight balanced genres), ``"medium"``, ``"large"`` or ``"full"``;
        clips that only a larger subset has on the disk are taken from there.
    labels : str
        ``"single"``: one genre a track, others are left out; ``"multi"``: all its genres.
    level : str
        ``"top"``: top-level genres; ``"given"``: the genres of the list, as it gives them.
    ancestors : bool
        With ``labels="multi"`` and ``level="given"``: add the ancestors of each genre.
    of_several : str
        With ``labels="single"``: a track of several genres is left out (``"skip"``), or has the
        first of them (``"first"``).
    skip_known_faults : bool
        Leave out the 21 clips that are published to be empty or much too short.
    skip_short : bool
        Leave out other clips that lack more than a second of 30 s, or of a shorter recording.
    """

    root: str = "${GENRESCOPE_DATA}/fma"
    subset: str = "small"
    labels: str = "single"
    level: str = "top"
    ancestors: bool = False
    of_several: str = "skip"
    skip_known_faults: bool = True
    skip_short: bool = True

    def __post_init__(self) -> None:
        """Refuse values that are none of those named above."""
        for name, known in (
            ("subset", _fma_rows.SUBSETS),
            ("labels", ("single", "multi")),
            ("level", ("top", "given")),
            ("of_several", ("skip", "first")),
        ):
            value = getattr(self, name)
            if value not in known:
                raise ConfigError(
                    f"dataset 'fma': {name} is {value!r}{did_you_mean(value, known)}; it must be "
                    f"one of {', '.join(known)}"
                )
        if self.ancestors and (self.labels, self.level) != ("multi", "given"):
            raise ConfigError(
                "dataset 'fma': ancestors=true needs labels='multi' and level='given': one label "
                "has no room for them, and top-level genres have none"
            )


def load(settings: Settings, *, progress: Progress | None = None) -> Dataset:
    """
    Read the tracks of a subset; hash and probe their files.

    Parameters
    ----------
    settings : Settings
        The settings.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        Tracks named as their files (``000002``), grouped by artist; the official partition in
        ``extra["set.split"]``. What is missing, empty, damaged, known to be faulty, or has no genre
        (or several, where one is asked for), is skipped.

    Raises
    ------
    ConfigError
        If the path names a variable that is not set.
    DatasetError
        If a file of the metadata breaks a rule, or there is no folder of the subset.
    """
    root = expand_path(settings.root)
    folder = sound_folder(settings)
    table, rows = _metadata(root)
    chosen: dict[str, Row] = {}
    items: list[tuple[Path, str, tuple[str, ...]]] = []
    skipped: list[Skipped] = []
    known: set[Path] = set()
    for row in rows:
        if isinstance(row, Skipped):
            skipped.append(row)
            continue
        if not _fma_rows.in_subset(row, settings.subset):
            continue
        path = folder / row.track_id[:-3] / f"{row.track_id}.mp3"
        known.add(path)
        labels = _labels(row, table, settings, path=path)
        if isinstance(labels, Skipped):
            skipped.append(labels)
        else:
            items.append((path, row.track_id, labels))
            chosen[row.track_id] = row
    if folder.name == f"fma_{settings.subset}":
        skipped += strangers(folder, known)
    tracks, unread = _scan.scanned(items, progress=progress)
    looked = settings.skip_short and settings.subset in CLIPS
    short = {t.track_id: s for t in tracks if looked and (s := _short(t, chosen[t.track_id]))}
    whole = (track for track in tracks if track.track_id not in short)
    return Dataset(
        name="fma",
        tracks=tuple(_with_row(track, chosen[track.track_id]) for track in whole),
        skipped=(*skipped, *unread, *short.values()),
        licence=LICENCE,
        source=SOURCE,
    )


def genre_cells(settings: Settings) -> GenreReport:
    """
    Report what is not as it should be in the genre cells, and what is done with it.

    Parameters
    ----------
    settings : Settings
        The settings; `root` and `subset` count. No sound is read.

    Returns
    -------
    GenreReport
        Counts and examples of each kind.

    Raises
    ------
    ConfigError
        If the path names a variable that is not set.
    DatasetError
        If a file of the metadata breaks a rule.
    """
    table, rows = _metadata(expand_path(settings.root))
    own = (r for r in rows if isinstance(r, Row) and _fma_rows.in_subset(r, settings.subset))
    return _fma_report.genre_report(own, table, subset=settings.subset)


def _metadata(root: Path) -> tuple[GenreTable, Iterator[Row | Skipped]]:
    folder = root / METADATA
    if not (folder / "tracks.csv").is_file():
        what = "does not exist" if not folder.exists() else "holds no tracks.csv"
        raise DatasetError(
            f"FMA folder {folder} {what}: the setting root names the folder that holds "
            f"{METADATA}/, as `genrescope data get fma` makes it"
        )
    return read_genres(folder / "genres.csv"), _fma_rows.read_rows(folder / "tracks.csv")


def sound_folder(settings: Settings) -> Path:
    """
    Find the folder of the sound files: whether there is any is known without reading the data set.

    Parameters
    ----------
    settings : Settings
        The settings; `root` and `subset` count.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DatasetError
        If there is none.
    """
    return clips_folder(expand_path(settings.root), settings.subset)


def _labels(
    row: Row, table: GenreTable, settings: Settings, *, path: Path
) -> tuple[str, ...] | Skipped:
    """Give the labels of a track, or why it is left out."""
    cut = settings.subset in CLIPS and settings.skip_known_faults
    if cut and row.fma_id in NO_SOUND | SHORT:
        what = "holds no sound" if row.fma_id in NO_SOUND else "is much shorter than 30 s"
        return Skipped(
            row.track_id,
            f"the clip {what} (github.com/mdeff/fma, issue 8); skip_known_faults=false uses it",
            is_fault=False,
        )
    top, genres = _fma_report.cleaned(row, table)
    found = _fma_labels.labels_of(
        top,
        genres,
        table,
        multi=settings.labels == "multi",
        top_level=settings.level == "top",
        ancestors=settings.ancestors,
        first_of_several=settings.of_several == "first",
    )
    if isinstance(found, str):
        return Skipped(row.track_id, found, is_fault=False)
    if not path.is_file():
        return Skipped(row.track_id, f"tracks.csv lists it, but there is no file {path}")
    return found


def _short(track: Track, row: Row) -> Skipped | None:
    """Say that a clip lacks sound: it was cut by a length that is wrong, or it is damaged."""
    # Of the clips that are known, skip_known_faults decides.
    if row.fma_id in NO_SOUND | SHORT:
        return None
    try:
        recorded_s = float(row.duration)
    except ValueError:
        return None
    # Of a length that is NaN nothing is due, since no comparison with it holds.
    due_s = CLIP_S if recorded_s >= CLIP_S else recorded_s
    if track.duration_s is None or not track.duration_s < due_s - MAY_LACK_S:
        return None
    return Skipped(
        track.track_id,
        f"its clip holds {track.duration_s:.1f} s, but {due_s:g} s are due of a recording of "
        f"{row.duration} s: that length is wrong, or the file cut off; skip_short=false uses it",
    )


def _with_row(track: Track, row: Row) -> Track:
    """Add to a track what its row tells, which counts for more than the tags of its file."""
    extra = {
        "set.split": row.split,
        "set.subset": row.subset,
        "artist.id": row.artist_id,
        "album.id": row.album_id,
        "track.duration": row.duration,
        "track.bit_rate": row.bit_rate,
        "track.license": row.licence,
    }
    artist = row.artist or track.artist
    return replace(
        track,
        artist=artist,
        album=row.album or track.album,
        title=row.title or track.title,
        group=f"fma artist {row.artist_id}" if row.artist_id else artist_key(artist),
        extra={key: value for key, value in extra.items() if value},
    )
