"""The protocols: a contract for each, laws of the drawn ones, and the published ones on GTZAN."""

import dataclasses
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genrescope.errors import ConfigError, SplitError, UnknownNameError
from genrescope.records import Track
from genrescope.splits.leakage import check_split, find_leakage
from genrescope.splits.segmentation import recording_of, segment_tracks
from genrescope.splits.split import Split, make_splits, registry

NAMES = registry().names()


@pytest.fixture
def needed(tmp_path, toy_tracks):
    """Settings that a protocol cannot do without."""
    make_splits("artist-grouped", toy_tracks)[0].save(tmp_path / "split.json")
    return {"file": {"path": str(tmp_path / "split.json")}}


def test_the_registry_finds_the_protocols():
    assert {"random", "artist-grouped", "fault-filtered", "fault-filtered-strict"} < set(NAMES)
    assert {"sturm-3fold", "file", "segments", "album", "official"} < set(NAMES)
    assert {"cross-dataset", "title-disjoint"} < set(NAMES)
    assert not {"split", "leakage", "segmentation"} & set(NAMES)
    with pytest.raises(UnknownNameError, match="did you mean 'random'"):
        make_splits("randm", ())


@pytest.mark.parametrize("name", NAMES)
def test_each_protocol_keeps_the_contract(name, toy_tracks, needed):
    module = registry().module(name)
    for text in (module.DESCRIPTION, module.SOURCE, module.LICENCE, module.__doc__):
        assert isinstance(text, str)
        assert text
    assert isinstance(module.HONEST, bool)
    assert module.Settings.__dataclass_params__.frozen
    splits = make_splits(name, toy_tracks, **needed.get(name, {}))
    assert splits
    assert [s.fold for s in splits] == list(range(1, len(splits) + 1))
    assert {s.n_folds for s in splits} == {len(splits)}
    for split in splits:
        assert name in (split.protocol, "file")
        assert split.source
        placed = [*split.train, *split.valid, *split.test, *(s.name for s in split.left_out)]
        items = segment_tracks(toy_tracks, split.n_segments)
        assert sorted(placed) == sorted(t.track_id for t in items)
        assert Split.from_json(split.to_json()) == split
        if module.HONEST:
            assert check_split(split, toy_tracks, asked_by_name=False).status == "clean"
    assert splits == make_splits(name, toy_tracks[::-1], **needed.get(name, {}))


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_setting_is_refused(name, toy_tracks):
    with pytest.raises(ConfigError, match="no setting 'sed'"):
        make_splits(name, toy_tracks, sed=1)


@pytest.mark.parametrize("name", NAMES)
def test_no_tracks_are_a_split_error(name, needed):
    with pytest.raises(SplitError):
        make_splits(name, (), **needed.get(name, {}))


@pytest.mark.parametrize("name", ["random", "artist-grouped", "album", "segments"])
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"test_fraction": 0.0}, "test_fraction is 0.0: it must be above 0"),
        ({"test_fraction": 1.0}, "test_fraction is 1.0"),
        ({"valid_fraction": -0.1}, "valid_fraction is -0.1"),
        ({"valid_fraction": 1.0}, "valid_fraction is 1.0"),
        ({"n_folds": 0}, "n_folds is 0"),
        ({"n_folds": 5, "test_fraction": 0.2}, "give one of the two"),
    ],
)
def test_bad_fractions_are_refused(name, settings, message, toy_tracks):
    with pytest.raises(ConfigError, match=message):
        make_splits(name, toy_tracks, **settings)


@pytest.mark.parametrize("name", ["random", "artist-grouped", "album", "segments"])
def test_the_seed_decides(name, toy_tracks):
    first, again, other = (make_splits(name, toy_tracks, seed=s)[0] for s in (1, 1, 2))
    assert first == again
    assert first.digest != other.digest


def test_random_is_proportional_in_test_and_in_valid(toy_tracks):
    (split,) = make_splits("random", toy_tracks, test_fraction=0.25, valid_fraction=0.2)
    for ids, n in ((split.test, 10), (split.valid, 6), (split.train, 24)):
        assert Counter(i.split(".")[0] for i in ids) == {"blues": n, "jazz": n, "rock": n}


