"""Splits from files that were written before: the way to use a division of your own.

Three forms are read. JSON is what ``genrescope data split`` writes, with a digest that tells
whether it was changed. A CSV is written by hand: a row a track, with the columns ``track_id, part``
and, for several folds, ``fold`` (from 1; a track has one row in each fold). A part is ``train``,
``valid`` or ``test``; a track without a row is left out. Or a column of the track index names the
part of each track, or is empty. The digest of the last two is computed when they are read.

Nobody vouches for what a file holds, so its splits are looked at for leakage like all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.datasets.dataset import expand_path
from genrescope.errors import ConfigError, SplitError
from genrescope.records import Track
from genrescope.splits import _split_rows
from genrescope.splits.split import Split, check_ids

DESCRIPTION = "a split file (JSON or CSV), a folder of them, or a column of the track index"
SOURCE = "your own files"
LICENCE = "as the files say"
HONEST = False


@dataclass(frozen=True)
class Settings:
    """
    Settings of splits from files.

    Attributes
    ----------
    path : str or None
        A split file (``.csv``, else JSON), or a folder whose ``*.json`` files are the folds of one
        protocol.
    column : str or None
        Instead of a path, the column of the track index that names the part of each track.
    called : str
        The protocol's name for a split from a CSV or a column; ``"random"`` owns that it may be
        leaky. JSON says that itself.
    """

    path: str | None = None
    column: str | None = None
    called: str = "own"


def make(tracks: Sequence[Track], settings: Settings) -> tuple[Split, ...]:
    """
    Read the splits.

    Parameters
    ----------
    tracks : sequence of Track
        The data set that they were made from.
    settings : Settings
        The settings.

    Returns
    -------
    tuple of Split
        In order of their folds.

    Raises
    ------
    ConfigError
        If not just one of path and column is given.
    SplitError
        If a file is no split, was changed, or names parts or tracks that there are not.
    """
    if (settings.path is None) == (settings.column is None):
        raise ConfigError(
            "protocol 'file' reads a split from one place: give path (a split file or a folder of "
            "them) or column (of the track index)"
        )
    if settings.column is not None:
        name = settings.column
        return (_split_rows.split_of_column(name, tracks, protocol=settings.called),)
    path = expand_path(settings.path or "")
    if path.suffix.lower() == ".csv":
        return _split_rows.splits_of_csv(path, tracks, protocol=settings.called)
    return _from_json(path, tracks)


def _from_json(path: Path, tracks: Sequence[Track]) -> tuple[Split, ...]:
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise SplitError(f"folder {path} holds no split file (*.json): make the splits first")
    splits = sorted((Split.load(file) for file in files), key=lambda s: s.fold)
    for split in splits:
        check_ids(split, tracks)
    kinds = {(s.protocol, s.n_folds, s.seed, s.n_segments) for s in splits}
    if len(kinds) > 1 or len({s.fold for s in splits}) < len(splits):
        raise SplitError(
            f"the files of folder {path} are not the folds of one protocol: keep each in a folder "
            "of its own"
        )
    return tuple(splits)
