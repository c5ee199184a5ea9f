"""The data sets folder, csv, gtzan and arrays, on files made for the test and on the real ones."""

import warnings

import numpy as np
import pytest

from genrescope import digests
from genrescope.datasets import gtzan
from genrescope.datasets.dataset import load_dataset
from genrescope.errors import DatasetError

FACTS = (
    "track_id,genre,artist,title,artist_group,fault_filtered,sturm_fold,audio,logmel_row\n"
    "blues.00000,blues,The Band,A Song,7,train,1,audio/x.ogg,0\n"
    "jazz.00001,jazz,Others,B Song,,,,,\n"
    "jazz.00002,jazz,Others,C Song,8,test,2,,\n"
)


def test_folder_gives_one_label_a_sub_folder(tmp_path, write_wav):
    write_wav(tmp_path / "rock" / "a.wav", 1)
    write_wav(tmp_path / "jazz" / "deep" / "b.wav", 2)
    dataset = load_dataset("folder", root=str(tmp_path))
    assert dataset.labels == ("jazz", "rock")
    assert dataset.name == tmp_path.name
    assert dataset.licence
    assert dataset.source


def test_folders_that_read_the_same_are_no_two_genres(tmp_path, write_wav):
    for i, place in enumerate(("rock/a", "rock/b", "ROCK/c", "jazz/d")):
        write_wav(tmp_path / f"{place}.wav", i)
    with pytest.raises(DatasetError, match=r"'ROCK' \(ROCK/c\) and 'rock' \(rock/a, rock/b\)"):
        load_dataset("folder", root=str(tmp_path))


def test_labels_of_an_index_that_read_the_same_are_no_two_genres(tmp_path, write_wav):
    write_wav(tmp_path / "a.wav")
    (tmp_path / "i.csv").write_text("track_id,path,labels\na,a.wav,Hip Hop\nb,a.wav,hip-hop;jazz\n")
    with pytest.raises(DatasetError, match=r"'Hip Hop' \(a\) and 'hip-hop' \(b\) read the same"):
        load_dataset("csv", path=tmp_path / "i.csv")


def test_csv_skips_what_is_not_there(tmp_path, write_wav):
    write_wav(tmp_path / "a.wav")
    path = tmp_path / "mine.csv"
    path.write_text("track_id,path,labels\na,a.wav,rock\nb,b.wav,rock\nc,,rock\n")
    dataset = load_dataset("csv", path=path)
    assert [t.track_id for t in dataset.tracks] == ["a"]
    assert [s.name for s in dataset.skipped] == ["b", "c"]
    assert "no file" in dataset.skipped[0].reason
    assert dataset.name == "mine"


@pytest.fixture
def gtzan_root(tmp_path, write_wav):
    def make(layout):
        for i, name in enumerate(["blues.00000", "blues.00001", "jazz.00001", "jazz.00054"]):
            write_wav(tmp_path / layout / name.split(".")[0] / f"{name}.wav", i)
        return tmp_path

    return make


@pytest.mark.parametrize("layout", gtzan.LAYOUTS)
def test_gtzan_is_found_in_each_layout(gtzan_root, layout):
    dataset = load_dataset("gtzan", root=str(gtzan_root(layout)))
    assert [t.track_id for t in dataset.tracks] == ["blues.00000", "blues.00001", "jazz.00001"]
    assert [t.label for t in dataset.tracks] == ["blues", "blues", "jazz"]
    reasons = {s.name: s.reason for s in dataset.skipped}
    assert "corrupt in most public copies" in reasons["jazz.00054"]
    assert "no folder" in reasons["rock"]


def test_gtzan_uses_a_good_copy_of_the_corrupt_file_if_told(gtzan_root):
    dataset = load_dataset("gtzan", root=str(gtzan_root("genres")), skip_corrupt_jazz=False)
    assert "jazz.00054" in [t.track_id for t in dataset.tracks]


def test_gtzan_skips_the_corrupt_file_with_the_reason_it_cannot_be_read(gtzan_root):
    root = gtzan_root("genres")
    (root / "genres" / "jazz" / "jazz.00054.wav").write_bytes(b"\x12\x34" * 5000)
    dataset = load_dataset("gtzan", root=str(root), skip_corrupt_jazz=False)
    (reason,) = [s.reason for s in dataset.skipped if s.name == "jazz.00054"]
    assert "jazz.00054.wav" in reason
    assert len(dataset.tracks) == 3


