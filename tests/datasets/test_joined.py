"""Two data sets as one: sides, names of genres, artists and ids across both."""

import numpy as np
import pytest

from genrescope.datasets.dataset import load_dataset
from genrescope.errors import ConfigError, DatasetError
from genrescope.splits.leakage import find_leakage
from genrescope.splits.split import make_splits

HEAD = "track_id,path,labels,artist,artist_group,sha256\n"
LEARNED = HEAD + (
    "a,,Hip Hop,The Band,1,{0}\nb,,Hip Hop,,1,{1}\nc,,rock,Others,2,{2}\nd,,rock,Third,3,{3}\n"
)
TESTED = HEAD + (
    "a,,hip-hop,Fourth,1,{4}\nx,,Rock,the band,7,{5}\ny,,Rock,,2,{6}\nz,,polka,Fifth,9,{7}\n"
    "w,,rock/pop,Sixth,8,{8}\nv,,Rock,Seventh,11,{3}\n"
)
DIGESTS = [f"{i:064x}" for i in range(9)]


@pytest.fixture
def sides(tmp_path):
    for name, text in (("learned.csv", LEARNED), ("tested.csv", TESTED)):
        (tmp_path / name).write_text(text.format(*DIGESTS))
    return {"train": str(tmp_path / "learned.csv"), "test": str(tmp_path / "tested.csv")}


@pytest.fixture
def mapped(sides, tmp_path):
    def load(text):
        (tmp_path / "map.csv").write_text(text)
        return load_dataset("joined", **sides, label_map=str(tmp_path / "map.csv"))

    return load


def test_genres_take_the_names_of_what_is_learned(sides):
    dataset = load_dataset("joined", **sides)
    assert dataset.labels == ("Hip Hop", "rock")
    assert dataset.name == "learned-to-tested"
    side = {t.track_id: (t.extra["joined_side"], t.label) for t in dataset.tracks}
    assert side == {
        **{"a": ("train", "Hip Hop"), "b": ("train", "Hip Hop")},
        **{"c": ("train", "rock"), "d": ("train", "rock"), "test:a": ("test", "Hip Hop")},
        **{"x": ("test", "rock"), "y": ("test", "rock"), "v": ("test", "rock")},
    }
    assert {s.name: s.reason for s in dataset.skipped} == {
        "z": "its genre 'polka' is none that is learned from learned",
        "w": "its genre 'rock/pop' is none that is learned from learned",
    }
    assert not any(s.is_fault for s in dataset.skipped)


def test_a_label_map_renames_and_leaves_out(mapped):
    dataset = mapped("from,to,side\nrock/pop,Rock,\npolka,,\nhip hop,rock,test\n")
    label = {t.track_id: t.label for t in dataset.tracks}
    assert (label["w"], label["test:a"], label["a"]) == ("rock", "rock", "Hip Hop")
    reasons = {s.name: s.reason for s in dataset.skipped}
    assert reasons == {"z": "the label map leaves the genre 'polka' out"}


def test_a_label_map_leaves_what_is_learned_alone_unless_told(mapped):
    """A line for the test side merged the same genre of the training side into another."""
    dataset = mapped("from,to\nhip hop,rock\n")
    side = {(t.extra["joined_side"], t.track_id): t.label for t in dataset.tracks}
    assert (side["train", "a"], side["test", "test:a"]) == ("Hip Hop", "rock")
    dataset = mapped("from,to,side\nrock,Pop,train\nrock/pop,pop,\n")
    label = {t.track_id: t.label for t in dataset.tracks}
    assert (label["c"], label["w"]) == ("Pop", "Pop")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from,too\nrock,pop\n", "column 'to' is missing"),
        ("from,to,sid\nrock,pop,\n", "column 'sid' is unknown; did you mean 'side'"),
        ("from,to\nRok,pop\n", "line 2: no track of the test data set is 'Rok'; did you"),
        ("from,to,side\npolka,rock,train\n", "no track of the train data set is 'polka'"),
        ("from,to,side\npolka,rock,tset\n", "line 2: side 'tset'; did you mean 'test'"),
        ("from,to\npolka,rock\nPolka,\n", "line 3: 'Polka' is mapped already"),
        ('from,to\npolka,"rock;pop"\n', "holds ';', which separates labels"),
        ("from,to\npolka,rokc\n", "no genre that is learned is 'rokc'; did you mean 'rock'"),
        ("from,to,side\nrock,Pop,train\npolka,rock,\n", "no genre that is learned is 'rock'"),
        ("from,to\n", "it has no rows"),
        ("from;to\npolka;rock\n", "separated by semicolons"),
        ("from,to,side\nhip hop,,train\nrock,,train\n", "leaves no track to learn"),
    ],
)
def test_a_label_map_that_is_none_is_refused(text, message, mapped):
    with pytest.raises(DatasetError, match=message):
        mapped(text)