@pytest.mark.parametrize("fraction", [0.2, 0.25, 0.33, 0.4])
def test_random_has_the_counts_of_scikit_learn(fraction):
    model_selection = pytest.importorskip("sklearn.model_selection")
    sizes = {"a": 100, "b": 99, "c": 37, "d": 12}
    tracks = [Track(f"{k}.{i}", None, (k,)) for k, size in sizes.items() for i in range(size)]
    labels = [t.label for t in tracks]
    (split,) = make_splits("random", tracks, test_fraction=fraction)
    _, theirs = model_selection.train_test_split(
        labels, test_size=fraction, stratify=labels, random_state=0
    )
    assert Counter(i[0] for i in split.test) == Counter(theirs)


def test_a_label_with_one_track_or_one_artist_is_refused(toy_tracks):
    lonely = [*toy_tracks, Track("ska.0", None, ("ska",), group="g")]
    with pytest.raises(SplitError, match="label 'ska' has one track only"):
        make_splits("random", lonely)
    lonely.append(Track("ska.1", None, ("ska",), group="g"))
    with pytest.raises(SplitError, match="label 'ska' has one artist only"):
        make_splits("artist-grouped", lonely)


def test_album_divides_no_album_but_an_artist(toy_tracks):
    for split in make_splits("album", toy_tracks, n_folds=3, valid_fraction=0.25):
        album = {t.track_id: t.album for t in toy_tracks}
        parts = [{album[i] for i in ids} for ids in (split.train, split.valid, split.test)]
        assert all(parts)
        assert not parts[0] & parts[1]
        assert not (parts[0] | parts[1]) & parts[2]
        assert (split.group_key, split.left_out) == ("album", ())
        assert find_leakage(split, toy_tracks).status == "leaky"


def test_album_says_what_it_cannot_do(toy_tracks):
    unknown = dataclasses.replace(toy_tracks[0], album=None)
    (split,) = make_splits("album", [unknown, *toy_tracks[1:]])
    assert [(s.name, s.reason, s.is_fault) for s in split.left_out] == [
        ("blues.00000", "its album is unknown", False)
    ]
    bare = [dataclasses.replace(t, album=None) for t in toy_tracks]
    with pytest.raises(SplitError, match=r"album of none of the 120 tracks is known: fill the"):
        make_splits("album", bare)
    with pytest.raises(SplitError, match="n_folds is 61, but there are 60 albums"):
        make_splits("album", toy_tracks, n_folds=61)
    lonely = [*toy_tracks, Track("ska.0", None, ("ska",), album="one")]
    with pytest.raises(SplitError, match="label 'ska' has one album only, which cannot"):
        make_splits("album", lonely)


