"""A support vector machine with an RBF kernel, its probabilities calibrated on held-out artists.

The features are standardised. The probabilities come from a sigmoid over the decision values of
models that did not see the artist (Platt 1999); without known artists, of models that did not see
the track.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from genrescope.models.checks import check_positive

KIND = "classical"


@dataclass(frozen=True)
class Settings:
    """
    Of the kernel machine.

    Attributes
    ----------
    C : float
        Cost of an error in training; higher fits closer.
    gamma : float or None
        Width of the kernel ``exp(-gamma * |a - b|**2)`` over standardised features; None takes one
        over the number of features.

    Raises
    ------
    ParameterError
        If a setting is not positive.
    """

    C: float = 10.0
    gamma: float | None = None

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
    Build the untrained machine.

    Parameters
    ----------
    settings : Settings
        Of the kernel machine.
    seed : int
        Unused: the solution is unique.
    n_features : int
        Numbers in an input.
    folds : sequence of (train, test) index arrays
        Where decision values for the calibration come from.

    Returns
    -------
    sklearn.pipeline.Pipeline
        From features [shape=(n, n_features)] to classes.
    """
    gamma = 1.0 / n_features if settings.gamma is None else settings.gamma
    machine = SVC(C=settings.C, gamma=gamma, cache_size=500)
    calibrated = CalibratedClassifierCV(machine, method="sigmoid", cv=list(folds), ensemble=False)
    return Pipeline([("scale", StandardScaler()), ("svm", calibrated)])
