"""What was got and unpacked into a folder, so that it is not fetched again.

A receipt is ``FOLDER/.genrescope/PART.json``: where the archive came from, its SHA-256, and the
files that were in it with their sizes. Public: `Receipt`, `read`, `write`, `own_folder`.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from genrescope import atomic
from genrescope.errors import ConfigError
from genrescope.settings import checked_value


@dataclass(frozen=True)
class Receipt:
    """
    What was unpacked.

    Attributes
    ----------
    part : str
        Name of the part.
    file : str
        Name of the archive.
    url : str or None
        Where it came from; None where it lay there already.
    sha256 : str
        Of the archive.
    files : dict of str to int
        Size in bytes by path below the folder.
    """

    part: str
    file: str
    url: str | None
    sha256: str
    files: dict[str, int]

    def missing(self, folder: Path) -> list[str]:
        """
        Find what is no longer there as it was unpacked.

        Parameters
        ----------
        folder : Path
            Where it was unpacked to.

        Returns
        -------
        list of str
            Paths that are gone or have another size.
        """
        return [path for path, size in self.files.items() if _size(folder / path) != size]


def own_folder(folder: Path) -> Path:
    """
    Give the place of what is no data.

    Parameters
    ----------
    folder : Path
        Folder of a data set.

    Returns
    -------
    Path
        A hidden folder in it.
    """
    return folder / ".genrescope"


def read(folder: Path, part: str) -> Receipt | None:
    """
    Read the receipt of a part.

    Parameters
    ----------
    folder : Path
        Folder of a data set.
    part : str
        Name of the part.

    Returns
    -------
    Receipt or None
        None where there is none that can be read.
    """
    try:
        values = json.loads(_path(folder, part).read_text(encoding="utf-8"))
        files = {str(k): checked_value(v, int, what=k) for k, v in values.pop("files").items()}
        return Receipt(**values, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ConfigError):
        return None


def write(folder: Path, receipt: Receipt) -> None:
    """
    Write the receipt of a part.

    Parameters
    ----------
    folder : Path
        Folder of a data set.
    receipt : Receipt
        What was unpacked.
    """
    text = json.dumps(dataclasses.asdict(receipt), indent=1)
    atomic.write_text(_path(folder, receipt.part), text)


def _path(folder: Path, part: str) -> Path:
    return own_folder(folder) / f"{part}.json"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
