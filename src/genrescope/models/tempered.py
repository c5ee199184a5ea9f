"""Probabilities from decision values: a softmax at one temperature, fitted on held-out artists.

scikit-learn has this calibration from 1.8 on; here it works with 1.6, and the temperature is that
of `genrescope.metrics.calibration`. Public: `TemperedClassifier`, `usable_folds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from genrescope.errors import ParameterError
from genrescope.metrics.calibration import apply_temperature, fit_temperature
from genrescope.models.classifier import HeldOut


class TemperedClassifier(ClassifierMixin, BaseEstimator):
    """
    An estimator with decision values, and the temperature that turns them into probabilities.

    Parameters
    ----------
    estimator : object
        An untrained estimator of scikit-learn with ``decision_function``.
    folds : sequence of (train, test) index arrays
        The temperature is fitted on the decision values of each test part, from an estimator that
        learned from the train part alone.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The labels, sorted: the columns of `predict_proba`.
    estimator_ : object
        Trained on all items.
    temperature_ : float
        What the decision values are divided by.
    held_out_ : HeldOut
        The probabilities of each item from an estimator that did not learn from it.

    References
    ----------
    .. [1] Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern
       neural networks. ICML, section 4.2.
    """

    def __init__(self, estimator: Any, folds: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
        self.estimator = estimator
        self.folds = folds

    def fit(self, X: np.ndarray, y: np.ndarray) -> TemperedClassifier:
        """
        Train the estimator, and one a fold for the temperature.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]
            Features.
        y : np.ndarray [shape=(n,)]
            Labels.

        Returns
        -------
        TemperedClassifier
            Itself.

        Raises
        ------
        ParameterError
            If no fold trains every label.
        """
        self.classes_ = np.unique(y)
        rows, truths, scores = [], [], []
        for train, test in usable_folds(y, self.folds):
            rows.append(test)
            truths.append(np.searchsorted(self.classes_, y[test]))
            scores.append(_scores(clone(self.estimator).fit(X[train], y[train]), X[test]))
        held_out = np.concatenate(scores)
        self.temperature_ = fit_temperature(np.concatenate(truths), held_out)
        self.held_out_ = HeldOut(
            np.concatenate(rows), apply_temperature(held_out, self.temperature_)
        )
        self.estimator_ = clone(self.estimator).fit(X, y)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """
        Give the probability of each genre.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]
            Features.

        Returns
        -------
        np.ndarray [shape=(n, n_classes)]
            Rows sum to one.
        """
        check_is_fitted(self)
        return apply_temperature(_scores(self.estimator_, X), self.temperature_)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """
        Give the most probable genre.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]
            Features.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Labels.
        """
        best = self.predict_proba(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[best]
        return labels


def usable_folds(
    y: np.ndarray, folds: Sequence[tuple[np.ndarray, np.ndarray]]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """
    Leave out folds that do not train every label: a model has no score for one it never heard.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Labels.
    folds : sequence of (train, test) index arrays
        The folds of a calibration.

    Returns
    -------
    list of (train, test)
        The others; at least one.

    Raises
    ------
    ParameterError
        If no fold trains every label.

    Examples
    --------
    >>> y = np.array(["a", "b", "a"])
    >>> len(usable_folds(y, [(np.array([0, 1]), np.array([2])), (np.array([0, 2]), np.array([1]))]))
    1
    """
    n_labels = len(np.unique(y))
    usable = [fold for fold in folds if len(np.unique(y[fold[0]])) == n_labels]
    if not usable:
        raise ParameterError(
            "in each fold of the calibration, all artists of some label are held out: add "
            "tracks of further artists, or leave the rarest label out"
        )
    return usable


def _scores(estimator: Any, X: np.ndarray) -> np.ndarray:
    scores: np.ndarray = estimator.decision_function(X)
    # Of two labels there is one decision value, which speaks for the second.
    return scores if scores.ndim == 2 else np.stack([-scores, scores], axis=1)
