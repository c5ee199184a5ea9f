"""Colour maps: beside those of matplotlib, light where loud, and nothing written to."""

import matplotlib
import numpy as np
import pytest

from genrescope.dsp.colours import COLOUR_MAPS, coloured
from genrescope.errors import UnknownNameError

RAMP = np.linspace(0, 1, 256)[None]


@pytest.mark.parametrize(("name", "within"), [("magma", 3), ("cubehelix", 0)])
def test_colours_are_those_of_the_map_of_that_name(name, within):
    theirs = (matplotlib.colormaps[name](np.arange(256))[:, :3] * 255 + 0.5).astype(int)
    ours = coloured(RAMP, colour_map=name)[0].astype(int)
    assert np.abs(ours - theirs).max() <= within


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_louder_is_lighter(name):
    red, green, blue = np.moveaxis(coloured(RAMP, colour_map=name)[0].astype(float), -1, 0)
    lightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # Eight bits leave steps of less than one in a weighted sum.
    assert (np.diff(lightness) > -1).all()
    assert (np.diff(lightness[::8]) > 0).all()
    assert lightness[-1] > 200 > 20 > lightness[0]


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_levels_out_of_range_take_the_ends(name):
    levels = np.array([[-3.0, 0.0, 1.0, 7.0]])
    levels.flags.writeable = False
    drawn = coloured(levels, colour_map=name)
    assert drawn.shape == (1, 4, 3)
    assert drawn.dtype == np.uint8
    np.testing.assert_array_equal(drawn[0, 0], drawn[0, 1])
    np.testing.assert_array_equal(drawn[0, 2], drawn[0, 3])


def test_an_unknown_map():
    with pytest.raises(UnknownNameError, match="did you mean 'magma'"):
        coloured(RAMP, colour_map="magna")
