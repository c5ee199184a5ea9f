"""Resizing: what it keeps, and that it equals PyTorch's antialiased bilinear interpolation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.dsp import resize
from genrescope.errors import ParameterError

LENGTHS = st.integers(1, 60)


@given(seed=st.integers(0, 2**32 - 1), shape=st.tuples(LENGTHS, LENGTHS))
def test_same_shape_is_the_same_picture(seed, shape):
    image = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    np.testing.assert_allclose(resize.resize(image, shape=shape), image, rtol=1e-6)


@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.tuples(LENGTHS, LENGTHS),
    shape=st.tuples(LENGTHS, LENGTHS),
)
def test_shape_type_range_and_no_writing(seed, size, shape):
    image = np.random.default_rng(seed).normal(size=size).astype(np.float32)
    before = image.copy()
    resized = resize.resize(image, shape=shape)
    assert resized.shape == shape
    assert resized.dtype == np.float32
    assert resized.min() >= image.min() - 1e-5
    assert resized.max() <= image.max() + 1e-5
    np.testing.assert_array_equal(image, before)


def test_whole_factor_keeps_the_mean_away_from_the_edges():
    ramp = np.tile(np.arange(100, dtype=np.float32), (4, 1))
    resized = resize.resize(ramp, shape=(2, 20))
    np.testing.assert_allclose(resized[0, 1:-1], 2.0 + 5.0 * np.arange(1, 19), rtol=1e-5)


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((128, 1291), (64, 100)),
        ((128, 1292), (64, 100)),
        ((128, 388), (96, 128)),
        ((7, 5), (13, 2)),
        ((10, 10), (30, 3)),
        ((1, 9), (4, 1)),
        ((3, 1000), (7, 999)),
    ],
)
def test_equals_pytorch(size, shape):
    torch = pytest.importorskip("torch")
    image = np.random.default_rng(0).uniform(-80.0, 0.0, size).astype(np.float32)
    # float64, since PyTorch computes its weights in the type of the picture.
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(image.astype(np.float64))[None, None],
        size=shape,
        mode="bilinear",
        antialias=True,
        align_corners=False,
    )[0, 0].numpy()
    np.testing.assert_allclose(resize.resize(image, shape=shape), expected, atol=1e-4)


def test_bad_input_is_refused():
    with pytest.raises(ParameterError, match="must be \\(height, width\\)"):
        resize.resize(np.zeros(10), shape=(2, 2))
    with pytest.raises(ParameterError, match="cannot resize 10 samples to 0"):
        resize.resize(np.zeros((10, 3)), shape=(0, 2))
    with pytest.raises(ParameterError, match="cannot resize 0 samples"):
        resize.resize(np.zeros((0, 3)), shape=(1, 2))
