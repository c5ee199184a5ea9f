"""Labels: rules, vocabulary, numbers and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope import labels
from genrescope.errors import DatasetError, ParameterError

TEXTS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)


@pytest.mark.parametrize("label", ["rock", "hip hop", "R&B", "Drum 'n' Bass", "música"])
def test_good_labels_have_no_problem(label):
    assert labels.label_problem(label) is None


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (" rock", "space"),
        ("rock;pop", "separates"),
        ("ro\nck", "printed"),
    ],
)
def test_bad_labels_have_a_problem(label, rule):
    assert rule in labels.label_problem(label)


def test_vocabulary_is_checked():
    labels.check_vocabulary(["blues", "rock"])
    with pytest.raises(DatasetError, match="two at least"):
        labels.check_vocabulary(["rock"])
    with pytest.raises(DatasetError, match="read the same"):
        labels.check_vocabulary(["Hip-Hop", "hip hop"])
    with pytest.raises(DatasetError, match="read the same"):
        labels.check_vocabulary(["rock", "rock"])
    with pytest.raises(DatasetError, match="separates"):
        labels.check_vocabulary(["rock", "a;b"])


@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_decode_undoes_encode(names):
    vocabulary = labels.vocabulary([names])
    codes = labels.encode(names, vocabulary=vocabulary)
    assert codes.dtype == np.int64
    assert labels.decode(codes, vocabulary=vocabulary) == names
    assert list(vocabulary) == sorted(set(names))


@given(st.lists(st.lists(TEXTS, max_size=4, unique=True), min_size=1, max_size=10))
def test_multi_hot_counts_labels(label_sets):
    vocabulary = labels.vocabulary(label_sets)
    hot = labels.multi_hot(label_sets, vocabulary=vocabulary)
    assert hot.shape == (len(label_sets), len(vocabulary))
    assert hot.sum(axis=1).tolist() == [len(names) for names in label_sets]


def test_unknown_labels_and_numbers_are_refused():
    with pytest.raises(ParameterError, match="did you mean 'jazz'"):
        labels.encode(["jaz"], vocabulary=["jazz", "rock"])
    with pytest.raises(ParameterError, match="unknown label"):
        labels.multi_hot([("x",)], vocabulary=["jazz", "rock"])
    for bad in (-1, 2):
        with pytest.raises(ParameterError, match="outside 0 to 1"):
            labels.decode([bad], vocabulary=["jazz", "rock"])
