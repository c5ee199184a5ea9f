"""Pictures of a data set as PNG files, with their labels as zeros and ones in a CSV file.

Each window is one file, named after its track (``-2`` and so on behind the name from the second
window on). ``labels.csv`` has a row a file: ``picture``, ``track_id``, then a column a label, 1
where the track has it. Files hold just what a network takes (see `mel_image`).

Public: `LABELS`, `write_pictures`.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np

from genrescope.atomic import write_bytes, write_text
from genrescope.errors import ConfigError
from genrescope.features.mel_image import to_png
from genrescope.labels import one_hot, vocabulary
from genrescope.training.inputs import Inputs

LABELS = "labels.csv"


def write_pictures(folder: Path, inputs: Inputs) -> list[Path]:
    """
    Write the pictures of a data set, and last the file of their labels.

    Parameters
    ----------
    folder : Path
        Where the files go; it is made if it is missing.
    inputs : Inputs
        Windows whose features are ``mel-image``.

    Returns
    -------
    list of Path
        The pictures, in the order of the windows.

    Raises
    ------
    ConfigError
        If the inputs are no pictures.
    OutputError
        If a file cannot be written.
    """
    if inputs.features.name != "mel-image":
        raise ConfigError(
            f"features {inputs.features.name!r} are no pictures of three colours: take a recipe "
            "with mel-image (--recipe tanaka2019.small-adam-l2, or --set features.name=mel-image)"
        )
    names = vocabulary(track.labels for track in inputs.tracks)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["picture", "track_id", *names])
    paths: dict[str, None] = {}
    for place, track in enumerate(inputs.tracks):
        for number, row in enumerate(np.flatnonzero(inputs.track_of_window == place), start=1):
            name = _free_name(track.track_id, number, paths)
            paths[name] = None
            write_bytes(folder / name, to_png(inputs.X[row]))
            writer.writerow([name, track.track_id, *one_hot(track.labels, names)])
    write_text(folder / LABELS, text.getvalue())
    return [folder / name for name in paths]


def _free_name(track_id: str, number: int, taken: dict[str, None]) -> str:
    """Name a file so that every system takes it, and no two tracks share it."""
    stem = re.sub(r"[^\w.-]+", "-", track_id).strip(".-") or "track"
    stem += f"-{number}" if number > 1 else ""
    while f"{stem}.png" in taken:
        stem += "-x"
    return f"{stem}.png"
