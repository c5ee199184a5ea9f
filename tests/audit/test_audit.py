"""The audit as a whole: names, splits, labels, and what real music holds."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genrescope.audit.advice import advice
from genrescope.audit.audit import audit
from genrescope.audit.crossings import find_crossings
from genrescope.audit.duplicates import Duplicate
from genrescope.audit.metadata import balance, find_label_conflicts, find_namesakes, title_key
from genrescope.audit.mislabelled import find_mislabelled
from genrescope.datasets.dataset import Dataset, LogMelArrays, load_dataset
from genrescope.errors import ParameterError
from genrescope.features.front_end import FrontEnd
from genrescope.records import Track
from genrescope.splits.split import Split, make_splits

BYTE_IDENTICAL = {(34, 94), (40, 61), (41, 62), (42, 63), (43, 64), (44, 65), (45, 66)}
FRONT_END = FrontEnd(hop_length=1708, scale="unit")


@pytest.fixture(scope="module")
def dataset(pieces, copies):
    """Log-mels alone, of two genres, with a copy in the other genre."""
    sounds = {**pieces, "softer": copies["softer"][0], "cropped": copies["cropped"][0]}
    made = [FRONT_END.compute(y) for y in sounds.values()]
    t = max(S.shape[1] for S in made)
    # A short one is filled up with silence, as a file of equal pictures needs.
    X = np.stack([np.pad(S, ((0, 0), (0, t - S.shape[1]))) for S in made])
    tracks = tuple(
        Track(name, None, ("loud" if name in ("metal", "disco", "softer") else "calm",),
              artist="Ann" if name in ("blues", "softer") else name,
              title="So!" if name in ("blues", "softer") else None)
        for name in sounds
    )  # fmt: skip
    return Dataset("made", tracks, logmels=LogMelArrays(
        FRONT_END, X, rows={name: i for i, name in enumerate(sounds)}
    ))  # fmt: skip


def _split(train, test, valid=()):
    return Split("by hand", 1, 1, tuple(train), tuple(valid), tuple(test))


def test_spectrograms_alone_are_enough(dataset):
    split = _split(["blues", "metal", "cropped"], ["softer", "jazz"], ["reggae"])
    found = audit(dataset, splits=[split])
    assert {(p.a, p.b) for p in found.duplicates.pairs} == {
        ("blues", "softer"), ("blues", "cropped"), ("softer", "cropped")
    }  # fmt: skip
    (crossing,) = found.crossings
    assert {(p.a, p.b, a, b) for p, a, b in crossing.duplicates} == {
        ("blues", "softer", "train", "test"), ("softer", "cropped", "test", "train")
    }  # fmt: skip
    assert crossing.n_test_heard_before == 1
    between = {count.parts: count for count in crossing.counts}
    assert between["train", "test"].n_duplicates == 2
    assert between["train", "test"].n_titles == between["train", "test"].n_artists == 1
    assert between["train", "valid"].n_duplicates == 0
    assert crossing.label.startswith("leaky")
    assert [(c.a, c.b) for c in found.label_conflicts] == [
        ("blues", "softer"),
        ("softer", "cropped"),
    ]
    (names,) = found.namesakes
    assert (names.tracks, names.n_pairs, names.n_pairs_alike) == (("blues", "softer"), 1, 1)
    assert found.unreadable == ()
    assert found.n_heard == 8


def test_a_split_of_segments_is_judged_by_recordings(dataset):
    (split,) = make_splits("segments", dataset.tracks)
    (crossing,) = audit(dataset, splits=[split]).crossings
    assert {(p.a, p.b) for p, _, _ in crossing.duplicates} == {
        ("blues", "softer"), ("blues", "cropped"), ("softer", "cropped")
    }  # fmt: skip
    assert any("train and test" in parts for _, *both in crossing.duplicates for parts in both)
    assert crossing.n_test_heard_before >= 2


def test_the_plain_values_are_json_with_the_pairs_on_top(dataset):
    plain = json.loads(json.dumps(audit(dataset).to_dict(), allow_nan=False))
    assert next(iter(plain)) == "duplicates"
    assert {"a", "b", "kind", "score", "offset_s", "overlap_s"} <= set(plain["duplicates"][0])
    assert plain["mislabelled"]["reason"].startswith("at least two labels with")
    assert plain["work"]["n_compared"] > 0


def test_advice_begins_with_what_breaks_a_number(dataset):
    split = _split(["blues", "metal"], ["softer", "jazz"])
    said = [one.what for one in advice(audit(dataset, splits=[split]))]
    assert "1 pair of one sound in two parts; 1 test track heard before" in said[0]
    assert any("of one sound under two labels" in text for text in said)


def test_a_track_without_anything_is_told_and_the_others_go_on(dataset):
    more = replace(dataset, tracks=(*dataset.tracks, Track("ghost", None, ("calm",))))
    found = audit(more)
    (item,) = found.unreadable
    assert item.name == "ghost"
    assert len(found.duplicates.pairs) == 3


def test_too_little_overlap_is_refused(dataset):
    with pytest.raises(ParameterError, match="must be at least 2"):
        audit(dataset, min_overlap_s=0.5)


def test_titles_are_told_apart_by_letters_and_digits():
    assert title_key("  (So) WHAT?") == title_key("so what")
    assert title_key("So What 2") != title_key("So What")
    assert title_key("...") is None
    tracks = [Track(str(i), None, ("x",), artist=a, title="Song")
              for i, a in enumerate(["Ann", "ann ", "Bob", None, "Various Artists"])]  # fmt: skip
    (only,) = find_namesakes(tracks, alike=set())
    assert only.tracks == ("0", "1")


def test_balance_names_the_largest_artist():
    tracks = [Track(str(i), None, ("x",), artist="Ann", group="7") for i in range(3)]
    tracks += [Track("3", None, ("x",), artist="Bob"), Track("4", None, ("x",)),
               Track("5", None, ("y",))]  # fmt: skip
    x, y = balance(tracks)
    assert (x.label, x.n_tracks, x.n_artists, x.n_artist_unknown) == ("x", 5, 2, 1)
    assert (x.largest_artist, x.largest_share) == ("Ann", 0.6)
    assert (y.largest_artist, y.largest_share, y.n_artist_unknown) == (None, 0.0, 1)


def test_a_shared_label_is_no_conflict():
    tracks = [Track("a", None, ("x", "y")), Track("b", None, ("y",)), Track("c", None, ("x",))]
    (only,) = find_label_conflicts(tracks, [("a", "b"), ("b", "c")])
    assert (only.label_a, only.label_b) == ("y", "x")


def _clouds(n, n_wrong, seed=0):
    """Two genres as clouds of statistics; some tracks of the first are labelled as the second."""
    rng = np.random.default_rng(seed)
    sound = np.repeat([0, 1], n)
    X = rng.normal(size=(2 * n, 30)) + 1.5 * sound[:, None]
    labels = ["low" if s == 0 else "high" for s in sound]
    labels[:n_wrong] = ["high"] * n_wrong
    tracks = [Track(f"t{i}", None, (labels[i],), artist=f"a{i // 2}") for i in range(2 * n)]
    return tracks, list(X.astype(np.float16))


def test_planted_wrong_labels_are_suspected_and_little_else():
    tracks, X = _clouds(60, 4)
    found = find_mislabelled(tracks, X)
    named = [s.track_id for s in found.suspects]
    assert len({"t0", "t1", "t2", "t3"} & set(named)) >= 3
    assert len(named) <= 5
    assert found.accuracy > 0.9
    assert all(s.label != s.sounds_like for s in found.suspects)
    probabilities = [s.label_probability for s in found.suspects]
    assert probabilities == sorted(probabilities)
    assert found == find_mislabelled(tracks, X)


def test_no_copy_or_artist_teaches_its_own_label():
    """Noise under labels that go with the artist: heard by chance if artists are kept apart."""
    rng = np.random.default_rng(1)
    own = rng.normal(size=(40, 30))
    tracks = [Track(f"t{i}", None, ("even" if i // 4 % 2 else "odd",), artist=f"a{i // 4}")
              for i in range(160)]  # fmt: skip
    X = [(own[i // 4] + 0.1 * rng.normal(size=30)).astype(np.float16) for i in range(160)]
    assert 0.25 < find_mislabelled(tracks, X).accuracy < 0.75


def test_too_few_tracks_or_artists_are_told():
    tracks, X = _clouds(10, 0)
    few = [Track(t.track_id, None, t.labels, artist="one") for t in tracks]
    found = find_mislabelled(few, X)
    assert found.accuracy is None
    assert "4 artists" in found.reason
    assert found.left_out == ("high", "low")
    assert find_mislabelled(tracks, [None] * 20).accuracy is None


@pytest.mark.realdata
def test_known_repetitions_of_gtzan_are_found_in_its_spectrograms():
    root = Path(os.environ["GENRESCOPE_DATA"]) / "gtzan"
    whole = load_dataset("arrays", path=str(root / "logmel.npz"))
    metal = replace(whole, tracks=tuple(t for t in whole.tracks if t.label in ("metal", "rock")))
    found = audit(metal)
    exact = {(p.a, p.b) for p in found.duplicates.pairs if p.kind == "exact"}
    assert exact >= {(f"metal.{a:05d}", f"metal.{b:05d}") for a, b in BYTE_IDENTICAL}
    same = {(p.a, p.b) for p in found.duplicates.pairs if p.kind == "same_recording"}
    assert ("metal.00004", "metal.00013") in same
    assert len(found.duplicates.pairs) <= 10
    assert ("metal.00058", "rock.00016") in {(c.a, c.b) for c in found.label_conflicts}
    # Without their digests they are found by ear.
    few = {track for pair in exact for track in pair}
    deaf = tuple(replace(t, sha256=None) for t in metal.tracks if t.track_id in few)
    heard = {(p.a, p.b): p.kind for p in audit(replace(metal, tracks=deaf)).duplicates.pairs}
    assert heard.keys() == exact
    assert set(heard.values()) == {"same_recording"}


def test_every_copy_that_crosses_is_counted_where_not_every_pair_is_listed():
    """Of many copies only the pairs with the first one are listed; it is in the test part."""
    names = [f"copy {i}" for i in range(45)]
    tracks = [Track(name, None, ("jazz",)) for name in [*names, "alone"]]
    listed = [Duplicate(names[0], name, "exact", 1.0, 0.0, 0.0, 30.0) for name in names[1:]]
    split = _split([*names[25:], "alone"], names[:25])
    assert find_crossings(split, tracks, listed).n_test_heard_before == 25
    # Who shares a part of its sound with a copy need not share any with the original.
    listed.append(Duplicate(names[-1], "alone", "shared_part", 0.7, 0.0, 0.0, 6.0))
    split = _split(names, ["alone"])
    assert find_crossings(split, tracks, listed).n_test_heard_before == 1
    split = _split(names[1:], [names[0], "alone"])
    assert find_crossings(split, tracks, listed).n_test_heard_before == 2


def test_tracks_too_short_to_compare_are_told():
    tracks = [Track(f"{label} {i}", None, (label,)) for label in ("jazz", "rock") for i in range(9)]
    found = find_mislabelled(tracks, [None] * len(tracks))
    assert found.left_out == ("jazz", "rock")
    assert found.reason is not None
    assert "0 of 2 have them (18 of 18 tracks are too short for it)" in found.reason
