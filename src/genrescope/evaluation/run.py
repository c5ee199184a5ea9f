"""Run a recipe under a protocol: every fold, every seed, judged by the predictor that users call.

Each training has a folder of its own in the run directory. A fold that is finished is not trained
again, so a run that was killed goes on where it stood.

Public functions: `run_folds`, `judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from genrescope.errors import ConfigError
from genrescope.evaluation.fold_answers import Answers
from genrescope.evaluation.fold_training import data_of, group_of
from genrescope.evaluation.folds import Fold, combined_leakage, is_honest
from genrescope.evaluation.outcomes import (
    TrackOutcome,
    read_predictions_csv,
    write_predictions_csv,
)
from genrescope.evaluation.record import ProtocolResult
from genrescope.evaluation.results import summarise
from genrescope.prediction.aggregate import mean_probabilities
from genrescope.prediction.predictor import Predictor
from genrescope.splits.leakage import Leakage
from genrescope.training.fit import parts_for
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar, no_bar
from genrescope.training.recipe import Recipe
from genrescope.training.segments import segmented
from genrescope.training.several_labels import is_multi_label


def run_folds(
    recipe: Recipe,
    inputs: Inputs,
    folds: Sequence[Fold],
    *,
    progress: bool = False,
    report: Callable[[str], None] | None = None,
    bar: Bar = no_bar,
) -> ProtocolResult:
    """
    Train and judge a recipe on the folds of one protocol.

    Parameters
    ----------
    recipe : Recipe
        What to train.
    inputs : Inputs
        The windows of the data set, in whole tracks; they are cut where the splits say so.
    folds : sequence of Fold
        As `plan_folds` gives them, at least one.
    progress : bool
        Show a progress bar while a network learns.
    report : callable or None
        Called with a line of text after each training.
    bar : callable
        Opens a progress bar for what takes its time besides.

    Returns
    -------
    ProtocolResult
        Scores over all test tracks, with intervals, baselines and the word on leakage.

    Raises
    ------
    ConfigError
        If a folder holds results of other settings, or the recipe gives a track several labels.
    """
    if is_multi_label(recipe):
        raise ConfigError(
            f"recipe {recipe.name!r} gives a track several labels: it is judged by `genrescope "
            "train` and `evaluate` alone, not here, where each track has one"
        )
    tracks = inputs.tracks
    inputs = segmented(inputs, folds[0].split.n_segments)
    label_of = {track.track_id: track.label for track in inputs.tracks}
    labels = sorted(set(label_of.values()))
    answers = Answers(judge, read_predictions_csv, write_predictions_csv, _told)
    outcomes = answers.of_folds(
        recipe, inputs, folds, labels, progress=progress, report=report, bar=bar
    )
    train_labels = {
        (fold.split.fold, fold.seed): [label_of[i] for i in _learned(recipe, fold)]
        for fold in folds
    }
    leakage = combined_leakage(folds, tracks)
    with bar(f"intervals of {recipe.name}, {folds[0].protocol}"):
        return summarise(
            outcomes,
            labels,
            model=recipe.name,
            protocol=folds[0].protocol,
            leakage_label=leakage.label,
            honest=is_honest(folds[0].split, leakage),
            train_labels=train_labels,
            dataset=f"{data_of(recipe)}, {inputs.content} of {len(labels)} {_classes(leakage)}",
            unit="segment" if inputs.n_segments > 1 else "track",
            grouped_by=leakage.grouped_by,
        )


def judge(
    predictor: Predictor,
    inputs: Inputs,
    test: Sequence[str],
    labels: Sequence[str],
    *,
    fold: int = 1,
    seed: int = 0,
) -> list[TrackOutcome]:
    """
    Ask a predictor about tracks whose genre is known.

    Parameters
    ----------
    predictor : Predictor
        The model.
    inputs : Inputs
        The windows of the data set, made by the predictor's front end.
    test : sequence of str
        Ids of the tracks.
    labels : sequence of str
        All labels of the data set; a label that the model does not know has probability 0.
    fold, seed : int
        What the outcomes are filed under.

    Returns
    -------
    list of TrackOutcome
        One a track, none left out.

    Raises
    ------
    ConfigError
        If the model hears with another front end or knows other labels.
    """
    if predictor.manifest.front_end != inputs.front_end:
        raise ConfigError(
            f"model {predictor.name!r} hears with {predictor.manifest.front_end}, but the data "
            f"were prepared with {inputs.front_end}: evaluate it on sound, or on its own features"
        )
    strange = set(predictor.labels) - set(labels)
    if strange:
        raise ConfigError(
            f"model {predictor.name!r} knows {sorted(strange)}, which no track of the data set is: "
            "evaluate it on a data set with the same genres"
        )
    column = [list(labels).index(label) for label in predictor.labels]
    tracks = {track.track_id: track for track in inputs.tracks}
    outcomes = []
    for track_id in test:
        P = mean_probabilities(predictor.probabilities(inputs.logmels(track_id)))
        full = np.zeros(len(labels))
        full[column] = P
        outcomes.append(
            TrackOutcome(
                track_id=track_id,
                fold=fold,
                seed=seed,
                group=group_of(tracks[track_id], inputs),
                y_true=tracks[track_id].label,
                y_pred=labels[int(full.argmax())],
                probabilities=tuple(float(p) for p in full),
            )
        )
    return outcomes


def _told(outcomes: Sequence[TrackOutcome]) -> str:
    return f"{sum(o.y_true == o.y_pred for o in outcomes)} of {len(outcomes)} right"


def _learned(recipe: Recipe, fold: Fold) -> Sequence[str]:
    return parts_for(recipe, train=fold.split.train, valid=fold.split.valid).learn


def _classes(leakage: Leakage) -> str:
    return "genres" if leakage.grouped_by == "artist" else "artists"
