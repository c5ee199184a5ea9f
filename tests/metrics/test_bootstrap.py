"""The bootstrap of artists: its errors against formulas, its intervals, and paired differences."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import ParameterError, UnknownNameError
from genrescope.metrics import bootstrap as m
from genrescope.metrics.paired_bootstrap import bootstrap_difference
from genrescope.metrics.quantiles import t_quantile


def share(sums: np.ndarray) -> np.ndarray:
    """The accuracy of right tracks and tracks."""
    return sums[:, :1] / sums[:, 1:2]


def parts_of(correct: np.ndarray) -> np.ndarray:
    return np.stack([correct, np.ones(len(correct))], axis=1).astype(float)


def test_error_of_single_tracks_is_that_of_a_mean() -> None:
    correct = np.arange(200) % 4 == 0
    found = m.bootstrap_errors(
        parts_of(correct), np.arange(200), np.random.default_rng(0), statistics=share,
        n_resamples=20_000,
    )  # fmt: skip
    assert found.values.tolist() == [0.25]
    assert found.errors[0] == pytest.approx(correct.std(ddof=1) / np.sqrt(200), rel=0.02)
    assert found.df == 199


def test_error_of_artists_is_that_of_their_sums() -> None:
    rng = np.random.default_rng(3)
    codes = np.repeat(np.arange(60), 4)
    correct = rng.random(240) < np.repeat(rng.beta(2, 1, 60), 4)
    found = m.bootstrap_errors(parts_of(correct), codes, rng, statistics=share, n_resamples=20_000)
    by_artist = correct.reshape(60, 4).mean(axis=1)
    assert found.errors[0] == pytest.approx(by_artist.std(ddof=1) / np.sqrt(60), rel=0.02)
    assert found.df == 59


def test_unequal_artists_count_for_fewer() -> None:
    codes = np.repeat(np.arange(11), [10, *[1] * 10])
    parts = parts_of(np.arange(20) % 2 == 0)
    found = m.bootstrap_errors(parts, codes, np.random.default_rng(0), statistics=share)
    assert found.df == round(400 / 110) - 1


def test_intervals_on_their_scales() -> None:
    half = t_quantile(0.975, 9) * 0.05
    assert m.t_interval(0.3, 0.05, 9, confidence=0.95) == pytest.approx((0.3 - half, 0.3 + half))
    low, high = m.t_interval(0.3, 0.05, 9, confidence=0.95, scale="logit")
    logits = [np.log(p / (1 - p)) for p in (low, 0.3, high)]
    assert np.diff(logits) == pytest.approx([half / 0.21] * 2)
    low, high = m.t_interval(0.3, 0.05, 9, confidence=0.95, scale="log")
    assert (np.log(0.3 / low), np.log(high / 0.3)) == pytest.approx((half / 0.3,) * 2)
    mirrored = m.t_interval(0.7, 0.05, 9, confidence=0.95, scale="logit")
    ends = m.t_interval(0.3, 0.05, 9, confidence=0.95, scale="logit")
    assert mirrored == pytest.approx((1 - ends[1], 1 - ends[0]))
    for value in (0.0, 1.0):
        assert m.t_interval(value, 0.0, 1, confidence=0.95, scale="logit") == (value, value)
    low, high = m.t_interval(0.999, 0.4, 1, confidence=0.99, scale="logit")
    assert 0 <= low < 0.999 < high <= 1
    with pytest.raises(UnknownNameError, match="did you mean 'logit'"):
        m.t_interval(0.5, 0.1, 3, confidence=0.95, scale="logits")


def difference(first, second, groups, **settings):
    (found,) = bootstrap_difference(
        parts_of(first), parts_of(second), groups, np.random.default_rng(0),
        statistics=(share, share), **settings,
    )  # fmt: skip
    return found


def test_difference_is_that_of_a_paired_t_test_and_antisymmetric() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(5)
    first, second = rng.random((2, 300)) < np.array([[0.7], [0.62]])
    d = difference(first, second, [None] * 300, n_resamples=40_000)
    test = stats.ttest_rel(first.astype(float), second.astype(float))
    ends = test.confidence_interval(0.95)
    assert (d.low, d.high) == pytest.approx(tuple(ends), abs=0.003)
    assert d.p_value == pytest.approx(test.pvalue, abs=0.01)
    back = difference(second, first, [None] * 300, n_resamples=40_000)
    assert (-back.value, -back.high, -back.low) == pytest.approx((d.value, d.low, d.high))
    assert back.p_value == pytest.approx(d.p_value)


def test_p_value_and_interval_say_the_same() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.random((2, 120)) < np.array([[0.7], [0.6]])
    groups = [f"a{i // 3}" for i in range(120)]
    p = difference(first, second, groups).p_value
    for confidence, holds in ((1 - p - 0.01, False), (1 - p + 0.01, True)):
        d = difference(first, second, groups, confidence=confidence)
        assert (d.low <= 0 <= d.high) == holds


def test_models_that_always_agree_or_never_do() -> None:
    ones, zeros = np.ones(6), np.zeros(6)
    same = difference(ones, ones, list("abcdef"))
    assert (same.value, same.low, same.high, same.p_value) == (0, 0, 0, 1)
    never = difference(ones, zeros, list("abcdef"))
    assert (never.value, never.p_value) == (1, 0)


def test_what_is_refused() -> None:
    with pytest.raises(ParameterError, match="same tracks in the same order"):
        difference(np.ones(3), np.ones(2), [None] * 3)
    with pytest.raises(ParameterError, match="confidence is 95"):
        difference(np.ones(3), np.ones(3), [None] * 3, confidence=95)
    with pytest.raises(ParameterError, match="1 resample"):
        difference(np.ones(3), np.ones(3), [None] * 3, n_resamples=1)
