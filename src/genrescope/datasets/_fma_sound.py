"""Where the sound files of FMA lie.

Public: `CLIPS`, `clips_folder`, `strangers`.
"""

from __future__ import annotations

from pathlib import Path

from genrescope.datasets import _fma_rows, _scan
from genrescope.errors import DatasetError
from genrescope.records import Skipped

CLIPS = ("small", "medium", "large")
"""Subsets of clips of 30 s, each a part of the next."""


def clips_folder(root: Path, subset: str) -> Path:
    """
    Find the clips of a subset, or those of a larger one, which are the same files.

    Parameters
    ----------
    root : Path
        The folder of FMA.
    subset : str
        Name of the subset.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DatasetError
        If there is none.
    """
    wanted = CLIPS[CLIPS.index(subset) :] if subset in CLIPS else (subset,)
    for name in wanted:
        if (root / f"fma_{name}").is_dir():
            return root / f"fma_{name}"
    there = [name for name in _fma_rows.SUBSETS if (root / f"fma_{name}").is_dir()]
    hint = f"; there is fma_{there[-1]}: set subset={there[-1]}" if there else ""
    raise DatasetError(
        f"FMA folder {root} holds no fma_{subset}{hint}: the setting root names the folder of "
        f"fma_metadata/ and fma_{subset}/, and `genrescope data get fma --part fma_{subset}` "
        "brings them"
    )


def strangers(folder: Path, known: set[Path]) -> list[Skipped]:
    """
    Give the sound files that are not known, with why they are left out.

    Parameters
    ----------
    folder : Path
        Where the clips lie.
    known : set of Path
        Files that the metadata name.

    Returns
    -------
    list of Skipped
        With what cannot be read at all.
    """
    found, skipped = _scan.sound_files(folder)
    return skipped + [
        Skipped(_scan.relative(path, folder), "no row of this subset in tracks.csv names it")
        for path in found
        if path not in known
    ]
