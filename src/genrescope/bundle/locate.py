"""Find a model bundle by name or path: the embedded default, a bundle folder, a run folder."""

from __future__ import annotations

from pathlib import Path

from genrescope.bundle.format import MANIFEST_NAME
from genrescope.errors import BundleError

ASSETS = Path(__file__).parent.parent / "assets"


def find_bundle(model: str | Path) -> Path:
    """
    Find the folder of a model bundle.

    Parameters
    ----------
    model : str or Path
        ``"default"``, the folder of a bundle, or the folder of a run that holds one.

    Returns
    -------
    Path
        The folder of the bundle.

    Raises
    ------
    BundleError
        If there is no bundle.

    Examples
    --------
    >>> find_bundle("default").name
    'default'
    """
    embedded = sorted(p.parent.name for p in ASSETS.glob(f"*/{MANIFEST_NAME}"))
    if str(model) in embedded:
        return ASSETS / str(model)
    folder = Path(model).expanduser()
    for candidate in folder, folder / "bundle":
        if (candidate / MANIFEST_NAME).is_file():
            return candidate
    found = "exists but holds no bundle.json" if folder.exists() else "does not exist"
    raise BundleError(
        f"no model {str(model)!r}: it is none of the embedded models ({', '.join(embedded)}), and "
        f"as a folder it {found}; give the folder of a bundle or of a run"
    )
