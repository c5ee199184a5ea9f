"""Estimators of scikit-learn behind the interface of the networks.

Inputs are features [shape=(n, ...)], flattened to vectors; probabilities are calibrated on folds
that keep an artist together where the artists are known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils.validation import check_is_fitted

from genrescope.errors import ParameterError
from genrescope.models import architectures

Data = tuple[np.ndarray, np.ndarray]
N_FOLDS = 5


class ClassicalClassifier(ClassifierMixin, BaseEstimator):
    """
    A classical model that learns genres from features.

    Parameters
    ----------
    architecture : str
        Name of a classical model in `genrescope.models` (``"svm"``).
    settings : dict or None
        Its settings, by name; None takes the defaults.
    seed : int
        Decides the folds of the calibration.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The labels, sorted: the columns of `predict_proba`.
    estimator_ : object
        The trained estimator.
    X_ : np.ndarray [shape=(n, n_features)]
        What it was trained on, since support vectors are among it.
    """

    def __init__(
        self,
        architecture: str = "svm",
        settings: dict[str, Any] | None = None,
        *,
        seed: int = 0,
    ) -> None:
        self.architecture = architecture
        self.settings = settings
        self.seed = seed

    def fit(
        self,
        X: np.ndarray,
        y: np.ndarray,
        *,
        groups: np.ndarray | None = None,
        valid: Data | None = None,
        watch: Data | None = None,
    ) -> ClassicalClassifier:
        """
        Train the model.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features, float32.
        y : np.ndarray [shape=(n,)]
            Labels.
        groups : np.ndarray [shape=(n,)] or None
            Artist of each item, for the folds of the calibration; None takes each item alone.
        valid, watch : tuple of np.ndarray or None
            Unused: there are no epochs to end or to watch.

        Returns
        -------
        ClassicalClassifier
            Itself.

        Raises
        ------
        ParameterError
            If a label has too few examples (or artists) for the folds.
        """
        module = architectures.MODELS.module(self.architecture)
        if module.KIND != "classical":
            raise ParameterError(f"model {self.architecture!r} is a {module.KIND}, not classical")
        if not len(X) == len(y) > 0:
            raise ParameterError(f"{len(X)} inputs and {len(y)} labels: give as many of each, >= 1")
        self.classes_ = np.unique(y)
        self.input_shape_ = X.shape[1:]
        self.n_features_in_ = int(np.prod(X.shape[1:]))
        settings = architectures.model_settings(self.architecture, self.settings)
        folds = calibration_folds(y, groups, self.seed)
        self.estimator_ = module.build(
            settings, seed=self.seed, n_features=self.n_features_in_, folds=folds
        )
        self.estimator_.fit(_flat(X), y)
        self.X_ = _flat(X).copy()
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """
        Give the probability of each genre.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features, of the shape that was trained on.

        Returns
        -------
        np.ndarray [shape=(n, n_classes)]
            Rows sum to one; columns in the order of `classes_`.
        """
        check_is_fitted(self)
        P: np.ndarray = self.estimator_.predict_proba(_flat(X))
        return P

    def predict(self, X: np.ndarray) -> np.ndarray:
        """
        Give the most probable genre.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features.

        Returns
        -------
        np.ndarray [shape=(n,)]
            Labels.
        """
        labels: np.ndarray = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def to_onnx(self) -> bytes:
        """
        Write the trained model as an ONNX graph.

        Returns
        -------
        bytes
            Input ``X`` [shape=(batch, ...)], output ``probabilities`` [shape=(batch, n_classes)].
        """
        from genrescope.models.onnx_graph import estimator_to_onnx

        own = getattr(architectures.MODELS.module(self.architecture), "to_onnx", None)
        if own is not None:
            graph: bytes = own(self.estimator_, input_shape=self.input_shape_, X=self.X_)
            return graph
        return estimator_to_onnx(self.estimator_, self.input_shape_)


def calibration_folds(
    y: np.ndarray, groups: np.ndarray | None, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """
    Make stratified folds that keep each group on one side.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Labels.
    groups : np.ndarray [shape=(n,)] or None
        Artist of each item; None takes each item alone.
    seed : int
        Decides the folds.

    Returns
    -------
    list of (train, test)
        Index arrays; five folds, or as many as the rarest label has groups.

    Raises
    ------
    ParameterError
        If a label has fewer than two groups.
    """
    alone = np.arange(len(y)).astype(str)
    who = alone if groups is None else np.asarray(groups).astype(str)
    n_groups = {label: len(set(who[y == label])) for label in np.unique(y)}
    rarest = min(n_groups, key=lambda label: n_groups[label])
    if n_groups[rarest] < 2:
        raise ParameterError(
            f"label {str(rarest)!r} has {n_groups[rarest]} artist(s) in training and calibration "
            "holds one out: give it tracks of at least two artists, or leave the label out"
        )
    n_folds = min(N_FOLDS, n_groups[rarest])
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed % 2**32)
    return list(splitter.split(np.empty((len(y), 1)), y, who))


def _flat(X: np.ndarray) -> np.ndarray:
    return X.reshape(len(X), -1)
