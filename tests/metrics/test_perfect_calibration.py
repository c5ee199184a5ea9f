"""What chance alone gives as calibration error."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.metrics.perfect_calibration import error_if_true


def test_one_bin_has_the_mean_deviation_of_a_binomial() -> None:
    P = np.tile([[0.7, 0.3]], (100, 1))
    found = error_if_true(P, np.random.default_rng(0), n_bins=1, n_draws=2000)
    # Mean absolute deviation of the mean of 100 draws of probability 0.7.
    expected = np.sqrt(2 / np.pi) * np.sqrt(0.7 * 0.3 / 100)
    assert found.mean == pytest.approx(expected, rel=0.06)
    assert found.high == pytest.approx(1.96 * np.sqrt(0.7 * 0.3 / 100), rel=0.1)


def test_it_shrinks_with_the_root_of_the_number_of_tracks() -> None:
    rng = np.random.default_rng(1)
    P = rng.dirichlet([1.0] * 4, 4000)
    few, many = (error_if_true(P[:n], rng, n_draws=60).mean for n in (250, 4000))
    assert few / many == pytest.approx(4.0, rel=0.25)


def test_sure_answers_have_no_error() -> None:
    found = error_if_true(np.eye(3), np.random.default_rng(2), n_draws=5)
    assert found.mean == found.high == 0.0


def test_no_draw_is_refused() -> None:
    with pytest.raises(ParameterError, match="n_draws is 0"):
        error_if_true(np.eye(2), np.random.default_rng(0), n_draws=0)
