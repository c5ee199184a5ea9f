"""The cosine transform and the coefficients made with it."""

import librosa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import genrescope
from genrescope.dsp import mfcc
from genrescope.errors import ParameterError


@given(n_mels=st.integers(1, 130), data=st.data())
def test_rows_are_orthonormal(n_mels, data):
    n_mfcc = data.draw(st.integers(1, n_mels))
    matrix = mfcc.dct_matrix(n_mfcc, n_mels=n_mels)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(n_mfcc), atol=1e-12)


def test_cosine_over_the_bands_is_one_coefficient():
    bands = np.arange(64)
    S = np.cos(np.pi * 5 * (bands + 0.5) / 64)[:, None]
    expected = np.zeros((13, 1))
    expected[5] = np.sqrt(32.0)
    np.testing.assert_allclose(mfcc.mfcc(S=S, n_mfcc=13), expected, atol=1e-5)


@given(seed=st.integers(0, 2**32 - 1), shift_db=st.floats(-50.0, 50.0))
def test_level_changes_the_first_coefficient_only(seed, shift_db):
    S = np.random.default_rng(seed).uniform(-80, 0, (64, 5)).astype(np.float32)
    before = S.copy()
    difference = mfcc.mfcc(S=S + np.float32(shift_db)) - mfcc.mfcc(S=S)
    np.testing.assert_allclose(difference[0], 8.0 * shift_db, atol=2e-3)
    np.testing.assert_allclose(difference[1:], 0.0, atol=2e-3)
    np.testing.assert_array_equal(S, before)


def test_bad_input_is_refused():
    with pytest.raises(ParameterError, match="must be \\(n_mels, t\\)"):
        mfcc.mfcc(S=np.zeros(10))
    with pytest.raises(ParameterError, match="n_mfcc is 20, but 10 mel bands"):
        mfcc.mfcc(S=np.zeros((10, 3)))
    with pytest.raises(ParameterError, match="n_mfcc is 0"):
        mfcc.mfcc(np.zeros(22050), sr=22050, n_mfcc=0)
    for both in ({}, {"y": np.zeros(22050), "S": np.zeros((64, 3))}):
        with pytest.raises(ParameterError, match="of y and S were given"):
            mfcc.mfcc(**both)


def test_the_public_function_hears_a_signal_as_librosa_does():
    y = np.random.default_rng(0).normal(scale=0.1, size=22050).astype(np.float32)
    expected = librosa.feature.mfcc(y=y, sr=22050)
    np.testing.assert_allclose(genrescope.mfcc(y), expected, atol=1e-3)
    np.testing.assert_allclose(genrescope.mfcc(y=y, sr=22050, n_mfcc=20), expected, atol=1e-3)
    S = genrescope.log_mel(y, sr=22050, ref=1.0)
    np.testing.assert_array_equal(genrescope.mfcc(S=S), genrescope.mfcc(y))
