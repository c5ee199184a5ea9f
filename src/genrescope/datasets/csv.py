"""A data set of one's own as a track index: a CSV that names recordings and their genres.

The columns are those of `genrescope.datasets.index`.
"""

from __future__ import annotations

from dataclasses import dataclass

from genrescope.datasets.dataset import Dataset, expand_path
from genrescope.datasets.index import read_index
from genrescope.records import Skipped

LICENCE = "as that of your recordings"
SOURCE = "your own track index"


@dataclass(frozen=True)
class Settings:
    """
    Settings of a track index.

    Attributes
    ----------
    path : str
        The CSV file.
    """

    path: str


def load(settings: Settings) -> Dataset:
    """
    Read the index; recordings that are not there are skipped.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    Dataset
        The tracks whose files exist.

    Raises
    ------
    ConfigError
        If the path names a variable that is not set.
    DatasetError
        If the index breaks a rule; the message lists the first 20 problems.
    """
    path = expand_path(settings.path)
    tracks = read_index(path)
    there = tuple(t for t in tracks if t.path is not None and t.path.is_file())
    skipped = tuple(
        Skipped(t.track_id, "the index gives no path" if t.path is None else f"no file {t.path}")
        for t in tracks
        if t.path is None or not t.path.is_file()
    )
    return Dataset(path.stem, there, skipped, licence=LICENCE, source=SOURCE)
