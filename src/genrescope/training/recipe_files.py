"""
Files of recipes: one experiment a TOML file, or the rows of one table.

A file with ``[[row]]`` holds one recipe a row, named ``FILE.ROW``: what the file says, with the
values that the row puts at ``set``, and the ``title``, ``published``, ``notes`` (added to those of
the file) and ``n_parameters`` of the row. So a sweep over ten settings is one file, and each of its
rows can be trained, evaluated and reproduced by its name.

Public functions: `recipe_names`, `load_recipe`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from genrescope.errors import ConfigError, GenrescopeError, unknown_name
from genrescope.training.changes import assigned, changed
from genrescope.training.recipe import Recipe

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECIPES = Path(__file__).parent.parent / "recipes"
ROW_KEYS = ("name", "title", "set", "published", "notes", "n_parameters")


def recipe_names() -> list[str]:
    """
    List the recipes in the package.

    Returns
    -------
    list of str
        Names, sorted by file; the rows of a file in its order.

    Examples
    --------
    >>> "joseph2024-linear" in recipe_names()
    True
    """
    names = []
    for path in sorted(RECIPES.glob("*.toml")):
        rows = _rows(_read(path))
        names += [f"{path.stem}.{row}" for row in rows] if rows else [path.stem]
    return names


def load_recipe(name: str | Path, changes: Sequence[str] = ()) -> Recipe:
    """
    Load a recipe by name or from a file.

    Parameters
    ----------
    name : str or Path
        A name of `recipe_names`, or the path of a TOML file (with ``.ROW`` behind it, for one of
        its rows), or of the ``recipe.json`` of a run.
    changes : sequence of str
        Settings to change, each ``section.key=value``; the value is read as TOML, else as text.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    UnknownNameError
        If there is no such recipe.
    ConfigError
        If the file or a change breaks a rule.

    Examples
    --------
    >>> load_recipe("joseph2024-linear", ["training.epochs=2"]).training["epochs"]
    2
    """
    path, row = _place(str(name))
    try:
        return Recipe.from_dict(changed(_resolved(path, row), changes))
    except GenrescopeError as error:
        raise ConfigError(f"recipe {path.name}: {error}") from error


def _place(name: str) -> tuple[Path, str | None]:
    """Find the file that a name means, and the row of it."""
    path = _file(name)
    if path is not None:
        return path, None
    file, _, row = name.rpartition(".")
    path = _file(file)
    # The rows of a file are known; "song.mp3" is no row.
    if path is None or row not in _rows(_read(path)):
        raise unknown_name("recipe", name, recipe_names())
    return path, row


def _file(name: str) -> Path | None:
    path = RECIPES / f"{name}.toml"
    if name and path.is_file():
        return path
    path = Path(name)
    return path if path.suffix in (".toml", ".json") and path.is_file() else None


def _resolved(path: Path, row: str | None) -> dict[str, Any]:
    values = _read(path)
    rows = _rows(values)
    values.pop("row", None)
    if row is None:
        if rows:
            raise ConfigError(
                f"it holds {len(rows)} recipes, name one: {path.stem}.{next(iter(rows))} ..."
            )
        return values
    chosen = rows[row]
    values = assigned(values, chosen.get("set", {}))
    values |= {key: chosen[key] for key in ("title", "published", "n_parameters") if key in chosen}
    values["notes"] = [*values.get("notes", ()), *chosen.get("notes", ())]
    values["name"] = f"{values.get('name', path.stem)}.{row}"
    return values


def _rows(values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    rows: dict[str, Mapping[str, Any]] = {}
    given = values.get("row", ())
    if not isinstance(given, (list, tuple)):
        raise ConfigError(f"row is {given!r:.80}, but must be a list: write [[row]]")
    for row in given:
        name = row.get("name") if isinstance(row, Mapping) else None
        if not isinstance(name, str) or name in rows:
            raise ConfigError(f"[[row]] {row!r:.80} must have a name of its own")
        strange = sorted(set(row) - set(ROW_KEYS))
        if strange or not isinstance(row.get("set", {}), Mapping):
            raise ConfigError(
                f"[[row]] {name!r} may have {', '.join(ROW_KEYS)} (set is a table), not "
                f"{', '.join(strange) or 'such a set'}"
            )
        rows[name] = row
    return rows


def _read(path: Path) -> dict[str, Any]:
    loads, form = (json.loads, "JSON") if path.suffix == ".json" else (tomllib.loads, "TOML")
    try:
        values = loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a {form} file in UTF-8 ({error})") from error
    if not isinstance(values, dict):
        raise ConfigError(f"recipe {path.name}: it holds no settings by name")
    return values
