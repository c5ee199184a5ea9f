"""A data set of one's own as a track index: a CSV that names recordings and their genres.

The columns are those of `genrescope.datasets.index`.
"""

from __future__ import annotations

from dataclasses import dataclass

from genrescope.datasets.dataset import Dataset, expand_path
from genrescope.datasets.index import read_index
from genrescope.records import Skipped, Track

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
        The tracks whose files exist, and those without a file but with a digest, whose features a
        store may hold.

    Raises
    ------
    ConfigError
        If the path names a variable that is not set.
    DatasetError
        If the index breaks a rule; the message lists the first 20 problems.
    """
    path = expand_path(settings.path)
    tracks = read_index(path)
    missing = {t.track_id: reason for t in tracks if (reason := _missing(t)) is not None}
    there = tuple(t for t in tracks if t.track_id not in missing)
    skipped = tuple(Skipped(name, reason) for name, reason in missing.items())
    return Dataset(path.stem, there, skipped, licence=LICENCE, source=SOURCE)


def _missing(track: Track) -> str | None:
    if track.path is not None:
        return None if track.path.is_file() else f"no file {track.path}"
    # Its features may stand in a store, under the digest.
    return None if track.sha256 is not None else "the index gives neither path nor sha256"
