"""Rank correlation against scipy, and the test that exchanges classes."""

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics.rank_correlation import spearman, table_correlation


def test_it_is_that_of_scipy_with_ties_too():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    for _ in range(5):
        a, b = rng.integers(0, 6, size=(2, 30))
        assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert np.isnan(spearman(np.ones(4), np.arange(4)))


def test_tables_that_agree_and_tables_that_do_not():
    rng = np.random.default_rng(1)
    A = rng.random((8, 8))
    A += A.T
    rho, p = table_correlation(A, -np.exp(A), rng, n_resamples=499)
    assert rho == pytest.approx(-1)
    assert p == pytest.approx(1 / 500)
    p_of_noise = []
    for _ in range(20):
        B = rng.random((8, 8))
        p_of_noise.append(table_correlation(A, B + B.T, rng, n_resamples=99)[1])
    assert 0.2 < np.mean(p_of_noise) < 0.8


def test_a_table_of_equal_cells_correlates_with_nothing():
    found = table_correlation(np.ones((4, 4)), np.eye(4), np.random.default_rng(0))
    assert np.isnan(found).all()


def test_lists_and_tables_that_do_not_fit():
    with pytest.raises(ParameterError, match="of the same length"):
        spearman(np.ones(3), np.ones(4))
    with pytest.raises(ParameterError, match="square alike"):
        table_correlation(np.ones((3, 3)), np.ones((4, 4)), np.random.default_rng(0))
