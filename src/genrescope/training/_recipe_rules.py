"""What the plain values of a recipe must be before it is made: types, and a name that is a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from genrescope.errors import ConfigError

TEXTS = ("title", "summary", "paper", "citation")
SECTIONS = (
    *("dataset", "model", "protocol", "front_end", "windows", "features", "training"),
    *("selection", "augmentation", "honest", "quick"),
)
LISTS = {
    "published": (Mapping, "a section"),
    "stand_in": (Mapping, "a section"),
    "notes": (str, "text"),
}
# A recipe names a folder of the run directory: a path would lead out of it.
NAME = re.compile(r"\w[\w.+-]*")


def check_types(values: Mapping[str, Any]) -> None:
    """
    Refuse values of the wrong type.

    Parameters
    ----------
    values : mapping
        As a recipe file holds them.

    Raises
    ------
    ConfigError
        If a value has the wrong type, or the name is none.
    """
    name = values["name"]
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ConfigError(
            f"the recipe's name is {name!r}, but must be letters, digits, '.', '_', '+' and '-': "
            "its run directory is named so"
        )
    for key in TEXTS:
        if not isinstance(values.get(key, ""), str):
            raise ConfigError(f"{key} is {values[key]!r}, but must be text")
    for key in SECTIONS:
        if not isinstance(values.get(key, {}), Mapping):
            raise ConfigError(f"[{key}] must be a section, not {values[key]!r}")
    for key, (kind, what) in LISTS.items():
        items = values.get(key, ())
        if not isinstance(items, (list, tuple)) or not all(isinstance(i, kind) for i in items):
            raise ConfigError(f"{key} is {items!r:.80}, but must be a list, each item {what}")
    count = values.get("n_parameters")
    if count is not None and (type(count) is not int or count < 0):
        raise ConfigError(f"n_parameters is {count!r}, but counts the parameters of a network")
