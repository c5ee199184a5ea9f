"""Sheets of filters and inputs."""

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.explain.drawing import filter_sheet, input_sheet


def images(figure):
    return [axes.images[0] for axes in figure.axes if axes.images]


@pytest.mark.parametrize(
    ("shape", "drawn"), [((9, 1, 3, 5), (3, 5)), ((9, 2, 3, 5), (3, 10)), ((9, 6, 2), (6, 2))]
)
def test_each_filter_is_drawn_about_zero(shape, drawn):
    weights = np.random.default_rng(0).standard_normal(shape)
    found = images(filter_sheet(weights, title="filters"))
    assert len(found) == 9
    for image, w in zip(found, weights, strict=True):
        assert image.get_array().shape == drawn
        assert image.get_clim() == pytest.approx((-np.abs(w).max(), np.abs(w).max()))
    np.testing.assert_array_equal(found[0].get_array()[:, : shape[-1]], weights[0][0]
                                  if len(shape) == 4 else weights[0])  # fmt: skip


def test_rows_are_drawn_upwards():
    (image,) = images(filter_sheet(np.ones((1, 1, 3, 3)), title="filters"))
    assert image.origin == "lower"


def test_a_filter_of_zeros_is_drawn():
    assert len(images(filter_sheet(np.zeros((1, 1, 3, 3)), title="filters"))) == 1


def test_what_is_no_filter_is_refused():
    with pytest.raises(ParameterError, match=r"shape \(3, 3\)"):
        filter_sheet(np.zeros((3, 3)), title="filters")


def test_inputs_share_a_scale_where_it_is_given():
    pictures = {"a": np.zeros((4, 6)), "b": np.arange(24.0).reshape(4, 6)}
    assert [i.get_clim() for i in images(input_sheet(pictures, title="t", limit=3.0))] == [
        (-3, 3), (-3, 3),
    ]  # fmt: skip
    assert images(input_sheet(pictures, title="t"))[1].get_clim() == (0, 23)
