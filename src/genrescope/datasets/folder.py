"""A folder with one sub-folder a genre; files may lie deeper in it.

The quickest way to a data set of one's own. Artists are read from the tags of the files; where they
have none, no artist-grouped split can be made.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from genrescope.datasets.dataset import Dataset, Progress, expand_path
from genrescope.datasets.index import make_index

LICENCE = "as that of your recordings"
SOURCE = "your own folder"


@dataclass(frozen=True)
class Settings:
    """
    Settings of a folder of genres.

    Attributes
    ----------
    root : str
        The folder whose sub-folders are named for genres.
    """

    root: str


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
        One track a sound file; others are skipped, with the reason.

    Raises
    ------
    ConfigError
        If the path names a variable that is not set.
    DatasetError
        If there is no such folder.
    """
    found = make_index(expand_path(settings.root), progress=progress)
    return dataclasses.replace(found, licence=LICENCE, source=SOURCE)
