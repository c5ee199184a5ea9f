"""The way back of the feature sets that have one is the transposed map."""

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.features.feature_sets import FEATURE_SETS, FeatureChoice
from genrescope.features.front_end import FrontEnd

WITH_A_WAY_BACK = [
    name for name in FEATURE_SETS.names() if hasattr(FEATURE_SETS.module(name), "brought_back")
]


def test_some_sets_have_a_way_back():
    assert {"logmel", "mel-picture", "mfcc"} <= set(WITH_A_WAY_BACK)


@pytest.mark.parametrize("name", WITH_A_WAY_BACK)
@pytest.mark.parametrize("n_frames", [387, 44])
def test_it_is_the_transpose(name, n_frames):
    """For any weights A: <A, f(S) - f(T)> = <A brought back, S - T>."""
    front_end, choice = FrontEnd(), FeatureChoice.from_dict({"name": name})
    rng = np.random.default_rng(0)
    S, T = rng.uniform(-80, 0, (2, front_end.n_mels, n_frames)).astype(np.float32)
    x, other = choice.compute([S, T], front_end).astype(np.float64)
    A = rng.standard_normal(x.shape)
    back = choice.brought_back(A, front_end, n_frames=n_frames)
    assert back.shape == S.shape
    assert back.dtype == np.float32
    assert (back * (S - T)).sum() == pytest.approx((A * (x - other)).sum(), rel=1e-3)


def test_a_set_without_one_says_which_have_one():
    with pytest.raises(ParameterError, match=r"no way back .* mel-picture"):
        FeatureChoice("logmel-statistics").brought_back(np.zeros(754), FrontEnd(), n_frames=44)
