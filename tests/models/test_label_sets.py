"""What is asked of several labels an input."""

import re

import numpy as np
import pytest

from genrescope.errors import ParameterError
from genrescope.models.label_sets import checked_label_sets, multi_hot

X = np.arange(12.0).reshape(4, 3)
SETS = [("rock", "pop"), ("jazz",), (), ["pop"]]
MATRIX = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0], [0, 1, 0]])


def test_sets_of_names_become_a_matrix_with_sorted_columns():
    lesson = checked_label_sets(X.tolist(), SETS, groups=list("abcd"), watch=(X[:1], [("pop",)]))
    assert lesson.classes.tolist() == ["jazz", "pop", "rock"]
    assert lesson.y.dtype == bool
    assert (lesson.y == MATRIX).all()
    assert lesson.watch[1].tolist() == [[False, True, False]]
    assert lesson.valid is None
    assert lesson.groups.tolist() == list("abcd")


@pytest.mark.parametrize("kind", [bool, int, float])
def test_a_matrix_is_taken_as_it_is(kind):
    lesson = checked_label_sets(X, MATRIX.astype(kind), valid=(X[:2], MATRIX[:2]))
    assert lesson.classes.tolist() == [0, 1, 2]
    assert (lesson.y == MATRIX).all()
    assert (lesson.valid[1] == MATRIX[:2]).all()


def test_labels_that_are_no_column_are_passed_over():
    assert multi_hot([("pop", "polka"), ("polka",)], ["pop"]).tolist() == [[True], [False]]


@pytest.mark.parametrize(
    ("y", "match"),
    [
        (["rock", "jazz", "rock", "jazz"], "names of several labels an input.*single-label"),
        ([(1, 2), (2,), (), (1,)], "names of several labels an input"),
        (MATRIX * 2, "must hold 0 and 1 alone"),
        (SETS[:3], "4 training inputs and labels of 3"),
        ([("pop",)] * 4, r"1 training labels, of which \[\] have no example"),
        (np.c_[MATRIX, np.zeros(4, int)], r"4 training labels, of which \['3'\] have no example"),
    ],
)
def test_labels_that_cannot_be_learned_are_refused(y, match):
    with pytest.raises(ParameterError, match=match):
        checked_label_sets(X, y)


@pytest.mark.parametrize(
    ("part", "match"),
    [
        ((X, [("polka",)] * 4), "validation labels ['polka'] have no training example"),
        ((X[:, :2], SETS), "validation features have shape (4, 2), but the model is for (n, 3)"),
        ((X[:3], SETS), "3 validation inputs and labels of 4"),
        ((X[2:3], [()]), "validation labels have shape (1, 3) and 0 are true"),
        ((X, MATRIX[:, :2]), "validation labels have shape (4, 2) and 3 are true"),
    ],
)
def test_a_further_part_must_fit_the_training(part, match):
    with pytest.raises(ParameterError, match=re.escape(match)):
        checked_label_sets(X, SETS, valid=part)


def test_artists_are_one_an_input():
    with pytest.raises(ParameterError, match=r"groups have shape \(3,\), but must have \(4,\)"):
        checked_label_sets(X, SETS, groups=list("abc"))
