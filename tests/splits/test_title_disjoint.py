"""Songs on one side, artists on both."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.datasets.artist_labels import labelled_by_artist, title_key
from genrescope.errors import SplitError
from genrescope.evaluation.folds import is_honest
from genrescope.records import Track
from genrescope.splits.leakage import find_leakage
from genrescope.splits.split import make_splits


def songs(titles_of):
    """Tracks labelled by artist, from titles by artist."""
    return tuple(
        labelled_by_artist(Track(f"{a}.{i}", None, ("rock",), artist=a, title=title))
        for a, titles in titles_of.items()
        for i, title in enumerate(titles)
    )


@st.composite
def catalogues(draw):
    """Two to five artists, each with more songs than folds, some of them several times."""
    n_folds = draw(st.integers(2, 4))
    artists = {}
    for a in range(draw(st.integers(2, 5))):
        names = [f"song {i}" for i in range(draw(st.integers(n_folds + 2, 8)))]
        more = draw(st.lists(st.sampled_from(names), max_size=6))
        versions = draw(st.lists(st.sampled_from(["{} (live)", "{}!", "{} - remix"]), min_size=6,
                                 max_size=6))  # fmt: skip
        again = [form.format(name) for form, name in zip(versions, more, strict=False)]
        artists[f"artist {a}"] = names + again
    return n_folds, songs(artists)


@given(case=catalogues(), seed=st.integers(0, 3), valid=st.sampled_from([0.0, 0.3]))
def test_no_song_crosses_and_every_artist_is_on_both_sides(case, seed, valid):
    n_folds, tracks = case
    song = {t.track_id: (t.label, title_key(t.title)) for t in tracks}
    label = {t.track_id: t.label for t in tracks}
    artists = set(label.values())
    splits = make_splits("title-disjoint", tracks, n_folds=n_folds, seed=seed, valid_fraction=valid)
    for split in splits:
        parts = [{song[i] for i in part} for part in (split.train, split.valid, split.test)]
        assert not parts[0] & parts[1]
        assert not (parts[0] | parts[1]) & parts[2]
        assert {label[i] for i in split.train} == {label[i] for i in split.test} == artists
        leakage = find_leakage(split, tracks)
        assert leakage.label.endswith("has its title in training")
        assert is_honest(split, leakage)
    assert sorted(i for split in splits for i in split.test) == sorted(song)


def test_artists_with_too_few_songs_are_left_out_with_the_reason():
    titles = ["a", "b", "c"]
    tracks = songs({"Dio": titles, "Queen": titles, "Duo": ["a", "b", "b (live)"]})
    for split in make_splits("title-disjoint", tracks, n_folds=3):
        assert [s.name for s in split.left_out] == ["Duo.0", "Duo.1", "Duo.2"]
        reason = "Duo has 2 titles, and each part needs one of its own: 3 at least"
        assert {s.reason for s in split.left_out} == {reason}
    with pytest.raises(
        SplitError, match=r"0 of 3 labels have 4 titles or more .*'Dio' has most, 3"
    ):
        make_splits("title-disjoint", tracks, n_folds=4)


def test_tracks_without_a_title_are_left_out():
    tracks = songs({"Dio": ["a", "b"], "Queen": ["a", "b"]})
    unknown = dataclasses.replace(tracks[0], track_id="x", title=None)
    (split,) = make_splits("title-disjoint", [*tracks, unknown])
    assert [(s.name, s.reason) for s in split.left_out] == [("x", "its title is unknown")]
    bare = [dataclasses.replace(t, title=None) for t in tracks]
    with pytest.raises(SplitError, match="the title of none of the 4 tracks is known: fill the"):
        make_splits("title-disjoint", bare)


def test_copies_stay_together_whatever_they_are_called():
    tracks = songs({"Dio": ["a", "b", "c"], "Queen": ["a", "b", "c"]})
    tracks = [dataclasses.replace(t, sha256="1" * 64 if t.title != "c" else None) for t in tracks]
    for split in make_splits("title-disjoint", tracks, n_folds=2):
        copies = {t.track_id for t in tracks if t.sha256}
        assert copies <= set(split.test) or not copies & set(split.test)


def test_albums_that_cross_are_told():
    tracks = tuple(
        labelled_by_artist(Track(f"{a}.{i}", None, ("r",), artist=a, title=f"s{i}", album="one"))
        for a in ("Dio", "Queen")
        for i in range(4)
    )
    (split,) = make_splits("title-disjoint", tracks, test_fraction=0.5)
    leakage = find_leakage(split, tracks)
    assert leakage.label == "leaky: 100.0 % of the 4 test tracks have their album in training"
    assert not is_honest(split, leakage)
