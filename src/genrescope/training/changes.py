"""Settings that are changed on the command line: ``section.key=value``, the value read as TOML."""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from genrescope.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def changed(values: Mapping[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """
    Change some settings of a recipe.

    Parameters
    ----------
    values : mapping
        As a recipe file holds them; not written to.
    changes : sequence of str
        Each ``section.key=value``, made in this order. Another name of a section (another data
        set, model or protocol) drops the settings of the old one, for they do not apply to it.

    Returns
    -------
    dict
        The settings, changed.

    Raises
    ------
    ConfigError
        If a change is not of that form.

    Examples
    --------
    >>> changed({"model": {"name": "svm", "C": 10.0}}, ["model.name=linear", "training.epochs=2"])
    {'model': {'name': 'linear'}, 'training': {'epochs': 2}}
    """
    found = copy.deepcopy(dict(values))
    for change in changes:
        _change(found, change)
    return found


def assigned(values: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """
    Put values at dotted places of a recipe.

    Parameters
    ----------
    values : mapping
        As a recipe file holds them; not written to.
    settings : mapping
        ``section.key`` to value, put in this order, as by `changed`.

    Returns
    -------
    dict
        The settings, changed.

    Raises
    ------
    ConfigError
        If a key leads through a value.

    Examples
    --------
    >>> assigned({"training": {"epochs": 30}}, {"training.epochs": 2})
    {'training': {'epochs': 2}}
    """
    found = copy.deepcopy(dict(values))
    for key, value in settings.items():
        _put(found, key.split("."), value, said=f"{key} = {value!r}")
    return found


def toml_value(text: str) -> Any:
    """
    Read a value from the command line.

    Parameters
    ----------
    text : str
        A value of TOML, or plain text.

    Returns
    -------
    object
        The value; the text itself where it is none of TOML.

    Examples
    --------
    >>> toml_value("2"), toml_value("[1, 2]"), toml_value("cosine")
    (2, [1, 2], 'cosine')
    """
    try:
        found = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text.strip()
    # A text with a line break could bring further keys: then it is no single value.
    return found["value"] if len(found) == 1 else text.strip()


def _change(values: dict[str, Any], change: str) -> None:
    key, sign, text = change.partition("=")
    parts = key.strip().split(".")
    if not sign or not all(parts):
        raise ConfigError(f"--set {change!r} is not of the form section.key=value")
    _put(values, parts, toml_value(text), said=f"--set {change!r}")


def _put(values: dict[str, Any], parts: Sequence[str], value: Any, *, said: str) -> None:
    table = values
    for part in parts[:-1]:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{said}: {part!r} is a value, not a section")
    if parts[-1] == "name" and len(parts) > 1 and table.get("name") != value:
        table.clear()
    table[parts[-1]] = value
