"""Power spectra of known signals, Parseval's theorem, decibels."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.dsp import frames, spectrum
from genrescope.errors import ParameterError


def test_tone_on_a_bin_has_the_powers_of_the_hann_window():
    n_fft, k, amplitude = 512, 40, 0.5
    y = amplitude * np.cos(2 * np.pi * k * np.arange(4 * n_fft) / n_fft)
    S = spectrum.power_spectrogram(y, n_fft=n_fft, hop_length=n_fft)
    peak = (amplitude * n_fft / 4) ** 2
    np.testing.assert_allclose(S[[k - 1, k, k + 1], 2], [peak / 4, peak, peak / 4], rtol=1e-5)
    assert np.delete(S[:, 2], [k - 1, k, k + 1]).max() < 1e-9 * peak


def test_click_at_the_centre_of_a_frame_is_flat():
    y = np.zeros(1000, dtype=np.float32)
    y[400] = 1.0
    S = spectrum.power_spectrogram(y, n_fft=128, hop_length=100)
    np.testing.assert_allclose(S[:, 4], 1.0, rtol=1e-6)
    assert S[:, [0, 1, 2, 6, 7]].max() == 0.0


@given(
    seed=st.integers(0, 2**32 - 1),
    n_fft=st.integers(2, 300),
    hop_length=st.integers(1, 200),
    extra=st.integers(0, 500),
)
def test_parseval(seed, n_fft, hop_length, extra):
    y = np.random.default_rng(seed).uniform(-1, 1, n_fft + extra).astype(np.float32)
    before = y.copy()
    S = spectrum.power_spectrogram(y, n_fft=n_fft, hop_length=hop_length)
    t = frames.n_frames(y.size, n_fft=n_fft, hop_length=hop_length)
    assert S.shape == (1 + n_fft // 2, t)
    assert S.dtype == np.float32
    np.testing.assert_array_equal(y, before)
    whole = frames.frames(y, start=0, stop=t, n_fft=n_fft, hop_length=hop_length)
    energy = np.sum((whole * spectrum.hann_window(n_fft)) ** 2, axis=1)
    sides = np.full(len(S), 2.0)
    sides[0] = 1.0
    if n_fft % 2 == 0:
        sides[-1] = 1.0
    np.testing.assert_allclose(sides @ S, n_fft * energy, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("hop_length", [100, 700])
@pytest.mark.parametrize(
    ("block", "transform"), [(1, 1), (1, 10**6), (10**6, 1), (7 * 512, 3 * 512)]
)
def test_blocks_do_not_show(monkeypatch, block, transform, hop_length):
    y = np.random.default_rng(0).normal(size=20_000).astype(np.float32)
    monkeypatch.setattr(spectrum, "BLOCK_SAMPLES", block)
    monkeypatch.setattr(spectrum, "TRANSFORM_SAMPLES", transform)
    S = spectrum.power_spectrogram(y, n_fft=512, hop_length=hop_length)
    t = frames.n_frames(y.size, n_fft=512, hop_length=hop_length)
    whole = frames.frames(y, start=0, stop=t, n_fft=512, hop_length=hop_length)
    X = np.fft.rfft(whole * spectrum.hann_window(512))
    np.testing.assert_array_equal(S, (X.real**2 + X.imag**2).astype(np.float32).T)


def test_the_window_is_remembered_and_read_only():
    window = spectrum.hann_window(64)
    assert spectrum.hann_window(64) is window
    with pytest.raises(ValueError, match="read-only"):
        window[0] = 1.0


def test_every_other_sample_of_a_signal_is_a_signal():
    y = np.random.default_rng(1).normal(size=9000).astype(np.float32)
    np.testing.assert_array_equal(
        spectrum.power_spectrogram(y[::2], n_fft=512),
        spectrum.power_spectrogram(y[::2].copy(), n_fft=512),
    )


def test_memory_does_not_grow_with_the_recording():
    y = np.zeros(3_000_000, dtype=np.float32)
    tracemalloc.start()
    for _ in spectrum.power_blocks(y, n_fft=2048, hop_length=512):
        pass
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 8e6


def test_short_signal_is_refused():
    with pytest.raises(ParameterError, match="100 samples, fewer than the 128 of one frame"):
        spectrum.power_spectrogram(np.zeros(100), n_fft=128)


def test_power_to_db_of_known_powers():
    S = np.array([[100.0, 1.0], [1e-5, 0.0]])
    np.testing.assert_allclose(spectrum.power_to_db(S), [[0, -20], [-70, -80]], atol=1e-5)
    np.testing.assert_allclose(spectrum.power_to_db(S, ref=1.0), [[20, 0], [-50, -60]], atol=1e-5)
    np.testing.assert_allclose(
        spectrum.power_to_db(S, top_db=None), [[0, -20], [-70, -120]], atol=1e-4
    )


def test_power_to_db_of_silence_is_zero():
    np.testing.assert_array_equal(spectrum.power_to_db(np.zeros((3, 4))), np.zeros((3, 4)))


def test_power_to_db_does_not_write_to_its_argument():
    S = np.ones((2, 3), dtype=np.float32)
    spectrum.power_to_db(S, ref=10.0)
    assert (S == 1.0).all()


def test_power_to_db_may_write_over_the_powers():
    S = np.random.default_rng(0).uniform(0, 1, (5, 7)).astype(np.float32)
    expected = spectrum.power_to_db(S)
    assert spectrum.power_to_db(S, out=S) is S
    np.testing.assert_array_equal(S, expected)


@pytest.mark.parametrize(
    ("S", "settings", "match"),
    [
        (np.zeros((0, 3)), {}, "no powers"),
        (np.ones(3), {"amin": 0.0}, "must be positive"),
        (np.ones(3), {"ref": -1.0}, "must be positive"),
        (np.ones(3), {"top_db": -1.0}, "must be 0 dB or more"),
    ],
)
def test_bad_levels_are_refused(S, settings, match):
    with pytest.raises(ParameterError, match=match):
        spectrum.power_to_db(S, **settings)
