"""Limits on recordings, as options of the commands that decode sound."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from genrescope.audio.limits import Limits

MaxDuration = Annotated[
    float | None,
    typer.Option(
        "--max-duration-s",
        help="Refuse a recording that holds more sound, in s; else 21600 (6 h); inf for no limit.",
    ),
]
MaxDecode = Annotated[
    float | None,
    typer.Option(
        "--max-decode-s",
        help="Stop decoding a recording after this time, in s; else 900; inf for no limit.",
    ),
]
MaxWindows = Annotated[
    int | None,
    typer.Option(
        "--max-windows",
        min=1,
        help="Of a longer recording, hear this many windows, spread evenly from the first to the "
        "last; else all. Most formats are then decoded there alone: damage between the windows is "
        "not seen, and answers for AAC may differ slightly from those for the same windows of all.",
    ),
]


def chosen(*, max_duration_s: float | None, max_decode_s: float | None) -> Limits:
    """
    Give the limits on recordings that the user set.

    Parameters
    ----------
    max_duration_s : float or None
        Longest recording in seconds, infinite for any; None takes the default.
    max_decode_s : float or None
        Longest decoding in seconds, infinite for any; None takes the default.

    Returns
    -------
    Limits
        Those, and the defaults of the others. Who allows longer recordings than usual allows as
        many bytes of sound as they decode to.

    Raises
    ------
    ParameterError
        If one is not a positive number.

    Examples
    --------
    >>> chosen(max_duration_s=60.0, max_decode_s=float("inf")).max_decode_s is None
    True
    """
    from genrescope.audio.limits import Limits

    usual = Limits()
    values: dict[str, Any] = {}
    if max_duration_s is not None:
        values["max_duration_s"] = None if max_duration_s == math.inf else max_duration_s
        assert usual.max_duration_s is not None
        if max_duration_s > usual.max_duration_s:
            values["max_decoded_bytes"] = None
    if max_decode_s is not None:
        values["max_decode_s"] = None if max_decode_s == math.inf else max_decode_s
    return dataclasses.replace(usual, **values)
