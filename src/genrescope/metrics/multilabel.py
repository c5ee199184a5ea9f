"""
Metrics of multi-label classification, in plain numpy: a track may be of several genres, or of none.

`Y_true` and `Y_pred` are boolean [shape=(n, n_labels)], truth first; `P` holds probabilities (or
any scores) of the same shape, one row a track. Each label is ranked by itself, so that rows of `P`
need not sum to one. Fractions lie in [0, 1]. `weights` [shape=(..., n)] counts tracks several times
or not at all, as resamples do; results then have its leading axes.

Rules where a quotient is 0/0:

- A label without positive tracks has no average precision, recall or F1, one without positive or
  without negative tracks no area under its curve (NaN); means over labels leave it out.
- A label with positive tracks that is never given has precision 0 and F1 0.
- A mean over no label at all is NaN, and no tracks at all are an error.

Rankings stand in `label_ranking`. Public functions: `label_scores`, `macro_average_precision`,
`macro_roc_auc`, `macro_f1`, `micro_f1`, `subset_accuracy`, `hamming_loss`, `mean_over_labels`,
`evaluate`.
"""

from __future__ import annotations

import numpy as np

from genrescope.metrics.classification import ClassScores, class_scores_of_counts
from genrescope.metrics.label_ranking import (
    average_precision,
    label_ranking_average_precision,
    micro_average_precision,
    roc_auc,
)
from genrescope.metrics.validation import checked_weights, validate_labels


def label_scores(
    Y_true: np.ndarray, Y_pred: np.ndarray, *, weights: np.ndarray | None = None
) -> ClassScores:
    """
    Compute precision, recall and F1 of each label.

    Parameters
    ----------
    Y_true, Y_pred : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and was given.
    weights : np.ndarray [shape=(..., n)] or None
        How often each track counts; None counts each once.

    Returns
    -------
    ClassScores
        Each [shape=(..., n_labels)]; NaN for a label without positive tracks.
    """
    return class_scores_of_counts(*_counts(Y_true, Y_pred, weights))


def macro_average_precision(Y_true: np.ndarray, P: np.ndarray) -> float:
    """
    Average the average precision over the labels: the mAP of taggers.

    Parameters
    ----------
    Y_true, P : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and their probabilities.

    Returns
    -------
    float
        In [0, 1].
    """
    return float(mean_over_labels(average_precision(Y_true, P)))


def macro_roc_auc(Y_true: np.ndarray, P: np.ndarray) -> float:
    """
    Average the area under the curve over the labels.

    Parameters
    ----------
    Y_true, P : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and their probabilities.

    Returns
    -------
    float
        In [0, 1].
    """
    return float(mean_over_labels(roc_auc(Y_true, P)))


def macro_f1(Y_true: np.ndarray, Y_pred: np.ndarray) -> float:
    """
    Average the F1 over the labels that have positive tracks.

    Parameters
    ----------
    Y_true, Y_pred : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and was given.

    Returns
    -------
    float
        In [0, 1].
    """
    return float(mean_over_labels(label_scores(Y_true, Y_pred).f1))


def micro_f1(
    Y_true: np.ndarray, Y_pred: np.ndarray, *, weights: np.ndarray | None = None
) -> np.ndarray:
    """
    Compute the F1 of all decisions together, whatever their label.

    Parameters
    ----------
    Y_true, Y_pred : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and was given.
    weights : np.ndarray [shape=(..., n)] or None
        How often each track counts; None counts each once.

    Returns
    -------
    np.ndarray [shape=(...,)]
        In [0, 1]; NaN where no track has a label.
    """
    counts = [c.sum(axis=-1, keepdims=True) for c in _counts(Y_true, Y_pred, weights)]
    return class_scores_of_counts(*counts).f1[..., 0]


def subset_accuracy(Y_true: np.ndarray, Y_pred: np.ndarray) -> float:
    """
    Compute the fraction of tracks whose labels are all right.

    Parameters
    ----------
    Y_true, Y_pred : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and was given.

    Returns
    -------
    float
        In [0, 1].
    """
    validate_labels(Y_true, Y_pred)
    return float((Y_true == Y_pred).all(axis=1).mean())


def hamming_loss(Y_true: np.ndarray, Y_pred: np.ndarray) -> float:
    """
    Compute the fraction of decisions, one a track and label, that are wrong.

    Parameters
    ----------
    Y_true, Y_pred : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and was given.

    Returns
    -------
    float
        In [0, 1]; low where labels are rare, for who gives none at all is mostly right.
    """
    validate_labels(Y_true, Y_pred)
    return float((Y_true != Y_pred).mean())


def mean_over_labels(values: np.ndarray) -> np.ndarray:
    """
    Average over the labels that have a value.

    Parameters
    ----------
    values : np.ndarray [shape=(..., n_labels)]
        NaN where a label has none.

    Returns
    -------
    np.ndarray [shape=(...,)]
        NaN where no label has one.
    """
    n = np.isfinite(values).sum(axis=-1)
    mean: np.ndarray = np.where(n > 0, np.nansum(values, axis=-1) / np.maximum(n, 1), np.nan)
    return mean


def evaluate(Y_true: np.ndarray, Y_pred: np.ndarray, P: np.ndarray) -> dict[str, float]:
    """
    Compute every mean metric of this module; adds nothing to them.

    Parameters
    ----------
    Y_true, Y_pred, P : np.ndarray [shape=(n, n_labels)]
        Which labels each track has, and was given, and their probabilities.

    Returns
    -------
    dict of str to float
        Metrics by the name of their function.
    """
    ranked = (macro_average_precision, micro_average_precision, macro_roc_auc,
              label_ranking_average_precision)  # fmt: skip
    decided = (macro_f1, micro_f1, subset_accuracy, hamming_loss)
    return {f.__name__: float(f(Y_true, P)) for f in ranked} | {
        f.__name__: float(f(Y_true, Y_pred)) for f in decided
    }


def _counts(
    Y_true: np.ndarray, Y_pred: np.ndarray, weights: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    W = checked_weights(Y_true, Y_pred, weights)
    hits, support, given = (W @ Y.astype(np.float64) for Y in (Y_true & Y_pred, Y_true, Y_pred))
    return hits, support, given
