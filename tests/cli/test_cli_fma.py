"""The commands on a small FMA: genre cells, summary, index, splits, and a model that learns it."""

import csv
import json
import re

import pytest

from genrescope.datasets._one_hot import read_one_hot
from genrescope.datasets.index import read_index
from small_fma import row, write_clip, write_fma, write_metadata


@pytest.fixture(scope="module")
def fma(tmp_path_factory):
    return write_fma(tmp_path_factory.mktemp("fma"), duration_s=3.0)


@pytest.fixture
def dirty(tmp_path):
    """Rows with odd genre cells, three of them with a clip."""
    cells = ("[12]", "[]", "['Rock']", "Rock, Pop", "", "[12, 25]", "[999]")
    rows = [
        row(i, track_genres=cell, track_genre_top="", set_subset="small" if i < 9 else "medium")
        for i, cell in enumerate(cells, start=2)
    ]
    for i in (2, 4, 7):
        write_clip(tmp_path / "dirty", i)
    return write_metadata(tmp_path / "dirty", [*rows, row(9, set_subset="medium")])


def test_genres_are_reported_as_markdown(genrescope, dirty):
    result = genrescope("data", "genres", f"fma:{dirty}")
    assert result.code == 0
    assert "7 tracks; of their cells in track.genres, 1 are" in result.out
    assert re.search(r"\| track\.genres \| empty list \|.*\| 1 \| 14\.3 % \|", result.out)


def test_genres_are_reported_for_another_subset_and_as_json(genrescope, dirty):
    result = genrescope(
        "data", "genres", f"fma:{dirty}", "--set", "subset=medium", "--format", "json"
    )
    plain = json.loads(result.out)
    assert (plain["subset"], plain["n_tracks"], plain["n_without"]) == ("medium", 8, 3)
    assert {kind["kind"] for kind in plain["kinds"]} == {
        *("python", "name", "text", "several", "empty list", "empty cell", "unknown id"),
    }


def test_genres_are_written_to_a_file(genrescope, dirty, tmp_path):
    result = genrescope("data", "genres", f"fma:{dirty}", "-o", tmp_path / "genres.md")
    assert result.code == 0
    assert result.out == ""
    assert "7 genre cells" in result.err
    text = (tmp_path / "genres.md").read_text(encoding="utf-8")
    assert text.startswith("# Genre cells of the subset small")


def test_genres_of_another_data_set_are_refused(genrescope, tmp_path):
    result = genrescope("data", "genres", f"gtzan:{tmp_path}")
    assert result.code == 2
    assert "no genre cells that are cleaned" in result.error_line()
    result = genrescope("data", "genres", f"fma:{tmp_path}", "--set", "subset")
    assert "not of the form key=value" in result.error_line()
    result = genrescope("data", "genres", f"fma:{tmp_path}", "--set", "subst=small")
    assert "did you mean 'subset'" in result.error_line()


def test_summary_counts_genres_and_tells_what_was_left_out(genrescope, fma, dirty):
    result = genrescope("data", "summary", f"fma:{fma}")
    assert re.search(r"Electronic +12 +6", result.out)
    assert "CC BY 4.0" in result.out
    result = genrescope("data", "summary", f"fma:{dirty}", "--skipped")
    assert "000003: its genre cell is an empty list" in result.err
    assert "000008: its genre cell holds no genre of genres.csv: '999'" in result.err


def test_an_index_keeps_several_genres_and_the_partition(genrescope, dirty, tmp_path):
    result = genrescope(
        "data", "index", f"fma:{dirty}", "-o", tmp_path / "fma.csv", "--set", "labels=multi",
        "--set", "level=given",
    )  # fmt: skip
    # The clip of 000005 is missing, which is a fault.
    assert result.code == 1
    assert "000005" in result.err
    tracks = read_index(tmp_path / "fma.csv")
    assert [track.labels for track in tracks] == [("Rock",), ("Rock",), ("Rock", "Punk")]
    assert {track.extra["set.split"] for track in tracks} == {"training"}


def test_what_cannot_be_indexed_is_told(genrescope, tmp_path):
    result = genrescope("data", "index", tmp_path / "nowhere")
    assert result.code == 3
    assert "does not exist: give the folder" in result.error_line()
    result = genrescope("data", "index", f"fma:{tmp_path}")
    assert result.code == 3
    assert "holds no fma_small" in result.error_line()


@pytest.mark.parametrize("protocol", ["official", "artist-grouped"])
def test_splits_keep_the_artists_apart(genrescope, fma, protocol):
    result = genrescope("data", "split", f"fma:{fma}", "--protocol", protocol)
    assert result.code == 0
    assert "clean" in result.out


def test_pictures_have_one_hot_labels_of_all_genres(genrescope, dirty, tmp_path):
    settings = (
        *("dataset.labels=multi", "dataset.level=given"),
        *("windows.length=8000", "windows.hop=8000", "windows.min_tail=4000"),
    )
    result = genrescope(
        "features", "images", f"fma:{dirty}", "-o", tmp_path / "pictures",
        *(part for setting in settings for part in ("--set", setting)),
    )  # fmt: skip
    assert "3 pictures" in result.err
    with (tmp_path / "pictures" / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["track_id"], r["Punk"], r["Rock"]) for r in rows] == [
        ("000002", "0", "1"),
        ("000004", "0", "1"),
        ("000007", "1", "1"),
    ]


def test_a_model_learns_it(genrescope, fma, tmp_path):
    result = genrescope(
        "train", "joseph2024-linear", "--dataset", f"fma:{fma}", "--set", "training.epochs=2",
        "--protocol", "official",
    )  # fmt: skip
    assert result.code == 0, result.err
    (bundle,) = (tmp_path / "runs").rglob("bundle")
    (figure,) = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))["evaluation"]
    assert (figure["protocol"], figure["n"]) == ("official", 8)
    clip = fma / "fma_small" / "001" / "001002.mp3"
    result = genrescope("predict", clip, "--model", bundle, "--format", "json")
    assert result.code == 0, result.err
    assert {"Electronic", "Rock"} <= set(re.findall(r"Electronic|Rock", result.out))


def test_labels_are_written_as_a_table(genrescope, dirty, tmp_path):
    several = ("data", "one-hot", f"fma:{dirty}", "--set", "labels=multi", "-o", "several.csv")
    # A clip is missing, which is told.
    assert genrescope(*several).code == 1
    index = ("data", "index", f"fma:{dirty}", "--set", "labels=multi", "-o", "fma.csv")
    assert genrescope(*index).code == 1
    tracks = read_index(tmp_path / "fma.csv")
    table = read_one_hot(tmp_path / "several.csv")
    assert table.track_ids == tuple(t.track_id for t in tracks)
    assert table.labels == tuple(sorted({label for t in tracks for label in t.labels}))
    assert table.Y.sum(axis=1).tolist() == [len(t.labels) for t in tracks]
    assert "exists already" in genrescope(*several).error_line()
    assert genrescope(*several, "--force", "--single").code == 1
    assert read_one_hot(tmp_path / "several.csv").Y.sum(axis=1).tolist() == [1] * len(tracks)


def test_summary_takes_settings_of_the_data_set(genrescope, dirty):
    one = genrescope("data", "summary", f"fma:{dirty}")
    given = genrescope("data", "summary", f"fma:{dirty}", "--set", "level=given")
    assert ("fma: 3 tracks" in one.out, "fma: 2 tracks" in given.out) == (True, True)
