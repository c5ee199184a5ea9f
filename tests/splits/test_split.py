"""The split record, its file, and the validation part carved from training."""

import dataclasses
import json

import pytest

from genrescope.errors import ConfigError, SplitError
from genrescope.records import Skipped, Track
from genrescope.splits.leakage import find_leakage
from genrescope.splits.split import Split, check_ids, inner_valid, make_splits

SPLIT = Split(
    protocol="mine",
    fold=2,
    n_folds=3,
    train=("a", "b"),
    valid=("c",),
    test=("d", "é"),
    left_out=(Skipped("f", "damaged"),),
    group_key="artist",
    seed=7,
    source="me",
    licence="CC0",
)


def test_a_split_reads_back_from_text_and_file(tmp_path):
    assert Split.from_json(SPLIT.to_json()) == SPLIT
    SPLIT.save(tmp_path / "split.json")
    assert Split.load(tmp_path / "split.json") == SPLIT
    bare = Split("mine", 1, 1, ("a",), (), ("b",))
    assert Split.from_json(bare.to_json()) == bare


def test_the_digest_is_of_the_parts_and_not_of_their_order():
    turned = dataclasses.replace(SPLIT, train=("b", "a"), source="you", seed=None)
    assert turned.digest == SPLIT.digest
    moved = dataclasses.replace(SPLIT, train=("a",), valid=("b", "c"))
    assert moved.digest != SPLIT.digest


def test_only_a_split_that_cuts_tracks_says_into_how_many_segments():
    """Digests and files of splits of whole tracks stay what they were."""
    assert "n_segments" not in SPLIT.to_json()
    assert SPLIT.digest.startswith("991aa7627534")
    cut = dataclasses.replace(SPLIT, n_segments=3)
    assert json.loads(cut.to_json())["n_segments"] == 3
    assert Split.from_json(cut.to_json()) == cut
    assert cut.digest != SPLIT.digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train": ()}, "fold 2 of 3: the train part is empty"),
        ({"test": ()}, "the test part is empty"),
        ({"valid": ("a",)}, "'a' stands in train and in valid"),
        ({"test": ("a",)}, "'a' stands in train and in test"),
        ({"test": ("d", "d")}, "'d' stands in test and in test"),
        ({"left_out": (Skipped("d", "x"),)}, "'d' stands in test and in left_out"),
        ({"fold": 0}, "counted from 1"),
        ({"fold": 4}, "counted from 1"),
        ({"n_segments": 0}, "n_segments is 0, but must be 1 or more"),
    ],
)
def test_a_broken_split_is_refused(change, message):
    with pytest.raises(SplitError, match=message):
        dataclasses.replace(SPLIT, **change)


def changed(**values):
    return json.dumps({**json.loads(SPLIT.to_json()), **values})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed(test=["d"]), "changed after it was written"),
        (changed(train=["a", "b", "x"]), "changed after it was written"),
        (changed(digest="0" * 64), "changed after it was written"),
        (changed(format="other/1"), "format genrescope-split/1"),
        (changed(more=1), "keys more are missing or unknown"),
        (changed(train=[1, 2]), "wrong type"),
        (changed(train="ab"), "wrong type"),
        (changed(seed="7"), "wrong type"),
        (changed(n_segments="2"), "wrong type"),
        (changed(left_out=[{"name": "f"}]), "wrong type"),
        (changed(left_out=[{"name": "f", "reason": 1}]), "wrong type"),
        ("[]", "format"),
        ("train: a", "no JSON"),
        ("", "no JSON"),
    ],
)
def test_a_changed_or_foreign_file_is_refused(tmp_path, text, message):
    path = tmp_path / "split.json"
    path.write_text(text)
    with pytest.raises(SplitError, match=f"split.json: .*{message}"):
        Split.load(path)


def test_a_file_that_is_not_there_is_a_split_error(tmp_path):
    with pytest.raises(SplitError, match=r"no.json"):
        Split.load(tmp_path / "no.json")


def test_unknown_ids_are_refused():
    tracks = [Track(i, None, ("x",)) for i in "abcd"]
    with pytest.raises(SplitError, match="1 tracks that the data set lacks, such as 'é'"):
        check_ids(SPLIT, tracks)


def test_repeated_ids_are_refused(toy_tracks):
    with pytest.raises(SplitError, match="one track_id"):
        make_splits("random", [*toy_tracks, toy_tracks[0]])


def test_inner_valid_takes_whole_artists_of_every_label(toy_tracks):
    train, valid = inner_valid(toy_tracks, fraction=0.25, seed=3)
    assert sorted((*train, *valid)) == sorted(t.track_id for t in toy_tracks)
    assert len(valid) == pytest.approx(0.25 * len(toy_tracks), abs=4)
    assert {i.split(".")[0] for i in valid} == {"blues", "jazz", "rock"}
    as_test = Split("inner", 1, 1, train, (), valid)
    assert find_leakage(as_test, toy_tracks).status == "clean"
    assert (train, valid) == inner_valid(toy_tracks[::-1], fraction=0.25, seed=3)
    assert (train, valid) != inner_valid(toy_tracks, fraction=0.25, seed=4)


def test_inner_valid_takes_single_tracks_where_no_artist_is_known(toy_tracks):
    bare = [dataclasses.replace(t, artist=None, group=None) for t in toy_tracks]
    _, valid = inner_valid(bare, fraction=0.25, seed=0)
    assert len(valid) == pytest.approx(0.25 * len(bare), abs=1)


def test_inner_valid_leaves_a_label_with_one_artist_in_training(toy_tracks):
    tracks = [
        dataclasses.replace(t, group="one", artist="one") if t.label == "rock" else t
        for t in toy_tracks
    ]
    _, valid = inner_valid(tracks, fraction=0.3, seed=0)
    assert {i.split(".")[0] for i in valid} == {"blues", "jazz"}


def test_inner_valid_refuses_what_it_cannot_do(toy_tracks):
    for fraction in (0.0, 1.0, float("nan")):
        with pytest.raises(ConfigError, match="fraction is"):
            inner_valid(toy_tracks, fraction=fraction, seed=0)
    same = [dataclasses.replace(t, group="one", artist="one") for t in toy_tracks]
    with pytest.raises(SplitError, match="no validation part could be taken"):
        inner_valid(same, fraction=0.2, seed=0)
