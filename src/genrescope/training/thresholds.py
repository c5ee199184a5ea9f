"""From held-out answers to thresholds: when a model is not sure, and which genres are likely.

Held-out answers are those about tracks that the answering model had not learned from: the folds of
a calibration, or the validation part of a network. Test tracks have no part in it.

Public functions: `held_out_answers`, `fit_thresholds`.
"""

from __future__ import annotations

import numpy as np

from genrescope.bundle.abstention import Abstention
from genrescope.metrics.conformal import conformal_quantile, lac_scores
from genrescope.models.classifier import Classifier, HeldOut, held_out_of
from genrescope.prediction.aggregate import mean_probabilities
from genrescope.training.inputs import Inputs

# Of held-out music: what may be declined because the model is not sure.
LOST = 0.005
COVERAGE = 0.9
MIN_TRACKS = 50


def held_out_answers(
    classifier: Classifier, inputs: Inputs, *, learn: np.ndarray, valid: np.ndarray
) -> tuple[np.ndarray, np.ndarray, str] | None:
    """
    Gather what is known of tracks from models that had not learned from them.

    Parameters
    ----------
    classifier : Classifier
        A trained model.
    inputs : Inputs
        The windows of the data set.
    learn : np.ndarray [shape=(n,)]
        Rows of `inputs` that it learned from, in the order of the training.
    valid : np.ndarray [shape=(k,)]
        Rows of the validation part; may be empty.

    Returns
    -------
    y_true : np.ndarray [shape=(n_tracks,)]
        Class indices.
    P : np.ndarray [shape=(n_tracks, n_classes)]
        Mean probabilities over the windows of each track.
    source : str
        Where they come from.
    None
        In place of these, where nothing was held out.
    """
    found = held_out_of(classifier)
    source = "calibration folds of whole artists inside the training part"
    if found is not None:
        rows = learn[found.rows]
    elif len(valid):
        rows = valid
        found = HeldOut(valid, classifier.predict_proba(inputs.X[valid]))
        source = "the validation part, which also ended the training"
    else:
        return None
    labels = inputs.labels(rows)
    known = np.isin(labels, classifier.classes_)
    tracks = inputs.track_of_window[rows]
    truths, means = [], []
    for track in np.unique(tracks[known]):
        mine = known & (tracks == track)
        means.append(mean_probabilities(found.P[mine]))
        truths.append(np.searchsorted(classifier.classes_, labels[mine][0]))
    return (np.array(truths), np.array(means), source) if truths else None


def fit_thresholds(y_true: np.ndarray, P: np.ndarray, *, source: str) -> Abstention:
    """
    Fit the thresholds on held-out answers.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices of held-out tracks.
    P : np.ndarray [shape=(n, n_classes)]
        Their probabilities.
    source : str
        Where they come from.

    Returns
    -------
    Abstention
        Without any threshold where there are fewer than 50 tracks.
    """
    if len(y_true) < MIN_TRACKS:
        return Abstention()
    confidence = P.max(axis=1)
    below = float(np.quantile(confidence, LOST, method="lower"))
    threshold = conformal_quantile(y_true, lac_scores(P), coverage=COVERAGE)
    return Abstention(
        confidence_below=below,
        coverage=COVERAGE,
        probability_from=max(0.0, 1.0 - threshold),
        fitted_on=f"confidence_below and probability_from on {len(y_true)} tracks: {source}",
        measured={"declined_as_not_sure": float((confidence < below).mean())},
    )
