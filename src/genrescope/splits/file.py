"""Splits from files that were written before: the way to use a division of your own.

Nobody vouches for what a file holds, so its splits are looked at for leakage like all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genrescope.datasets.dataset import expand_path
from genrescope.errors import SplitError
from genrescope.records import Track
from genrescope.splits.split import Split, check_ids

DESCRIPTION = "a split file, or a folder of them, one a fold"
SOURCE = "your own files"
LICENCE = "as the files say"
HONEST = False


@dataclass(frozen=True)
class Settings:
    """
    Settings of splits from files.

    Attributes
    ----------
    path : str
        A split file, or a folder whose ``*.json`` files are the folds of one protocol.
    """

    path: str


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
    SplitError
        If a file is no split, was changed, or names tracks that the data set lacks.
    """
    path = expand_path(settings.path)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise SplitError(f"folder {path} holds no split file (*.json): make the splits first")
    splits = sorted((Split.load(file) for file in files), key=lambda s: s.fold)
    for split in splits:
        check_ids(split, tracks)
    kinds = {(s.protocol, s.n_folds, s.seed) for s in splits}
    if len(kinds) > 1 or len({s.fold for s in splits}) < len(splits):
        raise SplitError(
            f"the files of folder {path} are not the folds of one protocol: keep each in a folder "
            "of its own"
        )
    return tuple(splits)
