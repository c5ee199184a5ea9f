"""The mel spectrogram as an RGB picture: what the network takes is what the PNG file holds."""

import io

import numpy as np
import pytest
from matplotlib import image as reader

from genrescope.dsp.colours import COLOUR_MAPS, coloured
from genrescope.errors import ParameterError, UnknownNameError
from genrescope.features.front_end import FrontEnd
from genrescope.features.mel_image import Settings, compute, to_png

FRONT_END = FrontEnd()


def levels(seed=0):
    S = np.random.default_rng(seed).uniform(-80, 0, (128, 300)).astype(np.float32)
    S[0, 0], S[1, 1] = -80.0, 0.0
    S.flags.writeable = False
    return S


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_the_network_sees_what_the_file_holds(colour_map):
    settings = Settings(height=48, width=100, colour_map=colour_map)
    X = compute(levels(), settings=settings, front_end=FRONT_END)
    assert X.shape == (3, 48, 100)
    assert X.dtype == np.float32
    read = reader.imread(io.BytesIO(to_png(X)), format="png")[..., :3]
    np.testing.assert_array_equal(read, np.moveaxis(X, 0, -1))
    steps = X * 255
    np.testing.assert_allclose(steps, steps.round(), atol=1e-4)


def test_low_frequencies_are_at_the_bottom():
    S = np.full((128, 64), -80.0, dtype=np.float32)
    S[0] = 0.0
    X = compute(S, settings=Settings(height=128), front_end=FRONT_END)
    first, last = (coloured(np.array([[end]]))[0, 0] / 255 for end in (0.0, 1.0))
    np.testing.assert_allclose(X[:, -1, 30], last, atol=1e-6)
    np.testing.assert_allclose(X[:, 0, 30], first, atol=1e-6)


def test_golden_colours_of_levels_in_db():
    for level, colour in ((-80.0, (0, 0, 4)), (-40.0, (182, 55, 121)), (0.0, (252, 253, 191))):
        S = np.full((128, 100), level, dtype=np.float32)
        X = compute(S, settings=Settings(), front_end=FRONT_END)
        assert (X[:, 20, 20] * 255).round().astype(int).tolist() == list(colour)


def test_both_scales_give_the_same_picture_of_a_clip_that_reaches_the_floor():
    S = levels()
    in_db = compute(S, settings=Settings(), front_end=FRONT_END)
    unit = compute(1 + S / 80, settings=Settings(), front_end=FrontEnd(scale="unit"))
    assert np.abs(255 * (in_db - unit)).max() <= 1.001


@pytest.mark.parametrize("setting", [{"height": 0}, {"width": -1}])
def test_sizes_that_cannot_be_drawn(setting):
    with pytest.raises(ParameterError, match="must be at least 1"):
        Settings(**setting)


def test_an_unknown_colour_map():
    with pytest.raises(UnknownNameError, match="did you mean 'cubehelix'"):
        Settings(colour_map="cubehelx")


@pytest.mark.parametrize(
    "bad", [np.zeros((64, 64)), np.zeros((1, 4, 4)), np.full((3, 4, 4), 1.5), -np.ones((3, 2, 2))]
)
def test_no_file_of_what_is_no_picture(bad):
    with pytest.raises(ParameterError, match="no picture of three colours"):
        to_png(bad)
