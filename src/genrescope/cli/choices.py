"""How the commands name data sets, protocols and changes of settings on the command line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genrescope.errors import ConfigError

if TYPE_CHECKING:
    from genrescope.datasets.dataset import Dataset

DATA_HELP = (
    "A track index (FILE.csv), a folder with one sub-folder a genre, or NAME:PATH for another "
    "data set (gtzan, arrays, folder, csv, synthetic)."
)
SET_HELP = (
    "Change a setting of the recipe: section.key=value (training.epochs=20, model.name=linear, "
    "dataset.n_tracks_per_label=5). May be given several times."
)


def dataset_choice(text: str) -> tuple[str, dict[str, Any]]:
    """
    Read what the user named as a data set.

    Parameters
    ----------
    text : str
        ``index.csv``, a folder, or ``name:path``.

    Returns
    -------
    name : str
        Name of the data set.
    settings : dict
        Its settings: the path, under the name of its first setting.

    Raises
    ------
    ConfigError
        If it is none of these.

    Examples
    --------
    >>> dataset_choice("songs.csv")
    ('csv', {'path': 'songs.csv'})
    >>> dataset_choice("gtzan:/music/gtzan")
    ('gtzan', {'root': '/music/gtzan'})
    """
    from genrescope.datasets.dataset import registry

    name, colon, path = text.partition(":")
    if colon and name in registry().names():
        pass
    elif text.lower().endswith(".csv"):
        name, path = "csv", text
    elif Path(text).is_dir():
        name, path = "folder", text
    elif text in registry().names():
        return text, {}
    else:
        raise ConfigError(
            f"{text!r} is no data set: it is neither an index (.csv), nor a folder, nor NAME:PATH "
            f"with a name among {', '.join(registry().names())}"
        )
    first = dataclasses.fields(registry().module(name).Settings)[0].name
    return name, {first: path} if path else {}


def dataset_changes(text: str) -> list[str]:
    """
    Give what the user named as a data set as changes of a recipe.

    Parameters
    ----------
    text : str
        ``index.csv``, a folder, or ``name:path``.

    Returns
    -------
    list of str
        Each ``section.key=value``; changes that come after them refine the data set.

    Raises
    ------
    ConfigError
        If it is no data set.

    Examples
    --------
    >>> dataset_changes("gtzan:/music/gtzan")
    ['dataset.name="gtzan"', 'dataset.root="/music/gtzan"']
    """
    name, settings = dataset_choice(text)
    values = {"name": name, **settings}
    # A text of JSON, with no character escaped that need not be, is a text of TOML.
    return [f"dataset.{key}={json.dumps(v, ensure_ascii=False)}" for key, v in values.items()]


def open_dataset(text: str) -> Dataset:
    """
    Load the data set that the user named.

    Parameters
    ----------
    text : str
        ``index.csv``, a folder, or ``name:path``.

    Returns
    -------
    Dataset
        The data set.

    Raises
    ------
    ConfigError
        If it is none of these.
    """
    from genrescope.datasets.dataset import load_dataset

    name, settings = dataset_choice(text)
    return load_dataset(name, **settings)


def keyed(pairs: Sequence[str], *, section: str) -> dict[str, Any]:
    """
    Read settings given as ``key=value``.

    Parameters
    ----------
    pairs : sequence of str
        Each ``key=value``; the value is read as TOML, else as text.
    section : str
        What they belong to, for messages.

    Returns
    -------
    dict
        Value by key.

    Raises
    ------
    ConfigError
        If one has no ``=``.

    Examples
    --------
    >>> keyed(["n_folds=5", "path=a.json"], section="protocol")
    {'n_folds': 5, 'path': 'a.json'}
    """
    from genrescope.training.changes import toml_value

    found = {}
    for pair in pairs:
        key, sign, text = pair.partition("=")
        if not sign or not key.strip():
            raise ConfigError(f"{section} setting {pair!r} is not of the form key=value")
        found[key.strip()] = toml_value(text)
    return found