def test_albums_that_are_spelled_alike_and_copies_stay_together():
    names = ("Greatest Hits", "greatest  hits ", "Live", "B-sides")
    tracks = [
        Track(f"t{i:02d}", None, ("xy"[i % 2],), album=names[i // 2 % 4], sha256=str(i))
        for i in range(32)
    ]
    # A copy on another album links the two albums.
    tracks[4] = dataclasses.replace(tracks[4], sha256=tracks[6].sha256)
    for split in make_splits("album", tracks, n_folds=2):
        sides = [
            {t.album for t in tracks if t.track_id in ids} for ids in (split.train, split.test)
        ]
        assert sorted(map(sorted, sides)) == sorted(
            [sorted({"Greatest Hits", "greatest  hits "}), sorted({"Live", "B-sides"})]
        )


def test_official_reads_the_words_of_fma_and_of_others(toy_tracks):
    (split,) = make_splits("official", toy_tracks)
    (published,) = make_splits("fault-filtered", toy_tracks)
    for part in ("train", "valid", "test"):
        assert getattr(split, part) == getattr(published, part)
    again = make_splits("official", toy_tracks, column="fault_filtered")
    assert again[0].digest == split.digest
    named = [
        dataclasses.replace(t, extra={"split": t.extra["set.split"]} if i else {})
        for i, t in enumerate(toy_tracks)
    ]
    (split,) = make_splits("official", named)
    assert [(s.name, s.reason) for s in split.left_out] == [
        ("blues.00000", "in no part of split as published")
    ]


def test_official_says_what_it_looked_for(toy_tracks):
    bare = [dataclasses.replace(t, extra={}) for t in toy_tracks]
    with pytest.raises(SplitError, match=r"column 'set.split' .*\(looked for: official_split, set"):
        make_splits("official", bare)
    with pytest.raises(SplitError, match=r"'set\.splt'.*did you mean 'set.split'"):
        make_splits("official", toy_tracks, column="set.splt")
    with pytest.raises(SplitError, match="has sturm_fold = '1': it must be train, training, valid"):
        make_splits("official", toy_tracks, column="sturm_fold")


def test_official_may_leak_and_says_so(toy_tracks):
    crossing = dataclasses.replace(toy_tracks[12], group=toy_tracks[0].group)
    tracks = [*toy_tracks[:12], crossing, *toy_tracks[13:]]
    (split,) = make_splits("official", tracks)
    assert find_leakage(split, tracks).n_test_leaked == 1
    assert crossing.track_id in split.test


def test_cross_dataset_learns_one_side_and_tests_the_other(toy_tracks):
    side = {t.track_id: t.extra["joined_side"] for t in toy_tracks}
    (split,) = make_splits("cross-dataset", toy_tracks, valid_fraction=0.25)
    assert {side[i] for i in (*split.train, *split.valid)} == {"train"}
    assert {side[i] for i in split.test} == {"test"}
    assert len(split.train) + len(split.valid) == list(side.values()).count("train")
    assert split.valid
    inner = Split("inner", 1, 1, split.train, (), split.valid)
    assert find_leakage(inner, toy_tracks).status == "clean"
    bare = [dataclasses.replace(t, extra={}) for t in toy_tracks]
    with pytest.raises(SplitError, match=r"'joined_side' .* second data set by --test-dataset"):
        make_splits("cross-dataset", bare)


def test_cross_dataset_says_which_side_cannot_be_used(toy_tracks):
    one_side = [t for t in toy_tracks if t.extra["joined_side"] == "train"]
    with pytest.raises(SplitError, match="no track of the data set to test can be used"):
        make_splits("cross-dataset", one_side)


def test_cross_dataset_keeps_unknown_artists_and_says_so(toy_tracks):
    tracks = [dataclasses.replace(t, artist=None, group=None) for t in toy_tracks]
    (split,) = make_splits("cross-dataset", tracks)
    assert find_leakage(split, tracks).status == "unverified"
    with pytest.raises(SplitError, match="nothing remains"):
        make_splits("cross-dataset", tracks, unknown_artists="leave-out")
    same = [dataclasses.replace(t, artist="One", group="one") for t in toy_tracks]
    with pytest.raises(SplitError, match=r"'blues.00012' was left out: of the same artist as"):
        make_splits("cross-dataset", same)


def test_grouped_says_what_it_cannot_do(toy_tracks):
    bare = [dataclasses.replace(t, group=None) for t in toy_tracks]
    with pytest.raises(SplitError, match="artist of none of the 120 tracks is known"):
        make_splits("artist-grouped", bare)
    with pytest.raises(SplitError, match="n_folds is 31, but there are 30 artists"):
        make_splits("artist-grouped", toy_tracks, n_folds=31)


def test_grouped_leaves_unknown_artists_out_with_the_reason(toy_tracks):
    tracks = [dataclasses.replace(toy_tracks[0], group=None), *toy_tracks[1:]]
    (split,) = make_splits("artist-grouped", tracks)
    assert [(s.name, s.reason) for s in split.left_out] == [
        ("blues.00000", "its artist group is unknown")
    ]


def test_grouped_keeps_copies_and_namesakes_together():
    tracks = [
        Track(f"t{i:02d}", None, ("xy"[i % 2],), group=str(i), artist=f"name {i // 4}", sha256=h)
        for i, h in enumerate(f"{j // 6:064d}" for j in range(48))
    ]
    for split in make_splits("artist-grouped", tracks, n_folds=3, valid_fraction=0.3):
        leakage = find_leakage(split, tracks)
        assert leakage.status == "clean"
        assert leakage.n_test_namesake == 0


@st.composite
def drawn_tracks(draw):
    """Tracks of 2 to 4 labels; artists may have many tracks and more than one label."""
    sizes = draw(st.lists(st.integers(2, 25), min_size=2, max_size=4))
    n_groups = draw(st.integers(2, 30))
    groups = st.none() | st.integers(0, n_groups).map(str)
    copies = st.none() | st.integers(0, 60).map(str)
    return tuple(
        Track(f"{label}.{i}", None, (f"l{label}",), group=draw(groups), sha256=draw(copies))
        for label, size in enumerate(sizes)
        for i in range(size)
    )


@given(drawn_tracks(), st.floats(0.1, 0.6), st.integers(0, 99))
def test_random_is_stratified_to_within_one(tracks, fraction, seed):
    (split,) = make_splits("random", tracks, test_fraction=fraction, seed=seed)
    labels = {t.track_id: t.label for t in tracks}
    share = len(split.test) / len(tracks)
    tested, trained = (Counter(labels[i] for i in ids) for ids in (split.test, split.train))
    for label, count in Counter(labels.values()).items():
        assert abs(tested[label] - share * count) <= 1 + 1e-9
        assert trained[label] >= 1


@given(drawn_tracks(), st.integers(2, 4), st.integers(0, 99))
def test_random_folds_are_even_and_cover_all(tracks, n_folds, seed):
    splits = make_splits("random", tracks, n_folds=n_folds, seed=seed)
    assert sorted(i for s in splits for i in s.test) == sorted(t.track_id for t in tracks)
    labels = {t.track_id: t.label for t in tracks}
    sizes = [len(s.test) for s in splits]
    assert max(sizes) - min(sizes) <= 1
    for label in set(labels.values()):
        counts = [sum(labels[i] == label for i in s.test) for s in splits]
        assert max(counts) - min(counts) <= 1


@given(drawn_tracks(), st.integers(1, 4), st.sampled_from([0.0, 0.25]), st.integers(0, 99))
def test_grouped_never_crosses(tracks, n_folds, valid_fraction, seed):
    settings = {"n_folds": n_folds, "valid_fraction": valid_fraction, "seed": seed}
    try:
        splits = make_splits("artist-grouped", tracks, **settings)
    except SplitError:
        assume(False)
    labels = {t.track_id: t.label for t in tracks}
    for split in splits:
        assert {labels[i] for i in split.test} <= {labels[i] for i in split.train}
        leakage = find_leakage(split, tracks)
        assert leakage.n_test_leaked == 0
        assert leakage.n_unknown == leakage.n_unknown_train == 0
        if split.valid:
            inner = Split("inner", 1, 1, split.train, (), split.valid)
            assert find_leakage(inner, tracks).n_test_leaked == 0
    if n_folds > 1:
        known = sorted(t.track_id for t in tracks if t.group is not None)
        assert sorted(i for s in splits for i in s.test) == known


@given(st.lists(st.integers(1, 6), min_size=6, max_size=20), st.integers(0, 99))
def test_grouped_is_about_stratified_where_artists_are_small(sizes, seed):
    tracks = [
        Track(f"{label}.{a}.{i}", None, (label,), group=f"{label}{a}")
        for label in "xy"
        for a, size in enumerate(sizes)
        for i in range(size)
    ]
    (split,) = make_splits("artist-grouped", tracks, test_fraction=0.3, seed=seed)
    for label in "xy":
        tested = sum(i.startswith(label) for i in split.test)
        assert 1 <= tested < sum(sizes)
        assert abs(tested - 0.3 * sum(sizes)) <= max(sizes)


LISTED = {
    "train_filtered.txt": "blues/blues.00000.wav\nblues/blues.00001.wav\n\njazz/jazz.00000.wav\r\n",
    "valid_filtered.txt": "rock.00000\n",
    "test_filtered.txt": "rock/rock.00004.au\njazz/jazz.00099.wav\n",
}


def write_lists(folder, lists):
    for name, text in lists.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize("name", ["fault-filtered", "fault-filtered-strict"])
def test_lists_are_read_and_what_is_missing_is_left_out(name, tmp_path, toy_tracks, caplog):
    write_lists(tmp_path, LISTED)
    (split,) = make_splits(name, toy_tracks, lists=str(tmp_path))
    assert split.train == ("blues.00000", "blues.00001", "jazz.00000")
    assert (split.valid, split.test) == (("rock.00000",), ("rock.00004",))
    reasons = {s.name: s.reason for s in split.left_out}
    assert reasons["jazz.00099"] == "listed in fault_filtered, but not in the data set"
    assert reasons["blues.00002"] == "in no part of fault_filtered as published"
    assert "part test has 1 tracks here, 290 as published" in caplog.text


def test_lists_name_tracks_of_a_folder_data_set_too(tmp_path, toy_tracks):
    write_lists(tmp_path, LISTED)
    nested = [dataclasses.replace(t, track_id=f"{t.label}/{t.track_id}") for t in toy_tracks]
    (split,) = make_splits("fault-filtered", nested, lists=str(tmp_path))
    assert split.test == ("rock/rock.00004",)


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ({"valid_filtered.txt": None}, r"valid_filtered.txt cannot be read .*github.com"),
        (
            {"test_filtered.txt": "rock.00000\n"},
            "test_filtered.txt, line 1: 'rock.00000' is listed",
        ),
        (dict.fromkeys(LISTED, "13\n") | {"train_filtered.txt": "1\n2\n"}, "is listed already"),
        ({k: f"{i}\n" for i, k in enumerate(LISTED)}, "none of the 3 tracks .* is in the data set"),
    ],
)
def test_bad_lists_are_refused(lists, message, tmp_path, toy_tracks):
    write_lists(tmp_path, {k: v for k, v in {**LISTED, **lists}.items() if v is not None})
    with pytest.raises(SplitError, match=message):
        make_splits("fault-filtered", toy_tracks, lists=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "column"), [("fault-filtered", "fault_filtered"), ("sturm-3fold", "sturm_fold")]
)
def test_without_column_and_lists_the_error_says_where_they_are(name, column, toy_tracks):
    bare = [dataclasses.replace(t, extra={}) for t in toy_tracks]
    with pytest.raises(SplitError, match=f"column '{column}' .*lists.* published at https://"):
        make_splits(name, bare)
    odd = [dataclasses.replace(toy_tracks[0], extra={column: "9"}), *toy_tracks[1:]]
    with pytest.raises(SplitError, match=f"has {column} = '9': it must be"):
        make_splits(name, odd)


