"""artist20 in its own layout, and folders of artists, on MP3s made for the test."""

import numpy as np
import pytest

from genrescope.audio.encode import encode_mp3
from genrescope.datasets import artist20
from genrescope.datasets.dataset import load_dataset
from genrescope.errors import DatasetError, UnknownNameError
from genrescope.evaluation.folds import is_honest
from genrescope.splits.leakage import find_leakage
from genrescope.splits.split import make_splits
from genrescope.training.selection import Selection, selected

ALBUMS = ("First_Album", "Second_Album", "Third_Album")


@pytest.fixture
def write_mp3():
    """A function that writes a short tone as MP3 of 32 kbit/s."""

    def write(path, seed=0):
        path.parent.mkdir(parents=True, exist_ok=True)
        y = 0.3 * np.sin(2 * np.pi * (200 + 13 * seed) * np.arange(8000) / 16000)
        path.write_bytes(encode_mp3(y, sr=16000, bit_rate=32_000))

    return write


@pytest.fixture
def root(tmp_path, write_mp3):
    """Two artists of three albums of two songs, as artist20 lays them out."""

    def make(layout="mp3s-32k"):
        for a, artist in enumerate(("aerosmith", "u2")):
            for b, album in enumerate(ALBUMS):
                for n in (1, 2):
                    path = tmp_path / layout / artist / album / f"0{n}-Song_{b}{n}.mp3"
                    write_mp3(path, 10 * a + 2 * b + n)
        return tmp_path

    return make


@pytest.mark.parametrize("layout", artist20.LAYOUTS)
def test_artist20_is_found_in_each_layout(root, layout):
    dataset = load_dataset("artist20", root=str(root(layout)))
    assert dataset.labels == ("aerosmith", "u2")
    assert len(dataset.tracks) == 12
    first = dataset.tracks[0]
    assert first.track_id == "aerosmith/First_Album/01-Song_01"
    assert (first.album, first.title, first.artist) == ("First Album", "Song 01", None)
    assert (first.group, first.grouped_by) == ("aerosmith: first album", "album")
    assert first.duration_s == pytest.approx(0.5, abs=0.1)


def test_artist20_tells_what_is_missing(root, write_mp3):
    folder = root()
    write_mp3(folder / "mp3s-32k" / "somebody" / "Album" / "01-Song.mp3")
    (folder / "mp3s-32k" / "u2" / "First_Album" / "03-Broken.mp3").write_bytes(b"no sound")
    dataset = load_dataset("artist20", root=str(folder))
    reasons = {s.name: s for s in dataset.skipped}
    assert "no folder of one of the 20" in reasons["somebody/Album/01-Song.mp3"].reason
    assert reasons["u2/First_Album/03-Broken"].is_fault
    assert sum("there is no folder" in s.reason for s in dataset.skipped) == 18
    counts = reasons["artist20"]
    assert counts.reason == "12 songs of 6 albums are here; LabROSA counts 1,413 of 120"
    assert not counts.is_fault


def test_artist20_without_artists_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match="holds no folder of an artist: the setting root"):
        load_dataset("artist20", root=str(tmp_path))
    with pytest.raises(DatasetError, match="does not exist"):
        load_dataset("artist20", root=str(tmp_path / "none"))


def test_the_lists_of_artist20_make_its_official_split(root):
    folder = root()
    lists = folder / "lists"
    lists.mkdir()
    for name, album in zip(("trn", "val", "tst"), ALBUMS, strict=True):
        lines = "".join(f"{artist}/{album}\n" for artist in ("aerosmith", "u2"))
        (lists / f"a20-{name}-albums.list").write_text(lines)
    (lists / "a20-all-albums.list").write_text("u2/First_Album\n")
    tracks = load_dataset("artist20", root=str(folder)).tracks
    (split,) = make_splits("official", tracks)
    assert {i.split("/")[1] for i in split.train} == {"First_Album"}
    assert {i.split("/")[1] for i in split.valid} == {"Second_Album"}
    assert {i.split("/")[1] for i in split.test} == {"Third_Album"}
    assert find_leakage(split, tracks).status == "clean"
    (lists / "a20-trn-albums.list").write_bytes(b"\xff\xfe")
    with pytest.raises(DatasetError, match=r"a20-trn-albums\.list cannot be read"):
        load_dataset("artist20", root=str(folder))


def test_albums_apart_are_honest_and_single_songs_leak_their_album(root):
    tracks = load_dataset("artist20", root=str(root())).tracks
    for split in make_splits("album", tracks, n_folds=3):
        leakage = find_leakage(split, tracks)
        assert leakage.label == "clean: none of the 4 test tracks has its album in training"
        assert is_honest(split, leakage)
        assert len({i.split("/")[0] for i in split.test}) == 2
    (split,) = make_splits("random", tracks, test_fraction=0.25)
    leakage = find_leakage(split, tracks)
    assert "test tracks have their album in training" in leakage.label
    assert leakage.label.startswith("leaky")
    assert not is_honest(split, leakage)


def test_a_selection_by_artist_leaves_artist20_as_it_is(root):
    dataset = load_dataset("artist20", root=str(root()))
    assert selected(dataset, Selection(label="artist", at_least=6)).tracks == dataset.tracks


def test_a_folder_of_artists_with_and_without_albums(tmp_path, write_mp3):
    places = ["Dio/Holy Diver/CD1/01 Gypsy", "Dio/Gypsy (live)", "Queen/02. Innuendo"]
    for seed, place in enumerate([*places, "loose", "Various Artists/Song"]):
        write_mp3(tmp_path / f"{place}.mp3", seed)
    dataset = load_dataset("artists", root=str(tmp_path))
    assert [(t.label, t.group, t.grouped_by) for t in dataset.tracks] == [
        ("Dio", "dio: gypsy", "title"),
        ("Dio", "dio: holy diver", "album"),
        ("Queen", "queen: innuendo", "title"),
    ]
    reasons = {s.name: s.reason for s in dataset.skipped}
    assert "lies in no folder" in reasons["loose"]
    assert "'Various Artists' names no artist" in reasons["Various Artists/Song"]


def test_a_folder_whose_tags_name_the_artists(tmp_path, write_mp3):
    from mutagen.easyid3 import EasyID3

    for name, artist in (("a", "Dio"), ("b", "Queen"), ("c", None)):
        path = tmp_path / "mixed" / f"{name}.mp3"
        write_mp3(path)
        if artist is not None:
            tags = EasyID3()
            tags["artist"], tags["title"] = artist, "Song"
            tags.save(path)
    dataset = load_dataset("artists", root=str(tmp_path), artist_from="tag")
    assert [(t.label, t.group) for t in dataset.tracks] == [
        ("Dio", "dio: song"),
        ("Queen", "queen: song"),
    ]
    assert [(s.name, s.reason.split(";")[0]) for s in dataset.skipped] == [
        ("mixed/c", "no artist tag")
    ]
    with pytest.raises(UnknownNameError, match="'folders'"):
        load_dataset("artists", root=str(tmp_path), artist_from="folders")
