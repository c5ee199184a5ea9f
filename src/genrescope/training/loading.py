"""Find the recipe of a model and load its data: by name, from a file, or as a bundle carries it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.datasets.dataset import Dataset, Progress, load_dataset
from genrescope.digests import settings_digest
from genrescope.errors import BundleError, UnknownNameError
from genrescope.training.changes import changed
from genrescope.training.extraction import Advance
from genrescope.training.inputs import Inputs, prepare_inputs
from genrescope.training.recipe import Recipe
from genrescope.training.recipe_files import load_recipe
from genrescope.training.selection import selected

Bar = Callable[[str], AbstractContextManager[Advance | None]]


def no_bar(description: str) -> AbstractContextManager[Advance | None]:
    """
    Show no progress.

    Parameters
    ----------
    description : str
        What is done.

    Returns
    -------
    context manager
        Of nothing.
    """
    return nullcontext()


def training_bar(recipe: Recipe, bar: Bar) -> Bar:
    """
    Give what shows that a model learns: networks tell of their epochs themselves.

    Parameters
    ----------
    recipe : Recipe
        The model.
    bar : callable
        Opens a progress bar.

    Returns
    -------
    callable
        `bar`, or for a network `no_bar`.
    """
    from genrescope.models import architectures

    is_classical = architectures.MODELS.module(recipe.model.name).KIND == "classical"
    return bar if is_classical else no_bar


def recipe_of(model: str, changes: Sequence[str] = ()) -> Recipe:
    """
    Find the recipe of a model: by its name, from a file, or as a bundle carries it.

    Parameters
    ----------
    model : str
        Name of a recipe, a TOML file, the ``recipe.json`` of a run, or a model bundle.
    changes : sequence of str
        Settings to change.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    UnknownNameError
        If it is none of these.
    BundleError
        If it is a bundle that carries no recipe.
    """
    try:
        return load_recipe(model, changes)
    except UnknownNameError as unknown:
        try:
            manifest = read_manifest(find_bundle(model))
        except BundleError as error:
            raise UnknownNameError(f"{unknown}; and as a model: {error}") from error
    if not manifest.recipe:
        raise BundleError(
            f"model {model!r} carries no recipe, so it cannot be trained anew without the test "
            "tracks: evaluate the recipe that it came from"
        )
    return Recipe.from_dict(changed(manifest.recipe, changes))


def load_inputs(
    recipe: Recipe,
    store: Path,
    *,
    datasets: dict[str, Dataset] | None = None,
    bar: Bar = no_bar,
) -> Inputs:
    """
    Load the data of a recipe and compute its features.

    Parameters
    ----------
    recipe : Recipe
        The model.
    store : Path
        Where log-mels of sound files are kept.
    datasets : dict or None
        Data sets that were loaded before, by the digest of their settings; it is added to.
    bar : callable
        Opens a progress bar.

    Returns
    -------
    Inputs
        The windows of the data set.
    """
    known = {} if datasets is None else datasets
    key = settings_digest(recipe.dataset.to_dict())
    if key not in known:
        with bar(f"reading {recipe.dataset.name}") as advance:
            known[key] = load_dataset(
                recipe.dataset.name, progress=_of_files(advance), **recipe.dataset.settings
            )
    dataset = selected(known[key], recipe.selection)
    with bar(f"features of {recipe.name}") as advance:
        return prepare_inputs(recipe, dataset, store_folder=store, advance=advance)


def _of_files(advance: Advance | None) -> Progress | None:
    return None if advance is None else lambda done, total, _path: advance(done, total)
