"""
Are the probabilities true? Calibration metrics, and the temperature that mends them.

`y_true` holds integer class indices [shape=(n,)], `P` probabilities [shape=(n, n_classes)]. The
confidence of a track is its largest probability. `logits` are unnormalised log-probabilities;
log-probabilities are logits too. Bins are half-open from below, (low, high]; tracks of equal
confidence always share a bin, so no figure depends on the order of tracks; empty bins are left out.

Public functions: `brier`, `expected_calibration_error`, `reliability_curve`, `fit_temperature`,
`apply_temperature`, `evaluate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError, unknown_name
from genrescope.metrics.validation import validate, validate_probabilities


@dataclass(frozen=True)
class ReliabilityCurve:
    """
    Confidence against accuracy, in bins of confidence; empty bins are left out.

    Attributes
    ----------
    confidence : np.ndarray [shape=(n_used,)]
        Mean confidence of the tracks in each bin.
    accuracy : np.ndarray [shape=(n_used,)]
        Fraction of right tracks in each bin.
    count : np.ndarray [shape=(n_used,)]
        Number of tracks in each bin.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray


def brier(y_true: np.ndarray, P: np.ndarray) -> float:
    """
    Average the squared distance of the probabilities from the truth, summed over classes.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.

    Returns
    -------
    float
        In [0, 2] (the original form, not the halved one); 0 is perfect.

    References
    ----------
    .. [1] Brier, G. W. (1950). Verification of forecasts expressed in terms of probability.
       Monthly Weather Review 78, 1-3.
    """
    return float(np.mean(brier_terms(y_true, P)))


def brier_terms(y_true: np.ndarray, P: np.ndarray) -> np.ndarray:
    """
    Compute the squared distance of the probabilities from the truth, for each track.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.

    Returns
    -------
    np.ndarray [shape=(n,)]
        In [0, 2].
    """
    validate_probabilities(y_true, P)
    distances: np.ndarray = P.astype(np.float64) - np.eye(P.shape[1])[y_true]
    return np.asarray(np.sum(distances**2, axis=1))


def reliability_curve(
    y_true: np.ndarray, P: np.ndarray, *, n_bins: int = 15, binning: str = "width"
) -> ReliabilityCurve:
    """
    Compare confidence and accuracy in bins of confidence.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.
    n_bins : int
        Number of bins, at least 1.
    binning : str
        ``"width"`` cuts [0, 1] into bins of equal width, ``"mass"`` into bins of about as many
        tracks each.

    Returns
    -------
    ReliabilityCurve
        Bins that hold a track, by rising confidence.

    Raises
    ------
    ParameterError
        If `n_bins` is below 1.
    UnknownNameError
        If `binning` is neither of the two.
    """
    validate_probabilities(y_true, P)
    if n_bins < 1:
        raise ParameterError(f"n_bins is {n_bins}, but there must be at least one bin")
    confidence = P.max(axis=1).astype(np.float64)
    if binning == "width":
        inner = np.linspace(0, 1, n_bins + 1)[1:-1]
    elif binning == "mass":
        inner = np.quantile(confidence, np.linspace(0, 1, n_bins + 1)[1:-1])
    else:
        raise unknown_name("binning", binning, ("width", "mass"))
    bins = np.searchsorted(inner, confidence, side="left")
    count = np.bincount(bins, minlength=n_bins)
    used = count > 0
    count = count[used]
    hits = np.bincount(bins, weights=P.argmax(axis=1) == y_true, minlength=n_bins)[used]
    total = np.bincount(bins, weights=confidence, minlength=n_bins)[used]
    return ReliabilityCurve(total / count, hits / count, count)


def expected_calibration_error(
    y_true: np.ndarray, P: np.ndarray, *, n_bins: int = 15, binning: str = "width"
) -> float:
    """
    Average the gap between confidence and accuracy over bins of confidence.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.
    n_bins : int
        Number of bins, at least 1.
    binning : str
        ``"width"`` or ``"mass"``; see `reliability_curve`.

    Returns
    -------
    float
        In [0, 1]; biased upwards where bins hold few tracks.

    References
    ----------
    .. [1] Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern
       neural networks. ICML, equation 3.

    Examples
    --------
    >>> P = np.array([[0.8, 0.2]] * 4)
    >>> round(expected_calibration_error(np.array([0, 0, 1, 1]), P), 3)
    0.3
    """
    curve = reliability_curve(y_true, P, n_bins=n_bins, binning=binning)
    return float(np.abs(curve.confidence - curve.accuracy) @ curve.count / curve.count.sum())


def apply_temperature(logits: np.ndarray, temperature: float) -> np.ndarray:
    """
    Turn logits into probabilities at a temperature.

    Parameters
    ----------
    logits : np.ndarray [shape=(n, n_classes)]
        Logits or log-probabilities.
    temperature : float
        Above 0; above 1 makes less sure, below 1 more sure. The order of classes stays.

    Returns
    -------
    np.ndarray [shape=(n, n_classes)]
        Probabilities.
    """
    z = logits.astype(np.float64) / temperature
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def fit_temperature(
    y_true: np.ndarray, logits: np.ndarray, *, bounds: tuple[float, float] = (0.05, 20.0)
) -> float:
    """
    Find the temperature at which the log loss of held-out tracks is least.

    The loss is convex in 1/T, so its slope has one change of sign, which bisection over log T finds
    to the last digit (a search on the loss itself could not go below the root of that).

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices of validation tracks, never of test tracks.
    logits : np.ndarray [shape=(n, n_classes)]
        Finite logits or log-probabilities of these tracks.
    bounds : tuple of float
        Least and greatest temperature. Where every track is right, only the lower bound stops the
        fit; where the logits mislead, the upper one does.

    Returns
    -------
    float
        The temperature; one of the bounds where the least loss lies beyond it.

    Raises
    ------
    ParameterError
        If shapes differ or a logit is not finite.

    References
    ----------
    .. [1] Guo, C., Pleiss, G., Sun, Y. and Weinberger, K. Q. (2017). On calibration of modern
       neural networks. ICML, section 4.2.
    """
    validate(y_true, y_true)
    if logits.ndim != 2 or len(logits) != y_true.size or y_true.max() >= logits.shape[1]:
        raise ParameterError(
            f"logits have shape {logits.shape}, but must have one row for each of the "
            f"{y_true.size} tracks and a column for each class"
        )
    if not np.isfinite(logits).all():
        raise ParameterError(
            "a logit is not finite; clip the probabilities from below (1e-12) before their log"
        )
    z = logits.astype(np.float64)
    z_true = np.take_along_axis(z, y_true[:, None], axis=1)[:, 0].mean()
    low, high = np.log(bounds[0]), np.log(bounds[1])
    for _ in range(80):
        middle = (low + high) / 2
        z_mean = np.sum(apply_temperature(z, np.exp(middle)) * z, axis=1).mean()
        # The slope of the loss in 1/T is z_mean - z_true: above 0 the loss falls with rising T.
        if z_mean > z_true:
            low = middle
        else:
            high = middle
    return float(np.clip(np.exp((low + high) / 2), *bounds))


def evaluate(y_true: np.ndarray, P: np.ndarray) -> dict[str, float]:
    """
    Compute every mean metric of this module; adds nothing to them.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.

    Returns
    -------
    dict of str to float
        Keys ``brier`` and ``expected_calibration_error`` (15 bins of equal width).
    """
    return {
        "brier": brier(y_true, P),
        "expected_calibration_error": expected_calibration_error(y_true, P),
    }
