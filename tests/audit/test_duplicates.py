"""Copies of every kind are found, other music is not, and no more is compared than needs be."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.audit.alignment import align
from genrescope.audit.candidates import N_TABLES, NEIGHBOURS, find_candidates
from genrescope.audit.collection import gather
from genrescope.audit.duplicates import MAX_GROUP, find_duplicates
from genrescope.audit.groups import groups_of
from genrescope.audit.stretches import FRONT_END, logmel_stretches
from genrescope.dsp.fingerprint import RATE, fingerprint, pooled, pooling


def fingerprint_of(y):
    """Hear sound at 22,050 Hz as the audit does."""
    weights = pooling(FRONT_END.band_centres())
    levels = [pooled(S, weights=weights, frame_rate=RATE) for S in logmel_stretches([y])]
    return fingerprint(np.concatenate(levels, axis=1))


@pytest.fixture(scope="module")
def prints(pieces):
    return {name: fingerprint_of(y) for name, y in pieces.items()}


def _find(named, digests=None, **settings):
    return find_duplicates(
        gather(named.values()),
        track_ids=list(named),
        digests=digests or [None] * len(named),
        **settings,
    )


def test_different_pieces_are_no_pair(prints):
    assert _find(prints).pairs == ()


@pytest.mark.parametrize("name", ["mp3", "softer", "16 kHz", "cropped", "shifted"])
def test_every_kind_of_copy_is_found(prints, copies, name):
    y, kind, offset_s = copies[name]
    found = _find({**prints, name: fingerprint_of(y)}).pairs
    (pair,) = found
    assert (pair.a, pair.b, pair.kind) == ("blues", name, kind)
    assert pair.offset_s == pytest.approx(offset_s, abs=0.12)
    assert pair.score > 0.7
    expected_s = min(14.0 - offset_s, len(y) / 22050)
    assert pair.overlap_s == pytest.approx(expected_s, abs=0.8)


def test_order_does_not_matter(prints, copies):
    named = {**prints, "cropped": fingerprint_of(copies["cropped"][0])}
    (forward,) = _find(named).pairs
    (backward,) = _find(dict(reversed(named.items()))).pairs
    assert (backward.a, backward.b) == ("cropped", "blues")
    assert backward.offset_s == pytest.approx(-forward.offset_s)
    assert backward.kind == forward.kind == "excerpt"
    assert backward.score == forward.score


def test_the_answer_is_the_same_each_time_and_nothing_is_written_to(prints, copies):
    named = {**prints, "mp3": fingerprint_of(copies["mp3"][0])}
    collection = gather(named.values())
    before = [a.copy() for a in (collection.bits, collection.valid, collection.coarse)]
    settings = {"track_ids": list(named), "digests": [None] * len(named)}
    assert find_duplicates(collection, **settings) == find_duplicates(collection, **settings)
    for array, old in zip(
        (collection.bits, collection.valid, collection.coarse), before, strict=True
    ):
        np.testing.assert_array_equal(array, old)


def test_the_least_overlap_is_a_setting(pieces, prints):
    y = np.concatenate([pieces["jazz"][: 6 * 22050], pieces["reggae"][: 6 * 22050]])
    named = {"jazz": prints["jazz"], "medley": fingerprint_of(y)}
    (pair,) = _find(named).pairs
    assert pair.kind == "shared_part"
    assert 5.0 <= pair.overlap_s <= 6.8
    assert _find(named, min_overlap_s=8.0).pairs == ()


def test_equal_digests_are_exact_even_in_silence():
    silent = fingerprint(np.zeros((33, 100)))
    (pair,) = _find({"a": silent, "b": silent, "c": silent}, digests=["x", "y", "x"]).pairs
    assert (pair.a, pair.b, pair.kind, pair.score) == ("a", "c", "exact", 1.0)


def test_what_two_pairs_imply_is_looked_at(prints, copies):
    """All pairs of a group are listed, be they neighbours in a table or not."""
    names = ("mp3", "softer", "16 kHz", "cropped")
    named = {**prints, **{name: fingerprint_of(copies[name][0]) for name in names}}
    pairs = {(p.a, p.b) for p in _find(named).pairs}
    group = ["blues", *names]
    assert pairs == {(a, b) for i, a in enumerate(group) for b in group[i + 1 :]}


def test_a_crowd_of_copies_is_chained_and_not_squared():
    rng = np.random.default_rng(0)
    levels = rng.normal(scale=9.0, size=(33, 150))
    n = MAX_GROUP + 60
    named = {f"t{i}": fingerprint(levels + rng.normal(scale=0.5, size=levels.shape))
             for i in range(n)}  # fmt: skip
    found = _find(named)
    assert {p.a for p in found.pairs} | {p.b for p in found.pairs} == set(named)
    assert found.n_aligned < n * n / 4


def test_comparisons_grow_with_frames_not_with_pairs():
    """Ten times the tracks: ten times the comparisons, not a hundred times."""
    rng = np.random.default_rng(1)
    counts = []
    for n in (20, 200):
        # A few sounds again and again, at changing speeds, so that keys crowd.
        sources = rng.normal(scale=9.0, size=(5, 33, 400))
        places = [(rng.uniform(0, 400) + np.arange(150) * rng.uniform(0.7, 1.4)).astype(int) % 400
                  for _ in range(n)]  # fmt: skip
        made = (
            fingerprint(sources[i % 5][:, place] + rng.normal(scale=3.0, size=(33, 150)))
            for i, place in enumerate(places)
        )
        found = find_candidates(gather(made))
        assert found.n_compared <= N_TABLES * NEIGHBOURS * n * 150
        assert found.n_looked_at <= found.n_compared
        counts.append(found.n_compared)
    assert 8 <= counts[1] / counts[0] <= 12


def test_parts_of_a_table_give_what_the_whole_gives(prints, copies, monkeypatch):
    named = {**prints, **{name: fingerprint_of(y) for name, (y, _, _) in copies.items()}}
    whole = find_candidates(gather(named.values()))
    for name, value in (("PASS_KEYS", 400), ("PART_KEYS", 60), ("BLOCK_FRAMES", 100),
                        ("CHUNK_PAIRS", 7)):  # fmt: skip
        monkeypatch.setattr(f"genrescope.audit.candidates.{name}", value)
    parts = find_candidates(gather(named.values()))
    np.testing.assert_array_equal(
        np.stack([whole.a, whole.b, whole.offset]), np.stack([parts.a, parts.b, parts.offset])
    )


def test_alignment_finds_the_stretch_within():
    rng = np.random.default_rng(2)
    a, b = rng.normal(scale=9.0, size=(2, 33, 400))
    b[:, 150:250] = a[:, 80:180]
    found = align(fingerprint(a), fingerprint(b), [-69])
    assert found.offset == -70
    assert (found.start, found.stop) == pytest.approx((80, 180), abs=6)
    assert found.bit_error < 0.05
    assert found.n_frames / RATE > 6


def test_alignment_of_what_does_not_overlap_is_empty():
    a = fingerprint(np.random.default_rng(3).normal(scale=9.0, size=(33, 60)))
    found = align(a, a, [500, -500])
    assert (found.n_frames, found.bit_error) == (0, 0.5)


def test_silence_is_no_part_of_a_stretch():
    levels = np.full((33, 300), -60.0)
    levels[:, 100:200] = np.random.default_rng(4).normal(scale=9.0, size=(33, 100))
    found = align(fingerprint(levels), fingerprint(levels), [0])
    assert (found.start, found.stop) == pytest.approx((100, 200), abs=6)


def test_groups_know_who_begins_when():
    links = {(0, 2): 7, (2, 5): -3, (1, 4): 1}
    assert groups_of(links) == [{0: 0, 2: 7, 5: 4}, {1: 0, 4: 1}]
    assert groups_of({}) == []


def test_nothing_to_compare():
    empty = fingerprint(np.zeros((33, 0)))
    assert _find({}).pairs == ()
    assert _find({"a": empty, "b": empty}).pairs == ()
