"""The mel scale, its filters, and what must hold of every log-mel spectrogram."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrescope.dsp import mel
from genrescope.errors import ParameterError

SR = 22050


def noise(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.9, 0.9, n).astype(np.float32)


@given(st.floats(0.0, 1e5))
def test_mel_and_hz_are_inverse(hz):
    assert float(mel.mel_to_hz(mel.hz_to_mel(hz))) == pytest.approx(hz, rel=1e-12, abs=1e-9)


def test_mel_scale_rises():
    hz = np.linspace(0.0, 20_000.0, 2001)
    assert (np.diff(mel.hz_to_mel(hz)) > 0).all()


def test_filters_have_unit_area_and_touch_their_neighbours_only():
    bank = mel.mel_filter_bank(sr=SR, n_fft=8192, n_mels=40)
    assert bank.dtype == np.float32
    np.testing.assert_allclose(bank.sum(axis=1) * SR / 8192, 1.0, rtol=5e-3)
    overlap = bank @ bank.T
    assert (np.diag(overlap, 1) > 0).all()
    assert not np.triu(overlap, 2).any()


def test_filters_are_shared_and_read_only():
    bank = mel.mel_filter_bank(sr=SR)
    assert mel.mel_filter_bank(sr=SR) is bank
    with pytest.raises(ValueError, match="read-only"):
        bank[0, 0] = 1.0


@pytest.mark.parametrize("hz", [110.0, 440.0, 1000.0, 5000.0])
def test_tone_is_loudest_in_the_band_that_weighs_it_most(hz):
    S = mel.log_mel(np.sin(2 * np.pi * hz * np.arange(SR) / SR), sr=SR)
    bank = mel.mel_filter_bank(sr=SR)
    assert S[:, 20].argmax() == bank[:, round(hz * 2048 / SR)].argmax()


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1024, 30_000),
    hop_length=st.integers(100, 3000),
    n_mels=st.integers(1, 64),
)
def test_shape_type_range_and_no_writing(seed, n, hop_length, n_mels):
    y = noise(seed, n)
    before = y.copy()
    S = mel.log_mel(y, sr=SR, n_fft=1024, hop_length=hop_length, n_mels=n_mels)
    assert S.shape == (n_mels, 1 + n // hop_length)
    assert S.dtype == np.float32
    assert S.flags.c_contiguous
    assert S.max() == 0.0
    assert S.min() >= -80.0
    np.testing.assert_array_equal(y, before)
    again = mel.log_mel(y, sr=SR, n_fft=1024, hop_length=hop_length, n_mels=n_mels)
    np.testing.assert_array_equal(S, again)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), gain_db=st.floats(-20.0, 20.0))
def test_gain_does_not_matter_above_the_least_power(seed, gain_db):
    y = noise(seed, 8192)
    louder = y * np.float32(10 ** (gain_db / 20))
    S, S_louder = (mel.log_mel(x, sr=SR, n_mels=64) for x in (y, louder))
    np.testing.assert_allclose(S_louder, S, atol=1e-4)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), hop_length=st.integers(64, 700), n_hops=st.integers(1, 200))
def test_shift_by_hops_shifts_columns(seed, hop_length, n_hops):
    y = noise(seed, 6000)
    later = np.concatenate([np.zeros(n_hops * hop_length, dtype=np.float32), y])
    S, S_later = (
        mel.mel_power(x, sr=SR, n_fft=1024, hop_length=hop_length, n_mels=40) for x in (y, later)
    )
    np.testing.assert_allclose(S_later[:, n_hops:], S, rtol=2e-6)


def test_float64_sound_gives_the_picture_of_its_float32():
    y = noise(0, 5000)
    np.testing.assert_array_equal(mel.log_mel(y.astype(np.float64), sr=SR), mel.log_mel(y, sr=SR))


def test_silence_is_zero_everywhere():
    assert not mel.log_mel(np.zeros(SR), sr=SR).any()


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"n_mels": 2000}, "of 2000 mel bands would be empty filters"),
        ({"n_mels": 0}, "must be at least 1"),
        ({"sr": 0}, "must be at least 1"),
        ({"fmin": -1.0}, "fmin"),
        ({"fmin": 5000.0, "fmax": 4000.0}, "0 <= fmin < fmax"),
        ({"fmax": 12_000.0}, "half the sample rate"),
        ({"hop_length": 0}, "hop_length is 0"),
        ({"n_fft": 1}, "n_fft is 1"),
    ],
)
def test_bad_settings_are_refused(changed, match):
    with pytest.raises(ParameterError, match=match):
        mel.log_mel(np.zeros(SR), **{"sr": SR, **changed})