def test_what_cannot_be_joined_is_refused(sides, tmp_path):
    with pytest.raises(DatasetError, match=r"label map .*nowhere\.csv cannot be read"):
        load_dataset("joined", **sides, label_map=str(tmp_path / "nowhere.csv"))
    with pytest.raises(ConfigError, match="'nowhere' is no data set"):
        load_dataset("joined", **{**sides, "test": "nowhere"})
    (tmp_path / "other.csv").write_text(f"track_id,path,labels,sha256\np,,polka,{DIGESTS[0]}\n")
    with pytest.raises(DatasetError, match="polka to test, Hip Hop, rock to learn; say by a label"):
        load_dataset("joined", **{**sides, "test": str(tmp_path / "other.csv")})


def test_artists_are_known_again_by_name_and_not_by_the_numbers_of_their_groups(sides):
    group = {t.track_id: t.group for t in load_dataset("joined", **sides).tracks}
    assert group["a"] == group["b"] == group["x"] == "the band"
    # Group 1 and group 2 of the other data set are other artists.
    assert len({group[i] for i in ("a", "c", "d", "test:a", "y", "v")}) == 6


def test_one_is_learned_and_the_other_tested_less_what_stands_in_both(sides):
    tracks = load_dataset("joined", **sides).tracks
    (split,) = make_splits("cross-dataset", tracks)
    assert split.train == ("a", "b", "c", "d")
    assert split.test == ("test:a", "y")
    assert {s.name: s.reason for s in split.left_out} == {
        "x": "of the same artist as a, which stands in training",
        "v": "a copy of d, which stands in training",
    }
    assert find_leakage(split, tracks).status == "clean"


@pytest.fixture
def arrays(tmp_path):
    def make(name, names, genre, X):
        np.savez(tmp_path / f"{name}.npz", X=X, names=names, genre=genre)
        return f"arrays:{tmp_path / name}.npz"

    return make


def test_spectrograms_of_both_sides_are_joined(arrays):
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (2, 128, 9), dtype=np.uint8)
    Y = rng.random((2, 128, 9)).astype(np.float32)
    left = arrays("left", ["a", "b"], ["jazz", "rock"], X)
    same = arrays("same", ["a", "c"], ["Jazz", "rock"], X[::-1])
    other = arrays("other", ["a", "c"], ["polka", "rock"], Y)
    joined = load_dataset("joined", train=left, test=same).logmels
    assert joined.X.dtype == np.uint8
    np.testing.assert_array_equal(joined.get("test:a"), joined.get("b"))
    mixed = load_dataset("joined", train=left, test=other).logmels
    np.testing.assert_allclose(mixed.get("a"), X[0] / np.float32(255))
    np.testing.assert_allclose(mixed.get("c"), Y[1])
    assert "test:a" not in mixed.rows
    wide = arrays("wide", ["c"], ["rock"], X[:1].repeat(2, axis=2))
    with pytest.raises(DatasetError, match="differ in their form: compute both in one way"):
        load_dataset("joined", train=left, test=wide)


def test_spectrograms_may_be_learned_and_sound_tested(arrays, tmp_path, write_wav):
    write_wav(tmp_path / "songs" / "rock" / "a.wav")
    X = np.zeros((2, 128, 9), dtype=np.uint8)
    left = arrays("left", ["a", "b"], ["jazz", "rock"], X)
    dataset = load_dataset("joined", train=left, test=str(tmp_path / "songs"))
    assert set(dataset.logmels.rows) == {"a", "b"}
    assert [t.path is None for t in dataset.tracks] == [True, True, False]
