"""What a member of an archive may be called, and what it may be: rules without any file.

An archive from elsewhere is not trusted: its members may name places outside the folder, links,
devices, one file twice, or names that are one on disks which do not tell upper from lower case.
Each of these is refused, and with it the whole archive. Public: `Kind`, `Member`, `Limits`,
`Ledger`, `safe_name`.
"""

from __future__ import annotations

import enum
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from genrescope.errors import ArchiveError

MAX_NAME_BYTES, MAX_PATH_BYTES = 255, 1024
RATIO_FROM_BYTES = 16 << 20
"""Below this, no archive is called a bomb: small text may shrink to almost nothing."""
# Names of devices on Windows, with any suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Kind(enum.Enum):
    """What a member is."""

    file = "file"
    folder = "folder"
    link = "link"
    special = "device, pipe or other special file"


@dataclass(frozen=True)
class Member:
    """
    A member of an archive, as the archive describes it.

    Attributes
    ----------
    name : str
        Its name.
    kind : Kind
        What it is.
    size_bytes : int
        Unpacked.
    encrypted : bool
        Whether a password is needed.
    """

    name: str
    kind: Kind = Kind.file
    size_bytes: int = 0
    encrypted: bool = False


@dataclass(frozen=True)
class Limits:
    """
    How much an archive may hold.

    Attributes
    ----------
    max_bytes : int
        Unpacked, of all members.
    max_ratio : float
        Unpacked to packed size.
    max_members : int
        Files and folders.
    """

    max_bytes: int
    max_ratio: float = 200.0
    max_members: int = 500_000


def safe_name(name: str, *, windows: bool = os.name == "nt") -> PurePosixPath:
    """
    Give the path of a member below the folder that it is unpacked to.

    Parameters
    ----------
    name : str
        As the archive has it.
    windows : bool
        Whether Windows will read it, which takes more names for something else.

    Returns
    -------
    PurePosixPath
        Relative, without ``.`` and ``..``; ``.`` itself stands for the folder.

    Raises
    ------
    ArchiveError
        If it would lead anywhere else.

    Examples
    --------
    >>> safe_name("./genres/blues/blues.00000.wav")
    PurePosixPath('genres/blues/blues.00000.wav')
    """
    parts = [part for part in name.split("/") if part not in ("", ".")]
    # Wherever it stands, Windows takes "C:" for another place to begin from.
    drive = any(re.match(r"[A-Za-z]:", part) for part in parts)
    for breaks, why in (
        (not name, "it has no name"),
        (name.startswith("/") or drive, "its name is absolute"),
        (".." in parts, "its name leads out of the folder"),
        ("\\" in name, "its name has a backslash, which is a separator on Windows"),
        (re.search(r"[\x00-\x1f\x7f]", name), "its name has control characters"),
        (_too_long(name, parts), "its name is too long"),
        (windows and _other_on_windows(parts), "its name means something else on Windows"),
    ):
        if breaks:
            raise ArchiveError(f"the member {name!r:.120} is refused: {why}")
    return PurePosixPath(*parts)


def _too_long(name: str, parts: list[str]) -> bool:
    lengths = [len(part.encode("utf-8", "surrogateescape")) for part in parts]
    return max(lengths, default=0) > MAX_NAME_BYTES or len(name) > MAX_PATH_BYTES


def _other_on_windows(parts: list[str]) -> bool:
    return any(
        _DEVICES.fullmatch(part) or part[-1] in ". " or re.search(r'[:*?"<>|]', part)
        for part in parts
    )


class Ledger:
    """
    The members of an archive that were admitted, and how much they hold.

    Parameters
    ----------
    limits : Limits
        How much the archive may hold.
    packed_bytes : int
        Its size.
    """

    def __init__(self, limits: Limits, *, packed_bytes: int) -> None:
        self._limits = limits
        self._packed_bytes = packed_bytes
        self._spelled: dict[str, tuple[PurePosixPath, Kind]] = {}
        self._n_members = 0
        self.n_bytes = 0

    def admit(self, member: Member) -> PurePosixPath:
        """
        Take a member, or refuse the archive for it.

        Parameters
        ----------
        member : Member
            The next member.

        Returns
        -------
        PurePosixPath
            Its path below the folder.

        Raises
        ------
        ArchiveError
            If a rule is broken.
        """
        path = safe_name(member.name)
        if member.kind in (Kind.link, Kind.special):
            raise ArchiveError(
                f"the member {member.name!r} is refused: it is a {member.kind.value}"
            )
        if member.encrypted:
            raise ArchiveError(
                f"the member {member.name!r} needs a password: unpack the archive yourself"
            )
        if member.kind is Kind.file and not path.parts:
            raise ArchiveError(f"the member {member.name!r} is refused: it has no name")
        for parent in reversed(path.parents):
            self._enter(parent, Kind.folder)
        self._enter(path, member.kind)
        self._n_members += 1
        self._grow(member.size_bytes if member.kind is Kind.file else 0)
        return path

    def _enter(self, path: PurePosixPath, kind: Kind) -> None:
        key = unicodedata.normalize("NFC", str(path)).casefold()
        if key not in self._spelled:
            self._spelled[key] = (path, kind)
            return
        other, other_kind = self._spelled[key]
        if str(other) != str(path):
            raise ArchiveError(
                f"the members {str(other)!r} and {str(path)!r} are one file on disks that do not "
                "tell upper from lower case"
            )
        if other_kind is not kind:
            raise ArchiveError(f"the member {str(path)!r} is both a file and a folder")
        if kind is Kind.file:
            raise ArchiveError(f"the member {str(path)!r} is there twice")

    def _grow(self, n_bytes: int) -> None:
        self.n_bytes += n_bytes
        limits = self._limits
        if n_bytes < 0 or self.n_bytes > limits.max_bytes:
            raise ArchiveError(
                f"it holds more than {limits.max_bytes} bytes, which is more than this data set "
                "can have: most likely it was made to fill the disk"
            )
        ratio = self.n_bytes / max(self._packed_bytes, 1)
        if self.n_bytes > RATIO_FROM_BYTES and ratio > limits.max_ratio:
            raise ArchiveError(
                f"it unpacks to more than {limits.max_ratio:g} times its size: most likely it was "
                "made to fill the disk"
            )
        if self._n_members > limits.max_members:
            raise ArchiveError(f"it holds more than {limits.max_members} members")
