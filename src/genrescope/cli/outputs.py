"""Files that a command writes: looked at before the long work, and never replaced unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from genrescope.errors import ParameterError

Force = Annotated[
    bool, typer.Option("--force", help="Write over an index that stands there already.")
]


def check_index_output(path: Path, *, force: bool) -> None:
    """
    Refuse, before the long work, a place where an index cannot or should not be written.

    Parameters
    ----------
    path : Path
        Where the index shall stand.
    force : bool
        Whether the user wants what stands there already to be replaced.

    Raises
    ------
    ParameterError
        If something stands there.
    OutputError
        If nothing can be written there.
    """
    from genrescope.atomic import check_writable

    if path.is_file() and not force:
        raise ParameterError(
            f"{path} exists already, and may hold artists that were filled in by hand: name "
            "another file, or give --force to write it anew"
        )
    check_writable(path)
