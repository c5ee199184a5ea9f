"""Ten kinds of synthetic music, composed and played by genrescope itself.

The music is made on first use and kept in a folder. It is for tests, for demonstrations and for
trying a pipeline where no data are at hand: caricatures of ten genres under the names of GTZAN,
far easier to tell apart than real music. Every two tracks of a kind share an artist, so that a
split can be grouped.

Public: `Settings`, `load`, `default_folder`, `LICENCE`, `SOURCE`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope import atomic, digests
from genrescope.datasets.dataset import Dataset, Progress, expand_path
from genrescope.errors import ConfigError, DatasetError
from genrescope.records import Track
from genrescope.synthesis import notes, render
from genrescope.synthesis.score import Score

LICENCE = "CC0-1.0: composed and rendered by genrescope; do with it what you like"
SOURCE = "genrescope.synthesis, made on this machine; nothing is downloaded"
MANIFEST = "synthetic.json"


@dataclass(frozen=True)
class Settings:
    """
    What to compose, and where to keep it.

    Attributes
    ----------
    folder : str or None
        Where the WAV files stand or shall stand; None takes `default_folder`.
    n_tracks_per_label : int
        Tracks of each kind of music.
    duration_s : float
        Length of a track in seconds.
    seed : int
        Another seed gives other music.
    sr : int
        Sample rate in Hz.
    """

    folder: str | None = None
    n_tracks_per_label: int = 10
    duration_s: float = 30.0
    seed: int = 0
    sr: int = 22050


def default_folder(settings: Settings) -> Path:
    """
    Give the place in the user's cache where the music of some settings is kept.

    Parameters
    ----------
    settings : Settings
        What to compose; the number of tracks does not count.

    Returns
    -------
    Path
        The folder; it may not exist yet.
    """
    import platformdirs

    digest = digests.settings_digest(_recipe(settings))
    return Path(platformdirs.user_cache_dir("genrescope")) / "synthetic" / digest[:12]


def load(settings: Settings, *, progress: Progress | None = None) -> Dataset:
    """
    Give the synthetic tracks; those that do not exist yet are composed and written.

    Parameters
    ----------
    settings : Settings
        What to compose, and where to keep it.
    progress : callable or None
        Called after each file with the number done, the number of all, and its path.

    Returns
    -------
    Dataset
        ``<folder>/<kind>/<kind>.00000.wav`` and so on, in the order of kind and number; the group
        of a track is its artist.

    Raises
    ------
    ConfigError
        If the number of tracks is below 1.
    ParameterError
        If the duration or the sample rate is out of range.
    DatasetError
        If the folder holds anything that was not made here or was made with other settings, or
        cannot be written.
    """
    if settings.n_tracks_per_label < 1:
        raise ConfigError(
            f"n_tracks_per_label is {settings.n_tracks_per_label}: at least 1 track is needed"
        )
    folder = default_folder(settings) if settings.folder is None else expand_path(settings.folder)
    try:
        _claim(folder, settings)
        numbers = range(settings.n_tracks_per_label)
        pieces = [(kind, number) for kind in render.kinds() for number in numbers]
        tracks = []
        for done, (kind, number) in enumerate(pieces, start=1):
            track = _track(folder, kind, number, settings)
            tracks.append(track)
            if progress is not None and track.path is not None:
                progress(done, len(pieces), track.path)
    except OSError as error:
        raise DatasetError(f"cannot keep synthetic music in {folder}: {error}") from error
    return Dataset("synthetic", tuple(tracks), licence=LICENCE, source=SOURCE)


def _recipe(settings: Settings) -> dict[str, int | float]:
    return {
        "version": render.VERSION,
        "seed": settings.seed,
        "duration_s": settings.duration_s,
        "sr": settings.sr,
    }


def _claim(folder: Path, settings: Settings) -> None:
    """Note in the folder what its music was made with; refuse a folder of other music."""
    manifest, recipe = folder / MANIFEST, _recipe(settings)
    if not manifest.exists():
        # Hidden files count for nothing: those of the desktop, and what a kill left of a manifest.
        there = [p.name for p in folder.glob("*") if not p.name.startswith((".", MANIFEST))]
        if there:
            raise DatasetError(
                f"{folder} holds {min(there)!r} but no {MANIFEST}, so what lies in it was not made "
                "here: synthetic music is written into a new or an empty folder alone; name such a "
                "one, or leave the setting folder out"
            )
        atomic.write_text(manifest, json.dumps(recipe, indent=2) + "\n")
        return
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DatasetError(f"{manifest} is damaged ({error}): delete {folder}") from error
    if found != recipe:
        raise DatasetError(
            f"{folder} holds music made with {found}, but {recipe} is asked for: "
            "name another folder, or delete this one"
        )


def _track(folder: Path, kind: str, number: int, settings: Settings) -> Track:
    path = folder / kind / f"{kind}.{number:05d}.wav"
    score = render.compose_track(
        kind, seed=settings.seed, number=number, duration_s=settings.duration_s
    )
    if not path.exists():
        from genrescope.audio.write import write_wav

        y = render.render_track(
            kind,
            seed=settings.seed,
            number=number,
            duration_s=settings.duration_s,
            sr=settings.sr,
        )
        write_wav(path, np.clip(y, -1.0, 1.0), sr=settings.sr)
    artist = f"The Synthetic {kind.capitalize()} Band {render.artist_of(number) + 1}"
    return Track(
        track_id=f"{kind}.{number:05d}",
        path=path,
        labels=(kind,),
        sha256=digests.file_sha256(path),
        artist=artist,
        title=_title(kind, number, score),
        duration_s=settings.duration_s,
        group=artist,
        extra={"tempo_bpm": f"{score.tempo_bpm:.2f}", "tonic": notes.pitch_name(score.tonic)},
    )


def _title(kind: str, number: int, score: Score) -> str:
    return f"{kind.capitalize()} no. {number + 1} in {notes.pitch_name(score.tonic)}"
