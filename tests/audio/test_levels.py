"""Impossible samples are found and replaced, channels are averaged, and inputs are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genrescope.audio import levels

SOUND = hnp.arrays(
    np.float32,
    st.tuples(st.integers(0, 40), st.integers(1, 5)),
    elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
)


@given(SOUND)
def test_repair_leaves_only_possible_values(samples: np.ndarray) -> None:
    before = samples.copy()
    repaired, n_bad, peak = levels.repair(samples)
    np.testing.assert_array_equal(samples, before)
    good = np.abs(samples) <= levels.MAX_LEVEL
    assert n_bad == np.count_nonzero(~good)
    np.testing.assert_array_equal(repaired, np.where(good, samples, 0))
    assert levels.peak(repaired) == peak <= levels.MAX_LEVEL


@pytest.mark.parametrize("n_channels", [1, 2, 3, 8])
def test_downmix_is_the_mean(n_channels: int) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (100, n_channels)).astype(np.float32)
    y = levels.downmix(samples)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y, samples.mean(axis=1), atol=1e-6)


def test_peak() -> None:
    assert levels.peak(np.zeros((0, 2), dtype=np.float32)) == 0.0
    assert levels.peak(np.array([[0.1, -0.7]], dtype=np.float32)) == pytest.approx(0.7)
    assert np.isnan(levels.peak(np.array([0.1, np.nan], dtype=np.float32)))
