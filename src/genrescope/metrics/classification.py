"""
Metrics of single-label classification, in plain numpy.

`y_true` and `y_pred` are integer class indices in [0, n_classes) [shape=(n,)], truth first; `P`
holds probabilities [shape=(n, n_classes)], one row a track. Fractions lie in [0, 1], none is a
percentage; `log_loss` is in nats.

Rules where a quotient is 0/0:

- A class with test tracks that is never predicted has precision 0 and F1 0.
- A class without test tracks has no recall, precision or F1 (NaN) and is left out of the means over
  classes; to predict it is still a miss of the true class, so nothing is gained by it.
- Nothing is defined on no tracks at all: that is an error.

Public functions: `confusion_matrix`, `class_scores`, `class_scores_of_counts`, `accuracy`,
`balanced_accuracy`, `macro_f1`, `top_k_accuracy`, `ranks`, `log_loss`, `log_losses`, `evaluate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.validation import validate, validate_probabilities


@dataclass(frozen=True)
class ClassScores:
    """
    Scores of each class; NaN for a class without test tracks.

    Attributes
    ----------
    precision, recall, f1 : np.ndarray [shape=(..., n_classes)]
        In [0, 1].
    support : np.ndarray [shape=(..., n_classes)]
        Number of tracks that truly are of the class.
    """

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray


def confusion_matrix(y_true: np.ndarray, y_pred: np.ndarray, *, n_classes: int) -> np.ndarray:
    """
    Count how often each class was taken for each other.

    Parameters
    ----------
    y_true, y_pred : np.ndarray [shape=(n,)]
        Class indices.
    n_classes : int
        Number of classes.

    Returns
    -------
    np.ndarray [shape=(n_classes, n_classes)]
        Counts; rows are the true classes, columns the predicted ones.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), n_classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    validate(y_true, y_pred)
    largest = max(y_true.max(), y_pred.max())
    if largest >= n_classes:
        raise ParameterError(f"class index {largest} is not below n_classes={n_classes}")
    cells = y_true.astype(np.int64) * n_classes + y_pred
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def class_scores(confusion: np.ndarray) -> ClassScores:
    """
    Score each class from one or many confusion matrices.

    Parameters
    ----------
    confusion : np.ndarray [shape=(..., n_classes, n_classes)]
        Counts or weights; rows are the true classes.

    Returns
    -------
    ClassScores
        Precision, recall, F1 and support of each class; NaN where the support is 0.
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    return class_scores_of_counts(hits, confusion.sum(axis=-1), confusion.sum(axis=-2))


def class_scores_of_counts(
    hits: np.ndarray, support: np.ndarray, predicted: np.ndarray
) -> ClassScores:
    """
    Score each class from the margins of a confusion matrix.

    Parameters
    ----------
    hits, support, predicted : np.ndarray [shape=(..., n_classes)]
        Tracks of each class that are right, that truly are of it, that are predicted as it.

    Returns
    -------
    ClassScores
        Precision, recall, F1 and support of each class; NaN where the support is 0.
    """
    absent = np.where(support > 0, 0.0, np.nan)
    precision = absent + hits / np.where(predicted > 0, predicted, 1)
    recall = absent + hits / np.where(support > 0, support, 1)
    f1 = absent + 2 * hits / np.where(support > 0, support + predicted, 1)
    return ClassScores(precision, recall, f1, support)


def accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """
    Compute the fraction of tracks whose class is right.

    Parameters
    ----------
    y_true, y_pred : np.ndarray [shape=(n,)]
        Class indices.

    Returns
    -------
    float
        In [0, 1].
    """
    validate(y_true, y_pred)
    return float(np.mean(y_true == y_pred))


def balanced_accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """
    Average the recall over the classes that have test tracks.

    Parameters
    ----------
    y_true, y_pred : np.ndarray [shape=(n,)]
        Class indices.

    Returns
    -------
    float
        In [0, 1].
    """
    return float(np.nanmean(_class_scores(y_true, y_pred).recall))


def macro_f1(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """
    Average the F1 over the classes that have test tracks.

    Parameters
    ----------
    y_true, y_pred : np.ndarray [shape=(n,)]
        Class indices.

    Returns
    -------
    float
        In [0, 1]; what scikit-learn gives with ``labels=np.unique(y_true)``.
    """
    return float(np.nanmean(_class_scores(y_true, y_pred).f1))


def top_k_accuracy(y_true: np.ndarray, P: np.ndarray, *, k: int) -> float:
    """
    Compute the fraction of tracks whose class is among the `k` most probable.

    Of equally probable classes the one with the lower index comes first, as in `numpy.argmax`.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.
    k : int
        At least 1.

    Returns
    -------
    float
        In [0, 1]; 1 where `k` is the number of classes or more.
    """
    return float(np.mean(ranks(y_true, P) < k))


def ranks(y_true: np.ndarray, P: np.ndarray) -> np.ndarray:
    """
    Find the place of the true class among the classes by probability.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.

    Returns
    -------
    np.ndarray [shape=(n,)]
        0 where the true class is the most probable one.
    """
    validate_probabilities(y_true, P)
    p_true = np.take_along_axis(P, y_true[:, None], axis=1)
    earlier = np.arange(P.shape[1]) < y_true[:, None]
    return np.asarray(np.sum((p_true < P) | ((p_true == P) & earlier), axis=1))


def log_loss(y_true: np.ndarray, P: np.ndarray) -> float:
    """
    Average the negative log-probability of the true class, in nats.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities; clipped to [eps, 1 - eps] of float64, so that the loss is finite.

    Returns
    -------
    float
        At least 0; ``log(n_classes)`` for uniform probabilities.
    """
    return float(np.mean(log_losses(y_true, P)))


def log_losses(y_true: np.ndarray, P: np.ndarray) -> np.ndarray:
    """
    Compute the negative log-probability of the true class of each track, in nats.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities; clipped to [eps, 1 - eps] of float64.

    Returns
    -------
    np.ndarray [shape=(n,)]
        At least 0.
    """
    validate_probabilities(y_true, P)
    eps = np.finfo(np.float64).eps
    p_true = np.take_along_axis(P, y_true[:, None], axis=1)[:, 0].astype(np.float64)
    losses: np.ndarray = -np.log(np.clip(p_true, eps, 1 - eps))
    return losses


def evaluate(
    y_true: np.ndarray, y_pred: np.ndarray, P: np.ndarray | None = None
) -> dict[str, float]:
    """
    Compute every mean metric of this module; adds nothing to them.

    Parameters
    ----------
    y_true, y_pred : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)] or None
        Probabilities; None leaves out the metrics that need them.

    Returns
    -------
    dict of str to float
        Metrics by the name of their function (``top_3_accuracy`` for k = 3).
    """
    scores = {f.__name__: f(y_true, y_pred) for f in (accuracy, balanced_accuracy, macro_f1)}
    if P is not None:
        scores["top_3_accuracy"] = top_k_accuracy(y_true, P, k=3)
        scores["log_loss"] = log_loss(y_true, P)
    return scores


def _class_scores(y_true: np.ndarray, y_pred: np.ndarray) -> ClassScores:
    validate(y_true, y_pred)
    n_classes = int(max(y_true.max(), y_pred.max())) + 1
    return class_scores(confusion_matrix(y_true, y_pred, n_classes=n_classes))
