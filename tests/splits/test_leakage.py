"""Leakage: artists, names and copies on both sides, and the text that says so."""

import pytest

from genrescope.errors import LeakageError, SplitError
from genrescope.records import Track
from genrescope.splits.leakage import check_split, find_leakage
from genrescope.splits.split import Split


def track(track_id, *, group=None, artist=None, sha256=None):
    return Track(track_id, None, ("x",), group=group, artist=artist, sha256=sha256)


def split(train, test, valid=""):
    return Split("mine", 1, 1, tuple(train), tuple(valid), tuple(test))


def test_disjoint_artists_are_clean():
    tracks = [track("a", group="1"), track("b", group="2"), track("c", group="3")]
    leakage = find_leakage(split("a", "bc"), tracks)
    assert (leakage.status, leakage.fraction) == ("clean", 0.0)
    assert leakage.label == "clean: none of the 2 test tracks has its artist in training"
    assert check_split(split("a", "bc"), tracks, asked_by_name=False) == leakage


def test_a_shared_group_leaks_from_train_and_from_valid():
    tracks = [track("a", group="1"), track("b", group="1"), track("c", group="2")]
    for parts in (split("a", "b", "c"), split("c", "b", "a")):
        leakage = find_leakage(parts, tracks)
        assert leakage.status == "leaky"
        assert leakage.n_test_leaked == leakage.n_test == 1
        assert leakage.artists[0].key == "1"
        assert (leakage.artists[0].train, leakage.artists[0].test) == (("a",), ("b",))
    assert find_leakage(split("a", "c", "b"), tracks).status == "clean"


def test_the_label_gives_the_part_that_leaks():
    tracks = [track("a", group="1"), *(track(i, group="1") for i in "bc"), track("d", group="2")]
    label = find_leakage(split("a", "bcd"), tracks).label
    assert label == "leaky: 66.7 % of the 3 test tracks have their artist in training"


def test_a_tiny_leak_is_not_rounded_away():
    tracks = [track("a", group="a"), *(track(f"t{i}", group=f"g{i}") for i in range(3000))]
    tracks.append(track("b", group="a"))
    parts = split(["a"], [t.track_id for t in tracks[1:]])
    assert find_leakage(parts, tracks).label.startswith("leaky: <0.1 % of the 3001 test tracks")


def test_copies_leak_whoever_their_artist_is():
    tracks = [track("a", group="1", sha256="f"), track("b", group="2", sha256="f")]
    leakage = find_leakage(split("a", "b"), tracks)
    assert (leakage.n_test_artist, leakage.n_test_duplicate, leakage.n_test_leaked) == (0, 1, 1)
    assert "a copy of themselves in training" in leakage.label
    both = [track("a", group="1", sha256="f"), track("b", group="1", sha256="f")]
    assert "their artist or a copy of themselves" in find_leakage(split("a", "b"), both).label
    assert find_leakage(split("a", "b"), both).n_test_leaked == 1


def test_names_decide_where_a_group_is_missing():
    tracks = [track("a", group="1", artist="The Band"), track("b", artist="the  band")]
    assert find_leakage(split("a", "b"), tracks).status == "leaky"
    assert find_leakage(split("b", "a"), tracks).status == "leaky"
    assert find_leakage(split("a", "b"), tracks).n_unknown == 0


def test_namesakes_in_different_groups_are_told_but_do_not_leak():
    tracks = [track("a", group="1", artist="Queen"), track("b", group="2", artist="Queen")]
    leakage = find_leakage(split("a", "b"), tracks)
    assert (leakage.status, leakage.n_test_namesake) == ("clean", 1)
    assert leakage.namesakes[0].key == "queen"
    assert "1 share an artist's name with a training track of another artist group" in leakage.label


def test_unknown_artists_are_unverified_and_counted():
    tracks = [track("a", group="1"), track("b"), track("c", artist="Various Artists")]
    leakage = find_leakage(split("a", "bc"), tracks)
    assert (leakage.status, leakage.n_unknown, leakage.n_unknown_train) == ("unverified", 2, 0)
    assert "unknown of 2 of the 2 test tracks and of 0 training tracks" in leakage.label
    assert find_leakage(split("b", "a"), tracks).status == "unverified"
    check_split(split("a", "bc"), tracks, asked_by_name=False)


def test_a_leaky_split_is_refused_unless_asked_for_by_name():
    tracks = [track("a", group="1"), track("b", group="1")]
    with pytest.raises(LeakageError, match=r"'mine' is leaky: 100.0 % .*a in training and b in"):
        check_split(split("a", "b"), tracks, asked_by_name=False)
    assert check_split(split("a", "b"), tracks, asked_by_name=True).status == "leaky"


def test_unknown_ids_are_refused():
    with pytest.raises(SplitError, match="lacks"):
        find_leakage(split("a", "b"), [track("a", group="1")])


def cut_in_two(train, test):
    return Split("mine", 1, 1, tuple(train), (), tuple(test), n_segments=2)


def test_a_track_that_stands_on_both_sides_leaks_by_its_own_segments():
    tracks = [track("a", group="1", sha256="f"), track("b", group="2"), track("c")]
    leakage = find_leakage(cut_in_two(["a#1", "c#1", "c#2"], ["a#2", "b#1", "b#2"]), tracks)
    assert [(c.key, c.train, c.test) for c in leakage.recordings] == [("a", ("a#1",), ("a#2",))]
    assert (leakage.n_test_recording, leakage.n_test_duplicate, leakage.n_test_leaked) == (1, 0, 1)
    assert (leakage.n_unknown_train, leakage.n_segments) == (2, 2)
    assert leakage.label == (
        "leaky: 33.3 % of the 3 test segments have other segments of their own track in training"
    )


def test_segments_of_whole_tracks_can_be_clean_or_leak_by_artist_and_copy():
    tracks = [track("a", group="1", sha256="f"), track("b", group="2", sha256="g")]
    parts = cut_in_two(["a#1", "a#2"], ["b#1", "b#2"])
    assert find_leakage(parts, tracks).label == (
        "clean: none of the 2 test segments has its artist in training"
    )
    alike = [track("a", group="1", sha256="f"), track("b", group="1", sha256="f")]
    leakage = find_leakage(parts, alike)
    assert (leakage.n_test_recording, leakage.n_test_duplicate, leakage.n_test_artist) == (0, 2, 2)
    assert "their artist or a copy of themselves in training" in leakage.label
    with pytest.raises(LeakageError, match="a#1 in training and b#1 in test"):
        check_split(parts, alike, asked_by_name=False)
