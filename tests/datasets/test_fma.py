"""FMA: what becomes a track, with which labels, artist and part; and what is left out, and why."""

import tracemalloc

import pytest

from genrescope.datasets import fma
from genrescope.datasets.dataset import load_dataset
from genrescope.datasets.index import read_index, write_index
from genrescope.errors import ConfigError, DatasetError
from genrescope.splits.leakage import check_split, find_leakage
from genrescope.splits.split import make_splits
from small_fma import row, write_clip, write_fma, write_metadata


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_fma(tmp_path_factory.mktemp("fma"))


@pytest.fixture
def made(tmp_path):
    """A function that writes rows, each with its clip, and loads them."""

    def load(*rows, missing=(), subset="small", **settings):
        write_metadata(tmp_path, rows)
        (tmp_path / f"fma_{subset}").mkdir(exist_ok=True)
        for fields in rows:
            if fields[0] not in missing:
                write_clip(tmp_path, int(fields[0]), subset=subset, duration_s=0.2)
        return load_dataset("fma", root=str(tmp_path), subset=subset, **settings)

    return load


def reasons(dataset):
    return {item.name: item.reason for item in dataset.skipped}


def test_a_track_has_what_its_row_tells(root):
    dataset = load_dataset("fma", root=str(root))
    assert len(dataset.tracks) == 24
    assert dataset.skipped == ()
    assert dataset.labels == ("Electronic", "Rock")
    first = dataset.tracks[0]
    assert first.track_id == "000002"
    assert first.path == root / "fma_small" / "000" / "000002.mp3"
    assert (first.artist, first.group) == ("Künstler 0.0", "fma artist 1")
    assert (first.album, first.title) == ("Ünbekannt, Teil 1", "Stück 2")
    assert first.duration_s == pytest.approx(0.5, abs=0.1)
    assert first.extra == {
        "set.split": "training", "set.subset": "small", "artist.id": "1", "album.id": "7",
        "track.duration": "0.5", "track.bit_rate": "256000", "track.license": "Attribution 3.0",
    }  # fmt: skip
    assert dataset.tracks[-1].path.parent.name == "001"


def test_its_root_is_taken_from_the_environment(root, monkeypatch):
    monkeypatch.setenv("GENRESCOPE_DATA", str(root.parent))
    (root.parent / "fma").symlink_to(root)
    assert len(load_dataset("fma").tracks) == 24
    monkeypatch.delenv("GENRESCOPE_DATA")
    with pytest.raises(ConfigError, match="GENRESCOPE_DATA, which is not set"):
        load_dataset("fma")


def test_it_tells_how_far_it_is(root):
    calls = []
    dataset = load_dataset("fma", root=str(root), progress=lambda *call: calls.append(call))
    assert [call[:2] for call in calls] == [(i, 24) for i in range(1, 25)]
    assert [call[2] for call in calls] == [track.path for track in dataset.tracks]


def test_the_official_partition_keeps_the_artists_apart(root):
    tracks = load_dataset("fma", root=str(root)).tracks
    (fold,) = make_splits("official", tracks)
    assert (len(fold.train), len(fold.valid), len(fold.test)) == (12, 4, 8)
    assert not find_leakage(fold, tracks).artists
    assert check_split(fold, tracks, asked_by_name=True).label.startswith("clean")


def test_artist_grouped_folds_keep_the_artists_apart(root):
    tracks = load_dataset("fma", root=str(root)).tracks
    (fold,) = make_splits("artist-grouped", tracks, test_fraction=0.3)
    groups = {track.track_id: track.group for track in tracks}
    assert fold.test
    assert not {groups[i] for i in fold.test} & {groups[i] for i in fold.train}


def test_an_artist_is_known_by_number_and_by_name_where_there_is_none(made):
    tracks = made(
        row(2, artist_id="5", artist_name="Same"), row(3, artist_id="6", artist_name="Same"),
        row(4, artist_id="", artist_name="Some  One"), row(5, artist_id="", artist_name=""),
    ).tracks  # fmt: skip
    assert [track.group for track in tracks] == ["fma artist 5", "fma artist 6", "some one", None]


def test_an_index_holds_what_was_read(root, tmp_path):
    dataset = load_dataset("fma", root=str(root))
    write_index(tmp_path / "fma.csv", dataset.tracks)
    again = read_index(tmp_path / "fma.csv")
    assert [(t.track_id, t.labels, t.group, t.extra) for t in again] == [
        (t.track_id, t.labels, t.group, t.extra) for t in dataset.tracks
    ]


