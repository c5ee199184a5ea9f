"""Intervals against published values, scipy and simulated coverage."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics import intervals as m
from genrescope.metrics.classification import class_scores, macro_f1
from genrescope.metrics.quantiles import t_quantile


def test_wilson_of_the_design_figure() -> None:
    i = m.wilson(0.65 * 290, 290)
    assert (round(i.low, 2), round(i.high, 2)) == (0.59, 0.70)


def test_wilson_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for k, n in ((0, 10), (1, 10), (10, 10), (125, 200), (1, 1), (511, 948)):
        for confidence in (0.8, 0.95, 0.99):
            ours = m.wilson(k, n, confidence=confidence)
            theirs = stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
            np.testing.assert_allclose((ours.low, ours.high), theirs, atol=1e-12)
            assert 0 <= ours.low <= ours.value <= ours.high <= 1


def test_t_quantile_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for df in (1, 2, 3, 4, 5, 9, 10, 29, 30, 200):
        for p in (0.005, 0.2, 0.5, 0.9, 0.975, 0.995):
            assert t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), abs=1e-10, rel=1e-10)


def test_mean_interval_by_hand() -> None:
    i = m.mean_interval([0.5, 0.6, 0.7])
    assert i.value == pytest.approx(0.6)
    assert i.high - i.value == pytest.approx(4.302653 * 0.1 / np.sqrt(3), abs=1e-7)


def test_bootstrap_of_single_tracks_is_near_wilson() -> None:
    correct = (np.arange(300) < 195).astype(float)
    ours = bootstrap(correct, [None] * 300, np.random.default_rng(0))
    wilson = m.wilson(195, 300)
    assert ours.value == wilson.value
    np.testing.assert_allclose((ours.low, ours.high), (wilson.low, wilson.high), atol=0.006)


def test_bootstrap_widens_with_alike_tracks() -> None:
    correct = np.repeat(np.arange(60) < 39, 5).astype(float)
    artists = [f"artist {i // 5}" for i in range(300)]
    grouped = bootstrap(correct, artists, np.random.default_rng(0))
    single = bootstrap(correct, [None] * 300, np.random.default_rng(0))
    ratio = (grouped.high - grouped.low) / (single.high - single.low)
    assert ratio == pytest.approx(np.sqrt(5), rel=0.1)


def test_bootstrap_repeats_with_its_seed_and_leaves_its_input() -> None:
    correct = np.random.default_rng(1).integers(0, 2, 50).astype(float)
    before = correct.copy()
    a, b = (bootstrap(correct, ["x", "y"] * 25, np.random.default_rng(3)) for _ in "ab")
    assert a == b
    np.testing.assert_array_equal(correct, before)


def test_bootstrap_of_macro_f1_agrees_with_a_plain_loop() -> None:
    rng = np.random.default_rng(0)
    y_true, groups = rng.integers(0, 3, 90), [f"g{i}" for i in rng.integers(0, 30, 90)]
    y_pred = np.where(rng.random(90) < 0.6, y_true, rng.integers(0, 3, 90))
    parts = np.eye(9)[y_true * 3 + y_pred]
    (ours,) = m.bootstrap_statistics(
        parts,
        groups,
        np.random.default_rng(5),
        statistics=lambda s: np.nanmean(class_scores(s.reshape(-1, 3, 3)).f1, axis=1)[:, None],
        n_resamples=4000,
    )
    assert ours.value == pytest.approx(macro_f1(y_true, y_pred), abs=1e-12)
    codes = m.group_codes(groups)
    members = [np.flatnonzero(codes == g) for g in range(codes.max() + 1)]
    draws = []
    for _ in range(1500):
        chosen = np.concatenate([members[g] for g in rng.integers(0, len(members), len(members))])
        draws.append(macro_f1(y_true[chosen], y_pred[chosen]))
    n_effective = m.effective_size(np.bincount(codes).astype(float))
    t = t_quantile(0.975, round(n_effective) - 1) * np.sqrt(len(members) / (len(members) - 1))
    half = t * np.std(draws, ddof=1)
    ends = ours.value - half, ours.value + half
    np.testing.assert_allclose((ours.low, ours.high), ends, atol=0.01)


@pytest.mark.parametrize("p", [0.54, 0.65, 0.85])
def test_wilson_covers_the_truth(p: float) -> None:
    draws = np.random.default_rng(0).binomial(290, p, 20_000)
    inside = {int(k): _holds(m.wilson(int(k), 290), p) for k in np.unique(draws)}
    assert 0.93 <= np.mean([inside[int(k)] for k in draws]) <= 0.97


def test_bootstrap_covers_the_truth_where_artists_differ() -> None:
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(600):
        sizes = rng.integers(1, 6, 120)
        skill = np.repeat(rng.beta(3, 2, 120), sizes)
        groups = [str(g) for g in np.repeat(np.arange(120), sizes)]
        correct = (rng.random(skill.size) < skill).astype(float)
        hits.append(_holds(bootstrap(correct, groups, rng, n_resamples=500), 0.6))
    assert 0.93 <= np.mean(hits) <= 0.97


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ParameterError, match="5 of 4 tracks"):
        m.wilson(5, 4)
    with pytest.raises(ParameterError, match="confidence is 95"):
        m.wilson(1, 4, confidence=95)
    with pytest.raises(ParameterError, match="1 group"):
        bootstrap(np.ones(3), ["a", "a", "a"], rng)
    with pytest.raises(ParameterError, match="groups of 2 tracks"):
        bootstrap(np.ones(3), ["a", "b"], rng)
    with pytest.raises(ParameterError, match="at least two seeds"):
        m.mean_interval([0.5])
    with pytest.raises(ParameterError, match="df=0"):
        t_quantile(0.9, 0)


def test_effective_size_is_between_one_and_n() -> None:
    assert m.effective_size(np.ones(7)) == pytest.approx(7)
    assert m.effective_size(np.array([1.0, 0.0, 0.0])) == 1
    w = np.random.default_rng(0).random(50)
    assert 1 < m.effective_size(w) < 50
    assert m.effective_size(3 * w) == pytest.approx(m.effective_size(w))


def bootstrap(
    correct: np.ndarray, groups: list[str | None], rng: np.random.Generator, **settings: int
) -> m.Interval:
    """The interval of the accuracy under resampling of whole groups."""
    parts = np.stack([correct, np.ones(len(correct))], axis=1)
    (found,) = m.bootstrap_statistics(
        parts, groups, rng, statistics=lambda sums: sums[:, :1] / sums[:, 1:], **settings
    )
    return found


def _holds(interval: m.Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high
