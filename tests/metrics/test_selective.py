"""Risk and coverage against hand-worked answers, and what must hold of any model."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics import selective as m


def of(confidences: list[float], right: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Two-class probabilities of these confidences, the first class always the likelier."""
    P = np.array([[c, 1 - c] for c in confidences])
    return np.array([0 if r else 1 for r in right]), P


def test_by_hand() -> None:
    curve = m.risk_coverage(*of([0.6, 0.9, 0.8, 0.7], [False, True, False, True]))
    np.testing.assert_allclose(curve.confidence, [0.9, 0.8, 0.7, 0.6])
    np.testing.assert_allclose(curve.coverage, [0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(curve.risk, [0, 1 / 2, 1 / 3, 2 / 4])
    assert m.area_under_risk_coverage(curve) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert m.risk_at_coverage(curve, 0.5) == pytest.approx(1 / 2)
    assert m.risk_at_coverage(curve, 0.51) == pytest.approx(1 / 3)
    assert m.threshold_for_coverage(curve, 0.5) == 0.8
    assert m.threshold_for_coverage(curve, 1.0) == 0.6
    assert m.threshold_for_risk(curve, 0.34) == 0.7
    assert m.threshold_for_risk(curve, 0.5) == 0.6
    assert m.threshold_for_risk(curve, 0.1) == 0.9


def test_no_threshold_keeps_a_risk_that_the_surest_track_breaks() -> None:
    curve = m.risk_coverage(*of([0.9, 0.8], [False, False]))
    assert m.threshold_for_risk(curve, 0.5) is None
    assert m.threshold_for_risk(curve, 1.0) == 0.8


def test_ties_are_answered_together_and_the_order_of_tracks_is_nothing() -> None:
    rng = np.random.default_rng(0)
    confidences = rng.choice([0.55, 0.7, 0.85], 60)
    y_true, P = of(confidences.tolist(), (rng.random(60) < confidences).tolist())
    curve = m.risk_coverage(y_true, P)
    shuffled = rng.permutation(60)
    again = m.risk_coverage(y_true[shuffled], P[shuffled])
    np.testing.assert_allclose(again.risk, curve.risk, atol=1e-15)
    for coverage in (0.1, 0.33, 0.7):
        threshold = m.threshold_for_coverage(curve, coverage)
        answered = P.max(axis=1) >= threshold
        assert answered.mean() >= coverage
        wrong = (P.argmax(axis=1) != y_true)[answered].mean()
        assert m.risk_at_coverage(curve, coverage) == pytest.approx(wrong)
    threshold = m.threshold_for_risk(curve, 0.3)
    assert threshold is not None
    answered = P.max(axis=1) >= threshold
    assert (P.argmax(axis=1) != y_true)[answered].mean() <= 0.3


def test_a_confidence_that_tells_nothing_has_the_error_as_its_area() -> None:
    y_true, P = of([0.7] * 40, [True] * 30 + [False] * 10)
    assert m.area_under_risk_coverage(m.risk_coverage(y_true, P)) == pytest.approx(0.25)


def test_true_confidence_has_less_area_than_shuffled_confidence() -> None:
    rng = np.random.default_rng(1)
    confidences = rng.uniform(0.5, 1.0, 3000)
    right = rng.random(3000) < confidences
    true = m.area_under_risk_coverage(m.risk_coverage(*of(confidences.tolist(), right.tolist())))
    mixed = rng.permutation(confidences).tolist()
    shuffled = m.area_under_risk_coverage(m.risk_coverage(*of(mixed, right.tolist())))
    # Integral over coverage c of the mean error of the surest c: errors run from 0 to 1/2.
    assert true == pytest.approx(0.125, abs=0.02)
    assert shuffled == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("coverage", [0.0, -0.1, 1.1, float("nan")])
def test_a_coverage_that_is_none_is_refused(coverage: float) -> None:
    curve = m.risk_coverage(*of([0.9, 0.8], [True, False]))
    for read in (m.risk_at_coverage, m.threshold_for_coverage):
        with pytest.raises(ParameterError, match="coverage is"):
            read(curve, coverage)


@pytest.mark.parametrize("risk", [-0.1, 1.1, float("nan")])
def test_a_risk_that_is_none_is_refused(risk: float) -> None:
    curve = m.risk_coverage(*of([0.9, 0.8], [True, False]))
    with pytest.raises(ParameterError, match="risk is"):
        m.threshold_for_risk(curve, risk)


def test_arguments_are_not_written_to() -> None:
    y_true, P = of([0.9, 0.6, 0.8], [True, False, True])
    before = y_true.copy(), P.copy()
    m.risk_coverage(y_true, P)
    np.testing.assert_array_equal(y_true, before[0])
    np.testing.assert_array_equal(P, before[1])
