"""Labels: their rules, and the vocabulary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope import labels
from genrescope.errors import DatasetError

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
    labels.check_vocabulary({"blues": ["a"], "rock": ["b"]})
    labels.check_vocabulary({"rock": ["a"]})
    tracks = [f"r/{i}" for i in range(5)]
    expected = r"labels 'ROCK' \(x\) and 'rock' \(r/0, r/1, r/2 and 2 more\) read the same.*one way"
    with pytest.raises(DatasetError, match=expected):
        labels.check_vocabulary({"rock": tracks, "ROCK": ["x"], "jazz": ["j"]})
    for pair in (("Hip-Hop", "hip hop"), ("rock_n_roll", "Rock n Roll"), ("pop/rock", "poprock")):
        with pytest.raises(DatasetError, match="read the same"):
            labels.check_vocabulary({label: ["t"] for label in pair})
    with pytest.raises(DatasetError, match=r"separates.*\(track t\)"):
        labels.check_vocabulary({"rock": ["s"], "a;b": ["t"]})


@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_the_vocabulary_is_sorted_and_distinct(names):
    assert list(labels.vocabulary([names])) == sorted(set(names))
