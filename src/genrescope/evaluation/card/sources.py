"""
Where the evidence of a report card comes from, nearest first, and where the sound of its tracks is.

A bundle may hold its evidence; the folders of an earlier evaluation hold results and answers.

Public functions: `evidence_of_bundle`, `evidence_of_folder`, `evidence_of_evaluation`,
`sound_dataset`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genrescope.bundle.format import MANIFEST_NAME, read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.datasets.dataset import Dataset, load_dataset
from genrescope.errors import BundleError, ConfigError, ParameterError
from genrescope.evaluation.card.earlier import Evaluation, evaluations_of_run, read_evaluation
from genrescope.evaluation.card.evidence import Evidence, ModelFacts
from genrescope.evaluation.card.evidence_file import read_evidence
from genrescope.evaluation.card.gather import facts_of_bundle, gather
from genrescope.evaluation.card.speed import measure_speed
from genrescope.evaluation.judge_model import AS_IS
from genrescope.prediction.predictor import Predictor

N_TIMED_FILES = 5


def evidence_of_bundle(model: str) -> Evidence | None:
    """
    Read the evidence that a model carries.

    Parameters
    ----------
    model : str
        ``default``, or the folder of a bundle or run.

    Returns
    -------
    Evidence or None
        None where it is no bundle, or it carries none.
    """
    try:
        folder = find_bundle(model)
    except BundleError:
        return None
    evidence = read_evidence(folder)
    if evidence is None:
        return None
    # Thresholds may be fitted anew after the figures were measured: the bundle has the last word.
    return dataclasses.replace(evidence, abstention=_abstention(folder))


def evidence_of_folder(folder: Path, *, sound: Dataset | None = None) -> Evidence | None:
    """
    Gather what earlier evaluations left: of a report, of a training, of all of a run directory.

    Parameters
    ----------
    folder : Path
        That of a report, of a training or its bundle, or ``RUNS/model``.
    sound : Dataset or None
        Where sound files are, for the speed.

    Returns
    -------
    Evidence or None
        None where nothing was evaluated.

    Raises
    ------
    ParameterError
        If it is about several models.
    """
    place = folder.parent if (folder / MANIFEST_NAME).is_file() else folder
    found = read_evaluation(place) or evaluations_of_run(place)
    if found is None:
        return None
    if len(found.models) > 1:
        raise ParameterError(
            f"{folder} is a report on {len(found.models)} models ({', '.join(found.models)}), but "
            "a report card is of one: give the run folder of one of them"
        )
    return evidence_of_evaluation(found, _bundle_near(place, found.models[0]), sound=sound)


def evidence_of_evaluation(
    found: Evaluation, bundle: Path | None, *, sound: Dataset | None = None
) -> Evidence:
    """
    Gather evidence from an evaluation, and measure the speed of one of its models here.

    Parameters
    ----------
    found : Evaluation
        Of one model.
    bundle : Path or None
        One of the models that it trained.
    sound : Dataset or None
        Where sound files are, for the speed.

    Returns
    -------
    Evidence
        Without facts and speed where there is no bundle.
    """
    facts = ModelFacts(found.models[0], labels=found.results[0].labels)
    first = Evidence(facts, found.results).headline.protocol
    horses = sorted(found.horses, key=lambda horse: horse.protocol != first)
    more: dict[str, Any] = {"horse": horses[0] if horses else None, "commands": found.commands}
    more["notes"] = found.notes
    if bundle is not None:
        facts = facts_of_bundle(bundle)
        paths = [] if sound is None else [p for t in sound.tracks if (p := sound.sound(t))]
        more["speed"] = measure_speed(Predictor(bundle), files=paths[:N_TIMED_FILES])
        more["abstention"] = _abstention(bundle)
        trained = [r for r in found.results if r.protocol != AS_IS]
        n_trained = sum(r.n_folds * len(r.seeds) for r in trained)
        if n_trained > 1:
            more["notes"] += (
                f"{n_trained} models were trained for these figures; size, speed and settings are "
                "those of one of them.",
            )
    return gather(found.results, found.answers, model=facts, **more)


def sound_dataset(model: str) -> Dataset:
    """
    Load the data set that a model was made from, for the sound of its tracks.

    Parameters
    ----------
    model : str
        ``default``, a bundle, or a folder in or of a run directory.

    Returns
    -------
    Dataset
        The data set.

    Raises
    ------
    ConfigError
        If the model names no data set, or one whose place is not known here.
    DatasetError
        If the data set cannot be read.
    """
    chosen = _dataset_choice(model)
    if not chosen:
        raise ConfigError("the model does not say which data set it was made from")
    return load_dataset(**chosen)


def _abstention(bundle: Path) -> Mapping[str, Any]:
    table: Mapping[str, Any] = read_manifest(bundle).to_dict().get("abstention", {})
    return table


def _dataset_choice(model: str) -> Mapping[str, Any]:
    try:
        return dict(read_manifest(find_bundle(model)).recipe.get("dataset", {}))
    except BundleError:
        bundle = _bundle_near(Path(model), None)
    if bundle is None:
        return {}
    return dict(read_manifest(bundle).recipe.get("dataset", {}))


def _bundle_near(folder: Path, model: str | None) -> Path | None:
    """Find a model that an evaluation trained: in its folder, or in that of the run it is of."""
    patterns = ["bundle", "fold-*/bundle", "*/fold-*/bundle"]
    found = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    if folder.parent.parent.name == "reports":
        name = model or folder.parent.name
        found += sorted((folder.parent.parent.parent / name).glob("*/fold-*/bundle"))
    return next((path for path in found if (path / MANIFEST_NAME).is_file()), None)
