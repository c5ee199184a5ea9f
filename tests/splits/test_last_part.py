"""The last part of a list that was joined label by label: one label alone is tested."""

import pytest

from genrescope.errors import ConfigError, SplitError, UnknownNameError
from genrescope.records import Track
from genrescope.splits.split import make_splits

TRACKS = [Track(f"{g}.{i:03}", None, (g,)) for g in ("hiphop", "pop") for i in range(100)]


def test_it_is_what_keras_takes_of_the_tasks_of_mersy_and_lyk():
    (split,) = make_splits("last-part", TRACKS, labels="pop,hiphop", n_segments=8)
    assert (len(split.train), len(split.test)) == (1120, 480)
    assert {i.split(".")[0] for i in split.test} == {"hiphop"}
    assert sum(i.startswith("hiphop") for i in split.train) == 320
    # 40 whole tracks of 8 snippets remain in training: no track is on both sides.
    assert split.test[0] == "hiphop.040#1"
    assert not split.valid


def test_labels_are_sorted_where_no_order_is_named():
    (split,) = make_splits("last-part", TRACKS[::-1], test_fraction=0.1)
    assert split.test == tuple(f"pop.{i:03}" for i in range(80, 100))
    assert split.n_segments == 1


def test_counts_are_rounded_as_keras_does():
    (split,) = make_splits("last-part", TRACKS[95:105], test_fraction=0.3)
    assert (len(split.train), len(split.test)) == (7, 3)


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"test_fraction": 1.0}, ConfigError, "test_fraction is 1.0"),
        ({"n_segments": 0}, ConfigError, "n_segments is 0"),
        ({"labels": "pop"}, ConfigError, "must name each of hiphop, pop once"),
        ({"labels": "pop,hip-hop"}, UnknownNameError, "hip-hop"),
        ({"test_fraction": 0.6}, SplitError, "all of the label 'pop' is in the last 0.6"),
    ],
)
def test_what_cannot_be_made_is_refused(settings, error, match):
    with pytest.raises(error, match=match):
        make_splits("last-part", TRACKS, **settings)
