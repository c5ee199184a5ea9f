"""Calibration metrics against hand-worked answers and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import ParameterError, UnknownNameError
from genrescope.metrics import calibration as m
from genrescope.metrics.classification import log_loss


def random_case(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n, 5)) * 2
    P = m.apply_temperature(logits, 1.0)
    y_true = np.array([rng.choice(5, p=p) for p in P])
    return y_true, logits


def test_brier_by_hand() -> None:
    P = np.array([[0.7, 0.2, 0.1], [0.0, 0.0, 1.0]])
    expected = (0.3**2 + 0.2**2 + 0.1**2 + 2.0) / 2
    assert m.brier(np.array([0, 1]), P) == pytest.approx(expected, abs=1e-15)


def test_brier_agrees_with_sklearn() -> None:
    sk = pytest.importorskip("sklearn.metrics")
    y_true, logits = random_case(0)
    P = m.apply_temperature(logits, 1.0)
    expected = sk.brier_score_loss(y_true, P, labels=np.arange(5), scale_by_half=False)
    assert m.brier(y_true, P) == pytest.approx(expected, abs=1e-12)


def test_reliability_curve_by_hand() -> None:
    P = np.array([[0.9, 0.1], [0.95, 0.05], [0.6, 0.4], [0.5, 0.5]])
    curve = m.reliability_curve(np.array([0, 1, 0, 1]), P, n_bins=10)
    np.testing.assert_allclose(curve.confidence, [0.5, 0.6, 0.9, 0.95])
    np.testing.assert_allclose(curve.accuracy, [0, 1, 1, 0])
    assert curve.count.tolist() == [1, 1, 1, 1]
    halves = m.reliability_curve(np.array([0, 1, 0, 1]), P, n_bins=2)
    np.testing.assert_allclose(halves.confidence, [0.5, (0.9 + 0.95 + 0.6) / 3])


def test_mass_bins_hold_equal_numbers_and_keep_ties_together() -> None:
    y_true, logits = random_case(1)
    P = m.apply_temperature(logits, 1.0)
    curve = m.reliability_curve(y_true, P, n_bins=8, binning="mass")
    assert curve.count.tolist() == [50] * 8
    tied = np.tile([[0.75, 0.25]], (10, 1))
    curve = m.reliability_curve(np.arange(10) % 2, tied, n_bins=5, binning="mass")
    assert curve.count.tolist() == [10]


@pytest.mark.parametrize("binning", ["width", "mass"])
def test_error_of_true_and_of_false_confidence(binning: str) -> None:
    y_true, logits = random_case(2, n=5000)
    true = m.expected_calibration_error(y_true, m.apply_temperature(logits, 1), binning=binning)
    sure = m.expected_calibration_error(y_true, m.apply_temperature(logits, 0.3), binning=binning)
    assert true < 0.03 < 0.15 < sure


def test_error_does_not_depend_on_order() -> None:
    y_true, logits = random_case(3)
    P = np.round(m.apply_temperature(logits, 1.0), 1)
    P[:, 0] += 1 - P.sum(axis=1)
    P = np.abs(P) / np.abs(P).sum(axis=1, keepdims=True)
    order = np.random.default_rng(0).permutation(len(P))
    for binning in ("width", "mass"):
        a = m.expected_calibration_error(y_true, P, binning=binning)
        b = m.expected_calibration_error(y_true[order], P[order], binning=binning)
        assert a == pytest.approx(b, abs=1e-12)


@pytest.mark.parametrize("truth", [0.4, 1.0, 2.5])
def test_temperature_is_recovered_and_is_the_least_loss(truth: float) -> None:
    y_true, logits = random_case(4, n=4000)
    found = m.fit_temperature(y_true, logits * truth)
    assert found == pytest.approx(truth, rel=0.1)
    least = log_loss(y_true, m.apply_temperature(logits * truth, found))
    for other in (found * 0.999, found * 1.001):
        assert log_loss(y_true, m.apply_temperature(logits * truth, other)) > least


def test_temperature_of_log_probabilities_is_that_of_the_logits() -> None:
    y_true, logits = random_case(5)
    log_P = np.log(m.apply_temperature(logits, 1.0))
    expected = m.fit_temperature(y_true, logits)
    assert m.fit_temperature(y_true, log_P) == pytest.approx(expected, rel=1e-9)


def test_temperature_stops_at_its_bounds() -> None:
    logits = np.eye(4) * 3
    assert m.fit_temperature(np.arange(4), logits) == pytest.approx(0.05, rel=1e-12)
    assert m.fit_temperature((np.arange(4) + 1) % 4, logits) == pytest.approx(20, rel=1e-12)


def test_evaluate_adds_nothing() -> None:
    y_true, logits = random_case(6)
    P = m.apply_temperature(logits, 1.0)
    assert m.evaluate(y_true, P) == {
        "brier": m.brier(y_true, P),
        "expected_calibration_error": m.expected_calibration_error(y_true, P),
    }


def test_bad_input_is_refused() -> None:
    y_true, P = np.array([0]), np.array([[0.5, 0.5]])
    with pytest.raises(UnknownNameError, match="did you mean 'width'"):
        m.reliability_curve(y_true, P, binning="widht")
    with pytest.raises(ParameterError, match="n_bins is 0"):
        m.reliability_curve(y_true, P, n_bins=0)
    with pytest.raises(ParameterError, match="not finite"):
        m.fit_temperature(y_true, np.array([[-np.inf, 0.0]]))
    with pytest.raises(ParameterError, match="one row for each"):
        m.fit_temperature(y_true, np.zeros((2, 2)))