def test_strict_drops_test_tracks_whose_artist_or_copy_trains(toy_tracks):
    by_id = {t.track_id: t for t in toy_tracks}
    train, other = "blues.00000", "jazz.00001"
    artist, copy = "blues.00012", "blues.00013"
    by_id[artist] = dataclasses.replace(by_id[artist], group=by_id[train].group)
    by_id[copy] = dataclasses.replace(by_id[copy], sha256=by_id[other].sha256)
    tracks = tuple(by_id.values())
    (published,) = make_splits("fault-filtered", tracks)
    assert find_leakage(published, tracks).n_test_leaked == 2
    (strict,) = make_splits("fault-filtered-strict", tracks)
    assert set(published.test) - set(strict.test) == {artist, copy}
    reasons = {s.name: s.reason for s in strict.left_out}
    assert reasons[artist] == f"of the same artist as {train}, which stands in training"
    assert reasons[copy] == f"a copy of {other}, which stands in training"


def test_strict_has_a_rule_for_tracks_of_unknown_artists(toy_tracks):
    by_id = {t.track_id: t for t in toy_tracks}
    train, test, tested = "blues.00000", "blues.00012", "jazz.00012"
    for name in (train, test):
        by_id[name] = dataclasses.replace(by_id[name], group=None, artist="Various Artists")
    # A name is enough to know an artist by.
    by_id[tested] = dataclasses.replace(by_id[tested], group=None)
    tracks = tuple(by_id.values())
    (strict,) = make_splits("fault-filtered-strict", tracks)
    assert {s.name: s.reason for s in strict.left_out} == dict.fromkeys(
        (train, test), "its artist is unknown, so that nobody can say whether it crosses"
    )
    assert tested in strict.test
    assert find_leakage(strict, tracks).status == "clean"
    (kept,) = make_splits("fault-filtered-strict", tracks, unknown_artists="keep")
    (published,) = make_splits("fault-filtered", tracks)
    assert (kept.train, kept.test) == (published.train, published.test)
    assert find_leakage(kept, tracks).status == "unverified"


