"""Another tempo: the length is exact, the channels stay together, odd rates are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrescope.audio.tempo import change_tempo
from genrescope.errors import ParameterError


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(1, 30_000),
    rate=st.floats(0.5, 2.0),
    sr=st.sampled_from([8000, 22050, 48000]),
    n_channels=st.sampled_from([None, 1, 2, 6]),
)
def test_the_length_is_exact_and_nothing_is_written_to(n, rate, sr, n_channels):
    shape = (n,) if n_channels is None else (n_channels, n)
    y = np.random.default_rng(n).uniform(-1, 1, shape).astype(np.float32)
    before = y.copy()
    moved = change_tempo(y, sr=sr, rate=rate)
    np.testing.assert_array_equal(y, before)
    assert moved.shape == (*shape[:-1], round(n / rate))
    assert moved.dtype == np.float32
    assert np.isfinite(moved).all()


def test_the_end_is_kept():
    y = np.zeros(44100, dtype=np.float32)
    y[-500:] = 0.5
    for rate in (0.94, 1.06):
        assert np.abs(change_tempo(y, sr=22050, rate=rate)[-1200:]).max() > 0.3


@pytest.mark.parametrize("rate", [0.49, 2.1, 0.0, -1.0, float("nan")])
def test_rates_out_of_range_are_refused(rate):
    with pytest.raises(ParameterError, match=r"the tempo can be changed from 0\.5 to 2\.0"):
        change_tempo(np.zeros(100, dtype=np.float32), sr=8000, rate=rate)
