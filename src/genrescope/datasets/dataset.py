"""What a data set is, and how one is loaded by name.

Each module of this folder is a data set (see `registry`). It has a frozen dataclass `Settings`, the
texts `LICENCE` and `SOURCE`, and ``load(settings) -> Dataset``, or ``load(settings, *, progress)``
where it reads or makes many files: ``progress(done, total, path)`` is called after each, or is
None. Nothing is downloaded: the settings say where the files stand, and may name environment
variables as ``${NAME}``.

Public: `Dataset`, `LogMelArrays`, `Progress`, `registry`, `dataset_choice`, `load_dataset`,
`expand_path`.
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope import labels as label_names
from genrescope.errors import ConfigError, DatasetError, did_you_mean
from genrescope.records import Skipped, Track
from genrescope.registry import Registry
from genrescope.settings import make_settings

if TYPE_CHECKING:
    from genrescope.features.front_end import FrontEnd

Progress = Callable[[int, int, Path], None]


@dataclass(frozen=True, eq=False)
class LogMelArrays:
    """
    Log-mel spectrograms that were computed elsewhere, one a track.

    Attributes
    ----------
    front_end : FrontEnd
        The settings they were computed with.
    X : np.ndarray [shape=(n, n_mels, t)]
        The spectrograms; ``uint8`` stands for ``X / 255`` on the scale "unit".
    rows : mapping of str to int
        Row of `X` by track id.
    sounds : mapping of str to Path
        The sound file by track id, of the tracks whose sound is at hand too.
    """

    front_end: FrontEnd
    X: np.ndarray
    rows: Mapping[str, int]
    sounds: Mapping[str, Path] = field(default_factory=dict)

    def get(self, track_id: str) -> np.ndarray:
        """
        Give the spectrogram of one track.

        Parameters
        ----------
        track_id : str
            Name of the track.

        Returns
        -------
        np.ndarray [shape=(n_mels, t), dtype=float32]
            A new array, on the scale of the front end.

        Raises
        ------
        DatasetError
            If there is no spectrogram of that track.
        """
        if track_id not in self.rows:
            raise DatasetError(
                f"no spectrogram of track {track_id!r}{did_you_mean(track_id, self.rows)}"
            )
        row: np.ndarray = self.X[self.rows[track_id]].astype(np.float32)
        return row / np.float32(255) if self.X.dtype == np.uint8 else row


@dataclass(frozen=True)
class Dataset:
    """
    Tracks with their genres.

    Attributes
    ----------
    name : str
        Name of the data set.
    tracks : tuple of Track
        The tracks that can be used.
    skipped : tuple of Skipped
        What was left out, and why.
    licence : str
        What may be done with it.
    source : str
        Where it comes from, and what to cite.
    logmels : LogMelArrays or None
        Features that stand in for the sound, where there are such.
    """

    name: str
    tracks: tuple[Track, ...]
    skipped: tuple[Skipped, ...] = ()
    licence: str = ""
    source: str = ""
    logmels: LogMelArrays | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """
        The vocabulary.

        Returns
        -------
        tuple of str
            Every label of any track, sorted.
        """
        return label_names.vocabulary(track.labels for track in self.tracks)

    def sound(self, track: Track) -> Path | None:
        """
        Find the sound file of a track, also where its spectrogram stands in for it.

        Parameters
        ----------
        track : Track
            A track of the data set.

        Returns
        -------
        Path or None
            The file; None where there is only the spectrogram.
        """
        if track.path is not None or self.logmels is None:
            return track.path
        return self.logmels.sounds.get(track.track_id)


def registry() -> Registry:
    """
    Give the registry of data sets.

    Returns
    -------
    Registry
        Its entries are the modules of this folder.

    Examples
    --------
    >>> "gtzan" in registry().names()
    True
    """
    return Registry("genrescope.datasets", "dataset", ("artist_labels", "dataset", "index"))


def dataset_choice(text: str) -> tuple[str, dict[str, Any]]:
    """
    Read what the user named as a data set.

    Parameters
    ----------
    text : str
        ``index.csv``, a folder, or ``name:path``.

    Returns
    -------
    name : str
        Name of the data set.
    settings : dict
        Its settings: the path, under the name of its first setting.

    Raises
    ------
    ConfigError
        If it is none of these.

    Examples
    --------
    >>> dataset_choice("songs.csv")
    ('csv', {'path': 'songs.csv'})
    >>> dataset_choice("gtzan:/music/gtzan")
    ('gtzan', {'root': '/music/gtzan'})
    """
    name, colon, path = text.partition(":")
    if colon and name in registry().names():
        pass
    elif text.lower().endswith(".csv"):
        name, path = "csv", text
    elif Path(text).is_dir():
        name, path = "folder", text
    elif text in registry().names():
        return text, {}
    else:
        raise ConfigError(
            f"{text!r} is no data set: it is neither an index (.csv), nor a folder (there is no "
            f"{Path(text).absolute()}), nor NAME:PATH with a name among "
            f"{', '.join(registry().names())}"
        )
    place = dataclasses.fields(registry().module(name).Settings)[0].name
    return name, {place: path} if path else {}


def load_dataset(name: str, *, progress: Progress | None = None, **settings: Any) -> Dataset:
    """
    Load a data set by name.

    Parameters
    ----------
    name : str
        Name of a registry entry (``"folder"``, ``"gtzan"``).
    progress : callable or None
        Called after each file with the number done, the number of all, and its path; never by a
        data set that is read at once.
    **settings : object
        Fields of that entry's `Settings`.

    Returns
    -------
    Dataset
        The tracks, and what was left out.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    ConfigError
        If a setting is unknown, missing, of the wrong type, or names an unset variable.
    DatasetError
        If the files break a rule or hold no usable track, or two labels read the same.
    """
    module = registry().module(name)
    made = make_settings(module.Settings, settings, what=f"dataset {name!r}")
    tells = "progress" in inspect.signature(module.load).parameters
    dataset: Dataset = module.load(made, **({"progress": progress} if tells else {}))
    if not dataset.tracks:
        left_out = "; ".join(f"{s.name}: {s.reason}" for s in dataset.skipped[:3])
        raise DatasetError(
            f"dataset {name!r} holds no usable track; {len(dataset.skipped)} were left out"
            f"{f' ({left_out})' if left_out else ''}: check the folder that the settings name"
        )
    examples: dict[str, list[str]] = {}
    for track in dataset.tracks:
        for label in track.labels:
            examples.setdefault(label, []).append(track.track_id)
    label_names.check_vocabulary(examples)
    return dataset


def expand_path(path: str | Path) -> Path:
    """
    Expand ``~`` and ``${NAME}`` in a path.

    Only the form with braces names a variable, so that a folder may have ``$`` in its name.

    Parameters
    ----------
    path : str or Path
        The path as the user gave it.

    Returns
    -------
    Path
        The path to open.

    Raises
    ------
    ConfigError
        If the path is empty or names a variable that is not set.
    """
    text = os.fspath(path)
    if not text:
        raise ConfigError("a path is empty: give the file or folder")
    for name in re.findall(r"\$\{(\w+)\}", text):
        if not os.environ.get(name):
            raise ConfigError(
                f"path {text!r} names the environment variable {name}, which is not set: "
                f"set it to the folder that holds the data, or give the path itself"
            )
    expanded = re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], text)
    return Path(expanded).expanduser()
