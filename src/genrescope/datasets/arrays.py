"""Log-mel spectrograms that were computed elsewhere, as one ``.npz`` file.

The file holds ``X`` [shape=(n, n_mels, t)], ``names`` [shape=(n,)] and ``genre`` [shape=(n,)]. X is
``uint8`` for ``round(255 v)`` with v on the scale "unit", or floating point on the scale of the
front end. The settings say which front end gives the same pictures from sound; the defaults are
those of a GTZAN file in which every third or so frame of hop 512 was kept.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope import digests
from genrescope.datasets import _facts
from genrescope.datasets.dataset import Dataset, LogMelArrays, expand_path
from genrescope.errors import DatasetError
from genrescope.features.front_end import FrontEnd
from genrescope.labels import label_problem
from genrescope.records import Track

LICENCE = "as that of the recordings which the spectrograms were computed from"
SOURCE = "spectrograms computed elsewhere"

KEYS = ("X", "names", "genre")


@dataclass(frozen=True)
class Settings:
    """
    Settings of computed spectrograms.

    Attributes
    ----------
    path : str
        The ``.npz`` file.
    tracks_csv : str or None
        Artists and published partitions by ``track_id``, and in the column ``audio`` the sound file
        (relative to this one) where it is at hand; None takes ``tracks.csv`` beside the file, where
        there is one.
    sr, n_fft, hop_length, n_mels : int
        Front end: sample rate in Hz, samples a frame, samples between frames, mel bands.
    fmin : float
        Front end: lower edge of the first band in Hz.
    fmax : float or None
        Front end: upper edge of the last band in Hz; None is half the sample rate.
    top_db : float
        Front end: floor in dB below the maximum.
    scale : str
        Front end: ``"unit"`` or ``"db"``.
    """

    path: str
    tracks_csv: str | None = None
    sr: int = 22050
    n_fft: int = 2048
    hop_length: int = 1708
    n_mels: int = 128
    fmin: float = 0.0
    fmax: float | None = None
    top_db: float = 80.0
    scale: str = "unit"


def load(settings: Settings) -> Dataset:
    """
    Read the spectrograms.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    Dataset
        Tracks without sound, and their spectrograms as `logmels`; the digest of a track is that of
        its row of X.

    Raises
    ------
    ConfigError
        If a path names a variable that is not set.
    ParameterError
        If the front end breaks a rule.
    DatasetError
        If a file cannot be read, or does not fit the front end.
    """
    path = expand_path(settings.path)
    front_end = FrontEnd(
        sr=settings.sr,
        n_fft=settings.n_fft,
        hop_length=settings.hop_length,
        n_mels=settings.n_mels,
        fmin=settings.fmin,
        fmax=settings.fmax,
        top_db=settings.top_db,
        scale=settings.scale,
    )
    X, names, genres = _content(path)
    _check_spectrograms(X, path=path, front_end=front_end)
    _check_names(X, names, genres, path=path)
    given = None if settings.tracks_csv is None else expand_path(settings.tracks_csv)
    csv_file = _facts.find_facts(given, (path.parent,))
    facts = {} if csv_file is None else _facts.read_facts(csv_file)
    tracks = (
        Track(name, None, (genre,), sha256=digests.array_sha256(row))
        for row, name, genre in zip(X, names, genres, strict=True)
    )
    return Dataset(
        name=path.stem,
        tracks=tuple(_facts.with_facts(track, facts) for track in tracks),
        licence=LICENCE,
        source=SOURCE,
        logmels=LogMelArrays(
            front_end,
            X,
            rows={name: i for i, name in enumerate(names)},
            sounds={} if csv_file is None else _facts.sounds(facts, csv_file.parent, names),
        ),
    )


def _content(path: Path) -> tuple[np.ndarray, list[str], list[str]]:
    try:
        # Opened here, since numpy leaves its own file open where an archive is damaged.
        with path.open("rb") as raw:
            file = np.load(raw, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise DatasetError(f"{path} holds one array: save X, names and genre with np.savez")
            missing = [key for key in KEYS if key not in file]
            if missing:
                raise DatasetError(
                    f"{path} has no array {missing[0]!r} (it has {', '.join(file)}): it must hold "
                    "X (n, n_mels, t), names (n) and genre (n)"
                )
            X, names, genres = (file[key] for key in KEYS)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(f"{path} is no readable .npz file: {error}") from error
    for key, array in (("names", names), ("genre", genres)):
        if array.dtype.kind != "U" or array.ndim != 1:
            raise DatasetError(
                f"{path}: {key} is {array.dtype} of shape {array.shape}; it must be a list of texts"
            )
    return X, [str(n) for n in names], [str(g) for g in genres]


def _check_spectrograms(X: np.ndarray, *, path: Path, front_end: FrontEnd) -> None:
    if X.ndim != 3 or X.shape[1] != front_end.n_mels or 0 in X.shape:
        raise DatasetError(
            f"{path}: X has the shape {X.shape}; it must be (n, {front_end.n_mels}, t), as the "
            "setting n_mels says"
        )
    if X.dtype == np.uint8:
        if front_end.scale != "unit":
            raise DatasetError(
                f"{path}: X is uint8, which stands for X / 255; set scale to 'unit', not "
                f"{front_end.scale!r}"
            )
        return
    if X.dtype.kind != "f":
        raise DatasetError(f"{path}: X is {X.dtype}; it must be uint8 or floating point")
    low, high = (0.0, 1.0) if front_end.scale == "unit" else (-front_end.top_db, 0.0)
    least, most = float(X.min()), float(X.max())
    if not (low - 1e-2 <= least and most <= high + 1e-2):
        raise DatasetError(
            f"{path}: X runs from {least:g} to {most:g}; on the scale {front_end.scale!r} it must "
            f"be finite and in [{low:g}, {high:g}]: set scale and top_db as it was computed"
        )


def _check_names(X: np.ndarray, names: list[str], genres: list[str], *, path: Path) -> None:
    if not len(X) == len(names) == len(genres):
        raise DatasetError(
            f"{path}: {len(X)} spectrograms, {len(names)} names and {len(genres)} genres; there "
            "must be one of each a track"
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DatasetError(f"{path}: the name {twice!r} stands twice; rename one of them")
    for name, genre in zip(names, genres, strict=True):
        problem = label_problem(genre)
        if problem:
            raise DatasetError(f"{path}: track {name!r}: {problem}")
