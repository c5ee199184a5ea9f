"""What is at hand of a reproduction: the data of a recipe, and trainings that were done before.

Public functions: `is_here`, `n_missing`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from genrescope.datasets.dataset import dataset_choice, expand_path, registry
from genrescope.errors import ConfigError, DatasetError
from genrescope.evaluation.claim import is_claimed
from genrescope.evaluation.fold_training import claims
from genrescope.evaluation.folds import Fold
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Choice, Recipe
from genrescope.training.segments import segmented


def n_missing(recipe: Recipe, inputs: Inputs, folds: Sequence[Fold]) -> int:
    """
    Count the trainings that are not there, or are of other settings or data.

    Parameters
    ----------
    recipe : Recipe
        What was to be trained.
    inputs : Inputs
        Its data, in whole tracks.
    folds : sequence of Fold
        Of one protocol.

    Returns
    -------
    int
        0 where all can be read back.
    """
    cut = segmented(inputs, folds[0].split.n_segments)
    return sum(
        not (fold.folder / "predictions.csv").is_file()
        or not is_claimed(fold.folder, claims(fold, recipe, cut))
        for fold in folds
    )


def is_here(choice: Choice) -> bool:
    """
    Say whether a data set is at hand, by the place that its settings name.

    Parameters
    ----------
    choice : Choice
        Name and settings of the data set.

    Returns
    -------
    bool
        True also where it has no place, as music that is composed; of clips that are cut from the
        music of another data set, whether that is.

    Examples
    --------
    >>> is_here(Choice("synthetic")), is_here(Choice("csv", {"path": "no-such.csv"}))
    (True, False)
    """
    module = registry().module(choice.name)
    place = dataclasses.fields(module.Settings)[0]
    if place.name not in ("root", "path", "music"):
        return True
    given = choice.settings.get(place.name, place.default)
    try:
        if place.name == "music":
            return is_here(Choice(*dataset_choice(str(given))))
        if hasattr(module, "sound_folder"):
            # Metadata alone may be there, and are not enough.
            return bool(module.sound_folder(module.Settings(**choice.settings)))
        return isinstance(given, str) and expand_path(given).exists()
    except (ConfigError, DatasetError):
        return False
