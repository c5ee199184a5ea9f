"""Settings records from plain values, as a file, a bundle or a command line gives them.

A settings record is a frozen dataclass beside the code that uses it; its fields are ``bool``,
``int``, ``float``, ``str`` or one of these or None. Public: `make_settings`, `checked_value`.
"""

from __future__ import annotations

import dataclasses
import os
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from genrescope.errors import ConfigError, did_you_mean

SettingsT = TypeVar("SettingsT")


def make_settings(cls: type[SettingsT], values: Mapping[str, Any], *, what: str) -> SettingsT:
    """
    Build a settings record from plain values, as a file or a command line gives them.

    Parameters
    ----------
    cls : type
        A frozen dataclass whose fields are ``bool``, ``int``, ``float``, ``str`` or one of these or
        None.
    values : mapping of str to object
        Values by field; an integer serves as float, a `Path` as text.
    what : str
        What the settings belong to, for messages (``"dataset 'gtzan'"``).

    Returns
    -------
    object
        An instance of `cls`.

    Raises
    ------
    ConfigError
        If a key is unknown, a required one is missing, or a value has the wrong type.
    """
    if not dataclasses.is_dataclass(cls):
        raise TypeError(f"{cls!r} is not a dataclass")
    fields = {f.name: f for f in dataclasses.fields(cls)}
    hints = typing.get_type_hints(cls)
    for key in values:
        if key not in fields:
            raise ConfigError(f"{what} has no setting {key!r}{did_you_mean(key, fields)}")
    missing = [
        name
        for name, f in fields.items()
        if name not in values
        and f.default is dataclasses.MISSING
        and f.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ConfigError(f"{what} needs the setting {missing[0]!r}: give it a value")
    checked = {
        key: checked_value(value, hints[key], what=f"{what}: {key}")
        for key, value in values.items()
    }
    return cls(**checked)


def checked_value(value: Any, hint: Any, *, what: str) -> Any:
    """
    Check one plain value against a type.

    Parameters
    ----------
    value : object
        The value; an integer serves as float, a `Path` as text.
    hint : type
        A type, or a union of types.
    what : str
        What the value belongs to, for messages (``"model 'svm': C"``).

    Returns
    -------
    object
        The value, as the type asks for it.

    Raises
    ------
    ConfigError
        If the value has another type.

    Examples
    --------
    >>> checked_value(3, float | None, what="gain")
    3.0
    """
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    allowed = typing.get_args(hint) if union else (hint,)
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if type(value) is int and int not in allowed and float in allowed:
        return float(value)
    if type(value) not in allowed:
        names = " or ".join("none" if t is types.NoneType else t.__name__ for t in allowed)
        raise ConfigError(f"{what} is {value!r}, a {type(value).__name__}; it must be {names}")
    return value
