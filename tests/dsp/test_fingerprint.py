"""The fingerprint: what it is blind to, what it tells apart, and its form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.dsp.fingerprint import (
    MIN_CHANGE_DB,
    RATE,
    REACH,
    bit_errors,
    fingerprint,
    pooled,
    pooling,
)
from genrescope.dsp.mel import mel_to_hz
from genrescope.errors import ParameterError

CENTRES = mel_to_hz(np.linspace(0.4, 49.5, 128))


def _levels(seed, t=200):
    return np.random.default_rng(seed).normal(scale=8.0, size=(33, t)).astype(np.float32)


def _error(a, b):
    errors, n = bit_errors(a.bits, a.valid, b.bits, b.valid)
    assert n.sum() > 1000
    return errors.sum() / n.sum()


@given(seed=st.integers(0, 2**32 - 1), t=st.integers(0, 60))
def test_form_and_no_writing(seed, t):
    levels = _levels(seed, t)
    before = levels.copy()
    found = fingerprint(levels) if t else fingerprint(levels.reshape(33, 0))
    assert (found.bits.shape, found.bits.dtype) == ((t,), np.uint32)
    assert (found.valid.shape, found.valid.dtype) == ((t,), np.uint32)
    assert (found.coarse.shape, found.coarse.dtype) == ((t,), np.uint16)
    assert found.duration_s == pytest.approx(t / RATE)
    np.testing.assert_array_equal(levels, before)


@given(seed=st.integers(0, 2**32 - 1), gain_db=st.floats(-40, 40))
def test_gain_and_equalisation_change_no_valid_bit(seed, gain_db):
    levels = _levels(seed)
    floor = levels.max() - 60 + 1e-3
    levels = np.maximum(levels, floor)
    tilt = np.linspace(-3, 3, 33, dtype=np.float32)[:, None]
    a = fingerprint(levels)
    assert _error(a, fingerprint(levels + np.float32(gain_db))) == 0
    assert _error(a, fingerprint(levels + tilt)) < 0.02


def test_other_sound_differs_in_half_of_the_bits():
    errors = [_error(fingerprint(_levels(k)), fingerprint(_levels(k + 1))) for k in range(20)]
    assert 0.45 < np.mean(errors) < 0.55


def test_a_rise_in_one_band_sets_the_two_bits_beside_it():
    levels = np.zeros((33, 41))
    levels[10, 20:] = 20.0
    found = fingerprint(levels)
    # Bands 9 and 10 move apart upwards, 10 and 11 downwards; no other pair moves.
    assert found.valid[20] == (1 << 9) | (1 << 10)
    assert found.bits[20] == 1 << 9
    assert found.coarse[20] == 1 << 4
    assert found.valid[: 20 - REACH - 2].sum() == 0


@pytest.mark.parametrize("levels", [np.zeros((33, 50)), np.full((33, 50), -80.0), np.eye(33, 50)])
def test_nothing_that_changes_has_no_valid_bit(levels):
    assert np.ptp(levels) <= MIN_CHANGE_DB
    assert not fingerprint(levels).valid.any()


def test_pooling_averages_bands_below_five_kilohertz():
    W = pooling(CENTRES)
    assert W.shape == (33, 128)
    np.testing.assert_allclose(W.sum(axis=1), 1, rtol=1e-5)
    used = CENTRES[W.any(axis=0)]
    assert 60 < used.min() < 110
    assert 4800 < used.max() < 5200
    assert (W >= 0).all()


def test_bands_that_do_not_reach_are_refused():
    with pytest.raises(ParameterError, match="needs 90 to 5000 Hz"):
        pooling(CENTRES[CENTRES < 4000])


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.336, 5.0])
def test_any_frame_rate_gives_the_same_picture(factor):
    seconds = 20.0
    t = np.arange(int(seconds * RATE * factor)) / (RATE * factor)
    S = 10 * np.sin(2 * np.pi * 0.3 * t) * np.linspace(-1, 1, 128)[:, None]
    levels = pooled(S, weights=pooling(CENTRES), frame_rate=RATE * factor)
    assert abs(levels.shape[1] - seconds * RATE) <= 2
    middle = (np.arange(levels.shape[1]) + 0.5) / RATE
    expected = 10 * np.sin(2 * np.pi * 0.3 * (middle - 0.5 / (RATE * factor)))
    top = levels[-1] / np.abs(levels[-1]).max()
    assert np.corrcoef(top, expected)[0, 1] > 0.99
