"""PNG files: read back by a reader of others, bit for bit."""

import io

import numpy as np
import pytest
from matplotlib import image

from genrescope.dsp.png import png_bytes
from genrescope.errors import ParameterError


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 7, 3), (5, 1, 3), (64, 64, 3), (33, 257, 3)])
def test_another_reader_finds_the_same_picture(shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    picture.flags.writeable = False
    read = image.imread(io.BytesIO(png_bytes(picture)), format="png")
    np.testing.assert_array_equal((read[..., :3] * 255).round().astype(np.uint8), picture)


def test_strided_pictures_are_written_as_they_look():
    picture = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    flipped = picture[::-1, ::2]
    assert png_bytes(flipped) == png_bytes(np.ascontiguousarray(flipped))


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((2, 2), dtype=np.uint8),
        np.zeros((2, 2, 4), dtype=np.uint8),
        np.zeros((2, 2, 3)),
        np.zeros((0, 2, 3), dtype=np.uint8),
    ],
)
def test_what_is_no_picture(bad):
    with pytest.raises(ParameterError, match="PNG takes"):
        png_bytes(bad)
