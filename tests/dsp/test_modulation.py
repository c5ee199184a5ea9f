"""Stretches, rate ranges and spectra of series, against what they are by definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.dsp import modulation


@given(t=st.integers(8, 300), length=st.floats(0.5, 400.0))
def test_stretches_cover_the_whole_and_overlap_by_half(t, length):
    X = np.arange(2.0 * t).reshape(2, t)
    found = modulation.stretches(X, length=length, least=8)
    n = found.shape[-1]
    assert n == min(max(8, round(length)), t)
    starts = found[0, :, 0].astype(int)
    assert starts[0] == 0
    assert starts[-1] == t - n
    assert (np.diff(starts) <= n // 2).all()
    for row, values in enumerate(X):
        np.testing.assert_array_equal(found[row], [values[s : s + n] for s in starts])
    assert not np.shares_memory(found, X)


def test_pooling_averages_the_rates_of_each_range():
    pooling = modulation.rate_pooling(64, frame_rate=16.0, edges=(0.0, 1.0, 2.5, 2.6))
    rates = np.arange(pooling.shape[1]) * 16.0 / 64
    assert rates[-1] == 2.5
    np.testing.assert_allclose(pooling @ rates, [0.375, 1.625, 2.5])
    np.testing.assert_allclose(pooling.sum(axis=1), 1.0)


def test_ranges_above_half_the_frame_rate_have_no_weight():
    pooling = modulation.rate_pooling(8, frame_rate=4.0, edges=(3.0, 4.0, 5.0))
    assert pooling.shape == (2, 1)
    assert not pooling.any()


@pytest.mark.parametrize(
    "make",
    [
        lambda: modulation.rate_pooling(65, frame_rate=13.0, edges=(0.0, 1.0, 6.4)),
        lambda: modulation._waves(32, 65, 33),
        lambda: modulation._hann(32),
    ],
)
def test_what_is_remembered_is_read_only(make):
    values = make()
    assert make() is values
    with pytest.raises(ValueError, match="read-only"):
        values[...] = 1.0


@pytest.mark.parametrize("most", [0, 2**18])
@pytest.mark.parametrize("n_fft", [30, 65, 128])
def test_power_is_that_of_the_padded_transform(monkeypatch, most, n_fft):
    monkeypatch.setattr(modulation, "MAX_MATRIX", most)
    X = np.random.default_rng(0).standard_normal((3, 4, 30)).astype(np.float32)
    before = X.copy()
    window = np.hanning(32)[1:-1]
    found = modulation.power(X, n_fft=n_fft, n_rates=15, frame_rate=13.0)
    F = np.fft.rfft(X * window, n=n_fft)[..., :15]
    expected = (np.abs(F) ** 2).mean(axis=1) / (13.0 * (window**2).sum())
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-7)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("n_bands", [16, 17, 32])
def test_ripple_power_is_that_of_the_transform_of_the_plane(n_bands):
    X = np.random.default_rng(1).standard_normal((2, n_bands, 5, 24)).astype(np.float32)
    found = modulation.ripple_power(X, n_scales=8, n_fft=65, n_rates=30, frame_rate=13.0)
    window = np.hanning(n_bands + 2)[1:-1, None, None] * np.hanning(26)[1:-1]
    F = np.fft.fft(np.fft.rfft(X * window, n=65)[..., :30], axis=1)
    power = (np.abs(F) ** 2).mean(axis=2) / (13.0 * (window**2).sum())
    expected = power[:, [*range(8), *range(-1, -8, -1)]]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
