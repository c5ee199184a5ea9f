"""One support vector machine a genre, with an RBF kernel and probabilities by one temperature.

Each machine tells its genre from all the others; a softmax over their decision values, divided by a
temperature, gives probabilities. The temperature is fitted on decision values of machines that did
not hear the artist (Guo et al. 2017, "On calibration of modern neural networks"). The probabilities
are far better calibrated than those of one machine for each pair of genres, whose votes are coarse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from genrescope.models import kernel_graph
from genrescope.models.checks import check_positive
from genrescope.models.tempered import TemperedClassifier

KIND = "classical"


@dataclass(frozen=True)
class Settings:
    """
    Of the kernel machines.

    Attributes
    ----------
    C : float
        Cost of an error in training; higher fits closer.
    gamma_times_features : float
        Width of the kernel ``exp(-gamma * |a - b|**2)`` over standardised features, times the
        number of features.

    Raises
    ------
    ParameterError
        If a setting is not positive.
    """

    C: float = 3.0
    gamma_times_features: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        check_positive(self)


def build(
    settings: Settings,
    *,
    seed: int,
    n_features: int,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
) -> Any:
    """
    Build the untrained machines.

    Parameters
    ----------
    settings : Settings
        Of the kernel machines.
    seed : int
        Unused: the solution is unique.
    n_features : int
        Numbers in an input.
    folds : sequence of (train, test) index arrays
        Where decision values for the temperature come from.

    Returns
    -------
    sklearn.pipeline.Pipeline
        From features [shape=(n, n_features)] to classes.
    """
    machine = SVC(C=settings.C, gamma=settings.gamma_times_features / n_features, cache_size=500)
    tempered = TemperedClassifier(OneVsRestClassifier(machine), list(folds))
    return Pipeline([("scale", StandardScaler()), ("svm", tempered)])


def to_onnx(estimator: Any, *, input_shape: tuple[int, ...], X: np.ndarray) -> bytes:
    """
    Write the trained machines as an ONNX graph; skl2onnx knows no temperature.

    Parameters
    ----------
    estimator : sklearn.pipeline.Pipeline
        As `build` gives it, trained.
    input_shape : tuple of int
        Shape of one input, without the batch.
    X : np.ndarray [shape=(n, n_features)]
        The features it was trained on: the support vectors are among them.

    Returns
    -------
    bytes
        From ``X`` to ``probabilities``.
    """
    scaler: StandardScaler = estimator[0]
    inverse_temperature = 1.0 / estimator[-1].temperature_
    machines = estimator[-1].estimator_.estimators_
    Z = scaler.transform(X)
    used = np.unique(np.concatenate([machine.support_ for machine in machines]))
    weights = np.zeros((len(Z), len(machines)))
    biases = np.zeros(len(machines))
    for column, machine in enumerate(machines):
        weights[machine.support_, column] = machine.dual_coef_[0]
        biases[column] = machine.intercept_[0]
    if len(machines) == 1:
        # Of two genres there is one machine: its decision value speaks for the second.
        weights, biases = weights * [-1.0, 1.0], biases * np.array([-1.0, 1.0])
    return kernel_graph.kernel_machines(
        mean=scaler.mean_,
        scale=scaler.scale_,
        vectors=Z[used],
        weights=inverse_temperature * weights[used],
        biases=inverse_temperature * biases,
        gamma=float(machines[0].gamma),
        input_shape=input_shape,
    )
