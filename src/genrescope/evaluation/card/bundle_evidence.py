"""
Evidence in a model bundle: its report card can be made wherever it is, without data and training.

Public functions: `record_evidence`, `add_horse`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from genrescope.datasets.dataset import Dataset
from genrescope.errors import BundleError, ConfigError
from genrescope.evaluation.card.earlier import read_evaluation
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.card.evidence_file import read_evidence, write_evidence
from genrescope.evaluation.card.sources import evidence_of_evaluation
from genrescope.evaluation.horse.record import HorseResult

ELSEWHERE = (
    "The figures come from models that learned the training part of each protocol alone. The model "
    "in the bundle learned from all tracks, after the figures were fixed."
)


def record_evidence(
    bundle: Path,
    report: Path,
    *,
    dataset: str,
    commands: Sequence[str],
    notes: Sequence[str] = (),
    horse: HorseResult | None = None,
    sound: Dataset | None = None,
) -> Evidence:
    """
    Write what an evaluation measured into a bundle whose model learned from all tracks.

    Parameters
    ----------
    bundle : Path
        The bundle; its figures are of the same evaluation.
    report : Path
        The report of the evaluation; results and answers stand beside it.
    dataset : str
        What to call the data.
    commands : sequence of str
        What measures it again.
    notes : sequence of str
        What else a reader must know.
    horse : HorseResult or None
        What the horse test found; None takes that of the evaluation, where there is one.
    sound : Dataset or None
        Where sound files are, for the speed.

    Returns
    -------
    Evidence
        As it was written.

    Raises
    ------
    ConfigError
        If no results stand beside the report.
    """
    found = read_evaluation(report.parent)
    if found is None:
        raise ConfigError(f"{report.parent} holds no results.json: give the report of `evaluate`")
    evidence = evidence_of_evaluation(found, bundle, sound=sound)
    evidence = dataclasses.replace(
        evidence,
        results=tuple(dataclasses.replace(r, dataset=dataset) for r in evidence.results),
        horse=evidence.horse if horse is None else horse,
        commands=tuple(commands),
        notes=(ELSEWHERE, *notes),
    )
    write_evidence(bundle, evidence)
    return evidence


def add_horse(bundle: Path, horse: HorseResult) -> Evidence:
    """
    Put what the horse test found into the evidence of a bundle, and leave the rest of it.

    Parameters
    ----------
    bundle : Path
        The bundle.
    horse : HorseResult
        Of the models whose figures the bundle has.

    Returns
    -------
    Evidence
        As it was written.

    Raises
    ------
    BundleError
        If the bundle holds no evidence.
    """
    evidence = read_evidence(bundle)
    if evidence is None:
        raise BundleError(
            f"{bundle} holds no evidence, to which the horse test could be added: write it first, "
            "by `record_evidence`"
        )
    evidence = dataclasses.replace(evidence, horse=horse)
    write_evidence(bundle, evidence)
    return evidence
