"""The form of a split file: JSON whose keys and types are checked before a split is made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from genrescope.errors import SplitError
from genrescope.records import Skipped

FORMAT = "genrescope-split/1"


def content(text: str, *, parts: Sequence[str]) -> dict[str, Any]:
    """
    Parse the text of a split file and check its keys and types.

    Parameters
    ----------
    text : str
        The text.
    parts : sequence of str
        Names of the parts.

    Returns
    -------
    dict
        The fields of a split and its digest.

    Raises
    ------
    SplitError
        If it is no split file.
    """
    try:
        parsed = json.loads(text)
    except json.JSONDecodeError as error:
        raise SplitError(f"this is no JSON ({error}): give a file that a split wrote") from error
    if not isinstance(parsed, dict) or parsed.pop("format", None) != FORMAT:
        raise SplitError(f"this is no split of the format {FORMAT}: make the split anew")
    types: dict[str, Any] = {
        **{"digest": str, "protocol": str, "fold": int, "n_folds": int, "left_out": list},
        **{"source": str, "licence": str, **dict.fromkeys(parts, list)},
        **{"group_key": (str, type(None)), "seed": (int, type(None))},
        # Only a split that cuts tracks says into how many segments.
        **({"n_segments": int} if "n_segments" in parsed else {}),
    }
    if parsed.keys() != types.keys():
        wrong = sorted(parsed.keys() ^ types.keys())
        raise SplitError(f"keys {', '.join(wrong)} are missing or unknown: make the split anew")
    ok = all(isinstance(parsed[key], allowed) for key, allowed in types.items())
    ok = ok and all(isinstance(i, str) for part in parts for i in parsed[part])
    if not ok or not all(_is_skipped(item) for item in parsed["left_out"]):
        raise SplitError("a value has the wrong type: make the split anew")
    return {
        **parsed,
        **{part: tuple(parsed[part]) for part in parts},
        "left_out": tuple(Skipped(**item) for item in parsed["left_out"]),
    }


def _is_skipped(item: Any) -> bool:
    types = {"name": str, "reason": str, "is_fault": bool}
    if not isinstance(item, dict) or item.keys() != types.keys():
        return False
    return all(isinstance(item[key], allowed) for key, allowed in types.items())
