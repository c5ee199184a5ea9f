"""Estimators of scikit-learn behind the interface of the networks.

Inputs are features [shape=(n, ...)], flattened to vectors; probabilities are calibrated on folds
that keep an artist together where the artists are known.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from genrescope.errors import ParameterError
from genrescope.models import architectures, checks
from genrescope.models.checks import Data
from genrescope.models.classifier import HeldOut

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
    held_out_ : HeldOut or None
        What the folds of the calibration said about the items they held out, if it is kept.
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
        copies: np.ndarray | None = None,
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
        copies : np.ndarray [shape=(n_copies, n, ...)] or None
            Features of changed copies, for a model that learns them apart (``LEARNS_COPIES``).

        Returns
        -------
        ClassicalClassifier
            Itself.

        Raises
        ------
        ParameterError
            If the data break a rule, a label has too few examples (or artists) for the folds, or
            the model does not learn copies apart.
        """
        module = architectures.MODELS.module(self.architecture)
        if module.KIND != "classical":
            raise ParameterError(f"model {self.architecture!r} is a {module.KIND}, not classical")
        lesson = checks.checked_lesson(X, y, groups=groups, valid=valid, watch=watch)
        flat = _flat(lesson.X)
        settings = architectures.model_settings(self.architecture, self.settings)
        folds = calibration_folds(lesson.y, lesson.groups, self.seed)
        estimator = module.build(settings, seed=self.seed, n_features=flat.shape[1], folds=folds)
        self.estimator_ = estimator.fit(
            flat, lesson.y, **self._copies(module, estimator, copies, flat)
        )
        self.classes_ = lesson.classes
        self.input_shape_ = lesson.X.shape[1:]
        self.n_features_in_ = flat.shape[1]
        self.X_ = flat.copy()
        self.held_out_: HeldOut | None = getattr(self.estimator_[-1], "held_out_", None)
        return self

    def _copies(
        self, module: ModuleType, estimator: Any, copies: np.ndarray | None, flat: np.ndarray
    ) -> dict[str, np.ndarray]:
        if copies is None:
            return {}
        if not getattr(module, "LEARNS_COPIES", False):
            raise ParameterError(
                f"model {self.architecture!r} does not learn changed copies apart: put them among "
                "the features"
            )
        for copy in copies:
            checks.checked_inputs(copy.reshape(len(copy), -1), len(flat), what="changed copies'",
                                  input_shape=flat.shape[1:])  # fmt: skip
        last, _ = estimator.steps[-1]
        return {f"{last}__copies": copies.reshape(len(copies), *flat.shape)}

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

        Raises
        ------
        NotFittedError
            Before `fit`.
        ParameterError
            If the features are no finite numbers of that shape.
        """
        check_is_fitted(self)
        X = checks.checked_features(X, input_shape=self.input_shape_)
        if not len(X):
            return np.empty((0, len(self.classes_)))
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
        best = self.predict_proba(X).argmax(axis=1)
        labels: np.ndarray = self.classes_[best]
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

        check_is_fitted(self)
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
    # The shuffling of scikit-learn 1.6 breaks its stratification; shuffled names do not.
    _, group = np.unique(who, return_inverse=True)
    place = np.argsort(check_random_state(seed % 2**32).permutation(group.max() + 1))
    codes = np.unique(y, return_inverse=True)[1]
    return list(StratifiedGroupKFold(n_folds).split(np.empty((len(y), 1)), codes, place[group]))


def _flat(X: np.ndarray) -> np.ndarray:
    return X.reshape(len(X), -1)
