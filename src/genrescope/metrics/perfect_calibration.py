"""
The calibration error that a perfectly calibrated model shows by chance alone.

The error in bins is biased upwards: in a bin of few tracks accuracy strays from confidence even
where the probabilities are true. A measured error says something only beside this one.

Public functions: `error_if_true`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.calibration import expected_calibration_error


@dataclass(frozen=True)
class ErrorIfTrue:
    """
    The calibration error that chance alone gives.

    Attributes
    ----------
    mean : float
        Its expected value.
    high : float
        What it stays below in 95 of 100 cases.
    """

    mean: float
    high: float


def error_if_true(
    P: np.ndarray,
    rng: np.random.Generator,
    *,
    n_bins: int = 15,
    binning: str = "width",
    n_draws: int = 300,
) -> ErrorIfTrue:
    """
    Draw the truth from the probabilities themselves, and measure their calibration error.

    Parameters
    ----------
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.
    rng : np.random.Generator
        Source of the draws.
    n_bins : int
        Number of bins, at least 1.
    binning : str
        ``"width"`` or ``"mass"``; see `calibration.reliability_curve`.
    n_draws : int
        How often the truth is drawn, at least 1.

    Returns
    -------
    ErrorIfTrue
        Mean and 95th percentile over the draws; tracks are drawn independently of each other, as
        tracks of one artist are not, so the true spread is a little wider.

    Raises
    ------
    ParameterError
        If `n_draws` is below 1.

    References
    ----------
    .. [1] Vaicenavicius, J. et al. (2019). Evaluating model calibration in classification.
       AISTATS, section 4 (consistency resampling).
    """
    if n_draws < 1:
        raise ParameterError(f"n_draws is {n_draws}, but the truth must be drawn at least once")
    sums = np.cumsum(P.astype(np.float64), axis=1)
    errors = []
    for _ in range(n_draws):
        drawn = rng.random((len(P), 1)) * sums[:, -1:]
        y = np.minimum((sums < drawn).sum(axis=1), P.shape[1] - 1)
        errors.append(expected_calibration_error(y, P, n_bins=n_bins, binning=binning))
    return ErrorIfTrue(float(np.mean(errors)), float(np.quantile(errors, 0.95)))
