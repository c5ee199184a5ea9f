"""The rows of tracks.csv: its header of three rows, and files that are something else."""

import csv

import pytest

from genrescope.datasets._fma_rows import Row, read_rows
from genrescope.errors import DatasetError
from small_fma import row, write_metadata


@pytest.fixture
def tracks_csv(tmp_path):
    write_metadata(tmp_path, [row(2, track_genres=" [12]"), row(134, track_title="A  \n B")])
    return tmp_path / "fma_metadata" / "tracks.csv"


def test_a_row_is_read_whole(tracks_csv):
    first, second = read_rows(tracks_csv)
    assert first == Row(
        fma_id=2,
        split="training",
        subset="small",
        genre_top="Rock",
        # A genre cell stays as it is: what is odd about it is told.
        genres=" [12]",
        artist_id="2",
        artist='Die "2"',
        album_id="7",
        album="Ünbekannt, Teil 1",
        title="Stück 2",
        duration="0.5",
        bit_rate="256000",
        licence="Attribution 3.0",
    )
    assert (second.track_id, second.title) == ("000134", "A B")


def test_a_biography_may_be_long(tmp_path):
    write_metadata(tmp_path, [row(2, artist_bio="la " * 100_000), row(3)])
    before = csv.field_size_limit()
    assert [r.fma_id for r in read_rows(tmp_path / "fma_metadata" / "tracks.csv")] == [2, 3]
    assert csv.field_size_limit() == before


def test_the_columns_are_found_wherever_they_stand(tracks_csv):
    lines = tracks_csv.read_text(encoding="utf-8").split("\n", 3)
    header = [line.split(",") for line in lines[:3]]
    order = (0, *reversed(range(1, len(header[0]))))
    with tracks_csv.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with tracks_csv.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[fields[i] for i in order] for fields in rows])
    assert [r.artist_id for r in read_rows(tracks_csv)] == ["2", "134"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("track_id,", "2,", 1), "not the header of FMA"),
        (lambda text: text.split("\n", 2)[2], "not the header of FMA"),
        (lambda text: "", "not the header of FMA"),
        (lambda text: text.replace(",genre_top", ",genre_tip", 1),
         r"no column track\.genre_top; did you mean 'track\.genre_tip'"),
        (lambda text: text[: text.rindex('"Recorded') + 20], "a double quote is perhaps not clo"),
    ],
)  # fmt: skip
def test_another_table_is_refused(tracks_csv, change, message):
    tracks_csv.write_text(change(tracks_csv.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DatasetError, match=message):
        list(read_rows(tracks_csv))


def test_a_file_in_another_encoding_is_refused(tracks_csv):
    tracks_csv.write_bytes(tracks_csv.read_bytes().replace("ü".encode(), b"\xfc"))
    with pytest.raises(DatasetError, match=r"tracks\.csv is not UTF-8"):
        list(read_rows(tracks_csv))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DatasetError, match=r"cannot be read.*data get fma"):
        list(read_rows(tmp_path / "tracks.csv"))
