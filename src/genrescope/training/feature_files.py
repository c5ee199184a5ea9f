"""Features of a data set as one JSON file, as scripts that teach music classification read it.

The file is one object: ``mapping``, the labels in their order; ``tracks`` and ``groups``, the names
of the recordings and of their artists (null where unknown); ``settings``, what the features were
made with; then the features, under the name of their set with ``_`` for ``-`` (``"mfcc"``), a
window after the other, each a list of frames, which are lists of numbers; last, window for window,
``labels`` (places in ``mapping``) and ``track_of_window`` (places in ``tracks``). Windows of one
track must not be divided between training and test without saying so: ``track_of_window`` and
``groups`` are there for that.

Numbers have four decimals. A window of 3 s with 65 frames of 13 coefficients takes some 8 kB, one
of 40 some 20 kB, so that the 10,000 segments of GTZAN take 80 to 200 MB; they are written track by
track, and never held together. Inputs of two dimensions (features, frames) are turned so that
frames come first; others are written as they are.

Public: `Written`, `write_features`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from genrescope.atomic import open_atomic
from genrescope.datasets.dataset import Dataset
from genrescope.errors import DatasetError, GenrescopeError
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.records import Skipped, Track
from genrescope.training.extraction import Advance, extract, logmels_of, open_store
from genrescope.training.inputs import windows_of_width
from genrescope.training.recipe import Recipe
from genrescope.training.selection import selected

DECIMALS = 4


@dataclass(frozen=True)
class Written:
    """
    What stands in the file.

    Attributes
    ----------
    n_tracks, n_windows : int
        How much it is.
    skipped : tuple of Skipped
        Tracks without features, with reasons.
    """

    n_tracks: int
    n_windows: int
    skipped: tuple[Skipped, ...]


def write_features(
    path: Path,
    recipe: Recipe,
    dataset: Dataset,
    *,
    store_folder: Path,
    jobs: int | None = None,
    advance: Advance | None = None,
) -> Written:
    """
    Write the features of a data set; the log-mels they are computed of stay in the store.

    Parameters
    ----------
    path : Path
        The file; it appears whole or not at all.
    recipe : Recipe
        Says front end, windows, features and which tracks.
    dataset : Dataset
        The tracks.
    store_folder : Path
        Where log-mels of sound files are kept.
    jobs : int or None
        Files at a time; None takes as many as there are cores.
    advance : callable or None
        Called with (done, total) while log-mels are computed.

    Returns
    -------
    Written
        How much was written, and what was left out.

    Raises
    ------
    DatasetError
        If not one track can be used.
    OutputError
        If the file cannot be written.
    """
    source, failed = _source(recipe, dataset, store_folder, jobs, advance)
    skipped = [*dataset.skipped, *failed]
    name = recipe.features.name.replace("-", "_")
    with open_atomic(path) as file:
        head = _head(source, recipe)
        file.write(f"{_dumped(head)[:-1]}, {_dumped(name)}: [".encode())
        where: list[int] = []
        for place, track in enumerate(source.tracks):
            try:
                X = recipe.features.compute(source.logmels(track.track_id), source.front_end)
            except GenrescopeError as error:
                skipped.append(Skipped(track.track_id, str(error)))
                continue
            _write_windows(file, X, is_first=not where)
            where += [place] * len(X)
        if not where:
            first = f"; the first reason: {skipped[0].reason}" if skipped else ""
            raise DatasetError(f"data set {dataset.name!r}: not one track can be used{first}")
        labels = [head["mapping"].index(source.tracks[place].label) for place in where]
        tail = _dumped({"labels": labels, "track_of_window": where})
        file.write(f"], {tail[1:]}\n".encode())
    return Written(len(set(where)), len(where), tuple(skipped))


@dataclass(frozen=True)
class _Source:
    tracks: Sequence[Track]
    front_end: FrontEnd
    windows: WindowSettings
    logmels: Callable[[str], Sequence[np.ndarray]]


def _source(
    recipe: Recipe, dataset: Dataset, folder: Path, jobs: int | None, advance: Advance | None
) -> tuple[_Source, list[Skipped]]:
    dataset = selected(dataset, recipe.selection)
    front_end, windows, arrays = recipe.front_end, recipe.windows, dataset.logmels
    if arrays is not None:
        front_end = arrays.front_end
        windows = windows_of_width(arrays.X.shape[2], front_end, windows)
    heard = [t for t in dataset.tracks if arrays is None or t.track_id not in arrays.rows]
    features = recipe.features
    store = open_store(folder, front_end, windows, features)
    failed = extract(
        heard, store, front_end=front_end, windows=windows, features=features, jobs=jobs,
        advance=advance,
    )  # fmt: skip
    lost = {item.name for item in failed}
    tracks = [t for t in dataset.tracks if t.track_id not in lost]
    logmels = logmels_of(arrays, store, {t.track_id: str(t.sha256) for t in heard})
    return _Source(tracks, front_end, windows, logmels), failed


def _head(source: _Source, recipe: Recipe) -> dict[str, Any]:
    return {
        "mapping": sorted({track.label for track in source.tracks}),
        "tracks": [track.track_id for track in source.tracks],
        "groups": [track.group for track in source.tracks],
        "settings": {
            "front_end": source.front_end.to_dict(),
            "windows": source.windows.to_dict(),
            "features": recipe.features.to_dict(),
        },
    }


def _write_windows(file: BinaryIO, X: np.ndarray, *, is_first: bool) -> None:
    turned = X.transpose(0, 2, 1) if X.ndim == 3 else X
    # In float64, where four decimals are written as four.
    rounded = np.round(turned.astype(np.float64), DECIMALS).tolist()
    for number, window in enumerate(rounded):
        start = "" if is_first and number == 0 else ","
        file.write(f"{start}\n{_dumped(window)}".encode())


def _dumped(value: Any) -> str:
    return json.dumps(value, allow_nan=False)
