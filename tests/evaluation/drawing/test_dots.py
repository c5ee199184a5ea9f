"""Dots with intervals: everything that is given is drawn, and nothing else."""

import pytest

from genrescope.errors import ParameterError
from genrescope.evaluation.drawing.dots import Dot, compared_dots


def test_dots_stand_where_they_should():
    series = {"paper": [Dot(0.5), None], "ours": [Dot(0.4, 0.3, 0.5), Dot(0.6)]}
    figure = compared_dots(["a", "b"], series, title="accuracy")
    (axes,) = figure.axes
    paper, ours, interval = axes.lines
    assert paper.get_xdata() == pytest.approx([50])
    assert ours.get_xdata() == pytest.approx([40, 60])
    assert interval.get_xdata() == pytest.approx([30, 50])
    assert [t.get_text() for t in axes.get_yticklabels()] == ["a", "b"]
    assert axes.get_ylim() == (1.5, -0.5)


def test_what_cannot_be_drawn():
    for rows, series, match in (
        ([], {"ours": []}, "0 rows"),
        (["a"], {"ours": []}, "each needs a dot a row"),
        (["a"], {str(i): [None] for i in range(8)}, "only 7 colours"),
    ):
        with pytest.raises(ParameterError, match=match):
            compared_dots(rows, series, title="")
