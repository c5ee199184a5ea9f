"""Digests that name content: of files, of arrays and of settings.

A digest is the lower-case hexadecimal SHA-256. Settings are hashed as canonical JSON (sorted keys,
no spaces), so that equal settings have equal digests in every process.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np


def file_sha256(path: Path) -> str:
    """
    Digest the bytes of a file, in blocks.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def array_sha256(array: np.ndarray) -> str:
    """
    Digest the values, type and shape of an array.

    Parameters
    ----------
    array : np.ndarray
        Any shape and type without objects.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def settings_digest(settings: Any) -> str:
    """
    Digest plain settings (dicts, lists, strings, numbers).

    Parameters
    ----------
    settings : object
        Anything that JSON can hold.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.

    Examples
    --------
    >>> settings_digest({"b": 1, "a": 2}) == settings_digest({"a": 2, "b": 1})
    True
    """
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
