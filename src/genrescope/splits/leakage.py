"""Leakage: artists and copies of recordings that stand in training and in the test part.

What a model scores on a track whose artist it was trained on says little about music that is new to
it. Two tracks have one artist if they share the group key; the names decide where one of the two
has no group key. They are copies if they share a digest. "Training" is `train` and `valid` here.
Where a split cuts tracks into segments, those are its test items, and what crosses first of all is
the track itself. Tracks that are labelled by artist are grouped by album or title instead, and the
words say so.

Public: `Crossing`, `Leakage`, `find_leakage`, `check_split`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from genrescope.datasets.artist_labels import grouping
from genrescope.datasets.index import artist_key
from genrescope.errors import LeakageError
from genrescope.records import Track
from genrescope.splits.segmentation import recording_of, segment_tracks
from genrescope.splits.split import Split, check_ids


@dataclass(frozen=True)
class Crossing:
    """
    What stands on both sides of a split.

    Attributes
    ----------
    key : str
        The group, artist or digest.
    train : tuple of str
        Ids of its tracks in train and valid.
    test : tuple of str
        Ids of its tracks in test.
    """

    key: str
    train: tuple[str, ...]
    test: tuple[str, ...]


@dataclass(frozen=True)
class Leakage:
    """
    What a split lets through from training to test.

    Attributes
    ----------
    artists : tuple of Crossing
        Artists (by group key, or by name where a group key is missing) on both sides.
    duplicates : tuple of Crossing
        Digests on both sides.
    namesakes : tuple of Crossing
        Artist names on both sides whose group keys differ. They do not count as leakage, since
        whoever grouped the tracks held them apart; the label tells of them.
    n_test : int
        Number of test tracks.
    n_test_artist : int
        Test tracks whose artist stands in training.
    n_test_duplicate : int
        Test tracks a copy of which stands in training.
    n_test_leaked : int
        Test tracks of which one or the other is true.
    n_test_namesake : int
        Test tracks in `namesakes` that are not leaked.
    n_unknown : int
        Test tracks whose artist is unknown.
    n_unknown_train : int
        Training tracks whose artist is unknown.
    recordings : tuple of Crossing
        Tracks that have segments on both sides; `duplicates` then counts copies in other tracks.
    n_test_recording : int
        Test segments of whose track other segments stand in training.
    n_segments : int
        Segments that each track is cut into; where above 1, all counts are of segments.
    grouped_by : str
        What stands for "artist" in all of the above: ``"album"`` or ``"title"`` where the artists
        are the labels.
    """

    artists: tuple[Crossing, ...]
    duplicates: tuple[Crossing, ...]
    namesakes: tuple[Crossing, ...]
    n_test: int
    n_test_artist: int
    n_test_duplicate: int
    n_test_leaked: int
    n_test_namesake: int
    n_unknown: int
    n_unknown_train: int
    recordings: tuple[Crossing, ...] = ()
    n_test_recording: int = 0
    n_segments: int = 1
    grouped_by: str = "artist"

    @property
    def fraction(self) -> float:
        """
        The leaked part of the test part.

        Returns
        -------
        float
            In [0, 1].
        """
        return self.n_test_leaked / self.n_test

    @property
    def status(self) -> str:
        """
        The verdict.

        Returns
        -------
        {"clean", "leaky", "unverified"}
            Unverified where nothing was found to cross, but the artist of some track is unknown.
        """
        if self.n_test_leaked:
            return "leaky"
        return "unverified" if self.n_unknown or self.n_unknown_train else "clean"

    @property
    def label(self) -> str:
        """
        The verdict as text, for wherever a number of this split is printed.

        Returns
        -------
        str
            Status and counts.
        """
        items = "segments" if self.n_segments > 1 else "tracks"
        if self.status == "leaky":
            share = _percent(self.fraction)
            text = f"leaky: {share} of the {self.n_test} test {items} have {self._what} in training"
        elif self.status == "unverified":
            text = (
                f"unverified: the {self.grouped_by} is unknown of {self.n_unknown} of the "
                f"{self.n_test} test {items} and of {self.n_unknown_train} training {items}"
            )
        else:
            whose = f"has its {self.grouped_by} in training"
            text = f"clean: none of the {self.n_test} test {items} {whose}"
        if self.n_test_namesake:
            text += (
                f"; {self.n_test_namesake} share an artist's name with a training track of another "
                "artist group"
            )
        return text

    @property
    def _what(self) -> str:
        own = ["other segments of their own track"] * (self.n_test_recording > 0)
        # Whoever has the track itself in training has its artist there too: no need to say so.
        others = self.n_test_leaked > self.n_test_recording
        return " or ".join(
            own
            + [f"their {self.grouped_by}"] * (others and self.n_test_artist > 0)
            + ["a copy of themselves"] * (others and self.n_test_duplicate > 0)
        )


def _percent(fraction: float) -> str:
    return "<0.1 %" if 0 < fraction < 0.0005 else f"{100 * fraction:.1f} %"


def find_leakage(split: Split, tracks: Sequence[Track]) -> Leakage:
    """
    Find the artists and copies that stand in training and in the test part.

    Parameters
    ----------
    split : Split
        The split.
    tracks : sequence of Track
        The data set, in whole tracks.

    Returns
    -------
    Leakage
        What crosses, and how many test tracks that concerns.

    Raises
    ------
    SplitError
        If the split names unknown tracks.
    """
    check_ids(split, tracks)
    by_id = {t.track_id: t for t in segment_tracks(tracks, split.n_segments)}
    train = [by_id[i] for i in (*split.train, *split.valid)]
    test = [by_id[i] for i in split.test]
    groups = _crossings(train, test, lambda t: t.group)
    duplicates = _crossings(train, test, lambda t: t.sha256)
    recordings: tuple[Crossing, ...] = ()
    if split.n_segments > 1:
        recordings = _crossings(train, test, lambda t: recording_of(t.track_id))
        duplicates = tuple(c for c in map(_between_recordings, duplicates) if c.test)
    names = _crossings(train, test, lambda t: artist_key(t.artist))
    ungrouped = {t.track_id for t in (*train, *test) if t.group is None}
    named = [_without_both_grouped(c, ungrouped) for c in names]
    grouped, keys = {i for c in groups for i in c.test}, {c.key for c in groups}
    more = (c for c in named if c.test and (c.key not in keys or set(c.test) - grouped))
    artists = (*groups, *more)
    leaked_artist = {i for c in (*groups, *named) for i in c.test}
    leaked_copy = {i for c in duplicates for i in c.test}
    leaked_self = {i for c in recordings for i in c.test}
    namesakes = {i for c in names for i in c.test} - leaked_artist - leaked_copy
    return Leakage(
        artists=artists,
        duplicates=duplicates,
        namesakes=tuple(c for c in names if namesakes & set(c.test)),
        n_test=len(test),
        n_test_artist=len(leaked_artist),
        n_test_duplicate=len(leaked_copy),
        n_test_leaked=len(leaked_artist | leaked_copy | leaked_self),
        n_test_namesake=len(namesakes),
        n_unknown=sum(_unknown(t) for t in test),
        n_unknown_train=sum(_unknown(t) for t in train),
        recordings=recordings,
        n_test_recording=len(leaked_self),
        n_segments=split.n_segments,
        grouped_by=grouping(tracks),
    )


def _unknown(track: Track) -> bool:
    return track.group is None and artist_key(track.artist) is None


def _crossings(
    train: Sequence[Track], test: Sequence[Track], key: Callable[[Track], str | None]
) -> tuple[Crossing, ...]:
    sides: dict[str, tuple[list[str], list[str]]] = {}
    for side, part in enumerate((train, test)):
        for track in part:
            name = key(track)
            if name is not None:
                sides.setdefault(name, ([], []))[side].append(track.track_id)
    return tuple(
        Crossing(name, tuple(sorted(a)), tuple(sorted(b)))
        for name, (a, b) in sorted(sides.items())
        if a and b
    )


def _without_both_grouped(crossing: Crossing, ungrouped: set[str]) -> Crossing:
    # Where both tracks have a group key, the keys have decided already.
    train_open = bool(ungrouped & set(crossing.train))
    test = tuple(i for i in crossing.test if train_open or i in ungrouped)
    return Crossing(crossing.key, crossing.train, test)


def _between_recordings(crossing: Crossing) -> Crossing:
    sources = {recording_of(i) for i in crossing.train}
    test = tuple(i for i in crossing.test if sources - {recording_of(i)})
    return Crossing(crossing.key, crossing.train, test)


def check_split(split: Split, tracks: Sequence[Track], *, asked_by_name: bool) -> Leakage:
    """
    Refuse a leaky split unless the user asked for its protocol by name.

    Parameters
    ----------
    split : Split
        The split.
    tracks : sequence of Track
        The data set.
    asked_by_name : bool
        Let a leaky split pass; its label then says so.

    Returns
    -------
    Leakage
        What crosses; print its `label` with every number.

    Raises
    ------
    LeakageError
        If the split is leaky and was not asked for by name.
    """
    leakage = find_leakage(split, tracks)
    if leakage.status == "leaky" and not asked_by_name:
        examples = "; ".join(
            f"{c.train[0]} in training and {c.test[0]} in test"
            for c in (*leakage.recordings, *leakage.artists, *leakage.duplicates)[:3]
        )
        raise LeakageError(
            f"protocol {split.protocol!r} is {leakage.label} ({examples}): a number from it says "
            "little about new music; use an artist-grouped split, or ask for this one by its name"
        )
    return leakage
