"""The MFCC of a window are those of its log-mel picture."""

import numpy as np
import pytest

from genrescope.dsp import mfcc as dsp_mfcc
from genrescope.errors import ParameterError
from genrescope.features import mfcc
from genrescope.features.front_end import FrontEnd


def test_coefficients_are_those_of_the_sound():
    y = np.random.default_rng(0).normal(scale=0.1, size=22050).astype(np.float32)
    front_end = FrontEnd()
    ours = mfcc.compute(front_end.compute(y), settings=mfcc.Settings(), front_end=front_end)
    expected = dsp_mfcc.mfcc(y, sr=22050, n_mfcc=13, ref=None)
    np.testing.assert_array_equal(ours, expected)


def test_bad_settings_are_refused():
    with pytest.raises(ParameterError, match="n_mfcc is 0"):
        mfcc.Settings(n_mfcc=0)
    front_end = FrontEnd(n_mels=10)
    with pytest.raises(ParameterError, match="n_mfcc is 13, but 10 mel bands"):
        mfcc.compute(np.zeros((10, 5)), settings=mfcc.Settings(), front_end=front_end)
