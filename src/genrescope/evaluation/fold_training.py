"""
One training of a protocol: its data prepared, its folder claimed, its model trained.

Public functions: `prepared`, `claim`, `claims`, `decisive`, `train_fold`, `data_of`, `group_of`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from genrescope.atomic import write_text
from genrescope.datasets.dataset import Dataset
from genrescope.digests import settings_digest
from genrescope.evaluation.claim import claim_folder
from genrescope.evaluation.folds import Fold
from genrescope.prediction.predictor import Predictor
from genrescope.records import Track
from genrescope.splits.segmentation import recording_of
from genrescope.training.fit import parts_for, train_bundle
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar, load_inputs, no_bar, training_bar
from genrescope.training.recipe import Recipe
from genrescope.training.several_labels import is_multi_label


def prepared(
    recipe: Recipe,
    *,
    runs: Path,
    store: Path,
    datasets: dict[str, Dataset] | None = None,
    bar: Bar = no_bar,
) -> Inputs:
    """
    Prepare the data of a recipe, and save the recipe with its run directory.

    Parameters
    ----------
    recipe : Recipe
        The recipe.
    runs : Path
        Where run directories stand.
    store : Path
        Where log-mels of sound files are kept.
    datasets : dict or None
        Data sets that were loaded before; it is added to.
    bar : callable
        Opens a progress bar.

    Returns
    -------
    Inputs
        The windows of the data set.
    """
    inputs = load_inputs(recipe, store, datasets=datasets, bar=bar)
    text = json.dumps(recipe.to_dict(), indent=1, ensure_ascii=False)
    write_text(runs / recipe.name / "recipe.json", text + "\n")
    return inputs


def claim(fold: Fold, recipe: Recipe, inputs: Inputs) -> None:
    """
    Write down what the folder of a fold is for, or refuse one that is for something else.

    Parameters
    ----------
    fold : Fold
        The fold.
    recipe : Recipe
        What is trained.
    inputs : Inputs
        The data set.

    Raises
    ------
    ConfigError
        If the folder holds a training with other settings.
    """
    claim_folder(fold.folder, claims(fold, recipe, inputs))


def claims(fold: Fold, recipe: Recipe, inputs: Inputs) -> dict[str, Any]:
    """
    Say all that decides the outcome of a fold.

    Parameters
    ----------
    fold : Fold
        The fold.
    recipe : Recipe
        What is trained.
    inputs : Inputs
        The data set.

    Returns
    -------
    dict
        Plain values.
    """
    return {"split": fold.split.digest, "seed": fold.seed, **decisive(recipe, inputs)}


def decisive(recipe: Recipe, inputs: Inputs) -> dict[str, Any]:
    """
    Say what of a recipe and its data decides an outcome; its titles, notes and figures do not.

    Parameters
    ----------
    recipe : Recipe
        What is trained.
    inputs : Inputs
        The data set.

    Returns
    -------
    dict
        Plain values; of the tracks a digest of ids, sounds and labels.
    """
    several = is_multi_label(recipe)
    data = [[t.track_id, t.sha256, list(t.labels) if several else t.label] for t in inputs.tracks]
    resolved = recipe.to_dict()
    return {
        "data": settings_digest(data),
        **{key: resolved[key] for key in ("features", "model", "training")},
        # Absent where there is none, as in folders that are older than the key.
        **({"augmentation": resolved["augmentation"]} if recipe.augmentation.n_copies else {}),
        "front_end": inputs.front_end.to_dict(),
        "windows": inputs.windows.to_dict(),
    }


def train_fold(
    recipe: Recipe, inputs: Inputs, fold: Fold, *, progress: bool = False, bar: Bar = no_bar
) -> Predictor:
    """
    Train one model on the parts of a split.

    Parameters
    ----------
    recipe : Recipe
        What to train.
    inputs : Inputs
        The windows of the data set, in the segments of the split.
    fold : Fold
        Which tracks, which seed, which folder; `claim` claims it.
    progress : bool
        Show a progress bar while a network learns.
    bar : callable
        Opens a progress bar for what takes its time besides.

    Returns
    -------
    Predictor
        The model.
    """
    split = fold.split
    where = f"{fold.protocol}, fold {split.fold} of {split.n_folds}"
    with training_bar(recipe, bar)(f"training {recipe.name}, {where}, seed {fold.seed}"):
        train_bundle(
            recipe,
            inputs,
            parts_for(recipe, train=split.train, valid=split.valid, test=split.test),
            seed=fold.seed,
            folder=fold.folder,
            provenance={
                "dataset": f"{data_of(recipe)} ({inputs.content})",
                "protocol": where,
                "split_digest": split.digest,
                "leakage": fold.leakage.label,
            },
            progress=progress,
        )
    return Predictor(fold.folder / "bundle")


def data_of(recipe: Recipe) -> str:
    """
    Name the data of a recipe.

    Parameters
    ----------
    recipe : Recipe
        The recipe.

    Returns
    -------
    str
        The data set, or of joined ones which is for what.
    """
    settings = recipe.dataset.settings
    if recipe.dataset.name != "joined":
        return recipe.dataset.name
    return f"{settings['train']} to learn and {settings['test']} to test"


def group_of(track: Track, inputs: Inputs) -> str | None:
    """
    Say whose a test track is.

    Parameters
    ----------
    track : Track
        A track, or a segment.
    inputs : Inputs
        The data set.

    Returns
    -------
    str or None
        Its artist, else of a segment its recording, else None.
    """
    # Segments of one recording are alike, whether its artist is known or not.
    if track.group is None and inputs.n_segments > 1:
        return recording_of(track.track_id)
    return track.group