def test_strict_says_what_it_cannot_do(toy_tracks):
    bare = tuple(dataclasses.replace(t, artist=None, group=None) for t in toy_tracks)
    with pytest.raises(SplitError, match="nothing remains of the 72 tracks of the train part"):
        make_splits("fault-filtered-strict", bare)
    with pytest.raises(ConfigError, match=r"'kep'; did you mean 'keep'\?; it must be leave-out or"):
        make_splits("fault-filtered-strict", toy_tracks, unknown_artists="kep")


def test_sturm_folds_can_have_a_validation_part(toy_tracks):
    splits = make_splits("sturm-3fold", toy_tracks, valid_fraction=0.25)
    plain = make_splits("sturm-3fold", toy_tracks)
    for split, bare in zip(splits, plain, strict=True):
        assert split.test == bare.test
        assert not bare.valid
        assert sorted((*split.train, *split.valid)) == sorted(bare.train)
        inner = Split("inner", 1, 1, split.train, (), split.valid)
        assert find_leakage(inner, toy_tracks).status == "clean"


def test_files_of_a_folder_are_folds(tmp_path, toy_tracks):
    splits = make_splits("artist-grouped", toy_tracks, n_folds=3)
    for split in splits[::-1]:
        split.save(tmp_path / f"{9 - split.fold}.json")
    assert make_splits("file", toy_tracks, path=str(tmp_path)) == splits
    with pytest.raises(SplitError, match="lacks"):
        make_splits("file", toy_tracks[:50], path=str(tmp_path))
    make_splits("random", toy_tracks)[0].save(tmp_path / "other.json")
    with pytest.raises(SplitError, match="not the folds of one protocol"):
        make_splits("file", toy_tracks, path=str(tmp_path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SplitError, match="holds no split file"):
        make_splits("file", toy_tracks, path=str(tmp_path / "empty"))


@pytest.mark.realdata
def test_real_random_is_that_of_the_paper(gtzan_tracks):
    tracks = [t for t in gtzan_tracks if t.track_id != "jazz.00054"]
    (split,) = make_splits("random", tracks)
    assert (len(split.train), len(split.test)) == (799, 200)
    assert set(Counter(i.split(".")[0] for i in split.test).values()) == {20}
    assert Counter(i.split(".")[0] for i in split.train)["jazz"] == 79


@pytest.mark.realdata
def test_real_random_ten_fold_leaks_about_638_in_a_thousand(gtzan_tracks):
    known = [t for t in gtzan_tracks if t.group is not None]
    assert (len(known), len({t.group for t in known})) == (948, 412)
    shares = []
    for seed in range(5):
        found = [
            find_leakage(s, known) for s in make_splits("random", known, n_folds=10, seed=seed)
        ]
        shares.append(sum(f.n_test_artist for f in found) / len(known))
    assert sum(shares) / len(shares) == pytest.approx(0.638, abs=0.005)


@pytest.mark.realdata
def test_real_grouped_is_clean(gtzan_tracks):
    for split in make_splits("artist-grouped", gtzan_tracks, n_folds=10):
        leakage = check_split(split, gtzan_tracks, asked_by_name=False)
        assert (leakage.status, leakage.n_test_namesake) == ("clean", 0)
        assert 80 <= len(split.test) <= 110
        assert len(split.left_out) == 52


@pytest.mark.realdata
def test_real_fault_filtered_has_the_published_sizes_and_one_crossing(gtzan_tracks, caplog):
    (split,) = make_splits("fault-filtered", gtzan_tracks)
    assert (len(split.train), len(split.valid), len(split.test)) == (443, 197, 290)
    assert not caplog.text
    leakage = find_leakage(split, gtzan_tracks)
    assert [(c.train, c.test) for c in leakage.artists] == [
        (("disco.00049", "disco.00073"), ("disco.00069",))
    ]
    assert leakage.label == "leaky: 0.3 % of the 290 test tracks have their artist in training"
    (strict,) = make_splits("fault-filtered-strict", gtzan_tracks)
    assert (len(strict.train), len(strict.valid), len(strict.test)) == (443, 197, 289)
    assert find_leakage(strict, gtzan_tracks).status == "clean"


@pytest.mark.realdata
def test_real_sturm_folds_have_the_published_sizes(gtzan_tracks, caplog):
    splits = make_splits("sturm-3fold", gtzan_tracks)
    assert [len(s.test) for s in splits] == [315, 316, 317]
    assert not caplog.text
    found = [find_leakage(s, gtzan_tracks) for s in splits]
    assert {f.status for f in found} == {"clean"}
    assert [f.n_test_namesake for f in found] == [74, 33, 40]


def written(path, tracks, folds=None):
    """A CSV of every track: fold of the number of the artist, tested in its own."""
    lines = ["track_id,part" if folds is None else "track_id,part,fold"]
    for track in tracks:
        number = int(track.track_id.split(".")[1]) // 4
        if folds is None:
            lines.append(f"{track.track_id},{('train', 'train', 'valid', 'test')[number % 4]}")
            continue
        for fold in range(1, folds + 1):
            part = "test" if number % folds + 1 == fold else "train"
            lines.append(f"{track.track_id},{part},{fold}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_split_is_written_by_hand(tmp_path, toy_tracks):
    path = written(tmp_path / "mine.csv", toy_tracks[1:])
    (split,) = make_splits("file", toy_tracks, path=path)
    assert (split.protocol, split.fold, split.n_folds) == ("own", 1, 1)
    by_id = {t.track_id: t.extra["fault_filtered"] for t in toy_tracks[1:]}
    for part in ("train", "valid", "test"):
        assert getattr(split, part) == tuple(sorted(i for i, p in by_id.items() if p == part))
    assert [(s.name, s.is_fault) for s in split.left_out] == [("blues.00000", False)]
    assert len(split.digest) == 64
    assert Split.from_json(split.to_json()) == split
    rows = (tmp_path / "mine.csv").read_text().splitlines()
    (tmp_path / "turned.csv").write_text("\r\n".join([rows[0], *rows[:0:-1]]), "utf-8-sig")
    (turned,) = make_splits("file", toy_tracks, path=str(tmp_path / "turned.csv"), called="x")
    assert turned.digest == split.digest
    assert turned.protocol == "x"


def test_folds_are_written_by_hand(tmp_path, toy_tracks):
    path = written(tmp_path / "folds.csv", toy_tracks, folds=3)
    splits = make_splits("file", toy_tracks, path=path)
    assert [(s.fold, s.n_folds) for s in splits] == [(1, 3), (2, 3), (3, 3)]
    assert sorted(i for s in splits for i in s.test) == sorted(t.track_id for t in toy_tracks)
    assert all(find_leakage(split, toy_tracks).status == "clean" for split in splits)


def test_a_column_of_the_index_is_a_split(toy_tracks):
    tracks = [
        dataclasses.replace(t, extra={"split": t.extra["fault_filtered"]} if i else {})
        for i, t in enumerate(toy_tracks)
    ]
    (split,) = make_splits("file", tracks, column="split")
    (published,) = make_splits("fault-filtered", toy_tracks)
    assert split.test == published.test
    assert [s.name for s in split.left_out] == ["blues.00000"]
    with pytest.raises(SplitError, match=r"no track has a value .*'spilt'.* did you mean 'split'"):
        make_splits("file", tracks, column="spilt")
    tracks[3] = dataclasses.replace(tracks[3], extra={"split": "tset"})
    with pytest.raises(SplitError, match=r"'blues.00003': part 'tset'; did you mean 'test'"):
        make_splits("file", tracks, column="split")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("track_id,part\nrock.00000,trian\n", r"line 2: part 'trian'; did you mean 'train'"),
        ("track_id,part\nrock.00000,\n", r"line 2: part ''.*must be train, valid, test"),
        ("track_id,part\nrock.99999,train\n", r"line 2: the data set has no track 'rock.99999'"),
        ("track_id,part\n" + "rock.00000,train\n" * 2, "line 3: .* stands in train already"),
        ("track_id,part,fold\nrock.00000,train,one\n", "line 2: fold 'one' must be"),
        ("track_id,part,fold\nrock.00000,train,0\n", "line 2: fold '0' must be"),
        ("track_id,part,fold\nrock.00000,train,2\n", r"folds are \[2\].*from 1 without a gap"),
        ("track_id,part,Fold\nrock.00000,train,1\n", "column 'Fold' is unknown"),
        ("track_id,prat\nrock.00000,train\n", "column 'part' is missing; did you mean 'prat'"),
        ("track_id;part\n", "separated by semicolons"),
        ("track_id,part\n", "it has no rows"),
        ("track_id,part\nrock.00000,train\n", "the test part is empty"),
    ],
)
def test_a_csv_that_is_no_split_is_refused(text, message, tmp_path, toy_tracks):
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SplitError, match=message):
        make_splits("file", toy_tracks, path=str(tmp_path / "s.csv"))


