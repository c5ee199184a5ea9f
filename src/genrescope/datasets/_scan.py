"""Sound files of a folder as tracks: found, hashed, probed, and their tags read."""

from __future__ import annotations

import logging
import os
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope import digests
from genrescope.audio import sniff
from genrescope.datasets.dataset import Progress
from genrescope.errors import AudioError, DatasetError
from genrescope.labels import label_problem
from genrescope.records import Skipped, Track

logger = logging.getLogger(__name__)

SUFFIXES = frozenset(suffix for kind in sniff.KINDS.values() for suffix in kind.suffixes)
# ID3 frames, which WAV and AIFF files give instead of the easy names.
_FRAMES = {"artist": "TPE1", "album": "TALB", "title": "TIT2", "genre": "TCON"}


@dataclass(frozen=True)
class Tags:
    """What a file says about itself."""

    artist: str | None = None
    album: str | None = None
    title: str | None = None
    genre: str | None = None


def sound_files(folder: Path) -> tuple[list[Path], list[Skipped]]:
    """
    Find the sound files below a folder; hidden and other files are skipped.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    tuple of (list of Path, list of Skipped)
        Files in order of their names, and what was skipped.

    Raises
    ------
    DatasetError
        If there is no such folder.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise DatasetError(f"folder {folder} {what}: give the folder that holds the sound files")
    found: list[Path] = []
    skipped: list[Skipped] = []
    for base, folders, names in os.walk(folder):
        here = Path(base)
        skipped += [_hidden(here / name, folder) for name in folders if name.startswith(".")]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith("."):
                skipped.append(_hidden(here / name, folder))
            elif (here / name).suffix.lower() not in SUFFIXES:
                suffix = (here / name).suffix or "none"
                reason = f"not a sound file by its extension ({suffix})"
                skipped.append(Skipped(relative(here / name, folder), reason, is_fault=False))
            else:
                found.append(here / name)
    return sorted(found), sorted(skipped, key=lambda s: s.name)


def _hidden(path: Path, folder: Path) -> Skipped:
    return Skipped(relative(path, folder), "hidden: its name starts with a dot", is_fault=False)


def relative(path: Path, folder: Path) -> str:
    """
    Name a file below a folder as text that can be printed.

    Parameters
    ----------
    path : Path
        The file.
    folder : Path
        The folder.

    Returns
    -------
    str
        Path relative to the folder, with ``/``.
    """
    return path.relative_to(folder).as_posix().encode(errors="replace").decode()


def track_ids(paths: Sequence[Path], folder: Path) -> list[str]:
    """
    Name tracks by relative path, without the extension where that is unique.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    folder : Path
        The folder.

    Returns
    -------
    list of str
        An id for each file.
    """
    short = [relative(path.with_suffix(""), folder).strip() for path in paths]
    seen: dict[str, int] = {}
    for name in short:
        seen[name] = seen.get(name, 0) + 1
    return [
        name if seen[name] == 1 else relative(path, folder).strip()
        for name, path in zip(short, paths, strict=True)
    ]


def scanned(
    items: Sequence[tuple[Path, str, tuple[str, ...]]],
    *,
    progress: Progress | None = None,
) -> tuple[list[Track], list[Skipped]]:
    """
    Hash and probe sound files, and read their tags.

    Parameters
    ----------
    items : sequence of (Path, str, tuple of str)
        File, track id and labels; without labels its genre tag serves.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    tuple of (list of Track, list of Skipped)
        Tracks without group, and files that cannot be used, with the reason.
    """
    tracks: list[Track] = []
    skipped: list[Skipped] = []
    for i, (path, track_id, labels) in enumerate(items):
        try:
            tracks.append(_track(path, track_id, labels))
        except (AudioError, DatasetError, OSError) as error:
            skipped.append(Skipped(track_id, str(error)))
        if progress is not None:
            progress(i + 1, len(items), path)
    return tracks, skipped


def _track(path: Path, track_id: str, labels: tuple[str, ...]) -> Track:
    from genrescope.audio.probe import probe

    if not track_id.isprintable() or "\ufffd" in track_id:
        raise DatasetError("its file name holds characters that are no text: rename the file")
    info = probe(path)
    tags = read_tags(path)
    if not labels and tags.genre is None:
        raise DatasetError(
            "it has no genre tag: tag it, or take the genres from the names of the folders"
        )
    problem = None if labels else label_problem(tags.genre or "")
    if problem:
        raise DatasetError(f"its genre tag is no label: {problem}")
    return Track(
        track_id=track_id,
        path=path,
        labels=labels or (tags.genre or "",),
        sha256=digests.file_sha256(path),
        artist=tags.artist,
        album=tags.album,
        title=tags.title,
        duration_s=info.duration_s or None,
    )


def read_tags(path: Path) -> Tags:
    """
    Read the tags as far as a file has them; unreadable tags are no tags.

    Parameters
    ----------
    path : Path
        The sound file.

    Returns
    -------
    Tags
        Artist, album, title and genre.
    """
    import mutagen

    try:
        tags = mutagen.File(path, easy=True)
        if tags is None:
            return Tags()
        values = {name: _text(tags.get(name) or tags.get(_FRAMES[name])) for name in _FRAMES}
    except (
        *(mutagen.MutagenError, struct.error, EOFError),
        *(ValueError, LookupError, TypeError, AttributeError),
    ) as error:
        logger.debug("tags of %s are not readable: %s", path, error)
        return Tags()
    return Tags(**values)


def _text(value: object) -> str | None:
    if value is None:
        return None
    parts = getattr(value, "text", value)
    text = ", ".join(map(str, parts)) if isinstance(parts, list) else str(parts)
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(plain.split()) or None
