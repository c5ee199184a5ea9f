"""Where one training stands: its bundle, and its checkpoint beside it."""

from __future__ import annotations

from pathlib import Path

from genrescope.bundle.format import MANIFEST_NAME
from genrescope.errors import ConfigError


def run_folder(folder: Path) -> Path:
    """
    Find the run folder of one training.

    Parameters
    ----------
    folder : Path
        The run folder, one that holds it and no other, or the bundle in it.

    Returns
    -------
    Path
        Holds ``bundle`` and ``training``.

    Raises
    ------
    ConfigError
        If there is no training, are several, or is a bundle alone.
    """
    if (folder / MANIFEST_NAME).is_file():
        if is_part_of_run(folder):
            return folder.parent
        raise ConfigError(
            f"{folder} is a model bundle alone, whose graph gives answers but no gradients: give "
            "the run folder of the training (such as runs/NAME/PROTOCOL/fold-1-seed-0); from a "
            "bundle, `genrescope explain filters` reads what is in its first layer"
        )
    found = sorted(path.parent.parent for path in folder.glob(f"**/bundle/{MANIFEST_NAME}"))
    if len(found) != 1:
        what = "does not exist" if not folder.exists() else f"holds {len(found)} trainings"
        names = f" ({', '.join(str(path) for path in found[:3])} ...)" if found else ""
        raise ConfigError(
            f"{folder} {what}{names}: give the folder of one, such as "
            "runs/NAME/PROTOCOL/fold-1-seed-0, which `genrescope train` or `evaluate` writes"
        )
    return found[0]


def is_part_of_run(bundle: Path) -> bool:
    """
    Tell the bundle of a run folder from one that was exported or copied.

    Parameters
    ----------
    bundle : Path
        Folder of a bundle.

    Returns
    -------
    bool
        True where the training stands beside it.
    """
    return bundle.name == "bundle" and (bundle.parent / "training").is_dir()
