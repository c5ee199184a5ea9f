"""Titles that are one song, and tracks labelled by artist."""

import dataclasses

import pytest

from genrescope.datasets.artist_labels import grouping, labelled_by_artist, title_key
from genrescope.records import Track

TRACK = Track("a", None, ("rock",), artist="The Band", album="Big Pink", title="The Weight")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gypsy", "GYPSY"),
        ("Gypsy", "Gypsy (Live)"),
        ("Gypsy", "Gypsy - Live at Donington 1983"),
        ("Gypsy", "Gypsy [2009 Remaster]"),
        ("Body Movin'", "Body Movin' (Fatboy Slim Remix)"),
        ("Lady Marmalade", "Lady Marmalade (feat. Mya & Pink)"),
        ("Lady Marmalade", "Lady Marmalade ft. Mya"),
        ("Jumpin', Jumpin'", "Jumpin\u2019 Jumpin\u2019"),
        ("Déjà Vu", "Deja vu"),
        ("Get Up, Stand Up", "Get up stand up"),
        ("Rock & Roll", "rock and roll"),
    ],
)
def test_versions_of_a_song_are_that_song(one, other):
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(You Drive Me) Crazy", "Crazy"),
        ("Alive", "A"),
        ("Symphony No. 40 (Allegro)", "Symphony No. 40 (Menuetto)"),
        ("Live Forever", "Forever"),
        ("One - Two", "One"),
        ("Olive (tree)", "Olive"),
    ],
)
def test_other_songs_stay_other_songs(one, other):
    assert title_key(one) != title_key(other)


def test_a_title_of_such_words_alone_keeps_them():
    assert title_key("(Live)") == "live"
    assert title_key("Remix") == "remix"
    assert title_key("...") is None
    assert title_key(None) is None


def test_the_group_is_the_album_or_else_the_title():
    named = labelled_by_artist(TRACK)
    assert (named.label, named.artist, named.group) == ("The Band", None, "the band: big pink")
    assert named.grouped_by == "album"
    assert labelled_by_artist(named) is named
    single = labelled_by_artist(dataclasses.replace(TRACK, album=None))
    assert (single.group, single.grouped_by) == ("the band: the weight", "title")
    assert grouping([named, single]) == "album or title"
    assert grouping([TRACK]) == grouping([]) == "artist"


@pytest.mark.parametrize(
    "change",
    [{"artist": None}, {"artist": "Various Artists"}, {"album": None, "title": None}],
)
def test_what_is_not_known_is_no_artist_track(change):
    assert labelled_by_artist(dataclasses.replace(TRACK, **change)) is None
