"""Where a data set can be got: files, sizes, checksums, addresses and licence, as data.

A source is one TOML file in ``download/sources/``, named as the data set is; adding one edits no
other file. Sizes are for showing and for the space on the disk, rounded up where only a rounded
figure was published: what decides whether a file is whole is its checksum and what the server says.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from genrescope.download import addresses
from genrescope.download.checksums import Checksum
from genrescope.errors import ConfigError, did_you_mean, unknown_name
from genrescope.settings import checked_value

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SOURCES = Path(__file__).parent / "sources"
RecordT = TypeVar("RecordT")


@dataclass(frozen=True)
class Part:
    """
    An archive of a data set.

    Attributes
    ----------
    name : str
        As ``--part`` calls it.
    about : str
        What it holds.
    file : str
        Name of the archive.
    folder : str
        What it unpacks to.
    size_bytes, unpacked_bytes : int
        About, of the archive and of what is in it.
    urls : tuple of str
        Addresses, the best first; none where the archive is given out on request alone.
    needs : tuple of str
        Parts without which it cannot be read; what those need in turn is not looked at.
    checksums : tuple of Checksum
        What was published; one that fits is enough.
    """

    name: str
    about: str
    file: str
    folder: str
    size_bytes: int
    unpacked_bytes: int
    urls: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    checksums: tuple[Checksum, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.file, self.folder):
            if name != Path(name).name or name.startswith("."):
                raise ConfigError(f"part {self.name!r}: {name!r} is no plain name of a file")
        for url in self.urls:
            addresses.check_url(url)


@dataclass(frozen=True)
class Source:
    """
    A data set that can be got.

    Attributes
    ----------
    name : str
        That of the data set.
    title, page, licence, cite : str
        What it is, who tells of it, what may be done with it, and what to cite.
    default : tuple of str
        Parts that are got where none is named.
    parts : tuple of Part
        Its archives.
    hosts : tuple of str
        Hosts that its addresses lead on to, besides their own; ``*.name`` is any below a name.
    notes : tuple of str
        What one should know.
    """

    name: str
    title: str
    page: str
    licence: str
    cite: str
    default: tuple[str, ...]
    parts: tuple[Part, ...]
    hosts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def chosen(self, names: Sequence[str] = ()) -> tuple[Part, ...]:
        """
        Give the parts that were asked for, and those that they need before them.

        Parameters
        ----------
        names : sequence of str
            Names of parts; none stands for the default.

        Returns
        -------
        tuple of Part
            Each once.

        Raises
        ------
        UnknownNameError
            If there is no such part.
        """
        known = {part.name: part for part in self.parts}
        found: dict[str, Part] = {}
        for name in names or self.default:
            needs = known[name].needs if name in known else ()
            for one in (*needs, name):
                if one not in known:
                    raise unknown_name(f"part of {self.name}", one, known)
                found.setdefault(one, known[one])
        return tuple(found.values())

    def named_hosts(self) -> tuple[str, ...]:
        """
        Give every host that the source names.

        Returns
        -------
        tuple of str
            Host names, or ``*.name``.
        """
        own = {addresses.host(url) for part in self.parts for url in part.urls}
        return (*sorted(own), *self.hosts)


def names() -> list[str]:
    """
    List the data sets that can be got.

    Returns
    -------
    list of str
        Names, sorted.

    Examples
    --------
    >>> "fma" in names()
    True
    """
    return sorted(path.stem for path in SOURCES.glob("*.toml"))


def load(name: str) -> Source:
    """
    Read the source of a data set.

    Parameters
    ----------
    name : str
        Name of the data set.

    Returns
    -------
    Source
        Where it can be got.

    Raises
    ------
    UnknownNameError
        If there is none of the name.

    Examples
    --------
    >>> [part.name for part in load("fma").chosen(["fma_medium"])]
    ['fma_metadata', 'fma_medium']
    """
    if name not in names():
        raise unknown_name("data set that can be got", name, names())
    return read(SOURCES / f"{name}.toml")


def read(path: Path) -> Source:
    """
    Read a source from its file.

    Parameters
    ----------
    path : Path
        A TOML file, named as the data set is.

    Returns
    -------
    Source
        What it says.

    Raises
    ------
    ConfigError
        If it breaks a rule.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ConfigError(f"{path} cannot be read as TOML: {error}") from error
    source: Source = _record(Source, {"name": path.stem, **values}, what=str(path))
    source.chosen()
    source.chosen([part.name for part in source.parts])
    return source


def _record(cls: type[RecordT], values: Any, *, what: str) -> RecordT:
    if not isinstance(values, Mapping):
        raise ConfigError(f"{what} is {values!r}, but must be a section")
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key in values:
        if key not in fields:
            raise ConfigError(f"{what}: there is no key {key!r}{did_you_mean(key, fields)}")
    for key, known in fields.items():
        if key not in values and known.default is dataclasses.MISSING:
            raise ConfigError(f"{what}: the key {key!r} is missing")
    hints = typing.get_type_hints(cls)
    return cls(**{key: _value(v, hints[key], what=f"{what}: {key}") for key, v in values.items()})


def _value(value: Any, hint: Any, *, what: str) -> Any:
    if typing.get_origin(hint) is not tuple:
        return checked_value(value, hint, what=what)
    if not isinstance(value, list):
        raise ConfigError(f"{what} is {value!r}, but must be a list")
    kind: Any = typing.get_args(hint)[0]
    if kind in (Part, Checksum):
        return tuple(_record(kind, item, what=what) for item in value)
    return tuple(checked_value(item, kind, what=what) for item in value)
