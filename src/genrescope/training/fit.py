"""Train a recipe on named tracks and write the bundle."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from genrescope.bundle.card import model_card
from genrescope.bundle.export import export_bundle
from genrescope.bundle.format import Manifest
from genrescope.errors import DatasetError
from genrescope.labels import vocabulary
from genrescope.models.classifier import Classifier, make_classifier
from genrescope.splits.segmentation import recordings
from genrescope.splits.split import inner_valid
from genrescope.training.augmentation import with_copies
from genrescope.training.inputs import Inputs
from genrescope.training.learned import learned_record
from genrescope.training.recipe import Recipe
from genrescope.training.several_labels import fitted_task, is_multi_label, taught
from genrescope.training.thresholds import fit_thresholds, held_out_answers

N_CHECKED = 64
# Of the tracks to learn from, where a training ends by a validation part and the split has none.
VALID_FRACTION = 0.1
# The same, where thresholds of several labels are chosen on it.
VALID_FRACTION_OF_SEVERAL = 0.2


@dataclass(frozen=True)
class Parts:
    """
    Which tracks do what, by their ids.

    Attributes
    ----------
    learn : tuple of str
        The model learns from these.
    stop : tuple of str
        These may end the training early and choose the weights; the thresholds of a model of
        several labels are chosen on them.
    watch : tuple of str
        These are measured for the curves only; they decide nothing.
    """

    learn: tuple[str, ...]
    stop: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()


def parts_for(
    recipe: Recipe, *, train: Sequence[str], valid: Sequence[str], test: Sequence[str] = ()
) -> Parts:
    """
    Give each part of a split its task.

    A model that ends its training by a validation part, or chooses thresholds of several labels on
    it, gets one; any other learns from it too, since nothing else would use it.

    Parameters
    ----------
    recipe : Recipe
        Its training has ``patience``, or several labels, or neither.
    train, valid, test : sequence of str
        The parts of a split.

    Returns
    -------
    Parts
        The tasks.
    """
    held_out = _holds_out(recipe)
    return Parts(
        learn=tuple(train) if held_out else (*train, *valid),
        stop=tuple(valid) if held_out else (),
        watch=tuple(test),
    )


def train_bundle(
    recipe: Recipe,
    inputs: Inputs,
    parts: Parts,
    *,
    seed: int,
    folder: Path,
    provenance: dict[str, Any],
    progress: bool = False,
    **manifest_values: Any,
) -> Manifest:
    """
    Train a model and write it as ``folder/bundle``.

    Parameters
    ----------
    recipe : Recipe
        What to train.
    inputs : Inputs
        The windows of the data set.
    parts : Parts
        Which tracks do what; where the recipe has ``patience`` (or several labels) and no track is
        held out for them, a tenth of the tracks to learn from is (a fifth), whole artists.
    seed : int
        Decides all that is random.
    folder : Path
        Where the bundle, and a network's checkpoint, history and logs go; a training that was
        killed goes on from there.
    provenance : dict
        What the bundle records of its training (protocol, split digest ...).
    progress : bool
        Show a progress bar while a network learns.
    **manifest_values : object
        Further values of the `Manifest` (``name``, ``version``, ``evaluation``, ``licence``).

    Returns
    -------
    Manifest
        Of the bundle.

    Raises
    ------
    DatasetError
        If there is nothing to learn from.
    BundleError
        If the exported graph differs from the model.
    """
    _check_labels(recipe, inputs, inputs.rows(parts.learn))
    parts = _steered(parts, recipe, inputs, seed)
    rows = inputs.rows(parts.learn)
    classifier = make_classifier(
        recipe.model.name,
        recipe.model.settings,
        training=recipe.training,
        seed=seed,
        folder=folder / "training",
        progress=progress,
    )
    rows, X, copies = with_copies(recipe, inputs, rows)
    y, data = _data(recipe, inputs, rows, parts)
    classifier.fit(X, y, groups=inputs.groups(rows), **data, **copies)
    learned = {*parts.learn, *parts.stop}
    known = [track for track in inputs.tracks if track.track_id in learned]
    # Who learned a segment of a recording knows the recording.
    record = learned_record(known if inputs.n_segments == 1 else recordings(known))
    training = {**provenance, "seed": seed, **record, **_precision(classifier)}
    manifest_values |= _thresholds(recipe, classifier, inputs, learn=rows, stop=parts.stop)
    manifest = _manifest(recipe, inputs, classifier, {"training": training, **manifest_values})
    return export_bundle(
        folder / "bundle",
        manifest,
        onnx=classifier.to_onnx(),
        card=model_card(manifest),
        predict_proba=classifier.predict_proba,
        examples=inputs.X[rows[:: max(1, len(rows) // N_CHECKED)]],
    )


def _check_labels(recipe: Recipe, inputs: Inputs, rows: np.ndarray) -> None:
    n_labels = len(
        vocabulary(inputs.label_sets(rows)) if is_multi_label(recipe) else set(inputs.labels(rows))
    )
    if n_labels < 2:
        raise DatasetError(
            f"{len(rows)} windows of {n_labels} label(s) to learn from: a "
            "classifier needs at least two labels; is the data set complete?"
        )


def _data(
    recipe: Recipe, inputs: Inputs, rows: np.ndarray, parts: Parts
) -> tuple[Any, dict[str, Any]]:
    """Give the labels to learn, and features and labels of the parts that are held out."""
    further = {
        name: part
        for name, ids in (("valid", parts.stop), ("watch", parts.watch))
        if len(part := inputs.rows(ids))
    }
    if is_multi_label(recipe):
        return taught(inputs, rows, further)
    data = {name: (inputs.X[part], inputs.labels(part)) for name, part in further.items()}
    return inputs.labels(rows), data


def _thresholds(
    recipe: Recipe,
    classifier: Classifier,
    inputs: Inputs,
    *,
    learn: np.ndarray,
    stop: Sequence[str],
) -> dict[str, Any]:
    """Choose on held-out tracks what the bundle says of when it answers, and how."""
    valid = inputs.rows(stop)
    if is_multi_label(recipe):
        stopped = recipe.training.get("patience") is not None
        return {"task": fitted_task(classifier, inputs, valid=valid, stopped=stopped)}
    held_out = held_out_answers(classifier, inputs, learn=learn, valid=valid)
    if held_out is None:
        return {}
    y_true, P, source = held_out
    return {"abstention": fit_thresholds(y_true, P, source=source).to_dict()}


def _holds_out(recipe: Recipe) -> bool:
    return recipe.training.get("patience") is not None or is_multi_label(recipe)


def _steered(parts: Parts, recipe: Recipe, inputs: Inputs, seed: int) -> Parts:
    if parts.stop or not _holds_out(recipe):
        return parts
    known = set(parts.learn)
    tracks = [track for track in inputs.tracks if track.track_id in known]
    fraction = VALID_FRACTION_OF_SEVERAL if is_multi_label(recipe) else VALID_FRACTION
    learn, stop = inner_valid(tracks, fraction=fraction, seed=seed)
    return replace(parts, learn=learn, stop=stop)


def _precision(classifier: Classifier) -> dict[str, str]:
    # A recipe may leave it to the machine ("auto"): the bundle says what it was.
    precision = getattr(classifier, "precision_", None)
    return {} if precision is None else {"precision": precision}


def _published_weights(classifier: Classifier) -> dict[str, str]:
    # Whose weights a network started from, beside the path of their file in the settings.
    sha256 = getattr(getattr(classifier, "network_", None), "weights_sha256", None)
    return {} if sha256 is None else {"weights_sha256": sha256}


def _manifest(
    recipe: Recipe, inputs: Inputs, classifier: Classifier, values: dict[str, Any]
) -> Manifest:
    return Manifest(
        **{
            "name": recipe.name,
            "version": "1",
            "labels": tuple(str(label) for label in classifier.classes_),
            "front_end": inputs.front_end,
            "windows": inputs.windows,
            "features": inputs.features,
            "model": {
                **recipe.model.to_dict(),
                "n_parameters": getattr(classifier, "n_parameters_", None),
                **_published_weights(classifier),
            },
            "recipe": recipe.to_dict(),
            "created": datetime.date.today().isoformat(),
            "licence": "Trained by the user of genrescope; the licence of the data applies.",
            **values,
        }
    )
