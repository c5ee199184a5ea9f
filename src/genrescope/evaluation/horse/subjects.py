"""
Find who is put to the horse test: the trained models of a run, or a model as it is.

Public functions: `subjects_of_folds`, `subject_as_is`.
"""

from __future__ import annotations

from pathlib import Path

from genrescope.errors import ConfigError
from genrescope.evaluation.horse.hearing import Subject
from genrescope.evaluation.horse.run import Examined
from genrescope.evaluation.outcomes import read_pooled_csv, read_predictions_csv
from genrescope.evaluation.record import ProtocolResult
from genrescope.prediction.predictor import Predictor


def subjects_of_folds(folder: Path, result: ProtocolResult) -> Examined:
    """
    Take the models of all folds and seeds that a result comes from.

    Each is tested on the test tracks of its own fold, which it never heard.

    Parameters
    ----------
    folder : Path
        Of one recipe under one protocol, in the run directory.
    result : ProtocolResult
        What came of it.

    Returns
    -------
    Examined
        The models with their test tracks; their answers are kept in the folders of the folds.

    Raises
    ------
    ConfigError
        If the folder of a fold is not finished.
    """
    subjects = []
    for seed in result.seeds:
        for number in range(1, result.n_folds + 1):
            fold = folder / f"fold-{number}-seed-{seed}"
            predictions = fold / "predictions.csv"
            if not predictions.is_file():
                raise ConfigError(f"{fold} holds no finished training: evaluate the model again")
            _, outcomes = read_predictions_csv(predictions)
            subjects.append(Subject(Predictor(fold / "bundle"), tuple(outcomes), fold))
    return Examined(result, tuple(subjects))


def subject_as_is(bundle: Path, result: ProtocolResult, report: Path) -> Examined:
    """
    Take a model as it is, with the tracks that it was judged on.

    Parameters
    ----------
    bundle : Path
        The model.
    result : ProtocolResult
        What came of judging it.
    report : Path
        Of that; the answers about the tracks stand beside it, and those of the test go there.

    Returns
    -------
    Examined
        The model.
    """
    answers = read_pooled_csv(report.parent / "predictions.csv")
    _, outcomes = answers[result.model, result.protocol]
    subject = Subject(Predictor(bundle), tuple(outcomes), report.parent)
    return Examined(result, (subject,))
