"""GTZAN: 1000 excerpts of 30 s in ten genres, the data set that most papers report on.

It has known faults (Sturm 2013): repetitions, wrong labels, distorted files, and many tracks by one
artist, so that the protocol decides what a number on it means. The file jazz.00054 is corrupt in
most public copies. The layouts of Kaggle, Hugging Face and the author's archive are all read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from genrescope.datasets import _facts, _scan
from genrescope.datasets.dataset import Dataset, Progress, expand_path
from genrescope.errors import DatasetError
from genrescope.records import Skipped

LICENCE = "none: the rights in the recordings were never cleared; used in research"
SOURCE = (
    "G. Tzanetakis, P. Cook (2002), Musical genre classification of audio signals, IEEE "
    "Transactions on Speech and Audio Processing 10(5); its faults: B. L. Sturm (2013), "
    "arXiv:1306.1461"
)

GENRES = (
    *("blues", "classical", "country", "disco", "hiphop"),
    *("jazz", "metal", "pop", "reggae", "rock"),
)
LAYOUTS = ("genres_original", "Data/genres_original", "genres", "audio", ".")
CORRUPT = "jazz.00054"
# Where a track is there in several formats, the one that was coded least is used.
_PREFERRED = (".wav", ".au", ".flac", ".ogg", ".mp3")


@dataclass(frozen=True)
class Settings:
    """
    Settings of GTZAN.

    Attributes
    ----------
    root : str
        The folder that holds ``genres_original/``, ``genres/``, ``audio/`` or the ten folders.
    tracks_csv : str or None
        Artists and published partitions by ``track_id`` (columns ``artist, title, artist_group,
        fault_filtered, sturm_fold``); None takes ``tracks.csv`` beside the sound, where there is
        one.
    skip_corrupt_jazz : bool
        Leave jazz.00054 out, as the papers do that report on 999 tracks, also where a good copy
        stands.
    """

    root: str = "${GENRESCOPE_DATA}/gtzan"
    tracks_csv: str | None = None
    skip_corrupt_jazz: bool = True


def load(settings: Settings, *, progress: Progress | None = None) -> Dataset:
    """
    Find, hash and probe the excerpts.

    Parameters
    ----------
    settings : Settings
        The settings.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        Tracks named as ``blues.00000``; what cannot be read, or is listed but missing, is skipped.

    Raises
    ------
    ConfigError
        If a path names a variable that is not set.
    DatasetError
        If no layout fits, or the tracks file breaks a rule.
    """
    root = expand_path(settings.root)
    folder = _sound_folder(root)
    files, skipped = _excerpts(folder)
    if settings.skip_corrupt_jazz and files.pop(CORRUPT, None) is not None:
        skipped.append(
            Skipped(
                CORRUPT,
                "corrupt in most public copies, and left out by most papers; where yours is good, "
                "the setting skip_corrupt_jazz=false uses it",
                is_fault=False,
            )
        )
    items = [(path, i, (path.parent.name,)) for i, path in files.items()]
    tracks, unread = _scan.scanned(items, progress=progress)
    skipped += unread
    given = None if settings.tracks_csv is None else expand_path(settings.tracks_csv)
    csv_file = _facts.find_facts(given, (root, folder))
    facts = {} if csv_file is None else _facts.read_facts(csv_file)
    known = {*files, *(s.name for s in skipped)}
    skipped += [
        Skipped(i, f"listed in {csv_file}, but there is no such sound file", is_fault=False)
        for i in facts
        if i not in known
    ]
    return Dataset(
        name="gtzan",
        tracks=tuple(_facts.with_facts(track, facts) for track in tracks),
        skipped=tuple(skipped),
        licence=LICENCE,
        source=SOURCE,
    )


def _sound_folder(root: Path) -> Path:
    for layout in LAYOUTS:
        if any((root / layout / genre).is_dir() for genre in GENRES):
            return root / layout
    what = "does not exist" if not root.exists() else "holds no folder of a genre"
    if root.is_file():
        what = "is a file; unpack the archive"
    raise DatasetError(
        f"GTZAN folder {root} {what}: the setting root names the folder that holds "
        "genres_original/, genres/, audio/, or blues/ to rock/ themselves"
    )


def _excerpts(folder: Path) -> tuple[dict[str, Path], list[Skipped]]:
    found: dict[str, list[Path]] = {}
    skipped: list[Skipped] = []
    for genre in GENRES:
        if not (folder / genre).is_dir():
            skipped.append(Skipped(genre, f"there is no folder {folder / genre}"))
            continue
        paths, others = _scan.sound_files(folder / genre)
        skipped += [Skipped(f"{genre}/{s.name}", s.reason, s.is_fault) for s in others]
        for path in paths:
            if path.parent.name == genre and re.fullmatch(genre + r"\.\d{5}", path.stem):
                found.setdefault(path.stem, []).append(path)
            else:
                name = f"{genre}/{_scan.relative(path, folder / genre)}"
                skipped.append(Skipped(name, f"not named as GTZAN does ({genre}.00000)"))
    for name, paths in found.items():
        paths.sort(key=_preference)
        skipped += [
            Skipped(
                f"{p.parent.name}/{p.name}", f"{paths[0].name} stands for {name}", is_fault=False
            )
            for p in paths[1:]
        ]
    return {name: found[name][0] for name in sorted(found)}, skipped


def _preference(path: Path) -> tuple[int, str]:
    suffix = path.suffix.lower()
    place = _PREFERRED.index(suffix) if suffix in _PREFERRED else len(_PREFERRED)
    return place, path.name