@pytest.mark.parametrize(
    ("subset", "expected"),
    [("small", 1), ("medium", 2), ("large", 4), ("full", 4)],
)
def test_a_subset_holds_the_smaller_ones(made, subset, expected):
    dataset = made(
        row(2), row(3, set_subset="medium"), row(4, set_subset="large"), row(5, set_subset=""),
        subset=subset,
    )  # fmt: skip
    assert len(dataset.tracks) == expected
    assert {t.path.parent.parent.name for t in dataset.tracks} == {f"fma_{subset}"}


def test_clips_are_taken_from_a_larger_subset_where_the_own_is_not_there(made, tmp_path):
    made(row(2), row(3, set_subset="medium"), subset="medium")
    dataset = load_dataset("fma", root=str(tmp_path), subset="small")
    assert [t.path.parent.parent.name for t in dataset.tracks] == ["fma_medium"]
    # The other clips of that folder are none of this subset, and no fault.
    assert dataset.skipped == ()
    with pytest.raises(DatasetError, match="no fma_full; there is fma_medium: set subset=medium"):
        load_dataset("fma", root=str(tmp_path), subset="full")


LABELLED = (
    (row(2), ("Rock",), ("Rock",), ("Rock",)),
    (row(3, track_genres="[88]"), ("Rock",), ("Rock",), ("Post-Punk",)),
    (row(4, track_genres="[25, 10]", track_genre_top=""), None, ("Rock", "Pop"), ("Punk", "Pop")),
    (row(5, track_genres="[25, 88]", track_genre_top=""), ("Rock",), ("Rock",),
     ("Punk", "Post-Punk")),
    (row(6, track_genres="[10, 12]"), ("Rock",), ("Rock", "Pop"), ("Rock", "Pop")),
    (row(7, track_genres="[]"), ("Rock",), ("Rock",), ("Rock",)),
    (row(8, track_genres="[]", track_genre_top=""), None, None, None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "column"),
    [({}, 1), ({"labels": "multi"}, 2), ({"labels": "multi", "level": "given"}, 3)],
)
def test_labels_are_those_of_the_settings(made, settings, column):
    dataset = made(*(line[0] for line in LABELLED), **settings)
    found = {track.track_id: track.labels for track in dataset.tracks}
    assert found == {f"{int(line[0][0]):06d}": line[column] for line in LABELLED if line[column]}
    assert set(reasons(dataset)) == {f"{int(i[0][0]):06d}" for i in LABELLED if not i[column]}


def test_ancestors_are_labels_where_they_are_asked_for(made):
    rows = (row(2, track_genres="[88, 10]", track_genre_top=""), row(3, track_genres="[25]"))
    dataset = made(*rows, labels="multi", level="given", ancestors=True)
    # The genre of genre_top comes first, for it is what a single-label model learns.
    assert [t.labels for t in dataset.tracks] == [
        ("Post-Punk", "Pop", "Punk", "Rock"),
        ("Rock", "Punk"),
    ]


def test_of_several_genres_the_first_is_taken_if_told(made):
    several = row(3, track_genres="[21, 10]", track_genre_top="")
    dataset = made(row(2), several)
    assert [t.labels for t in dataset.tracks] == [("Rock",)]
    assert "has 2 genres (Hip-Hop, Pop), and one is wanted" in reasons(dataset)["000003"]
    assert [t.label for t in made(row(2), several, of_several="first").tracks] == [
        "Rock",
        "Hip-Hop",
    ]
    given = made(row(2, track_genres="[25]"), several, level="given")
    assert [t.labels for t in given.tracks] == [("Punk",)]


def test_clips_that_are_known_to_be_faulty_are_left_out(made):
    rows = (row(2), row(99134), row(98565))
    dataset = made(*rows)
    assert [t.track_id for t in dataset.tracks] == ["000002"]
    assert "holds no sound (github.com/mdeff/fma, issue 8)" in reasons(dataset)["099134"]
    assert "much shorter than 30 s" in reasons(dataset)["098565"]
    assert not any(item.is_fault for item in dataset.skipped)
    assert len(made(*rows, skip_known_faults=False).tracks) == 3
    # Whole recordings were never cut.
    assert len(made(*rows, subset="full").tracks) == 3


def test_the_faulty_clips_are_those_that_were_published():
    assert (len(fma.NO_SOUND), len(fma.SHORT)) == (15, 6)
    assert not fma.NO_SOUND & fma.SHORT


def test_clips_that_lack_sound_are_found_by_their_length(made):
    durations = ("168", "1.1", "", "unknown", "1.4", "nan")
    rows = [row(i, track_duration=text) for i, text in enumerate(durations, start=2)]
    told = reasons(made(*rows))
    assert list(told) == ["000002", "000006"]
    assert "its clip holds 0.2 s, but 30 s are due of a recording of 168 s" in told["000002"]
    assert "1.4 s are due" in told["000006"]
    assert len(made(*rows, skip_short=False).tracks) == 6
    # A whole recording is as long as it is.
    assert len(made(*rows, subset="full").tracks) == 6
    # Of those that are known, the other setting decides.
    known = row(98565, track_duration="158")
    assert len(made(row(2), known, skip_known_faults=False).tracks) == 2