def test_gtzan_skips_strangers_and_second_formats(gtzan_root, write_wav):
    root = gtzan_root("genres")
    write_wav(root / "genres" / "blues" / "mine.wav", 8)
    write_wav(root / "genres" / "blues" / "blues.00000.wave", 9)
    dataset = load_dataset("gtzan", root=str(root))
    reasons = {s.name: s.reason for s in dataset.skipped}
    assert "not named as GTZAN does" in reasons["blues/mine.wav"]
    assert "stands for" in reasons["blues/blues.00000.wave"]
    assert dataset.tracks[0].path.suffix == ".wav"


def test_gtzan_takes_artists_and_partitions_from_the_tracks_file(gtzan_root, tmp_path):
    root = gtzan_root("audio")
    (root / "tracks.csv").write_text(FACTS)
    dataset = load_dataset("gtzan", root=str(root))
    first, second, third = dataset.tracks
    assert (first.artist, first.title, first.group) == ("The Band", "A Song", "7")
    assert first.extra == {"fault_filtered": "train", "sturm_fold": "1"}
    assert (second.artist, second.group) == (None, None)
    assert (third.artist, third.group) == ("Others", None)
    assert "no such sound file" in {s.name: s.reason for s in dataset.skipped}["jazz.00002"]
    with pytest.raises(DatasetError, match=r"elsewhere.csv cannot be read"):
        load_dataset("gtzan", root=str(root), tracks_csv=str(tmp_path / "elsewhere.csv"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FACTS.replace("blues.00000,blues", "blues.00000,rock"), "is 'blues' by its place"),
        (FACTS + "jazz.00001,jazz,,,,,,,\n", "is there already"),
        ("name,artist\na,b\n", "column 'track_id' is missing"),
        ("track_id,artist\n", "no rows"),
    ],
)
def test_a_bad_tracks_file_is_refused(gtzan_root, text, message):
    root = gtzan_root("audio")
    (root / "tracks.csv").write_text(text)
    with pytest.raises(DatasetError, match=message):
        load_dataset("gtzan", root=str(root))


def test_gtzan_says_what_it_looked_for(tmp_path):
    archive = tmp_path / "genres.tar.gz"
    archive.write_bytes(b"x")
    with pytest.raises(DatasetError, match="unpack the archive"):
        load_dataset("gtzan", root=str(archive))
    with pytest.raises(DatasetError, match="holds no folder of a genre"):
        load_dataset("gtzan", root=str(tmp_path))


def arrays(path, **changes):
    content = {
        "X": np.random.default_rng(0).integers(0, 256, (3, 128, 9), dtype=np.uint8),
        "names": np.array(["blues.00000", "jazz.00001", "jazz.00002"]),
        "genre": np.array(["blues", "jazz", "jazz"]),
    }
    content.update(changes)
    np.savez(path, **{key: value for key, value in content.items() if value is not None})
    return content


def test_arrays_are_tracks_without_sound(tmp_path):
    content = arrays(tmp_path / "mine.npz")
    (tmp_path / "tracks.csv").write_text(FACTS)
    dataset = load_dataset("arrays", path=tmp_path / "mine.npz")
    assert [t.label for t in dataset.tracks] == ["blues", "jazz", "jazz"]
    assert [t.group for t in dataset.tracks] == ["7", None, "8"]
    assert dataset.tracks[2].extra == {"fault_filtered": "test", "sturm_fold": "2"}
    assert all(t.path is None for t in dataset.tracks)
    assert dataset.tracks[1].sha256 == digests.array_sha256(content["X"][1])
    S = dataset.logmels.get("jazz.00001")
    np.testing.assert_allclose(S, content["X"][1] / 255, atol=1e-7)
    assert dataset.logmels.front_end.hop_length == 1708
    assert dataset.logmels.front_end.scale == "unit"


