"""Labels as zeros and ones: written, read back, and refused where they are wrong."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.datasets._one_hot import read_one_hot, write_one_hot
from genrescope.errors import DatasetError
from genrescope.records import Track


def test_one_hot_labels_read_back(tmp_path):
    tracks = [Track("000002", None, ("Rock", "Pop")), Track("000003", None, ("Jazz, old",))]
    path = tmp_path / "labels.csv"
    assert write_one_hot(path, tracks) == ("Jazz, old", "Pop", "Rock")
    table = read_one_hot(path)
    assert (table.track_ids, table.labels) == (("000002", "000003"), ("Jazz, old", "Pop", "Rock"))
    np.testing.assert_array_equal(table.Y, [[0, 1, 1], [1, 0, 0]])
    assert table.Y.dtype == np.int8
    assert write_one_hot(path, tracks, single=True) == ("Jazz, old", "Rock")
    np.testing.assert_array_equal(read_one_hot(path).Y, [[0, 1], [1, 0]])
    path.write_text("picture,track_id,A,B\na.png,7,0,1\n", encoding="utf-8")
    assert read_one_hot(path).labels == ("A", "B")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no header"),
        ("track_id,A\n", "it has no rows"),
        ("track_id\n1\n", "no column follows track_id"),
        ("track_id,A\n1,2\n", "line 2: '2' must be 0 or 1"),
        ("track_id,A\n1,0\n", "line 2: track '1' has no label"),
        ("track_id,A\n1,1\n1,1\n", "line 3: track_id '1' is in line 2 already"),
    ],
)
def test_bad_one_hot_labels_are_refused(tmp_path, text, message):
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=message):
        read_one_hot(path)
    with pytest.raises(DatasetError, match="rename the label"):
        write_one_hot(path, [Track("a", None, ("track_id",))])
