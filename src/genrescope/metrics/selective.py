"""
What is gained by answering only where the model is sure? Risk against coverage.

`y_true` holds integer class indices [shape=(n,)], `P` probabilities [shape=(n, n_classes)]. The
confidence of a track is its largest probability. Coverage is the fraction of tracks that are
answered, risk the fraction of these that are wrong. Tracks of equal confidence are answered or
declined together, so no figure depends on the order of tracks: within a tie the risk of the whole
tie is shared out evenly.

Public functions: `risk_coverage`, `area_under_risk_coverage`, `risk_at_coverage`,
`threshold_for_coverage`, `threshold_for_risk`, `evaluate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.errors import ParameterError
from genrescope.metrics.validation import validate_probabilities


@dataclass(frozen=True)
class RiskCoverage:
    """
    Risk against coverage, from the surest track alone to all tracks.

    Attributes
    ----------
    confidence : np.ndarray [shape=(n,)]
        Of each track, falling.
    coverage : np.ndarray [shape=(n,)]
        Fraction of tracks answered, down to this one: ``1/n, 2/n ... 1``.
    risk : np.ndarray [shape=(n,)]
        Fraction of those answered that are wrong; the last value is the error of all.
    """

    confidence: np.ndarray
    coverage: np.ndarray
    risk: np.ndarray


def risk_coverage(y_true: np.ndarray, P: np.ndarray) -> RiskCoverage:
    """
    Trace the risk from the surest track alone to all tracks.

    Parameters
    ----------
    y_true : np.ndarray [shape=(n,)]
        Class indices.
    P : np.ndarray [shape=(n, n_classes)]
        Probabilities.

    Returns
    -------
    RiskCoverage
        One point a track, by falling confidence.

    References
    ----------
    .. [1] El-Yaniv, R. and Wiener, Y. (2010). On the foundations of noise-free selective
       classification. Journal of Machine Learning Research 11, 1605-1641.

    Examples
    --------
    >>> P = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    >>> risk_coverage(np.array([0, 1, 1]), P).risk.round(2).tolist()
    [0.0, 0.5, 0.33]
    """
    validate_probabilities(y_true, P)
    confidence = P.max(axis=1).astype(np.float64)
    wrong = (P.argmax(axis=1) != y_true).astype(np.float64)
    order = np.argsort(-confidence, kind="stable")
    confidence = confidence[order]
    _, tie, size = np.unique(-confidence, return_inverse=True, return_counts=True)
    shared = (np.bincount(tie, weights=wrong[order]) / size)[tie]
    answered = np.arange(1, y_true.size + 1)
    return RiskCoverage(confidence, answered / y_true.size, np.cumsum(shared) / answered)


def area_under_risk_coverage(curve: RiskCoverage) -> float:
    """
    Average the risk over all coverages (AURC).

    Parameters
    ----------
    curve : RiskCoverage
        As `risk_coverage` gives it.

    Returns
    -------
    float
        In [0, 1]; 0 where nothing is wrong. A model whose confidence tells nothing has its error.

    References
    ----------
    .. [1] Geifman, Y., Uziel, G. and El-Yaniv, R. (2019). Bias-reduced uncertainty estimation for
       deep neural classifiers. ICLR, section 3.

    Examples
    --------
    >>> P = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    >>> round(area_under_risk_coverage(risk_coverage(np.array([0, 1, 1]), P)), 3)
    0.278
    """
    return float(curve.risk.mean())


def risk_at_coverage(curve: RiskCoverage, coverage: float) -> float:
    """
    Read the risk where at least this fraction of the tracks is answered.

    Parameters
    ----------
    curve : RiskCoverage
        As `risk_coverage` gives it.
    coverage : float
        In (0, 1].

    Returns
    -------
    float
        Fraction of the answered tracks that are wrong.

    Raises
    ------
    ParameterError
        If the coverage is no fraction above 0.
    """
    return float(curve.risk[_index_of(curve, coverage)])


def threshold_for_coverage(curve: RiskCoverage, coverage: float) -> float:
    """
    Find the confidence from which on at least this fraction of validation tracks is answered.

    Parameters
    ----------
    curve : RiskCoverage
        Of validation tracks, never of test tracks.
    coverage : float
        In (0, 1].

    Returns
    -------
    float
        Tracks of this confidence or more are answered; in (0, 1].

    Raises
    ------
    ParameterError
        If the coverage is no fraction above 0.

    Examples
    --------
    >>> P = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    >>> threshold_for_coverage(risk_coverage(np.array([0, 1, 1]), P), 0.5)
    0.8
    """
    return float(curve.confidence[_index_of(curve, coverage)])


def threshold_for_risk(curve: RiskCoverage, risk: float) -> float | None:
    """
    Find the least confidence at which no more than this fraction of the answers is wrong.

    Parameters
    ----------
    curve : RiskCoverage
        Of validation tracks, never of test tracks.
    risk : float
        In [0, 1].

    Returns
    -------
    float or None
        Tracks of this confidence or more are answered, as many as the risk allows; None where not
        even the surest tracks keep it.

    Raises
    ------
    ParameterError
        If the risk is no fraction.
    """
    if not 0 <= risk <= 1:
        raise ParameterError(f"risk is {risk}, but must be a fraction in [0, 1]")
    # Only a whole tie can be answered: its last track says the risk of doing so.
    whole = np.append(curve.confidence[1:] < curve.confidence[:-1], True)
    allowed = np.flatnonzero(whole & (curve.risk <= risk))
    return float(curve.confidence[allowed[-1]]) if len(allowed) else None


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
        Key ``area_under_risk_coverage``.
    """
    return {"area_under_risk_coverage": area_under_risk_coverage(risk_coverage(y_true, P))}


def _index_of(curve: RiskCoverage, coverage: float) -> int:
    if not 0 < coverage <= 1:
        raise ParameterError(f"coverage is {coverage}, but must be a fraction in (0, 1]")
    # The tolerance keeps 0.3 of 10 tracks at 3 tracks, whatever the rounding of 3 / 10.
    first = int(np.searchsorted(curve.coverage, coverage - 1e-12))
    tie = curve.confidence == curve.confidence[first]
    return int(np.flatnonzero(tie)[-1])