@pytest.mark.parametrize(
    ("changes", "settings", "message"),
    [
        ({"X": None}, {}, "no array 'X'"),
        ({"X": np.zeros((3, 64, 9), np.uint8)}, {}, r"it must be \(n, 128, t\)"),
        ({"X": np.zeros((3, 128, 0), np.uint8)}, {}, "shape"),
        ({"X": np.zeros((2, 128, 9), np.uint8)}, {}, "2 spectrograms, 3 names"),
        ({"X": np.zeros((3, 128, 9), np.int64)}, {}, "int64"),
        ({"X": np.full((3, 128, 9), -80.0)}, {}, "runs from -80 to -80; on the scale 'unit'"),
        ({"X": np.full((3, 128, 9), np.nan)}, {}, "finite"),
        ({"X": np.full((3, 128, 9), 0.5)}, {"scale": "db"}, "on the scale 'db'"),
        ({}, {"scale": "db"}, "uint8, which stands for X / 255"),
        ({"names": np.array(["a", "a", "b"])}, {}, "the name 'a' stands twice"),
        ({"names": np.arange(3)}, {}, "names is int64"),
        ({"genre": np.array(["", "x", "y"])}, {}, "a label is empty"),
        ({"genre": np.array([None, "x", "y"], dtype=object)}, {}, "no readable .npz"),
    ],
)
def test_bad_arrays_are_refused(tmp_path, changes, settings, message):
    arrays(tmp_path / "mine.npz", **changes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DatasetError, match=message):
            load_dataset("arrays", path=tmp_path / "mine.npz", **settings)


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04 cut short"])
def test_a_file_that_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match="no readable"):
        load_dataset("arrays", path=path)


def test_a_single_array_is_refused(tmp_path):
    path = tmp_path / "mine.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(DatasetError, match="holds one array"):
        load_dataset("arrays", path=path)


@pytest.mark.realdata
def test_real_gtzan_audio(gtzan_dir):
    dataset = load_dataset("gtzan", root=gtzan_dir, skip_corrupt_jazz=False)
    assert len(dataset.tracks) == 660
    assert len(dataset.skipped) == 340
    assert len(dataset.labels) == 10
    assert all(29 < t.duration_s < 31 for t in dataset.tracks)
    assert len(load_dataset("gtzan", root=gtzan_dir).tracks) == 659


@pytest.mark.realdata
def test_real_gtzan_arrays(gtzan_dir):
    dataset = load_dataset("arrays", path=gtzan_dir / "logmel.npz")
    assert len(dataset.tracks) == 999
    by_digest = {}
    for track in dataset.tracks:
        by_digest.setdefault(track.sha256, []).append(track.track_id)
    copies = [ids for ids in by_digest.values() if len(ids) > 1]
    assert ["metal.00034", "metal.00094"] in copies
    assert len(copies) == 14


def test_an_index_without_sound_files_keeps_what_a_store_may_hold(tmp_path):
    path = tmp_path / "index.csv"
    digest = "0" * 64
    path.write_text(f"track_id,path,sha256,labels\na,,{digest},rock\nb,,,jazz\n", encoding="utf-8")
    dataset = load_dataset("csv", path=str(path))
    assert [track.track_id for track in dataset.tracks] == ["a"]
    assert [(item.name, item.reason) for item in dataset.skipped] == [
        ("b", "the index gives neither path nor sha256")
    ]


def test_arrays_know_the_sound_files_that_their_tracks_file_names(tmp_path):
    X = np.zeros((2, 128, 40), dtype=np.uint8)
    np.savez(tmp_path / "logmel.npz", X=X, names=["a.1", "a.2"], genre=["jazz", "rock"])
    (tmp_path / "sound").mkdir()
    (tmp_path / "sound" / "1.ogg").write_bytes(b"x")
    rows = "track_id,audio\na.1,sound/1.ogg\na.2,sound/2.ogg\n"
    (tmp_path / "tracks.csv").write_text(rows, encoding="utf-8")
    dataset = load_dataset("arrays", path=tmp_path / "logmel.npz")
    assert [track.path for track in dataset.tracks] == [None, None]
    found = [dataset.sound(track) for track in dataset.tracks]
    assert found == [tmp_path / "sound" / "1.ogg", None]
