"""How the commands name data sets and recipes on the command line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from genrescope.cli import console
from genrescope.errors import ConfigError

if TYPE_CHECKING:
    from genrescope.datasets.dataset import Dataset
    from genrescope.training.recipe import Recipe

DATA_HELP = (
    "A track index (FILE.csv), a folder with one sub-folder a genre, NAME:PATH for another data "
    "set (gtzan:FOLDER, arrays:FILE.npz), or 'synthetic' for music that is composed here."
)
LivePlot = Annotated[
    bool,
    typer.Option(
        "--live-plot",
        help="Redraw training/curves.png in the run directory while the network learns.",
    ),
]
PLACES = {"arrays": "FILE.npz", "csv": "FILE.csv", "joined": "DATASET"}
"""What stands for the place of a data set where that is no folder."""


def place_of(name: str) -> str:
    """
    Say which setting of a data set tells where it lies.

    Parameters
    ----------
    name : str
        Name of the data set.

    Returns
    -------
    str
        The name of its first setting.

    Examples
    --------
    >>> place_of("gtzan")
    'root'
    """
    from genrescope.datasets.dataset import registry

    return dataclasses.fields(registry().module(name).Settings)[0].name


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
    from genrescope.datasets.dataset import dataset_choice

    name, settings = dataset_choice(text)
    values = {"name": name, **settings}
    # A text of JSON, with no character escaped that need not be, is a text of TOML.
    return [f"dataset.{key}={json.dumps(v, ensure_ascii=False)}" for key, v in values.items()]


def joined_changes(
    test: str, *, train: str | None, recipe: Recipe, label_map: Path | None
) -> list[str]:
    """
    Give a data set to learn and another one to test on as changes of a recipe.

    Parameters
    ----------
    test : str
        What the user named to test on.
    train : str or None
        What the user named to learn; None takes the data set of the recipe.
    recipe : Recipe
        The model.
    label_map : Path or None
        What the genres of the one are called in the other.

    Returns
    -------
    list of str
        Each ``section.key=value``.

    Raises
    ------
    ConfigError
        If one of them is no data set, or that of the recipe has settings besides its place.
    """
    from genrescope.datasets.dataset import dataset_choice

    if train is None:
        name, settings = recipe.dataset.name, dict(recipe.dataset.settings)
        path = settings.pop(place_of(name), None)
        if settings:
            raise ConfigError(
                f"the data set of {recipe.name!r} has the settings {', '.join(settings)}, which a "
                "joined data set cannot take: name what to learn by --dataset"
            )
        train = name if path is None else f"{name}:{path}"
    for text in (train, test):
        check_dataset(*dataset_choice(text))
    values = {"name": "joined", "train": train, "test": test}
    if label_map is not None:
        values["label_map"] = str(label_map)
    return [f"dataset.{key}={json.dumps(v, ensure_ascii=False)}" for key, v in values.items()]


def check_no_changes_of_data(changes: Sequence[str]) -> None:
    """
    Refuse changes of a data set where two are named: it would not be said of which.

    Parameters
    ----------
    changes : sequence of str
        Each ``section.key=value``.

    Raises
    ------
    ConfigError
        If one is of the section ``dataset``.
    """
    for change in changes:
        if change.strip().startswith("dataset."):
            raise ConfigError(
                f"--set {change} does not say which data set it changes, and with --test-dataset "
                "there are two: write an index of the one that needs the setting first "
                "(`genrescope data index`), and name the index"
            )


def open_dataset(text: str, further: Mapping[str, Any] | None = None) -> Dataset:
    """
    Load the data set that the user named.

    Parameters
    ----------
    text : str
        ``index.csv``, a folder, or ``name:path``.
    further : mapping or None
        Its other settings.

    Returns
    -------
    Dataset
        The data set.

    Raises
    ------
    ConfigError
        If it is none of these.
    """
    from genrescope.datasets.dataset import dataset_choice

    name, settings = dataset_choice(text)
    settings = {**settings, **(further or {})}
    check_dataset(name, settings)
    return read_dataset(name, settings)


def read_dataset(name: str, settings: Mapping[str, Any]) -> Dataset:
    """
    Load a data set, with a progress bar where it reads or makes many files.

    Parameters
    ----------
    name : str
        Name of the data set.
    settings : mapping
        Its settings.

    Returns
    -------
    Dataset
        The data set.
    """
    from genrescope.datasets.dataset import load_dataset

    with console.progress_bar(f"reading {name}") as advance:
        return load_dataset(name, progress=advance, **settings)


def check_dataset(name: str, settings: Mapping[str, Any]) -> None:
    """
    Refuse a data set that lacks what says where it lies, before any work.

    Parameters
    ----------
    name : str
        Name of the data set.
    settings : mapping
        Its settings.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    ConfigError
        If a setting is missing, unknown or of the wrong type.
    """
    from genrescope.datasets.dataset import registry
    from genrescope.settings import make_settings

    module = registry().module(name)
    first = dataclasses.fields(module.Settings)[0]
    if first.default is dataclasses.MISSING and first.name not in settings:
        place = PLACES.get(name, "FOLDER")
        raise ConfigError(
            f"data set {name!r} needs its {first.name}: write {name}:{place}, or, with --set, "
            f"dataset.{first.name}={place}"
        )
    make_settings(module.Settings, settings, what=f"dataset {name!r}")


def recipe(name: str, changes: Sequence[str] = ()) -> Recipe:
    """
    Load a recipe that the user named.

    Parameters
    ----------
    name : str
        Name of a recipe, or a TOML file.
    changes : sequence of str
        Settings to change, each ``section.key=value``.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    UnknownNameError
        If there is no such recipe.
    ConfigError
        If the file does not exist, or it or a change breaks a rule.
    """
    from genrescope.training.recipe_files import load_recipe

    check_recipe_file(name)
    return load_recipe(name, changes)


def check_recipe_file(name: str) -> None:
    """
    Refuse the name of a recipe file that is not there; any other name is left to the recipes.

    Parameters
    ----------
    name : str
        What the user named as a recipe.

    Raises
    ------
    ConfigError
        If it ends in ``.toml`` and there is no such file.
    """
    path = Path(name)
    if path.suffix == ".toml" and not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise ConfigError(
            f"recipe file {path.absolute()} {what}: give the path of a TOML file, or a name that "
            "`genrescope recipes list` shows"
        )
