"""Run a recipe of several labels under a protocol, judged by the predictor that users call.

Splits are those of single-label recipes: what is spread evenly over their parts is the first label
of each track. A fold that is finished is not trained again.

Public functions: `run_folds`, `judge`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from genrescope.errors import ConfigError
from genrescope.evaluation.fold_answers import Answers
from genrescope.evaluation.fold_training import data_of, group_of
from genrescope.evaluation.folds import Fold, combined_leakage, is_honest
from genrescope.evaluation.multilabel.outcomes import LabelOutcome, read_outcomes, write_outcomes
from genrescope.evaluation.multilabel.record import MultiLabelResult
from genrescope.evaluation.multilabel.scoring import summarise
from genrescope.labels import vocabulary
from genrescope.prediction.abstain import given
from genrescope.prediction.aggregate import mean_probabilities, ranked
from genrescope.prediction.predictor import Predictor
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar, no_bar
from genrescope.training.recipe import Recipe
from genrescope.training.segments import segmented


def run_folds(
    recipe: Recipe,
    inputs: Inputs,
    folds: Sequence[Fold],
    *,
    progress: bool = False,
    report: Callable[[str], None] | None = None,
    bar: Bar = no_bar,
) -> MultiLabelResult:
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
    MultiLabelResult
        Scores over all test tracks, with intervals, what a constant gets, and the word on leakage.

    Raises
    ------
    ConfigError
        If a folder holds results of other settings.
    """
    tracks = inputs.tracks
    inputs = segmented(inputs, folds[0].split.n_segments)
    labels = vocabulary(track.labels for track in tracks)
    answers = Answers(judge, read_outcomes, write_outcomes, _told)
    outcomes = answers.of_folds(
        recipe, inputs, folds, labels, progress=progress, report=report, bar=bar
    )
    leakage = combined_leakage(folds, tracks)
    with bar(f"intervals of {recipe.name}, {folds[0].protocol}"):
        return summarise(
            outcomes,
            labels,
            model=recipe.name,
            protocol=folds[0].protocol,
            leakage_label=leakage.label,
            honest=is_honest(folds[0].split, leakage),
            dataset=f"{data_of(recipe)}, {inputs.content} of {len(labels)} genres",
            unit="segment" if inputs.n_segments > 1 else "track",
        )


def judge(
    predictor: Predictor,
    inputs: Inputs,
    test: Sequence[str],
    labels: Sequence[str],
    *,
    fold: int = 1,
    seed: int = 0,
) -> list[LabelOutcome]:
    """
    Ask a predictor of several labels about tracks whose genres are known.

    Parameters
    ----------
    predictor : Predictor
        The model.
    inputs : Inputs
        The windows of the data set, made by the predictor's front end.
    test : sequence of str
        Ids of the tracks.
    labels : sequence of str
        All labels of the data set; one that the model does not know has probability 0.
    fold, seed : int
        What the outcomes are filed under.

    Returns
    -------
    list of LabelOutcome
        One a track, none left out.

    Raises
    ------
    ConfigError
        If the model gives one label a track.
    """
    thresholds = predictor.manifest.label_thresholds
    if thresholds is None:
        raise ConfigError(
            f"model {predictor.name!r} gives a track one genre: evaluate it as a model of one label"
        )
    from_probability = dict(zip(predictor.labels, thresholds, strict=True))
    column = [list(labels).index(label) for label in predictor.labels]
    tracks = {track.track_id: track for track in inputs.tracks}
    outcomes = []
    for track_id in test:
        rows = predictor.probabilities(inputs.logmels(track_id))
        means = mean_probabilities(rows, sums_to_one=False)
        full = np.zeros(len(labels))
        full[column] = means
        outcomes.append(
            LabelOutcome(
                track_id=track_id,
                fold=fold,
                seed=seed,
                group=group_of(tracks[track_id], inputs),
                labels=tracks[track_id].labels,
                given=given(ranked(means, predictor.labels), from_probability),
                probabilities=tuple(float(p) for p in full),
            )
        )
    return outcomes


def _told(outcomes: Sequence[LabelOutcome]) -> str:
    return f"{len(outcomes)} tracks judged"
