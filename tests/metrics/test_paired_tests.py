"""Paired tests against scipy, published examples, brute force, and what chance alone gives."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.errors import ParameterError
from genrescope.metrics import paired_tests as m
from genrescope.metrics.quantiles import t_cdf, t_quantile
from genrescope.seeding import rng_for


def flips(differences: list[float], groups: list[str | None]) -> float:
    return m.sign_flip_test(np.array(differences), groups, rng_for(0, "flips"))


def test_mcnemar_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for b, c in ((0, 1), (0, 6), (1, 5), (3, 3), (10, 25), (40, 61), (500, 430), (2000, 2150)):
        expected = stats.binomtest(b, b + c).pvalue
        assert m.mcnemar(b, c) == pytest.approx(expected, rel=1e-9)
        assert m.mcnemar(c, b) == m.mcnemar(b, c)
    assert m.mcnemar(0, 0) == 1.0
    assert m.mcnemar(0, 3000) == 0.0 or m.mcnemar(0, 3000) < 1e-300
    with pytest.raises(ParameterError, match="counts start at 0"):
        m.mcnemar(-1, 3)


def test_t_distribution_agrees_with_scipy_and_its_quantile() -> None:
    stats = pytest.importorskip("scipy.stats")
    for df in (1, 2, 5, 9, 99):
        for t in (-30.0, -2.1, 0.0, 0.3, 1.96, 12.0):
            assert t_cdf(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-12)
        assert t_cdf(t_quantile(0.975, df), df) == pytest.approx(0.975, abs=1e-12)
        assert t_cdf(-math.inf, df) == pytest.approx(0, abs=1e-15)
    with pytest.raises(ParameterError, match="needs a number"):
        t_cdf(math.nan, 3)


def test_corrected_t_of_the_example_of_scikit_learn() -> None:
    """Ten times ten folds of 100 tracks: 2.611 uncorrected is 0.750 corrected, one-sided 0.227."""
    x = np.random.default_rng(0).normal(size=100)
    x = (x - x.mean()) / x.std(ddof=1) + 2.611 / math.sqrt(100)
    test = m.corrected_t_test(x.tolist(), n_train=90, n_test=10)
    assert test.t == pytest.approx(0.750, abs=5e-4)
    assert test.p_value / 2 == pytest.approx(0.227, abs=5e-3)
    assert test.df == 99


def test_corrected_t_becomes_the_paired_t_test_and_is_antisymmetric() -> None:
    stats = pytest.importorskip("scipy.stats")
    x = [0.02, -0.01, 0.05, 0.03, 0.04]
    test = m.corrected_t_test(x, n_train=1e12, n_test=1)
    assert (test.t, test.p_value) == pytest.approx(tuple(stats.ttest_1samp(x, 0)), rel=1e-6)
    there = m.corrected_t_test(x, n_train=80, n_test=20)
    back = m.corrected_t_test([-v for v in x], n_train=80, n_test=20)
    assert (there.t, there.p_value) == (-back.t, back.p_value)
    assert there.p_value > test.p_value
    assert m.corrected_t_test([0.0, 0.0], n_train=1, n_test=1).p_value == 1
    same = m.corrected_t_test([-0.1, -0.1], n_train=1, n_test=1)
    assert (same.t, same.p_value) == (-math.inf, 0)
    for bad in ([0.1], [0.1, math.nan]):
        with pytest.raises(ParameterError, match="at least two finite"):
            m.corrected_t_test(bad, n_train=1, n_test=1)
    with pytest.raises(ParameterError, match="both parts need tracks"):
        m.corrected_t_test([0.1, 0.2], n_train=0, n_test=1)


def test_holm_of_published_examples() -> None:
    # The worked example of Wikipedia's article on the method, which rejects the first and last.
    adjusted = m.holm([0.01, 0.04, 0.03, 0.005])
    assert adjusted == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert m.holm([]) == ()
    assert m.holm([0.3]) == (0.3,)
    assert m.holm([0.9, 0.8]) == (1.0, 1.0)
    with pytest.raises(ParameterError, match=r"must lie in \[0, 1\]"):
        m.holm([0.1, math.nan])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.randoms())
def test_holm_keeps_the_order_and_never_lowers(p: list[float], random) -> None:
    adjusted = m.holm(p)
    assert all(a >= b for a, b in zip(adjusted, p, strict=True))
    assert all(a <= min(1, len(p) * b) + 1e-12 for a, b in zip(adjusted, p, strict=True))
    order = list(range(len(p)))
    random.shuffle(order)
    assert m.holm([p[i] for i in order]) == pytest.approx(tuple(adjusted[i] for i in order))


def brute_force(differences: np.ndarray, codes: np.ndarray) -> float:
    sums = np.bincount(codes, weights=differences)
    totals = [abs(np.dot(s, sums)) for s in itertools.product((-1, 1), repeat=len(sums))]
    return float(np.mean(np.array(totals) >= abs(sums.sum()) - 1e-9))


@given(
    st.lists(st.tuples(st.sampled_from([-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1]),
                       st.integers(0, 8)), min_size=1, max_size=30),
)  # fmt: skip
def test_sign_flips_agree_with_all_ways_to_choose_the_signs(rows) -> None:
    d = np.array([r[0] for r in rows], dtype=float)
    groups = [f"artist {r[1]}" for r in rows]
    before = d.copy()
    p = m.sign_flip_test(d, groups, rng_for(0))
    codes = np.unique(groups, return_inverse=True)[1]
    assert p == pytest.approx(brute_force(d, codes), abs=1e-9)
    assert m.sign_flip_test(-d, groups, rng_for(0)) == pytest.approx(p, abs=1e-12)
    np.testing.assert_array_equal(d, before)


def test_sign_flips_of_single_tracks_are_mcnemar() -> None:
    d = [1.0] * 20 + [-1.0] * 8 + [0.0] * 50
    assert flips(d, [None] * len(d)) == pytest.approx(m.mcnemar(20, 8), rel=1e-9)


def test_one_artist_with_many_tracks_proves_nothing() -> None:
    d = [1.0] * 40 + [0.0] * 10
    assert flips(d, ["prolific"] * 40 + [None] * 10) == pytest.approx(1)
    assert m.mcnemar(40, 0) < 1e-10
    assert flips([1.0] * 5, list("abcde")) == pytest.approx(2 / 2**5)
    assert flips([0.0, 0.0], ["a", "b"]) == 1


def test_differences_without_a_common_step_are_drawn() -> None:
    rng = np.random.default_rng(1)
    d = rng.normal(size=12)
    p = flips(d.tolist(), [None] * 12)
    assert p == pytest.approx(brute_force(d, np.arange(12)), abs=0.015)
    far = flips((np.abs(d) + 0.1).tolist(), [None] * 12)
    assert 0 < far < 0.002
    with pytest.raises(ParameterError, match="finite difference"):
        flips([math.nan], ["a"])
    with pytest.raises(ParameterError, match="groups of 2 tracks"):
        flips([1.0], ["a", "b"])


def test_equal_models_get_small_p_values_no_oftener_than_they_should() -> None:
    """Artists of very unequal sizes whose tracks go together: exact by artists, not by tracks."""
    rng = np.random.default_rng(7)
    sizes = np.array([25, 18, 12, 9, 6, *[3] * 6, *[1] * 40])
    groups = [f"a{i}" for i, size in enumerate(sizes) for _ in range(size)]
    codes = np.repeat(np.arange(len(sizes)), sizes)
    n_runs, found = 600, []
    for _ in range(n_runs):
        u = rng.normal(size=(2, len(sizes)))[:, codes]
        right = u + 0.7 * rng.normal(size=u.shape) > -0.3
        d = right[0].astype(float) - right[1]
        by_track = m.mcnemar(int((d > 0).sum()), int((d < 0).sum()))
        found.append((m.sign_flip_test(d, groups, rng), by_track))
    p = np.array(found)
    for level in (0.05, 0.2, 0.5):
        slack = 3 * math.sqrt(level * (1 - level) / n_runs)
        assert np.mean(p[:, 0] <= level) <= level + slack
        assert np.mean(p[:, 0] <= level) >= level - slack - 0.02
    assert np.mean(p[:, 1] <= 0.05) > 0.15