def test_the_minus_one_of_the_archive_is_nothing(made):
    (track,) = made(row(2, album_id="-1", track_bit_rate="-1", artist_id="-1")).tracks
    assert not {"album.id", "track.bit_rate", "artist.id"} & set(track.extra)
    assert track.group == 'die "2"'


def test_what_is_missing_empty_or_damaged_is_left_out_with_the_reason(made, tmp_path):
    rows = [row(i) for i in (2, 3, 4, 5)]
    made(*rows)
    folder = tmp_path / "fma_small" / "000"
    (folder / "000003.mp3").unlink()
    (folder / "000004.mp3").write_bytes(b"")
    (folder / "000005.mp3").write_bytes(b"<html>404</html>" * 40)
    write_clip(tmp_path, 9)
    (tmp_path / "fma_small" / "checksums").write_text("0 000/000002.mp3\n")
    dataset = load_dataset("fma", root=str(tmp_path))
    assert [t.track_id for t in dataset.tracks] == ["000002"]
    told = reasons(dataset)
    assert "lists it, but there is no file" in told["000003"]
    assert "empty" in told["000004"]
    assert "000005.mp3" in told["000005"]
    assert "no row of this subset" in told["000/000009.mp3"]
    faults = {item.name for item in dataset.skipped if item.is_fault}
    assert faults == {"000003", "000004", "000005", "000/000009.mp3"}


def test_rows_that_can_be_no_track_are_left_out_with_the_reason(made):
    bad = row(3)
    bad[0] = "x3"
    dataset = made(row(2), row(2), row(4)[:-1], subset="small")
    told = {(item.name, item.reason) for item in dataset.skipped}
    assert ("000002", "tracks.csv has this track_id already") in told
    assert any(name == "4" and "16 fields, but the header has 17" in why for name, why in told)
    write_metadata(dataset.tracks[0].path.parents[2], [row(2), bad])
    again = load_dataset("fma", root=str(dataset.tracks[0].path.parents[2]))
    assert reasons(again)["'x3'"] == "its track_id is no whole number"


def test_folders_that_are_not_there_are_told(tmp_path):
    (tmp_path / "fma_small").mkdir()
    with pytest.raises(DatasetError, match="fma_metadata does not exist"):
        load_dataset("fma", root=str(tmp_path))
    (tmp_path / "fma_metadata").mkdir()
    with pytest.raises(DatasetError, match=r"holds no tracks\.csv"):
        load_dataset("fma", root=str(tmp_path))
    with pytest.raises(DatasetError, match="nowhere"):
        load_dataset("fma", root=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"subset": "smal"}, "subset is 'smal'; did you mean 'small'"),
        ({"labels": "many"}, "labels is 'many'.*single, multi"),
        ({"level": "deep"}, "level is 'deep'"),
        ({"of_several": "last"}, "of_several is 'last'"),
        ({"ancestors": True}, "ancestors=true needs labels='multi'"),
    ],
)
def test_settings_are_checked(tmp_path, settings, message):
    with pytest.raises(ConfigError, match=message):
        load_dataset("fma", root=str(tmp_path), **settings)


def test_its_genre_cells_are_reported_without_any_sound(tmp_path):
    rows = [row(2), row(3, track_genres="[12, 10]"), row(4, set_subset="large", track_genres="")]
    write_metadata(tmp_path, rows)
    report = fma.genre_cells(fma.Settings(root=str(tmp_path)))
    assert (report.n_tracks, report.n_as_given, report.n_several, report.n_without) == (2, 1, 1, 0)
    whole = fma.genre_cells(fma.Settings(root=str(tmp_path), subset="full"))
    assert (whole.n_tracks, whole.n_without) == (3, 1)


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_never_held_at_once(tmp_path):
    n_rows = 100_000
    write_metadata(tmp_path, (row(i, set_subset="large") for i in range(1, n_rows + 1)))
    tracks_csv = tmp_path / "fma_metadata" / "tracks.csv"
    assert tracks_csv.stat().st_size > 20_000_000
    tracemalloc.start()
    try:
        report = fma.genre_cells(fma.Settings(root=str(tmp_path), subset="large"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (report.n_tracks, report.n_as_given) == (n_rows, n_rows)
    # What is held are the ids, to find those that come twice.
    assert peak < tracks_csv.stat().st_size / 2
