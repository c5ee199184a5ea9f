"""Kernel machines and a network over the same features, which answer with one mean: the default.

The machines fit the recordings as they are closely; the network learns from many changed copies of
them and bears noise, narrow bands and other equalisers better. How they are trained stands in
`members`.

Each member has a temperature, and so has the logarithm of their mean, fitted on the answers of
models that did not hear the artist (Guo et al. 2017, "On calibration of modern neural networks").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from genrescope.metrics.calibration import apply_temperature, fit_temperature
from genrescope.models import kernel_graph, members, mixup_mlp
from genrescope.models.checks import check_positive
from genrescope.models.classifier import HeldOut
from genrescope.models.members import Members
from genrescope.models.tempered import usable_folds

KIND = "classical"
LEARNS_COPIES = True


@dataclass(frozen=True)
class Settings:
    """
    Of the machines and of the network.

    Attributes
    ----------
    C : float
        Cost of an error of the machines; higher fits closer.
    gamma_times_features : float
        Width of the kernel ``exp(-gamma * |a - b|**2)`` over standardised features, times the
        number of features.
    n_hidden : int
        Hidden units of the network.
    epochs : int
        Passes of the network over the recordings.

    Raises
    ------
    ParameterError
        If a setting is not positive.
    """

    C: float = 3.0
    gamma_times_features: float = 0.5
    n_hidden: int = 512
    epochs: int = 120

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        check_positive(self)


def build(
    settings: Settings,
    *,
    seed: int,
    n_features: int,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
) -> Pipeline:
    """
    Build the untrained model.

    Parameters
    ----------
    settings : Settings
        Of the machines and of the network.
    seed : int
        Decides the training of the network.
    n_features : int
        Numbers in an input.
    folds : sequence of (train, test) index arrays
        Where answers for the temperatures come from.

    Returns
    -------
    sklearn.pipeline.Pipeline
        From features [shape=(n, n_features)] to classes.
    """
    return Pipeline([("both", MachinesAndNetwork(settings, list(folds), seed=seed))])


def to_onnx(estimator: Pipeline, *, input_shape: tuple[int, ...], X: np.ndarray) -> bytes:
    """
    Write the trained model as an ONNX graph.

    Parameters
    ----------
    estimator : sklearn.pipeline.Pipeline
        As `build` gives it, trained.
    input_shape : tuple of int
        Shape of one input, without the batch.
    X : np.ndarray [shape=(n, n_features)]
        Unused: the model holds its support vectors.

    Returns
    -------
    bytes
        From ``X`` to ``probabilities``.
    """
    both: MachinesAndNetwork = estimator[-1]
    member, (of_machines, of_network, of_both) = both.members_, both.temperatures_
    layers = {f.name: getattr(member.network, f.name) for f in fields(member.network)}
    for name in ("out", "out_bias"):
        layers[name] = layers[name] / of_network
    return kernel_graph.machines_and_network(
        mean=member.mean,
        scale=member.scale,
        limit=members.LIMIT,
        vectors=member.vectors,
        weights=member.weights / of_machines,
        biases=member.biases / of_machines,
        gamma=member.gamma,
        network=layers,
        sharpness=1 / of_both,
        input_shape=input_shape,
    )


class MachinesAndNetwork(BaseEstimator):
    """
    Kernel machines and a network, and the temperatures of their answers.

    Parameters
    ----------
    settings : Settings
        Of the machines and of the network.
    folds : sequence of (train, test) index arrays
        The temperatures are fitted on the answers about each test part, from members that learned
        from the train part alone.
    seed : int
        Decides the training of the network.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The labels, sorted: the columns of `predict_proba`.
    members_ : Members
        Trained on all items.
    temperatures_ : tuple of float
        Of the machines, of the network, and of the logarithm of their mean.
    held_out_ : HeldOut
        The probabilities of each item from members that did not learn from it.
    """

    def __init__(
        self,
        settings: Settings,
        folds: Sequence[tuple[np.ndarray, np.ndarray]],
        *,
        seed: int = 0,
    ) -> None:
        self.settings = settings
        self.folds = folds
        self.seed = seed

    def fit(
        self, X: np.ndarray, y: np.ndarray, copies: np.ndarray | None = None
    ) -> MachinesAndNetwork:
        """
        Train the members, and some a fold for the temperatures.

        Parameters
        ----------
        X : np.ndarray [shape=(n, n_features)]
            Features.
        y : np.ndarray [shape=(n,)]
            Labels.
        copies : np.ndarray [shape=(n_copies, n, n_features)] or None
            Features of changed copies.

        Returns
        -------
        MachinesAndNetwork
            Itself.

        Raises
        ------
        ParameterError
            If no fold trains every label.
        """
        self.classes_, codes = np.unique(y, return_inverse=True)
        if copies is None:
            copies = np.empty((0, *X.shape), dtype=X.dtype)
        folds = usable_folds(codes, self.folds)
        found = [
            self._trained(X[train], codes[train], copies[:, train]).scores(X[test])
            for train, test in folds
        ]
        held_out = np.concatenate([test for _, test in folds])
        scores = [np.concatenate(part) for part in zip(*found, strict=True)]
        own = [fit_temperature(codes[held_out], part) for part in scores]
        whole = fit_temperature(codes[held_out], _log_mean(scores, own))
        self.temperatures_ = (*own, whole)
        self.held_out_ = HeldOut(held_out, self._probabilities(scores))
        self.members_ = self._trained(X, codes, copies)
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
        return self._probabilities(self.members_.scores(X))

    def _probabilities(self, scores: Sequence[np.ndarray]) -> np.ndarray:
        *own, whole = self.temperatures_
        return apply_temperature(_log_mean(scores, own), whole)

    def _trained(self, X: np.ndarray, codes: np.ndarray, copies: np.ndarray) -> Members:
        settings = self.settings
        mixup = mixup_mlp.MixupSettings(n_hidden=settings.n_hidden, epochs=settings.epochs)
        gamma = settings.gamma_times_features / X.shape[1]
        return members.train(
            X, codes, copies, C=settings.C, gamma=gamma, mixup=mixup, seed=self.seed
        )


def _log_mean(scores: Sequence[np.ndarray], temperatures: Sequence[float]) -> np.ndarray:
    """Give the logarithm of the mean of calibrated probabilities."""
    both = [apply_temperature(s, t) for s, t in zip(scores, temperatures, strict=True)]
    tiny = np.finfo(np.float64).tiny
    log_mean: np.ndarray = np.log(np.maximum(np.mean(both, axis=0), tiny))
    return log_mean
