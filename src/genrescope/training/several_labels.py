"""
Recipes of several genres a track: ``[training] task = "multi-label"``.

A network then learns all labels of a track. From which probability on a genre is given is chosen on
held-out tracks, genre by genre, for the best F1: on the validation part of the split, or where it
has none on a tenth of the tracks to learn from, whole artists. Of a genre that fewer than 5 of them
have nothing can be told; it takes the one threshold that is best for all genres together.

Public functions: `is_multi_label`, `taught`, `fitted_task`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from genrescope.bundle.several_labels import task_table
from genrescope.labels import MULTI_LABEL, vocabulary
from genrescope.metrics.label_thresholds import best_common_threshold, best_thresholds
from genrescope.models.classifier import Classifier
from genrescope.models.label_sets import multi_hot
from genrescope.prediction.aggregate import mean_probabilities
from genrescope.training.inputs import Inputs
from genrescope.training.recipe import Recipe

MIN_TRACKS = 5
# Where no held-out track has any label.
AS_PROBABLE_AS_NOT = 0.5


def is_multi_label(recipe: Recipe) -> bool:
    """
    Say whether a recipe gives a track several genres.

    Parameters
    ----------
    recipe : Recipe
        The recipe.

    Returns
    -------
    bool
        Whether its task is ``"multi-label"``.
    """
    return recipe.training.get("task") == MULTI_LABEL


def taught(
    inputs: Inputs, rows: np.ndarray, further: dict[str, np.ndarray]
) -> tuple[list[tuple[str, ...]], dict[str, tuple[np.ndarray, list[tuple[str, ...]]]]]:
    """
    Give the labels of windows to learn from, and further windows with those labels alone.

    Parameters
    ----------
    inputs : Inputs
        The windows of a data set.
    rows : np.ndarray [shape=(n,)]
        Windows to learn from.
    further : dict of str to np.ndarray
        Windows of further parts, by name.

    Returns
    -------
    y : list of tuple of str
        The labels of each window to learn from.
    data : dict of str to tuple
        Features and labels of each further part; labels that are not learned are passed over, and
        a part without any other is left out.
    """
    y = inputs.label_sets(rows)
    known = set(vocabulary(y))
    data = {}
    for name, part in further.items():
        sets = [tuple(n for n in names if n in known) for names in inputs.label_sets(part)]
        if any(sets):
            data[name] = (inputs.X[part], sets)
    return y, data


def fitted_task(
    classifier: Classifier, inputs: Inputs, *, valid: np.ndarray, stopped: bool
) -> dict[str, Any]:
    """
    Choose the threshold of each genre on held-out tracks.

    Parameters
    ----------
    classifier : Classifier
        A trained network.
    inputs : Inputs
        The windows of the data set.
    valid : np.ndarray [shape=(n,)]
        Windows that it has not learned from.
    stopped : bool
        Whether these also ended the training.

    Returns
    -------
    dict
        What the bundle says (see `bundle.several_labels`).
    """
    labels = [str(label) for label in classifier.classes_]
    P = classifier.predict_proba(inputs.X[valid])
    track_of_row = inputs.track_of_window[valid]
    tracks = np.unique(track_of_row)
    means = np.array(
        [mean_probabilities(P[track_of_row == track], sums_to_one=False) for track in tracks]
    )
    Y_true = multi_hot([inputs.tracks[i].labels for i in tracks], labels)
    also = ", which also ended the training" if stopped else ""
    values, note = _thresholds(Y_true, means, labels)
    fitted_on = f"the best F1 of each genre on {len(tracks)} held-out tracks{also}{note}"
    return task_table(dict(zip(labels, values, strict=True)), fitted_on=fitted_on)


def _thresholds(
    Y_true: np.ndarray, P: np.ndarray, labels: Sequence[str]
) -> tuple[list[float], str]:
    """Give the threshold of each label, and what is to be said of rare ones."""
    common = best_common_threshold(Y_true, P)
    common = AS_PROBABLE_AS_NOT if np.isnan(common) else common
    rare = Y_true.sum(axis=0) < MIN_TRACKS
    names = ", ".join(label for label, few in zip(labels, rare, strict=True) if few)
    note = (
        f"; fewer than {MIN_TRACKS} of them have {names}, given from the probability on that is "
        "best for all genres together"
    )
    return np.where(rare, common, best_thresholds(Y_true, P)).tolist(), note if names else ""
