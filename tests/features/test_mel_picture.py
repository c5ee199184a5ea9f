"""The small normalised picture of Joseph et al."""

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.features import mel_picture
from genrescope.features.front_end import FrontEnd


def test_picture_has_the_shape_and_normalisation_of_the_paper():
    S = np.full((128, 1291), -80.0, dtype=np.float32)
    picture = mel_picture.compute(S, settings=mel_picture.Settings(), front_end=FrontEnd())
    assert picture.shape == (64, 100)
    np.testing.assert_allclose(picture, (-80.0 + 42.88) / 15.50, rtol=1e-5)


def test_both_scales_give_the_same_picture_of_a_clip_that_reaches_the_floor():
    S = np.random.default_rng(0).uniform(-80, 0, (128, 200)).astype(np.float32)
    S[0, 0], S[1, 1] = -80.0, 0.0
    settings = mel_picture.Settings()
    in_db = mel_picture.compute(S, settings=settings, front_end=FrontEnd())
    unit = mel_picture.compute(1.0 + S / 80.0, settings=settings, front_end=FrontEnd(scale="unit"))
    np.testing.assert_allclose(unit, in_db, atol=1e-5)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"height": 0}, "height \\(0\\)"),
        ({"width": -1}, "width \\(-1\\)"),
        ({"std": 0.0}, "std \\(0.0 dB\\) positive"),
        ({"mean": float("nan")}, "must be finite"),
    ],
)
def test_bad_settings_are_refused(settings, match):
    with pytest.raises(ParameterError, match=match):
        mel_picture.Settings(**settings)
