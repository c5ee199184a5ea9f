"""The hierarchy of genres, and what is wrong with one, by name."""

import pytest

from genrescope.datasets._fma_genres import genre_table, read_genres
from genrescope.errors import DatasetError
from small_fma import GENRES, write_metadata


@pytest.fixture
def read(tmp_path):
    def call(genres=GENRES):
        write_metadata(tmp_path, [], genres=genres)
        return read_genres(tmp_path / "fma_metadata" / "genres.csv")

    return call


def test_genres_know_their_parents_and_their_top(read):
    table = read()
    assert table.titles[88] == "Post-Punk"
    assert table.ancestors[88] == (25, 12)
    assert table.ancestors[12] == ()
    assert (table.top(88), table.top(12)) == (12, 12)
    assert table.tops([88, 10, 25, 12]) == (12, 10)
    assert table.with_ancestors([88, 10]) == (88, 10, 25, 12)
    assert table.named([25, 8]) == ("Punk", "Old-Time / Historic")
    assert table.by_name["hiphop"] == (21,)


@pytest.mark.parametrize(
    ("genres", "message"),
    [
        ([(12, 99, "Rock", "")], r"'Rock' \(12\) has the parent 99, which is no genre"),
        (
            [(12, 88, "Rock", ""), (25, 12, "Punk", ""), (88, 25, "Post-Punk", "")],
            r"in a circle: 'Rock' \(12\) -> 'Post-Punk' \(88\) -> 'Punk' \(25\) -> 'Rock' \(12\)",
        ),
        ([(12, 12, "Rock", "")], r"in a circle: 'Rock' \(12\) -> 'Rock' \(12\);"),
        ([(10, 0, "Pop", 10), (12, 0, "Rock", 10)], r"'Rock' \(12\) has the top_level 10, but"),
        ([(12, 0, "Rock", 12), (12, 0, "Pop", 12)], "line 3: genre_id 12 is there already, as 'R"),
        ([("x", 0, "Rock", "")], "line 2: genre_id 'x' is no whole number"),
        ([(12, "none", "Rock", "")], "line 2: parent 'none' is no whole number"),
        ([(0, 0, "Rock", "")], "genre_id 0 stands for no parent"),
        ([(12, 0, "", "")], "a label is empty"),
        ([(12, 0, "Rock;Pop", "")], "separates labels"),
        ([], "it has no rows"),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused(read, genres, message):
    with pytest.raises(DatasetError, match=message):
        read(genres)


def test_whole_numbers_may_be_written_as_floats(read):
    assert read([("12", "0.0", "Rock", "12.0"), ("25", "12.0", "Punk", "")]).top(25) == 12


def test_a_genre_may_stand_before_its_parent():
    assert genre_table({25: "Punk", 12: "Rock"}, {25: 12}).top(25) == 12


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DatasetError, match=r"genres\.csv cannot be read.*data get fma"):
        read_genres(tmp_path / "genres.csv")
    (tmp_path / "genres.csv").write_text("genre_id,title\n12,Rock\n")
    with pytest.raises(DatasetError, match="column 'parent' is missing"):
        read_genres(tmp_path / "genres.csv")