def test_a_split_comes_from_one_place(tmp_path, toy_tracks):
    for settings in ({}, {"path": "s.csv", "column": "split"}):
        with pytest.raises(ConfigError, match=r"give path .* or column"):
            make_splits("file", toy_tracks, **settings)
    with pytest.raises(SplitError, match=r"nowhere\.csv cannot be read"):
        make_splits("file", toy_tracks, path=str(tmp_path / "nowhere.csv"))


def test_segments_of_a_track_stand_on_both_sides(toy_tracks):
    (split,) = make_splits("segments", toy_tracks, n_segments=5, test_fraction=0.25)
    assert (len(split.train), len(split.test), split.n_segments) == (450, 150, 5)
    trained, tested = ({recording_of(i) for i in ids} for ids in (split.train, split.test))
    both = trained & tested
    assert len(both) > 60
    leakage = find_leakage(split, toy_tracks)
    assert {c.key for c in leakage.recordings} == both
    n_own = sum(recording_of(i) in trained for i in split.test)
    assert (leakage.n_test_recording, leakage.n_test) == (n_own, 150)
    # Their digest is that of the whole track: this is no copy of another one.
    assert leakage.duplicates == ()
    assert " of the 150 test segments have other segments of their own track" in leakage.label


def test_every_segment_is_tested_once_in_folds(toy_tracks):
    splits = make_splits("segments", toy_tracks, n_segments=3, n_folds=4, valid_fraction=0.2)
    tested = [i for split in splits for i in split.test]
    assert sorted(tested) == sorted(f"{t.track_id}#{k}" for t in toy_tracks for k in (1, 2, 3))
    assert all(find_leakage(s, toy_tracks).n_test_recording > 0.8 * len(s.test) for s in splits)


def test_millions_of_segments_are_refused_before_any_is_drawn(toy_tracks, monkeypatch):
    monkeypatch.setattr("genrescope.splits.segments.segment_tracks", None)
    with pytest.raises(ConfigError, match="n_segments is 1001: at most 1000 are made, since"):
        make_splits("segments", toy_tracks, n_segments=1001)


@pytest.mark.parametrize("n_segments", [1, 0, -3])
def test_segments_are_two_at_least(n_segments, toy_tracks):
    with pytest.raises(ConfigError, match=f"n_segments is {n_segments}: .* protocol random"):
        make_splits("segments", toy_tracks, n_segments=n_segments)


def test_a_split_by_segments_is_read_back_from_its_file(tmp_path, toy_tracks):
    (split,) = make_splits("segments", toy_tracks, n_segments=2)
    split.save(tmp_path / "split.json")
    assert make_splits("file", toy_tracks, path=str(tmp_path / "split.json")) == (split,)
    with pytest.raises(SplitError, match="lacks"):
        make_splits("file", toy_tracks[1:], path=str(tmp_path / "split.json"))
