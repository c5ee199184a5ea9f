"""Checksums of downloaded files: what was published, what was found, and what a difference means.

A file is good if it fits one of the checksums that were published for it, for a data set may have
been packed more than once. SHA-256 is always computed, so that it can be shown and kept where
nothing was published. Public: `Checksum`, `file_digests`, `check`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.errors import ConfigError, DownloadError

DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
"""Hexadecimal digits of the checksums that are known."""
BLOCK = 1 << 20


@dataclass(frozen=True)
class Checksum:
    """
    A checksum that somebody published for a file.

    Attributes
    ----------
    algorithm : str
        One of `DIGITS`.
    value : str
        Lower-case hexadecimal digits.
    source : str
        Where it was published.
    """

    algorithm: str
    value: str
    source: str

    def __post_init__(self) -> None:
        if self.algorithm not in DIGITS:
            raise ConfigError(
                f"the checksum {self.algorithm!r} is not known; known: {', '.join(DIGITS)}"
            )
        n_digits = DIGITS[self.algorithm]
        if not re.fullmatch(rf"[0-9a-f]{{{n_digits}}}", self.value):
            raise ConfigError(
                f"{self.value!r} is no {self.algorithm}, which has {n_digits} lower-case "
                "hexadecimal digits"
            )

    def __str__(self) -> str:
        return f"{self.algorithm} {self.value}"


def file_digests(
    path: Path,
    *,
    algorithms: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, str]:
    """
    Compute several digests of a file in one pass.

    Parameters
    ----------
    path : Path
        The file.
    algorithms : sequence of str
        Besides SHA-256.
    progress : callable or None
        Called with the bytes read and those of the whole file.

    Returns
    -------
    dict of str to str
        Hexadecimal digits by algorithm, with ``"sha256"`` among them.
    """
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in {"sha256", *algorithms}}
    n_bytes, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            for digest in digests.values():
                digest.update(block)
            done += len(block)
            if progress is not None:
                progress(done, n_bytes)
    return {name: digest.hexdigest() for name, digest in digests.items()}


def check(found: Mapping[str, str], published: Sequence[Checksum], *, what: str) -> None:
    """
    Refuse a file that fits none of the checksums that were published for it.

    Parameters
    ----------
    found : mapping of str to str
        Digests of the file, by algorithm.
    published : sequence of Checksum
        What was published; without any, every file is taken.
    what : str
        The file and where it came from, for the message.

    Raises
    ------
    DownloadError
        If the file fits none.

    Examples
    --------
    >>> check({"md5": "0" * 32}, [Checksum("md5", "0" * 32, "a paper")], what="x.zip")
    """
    if not published or any(found[sum_.algorithm] == sum_.value for sum_ in published):
        return
    differences = "; ".join(
        f"expected {sum_} ({sum_.source}), found {found[sum_.algorithm]}" for sum_ in published
    )
    raise DownloadError(
        f"{what} is not the published file: {differences}. Most likely the transfer was damaged, "
        "or what lies there was replaced: give the command again, or another --mirror"
    )
