"""Which tracks a recipe uses: by label, by number, by artist."""

import pytest

from genrescope.datasets.dataset import Dataset
from genrescope.errors import ConfigError, DatasetError, UnknownNameError
from genrescope.records import Track
from genrescope.training.recipe import Recipe
from genrescope.training.selection import Selection, selected


def tracks():
    return tuple(
        Track(f"{genre}.{i}", None, (genre,), artist=f"Artist {i % 2}", title=f"Song {i // 2}",
              group=f"artist {i % 2}")
        for genre, n in (("blues", 6), ("jazz", 3), ("rock", 1))
        for i in range(n)
    )  # fmt: skip


DATA = Dataset("made", tracks())


def test_all_tracks_as_they_are_is_no_selection():
    assert selected(DATA, Selection()) is DATA
    assert Selection().to_dict() == {}
    assert Selection.from_dict({}) == Selection()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"labels": ["jazz"]}, {"jazz": 3}),
        ({"at_least": 3}, {"blues": 6, "jazz": 3}),
        ({"at_most": 2}, {"blues": 2, "jazz": 2, "rock": 1}),
        ({"labels": ["blues", "rock"], "at_least": 2, "at_most": 4}, {"blues": 4}),
    ],
)
def test_labels_and_numbers(selection, expected):
    given = Selection.from_dict(selection)
    assert Selection.from_dict(given.to_dict()) == given
    found = selected(DATA, given)
    counts = {}
    for track in found.tracks:
        counts[track.label] = counts.get(track.label, 0) + 1
    assert counts == expected
    assert {s.name for s in found.skipped} >= {"blues", "jazz", "rock"} - set(expected)
    assert not any(s.is_fault for s in found.skipped)


def test_tracks_are_taken_evenly_from_first_to_last():
    found = selected(DATA, Selection(labels=("blues",), at_most=3))
    assert [track.track_id for track in found.tracks] == ["blues.0", "blues.2", "blues.4"]


@pytest.mark.parametrize(
    ("values", "error", "match"),
    [
        ({"label": "mood"}, UnknownNameError, "unknown selection label 'mood'"),
        ({"at_most": 0}, ConfigError, "must be at least 1"),
        ({"labels": "jazz"}, ConfigError, "must be a list of names"),
        ({"lables": ["jazz"]}, ConfigError, "did you mean 'labels'"),
        ({"at_least": "many"}, ConfigError, "must be int"),
    ],
)
def test_values_that_break_a_rule(values, error, match):
    with pytest.raises(error, match=match):
        Selection.from_dict(values)


def test_a_selection_of_nothing_is_refused():
    with pytest.raises(DatasetError, match="did you mean 'jazz'"):
        selected(DATA, Selection(labels=("jaz",)))
    with pytest.raises(DatasetError, match="leaves no track of the 10"):
        selected(DATA, Selection(at_least=7))


def test_a_recipe_carries_its_selection():
    values = {"name": "mine", "dataset": {"name": "synthetic"}, "model": {"name": "linear"},
              "protocol": {"name": "random"}, "selection": {"labels": ["jazz", "rock"]},
              "stand_in": [{"dataset": {"name": "synthetic"}, "honest": {"name": "random"}}],
              "quick": {"training.epochs": 1}}  # fmt: skip
    recipe = Recipe.from_dict(values)
    assert recipe.selection.labels == ("jazz", "rock")
    assert recipe.honest.name == "artist-grouped"
    assert recipe.stand_in[0].honest.name == "random"
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    for key, value in (("stand_in", [{"model": {"name": "linear"}}]), ("stand_in", [{}]),
                       ("quick", 3), ("honest", {})):  # fmt: skip
        with pytest.raises(ConfigError):
            Recipe.from_dict({**values, key: value})


def test_tracks_by_artist_are_grouped_by_song():
    chosen = selected(DATA, Selection(label="artist", at_least=4))
    assert {t.label for t in chosen.tracks} == {"Artist 0", "Artist 1"}
    assert {(t.artist, t.grouped_by) for t in chosen.tracks} == {(None, "title")}
    assert chosen.tracks[0].group == "artist 0: song 0"
    assert selected(chosen, Selection(label="artist")).tracks == chosen.tracks


def test_tracks_of_unknown_artists_are_told_once():
    nameless = Dataset("made", (*tracks(), Track("x", None, ("rock",)), Track("y", None, ("r",))))
    chosen = selected(nameless, Selection(label="artist"))
    assert len(chosen.tracks) == len(DATA.tracks)
    (item,) = chosen.skipped
    assert item.reason == "2 tracks whose artist, or both album and title, are not known"
    assert not item.is_fault
