"""The audit of a data set: what in it would make a number on it say too much, or nothing.

Every track is heard once, or its stored log-mel looked at; a track that cannot be read is listed,
and the audit goes on. Public: `Audit`, `audit`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope.audit.collection import gather
from genrescope.audit.crossings import Crossings, find_crossings
from genrescope.audit.duplicates import MIN_OVERLAP_S, Duplicates, find_duplicates
from genrescope.audit.findings import Finding, find_faults
from genrescope.audit.groups import groups_of
from genrescope.audit.listening import Facts, Listened, listen, look
from genrescope.audit.metadata import (
    GenreBalance,
    LabelConflict,
    Namesakes,
    balance,
    find_label_conflicts,
    find_namesakes,
)
from genrescope.audit.mislabelled import Mislabelled, find_mislabelled
from genrescope.cores import in_order
from genrescope.datasets.dataset import Dataset
from genrescope.errors import GenrescopeError, ParameterError
from genrescope.records import Skipped, Track
from genrescope.splits.split import Split

if TYPE_CHECKING:
    from genrescope.audio.limits import Limits

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Audit:
    """
    All that an audit found.

    Attributes
    ----------
    dataset : str
        Name of the data set.
    n_tracks : int
        Tracks of the data set.
    n_heard : int
        Tracks that could be read.
    min_overlap_s : float
        Least length of what duplicates share, in seconds.
    duplicates : Duplicates
        Pairs that share sound.
    label_conflicts : tuple of LabelConflict
        Pairs that share sound, but no label.
    namesakes : tuple of Namesakes
        Titles that are there twice.
    crossings : tuple of Crossings
        What crosses each split that was given.
    findings : tuple of Finding
        What is wrong with single tracks.
    mislabelled : Mislabelled
        Tracks that sound like another genre.
    balance : tuple of GenreBalance
        Tracks and artists by genre.
    unreadable : tuple of Skipped
        Tracks that could not be read, and items that the data set left out for a fault.
    """

    dataset: str
    n_tracks: int
    n_heard: int
    min_overlap_s: float
    duplicates: Duplicates
    label_conflicts: tuple[LabelConflict, ...]
    namesakes: tuple[Namesakes, ...]
    crossings: tuple[Crossings, ...]
    findings: tuple[Finding, ...]
    mislabelled: Mislabelled
    balance: tuple[GenreBalance, ...]
    unreadable: tuple[Skipped, ...]

    def to_dict(self) -> dict[str, Any]:
        """
        Give the audit as plain values for JSON.

        Returns
        -------
        dict
            One key per attribute; ``duplicates`` is the list of pairs.
        """
        plain = dataclasses.asdict(self)
        work = plain.pop("duplicates")
        pairs = work.pop("pairs")
        for crossing in plain["crossings"]:
            crossing["duplicates"] = [
                {**pair, "part_a": a, "part_b": b} for pair, a, b in crossing["duplicates"]
            ]
        return {"duplicates": pairs, **plain, "work": work}


def audit(
    dataset: Dataset,
    *,
    splits: Sequence[Split] = (),
    min_overlap_s: float = MIN_OVERLAP_S,
    jobs: int | None = None,
    limits: Limits | None = None,
    listening: Progress | None = None,
    matching: Progress | None = None,
) -> Audit:
    """
    Audit a data set.

    Parameters
    ----------
    dataset : Dataset
        Tracks with sound or log-mels.
    splits : sequence of Split
        Splits of it that are to be judged too.
    min_overlap_s : float
        Least length of what two tracks share to count, in seconds; at least 2.
    jobs : int or None
        Files at a time; None takes as many as there are cores.
    limits : Limits or None
        What to refuse; None takes the defaults.
    listening, matching : callable or None
        Called with (done, total) as tracks are heard, and as they are compared.

    Returns
    -------
    Audit
        What was found.

    Raises
    ------
    ParameterError
        If `min_overlap_s` is too small, or `jobs` below 1.
    SplitError
        If a split names unknown tracks.
    """
    if not 2.0 <= min_overlap_s < float("inf"):
        raise ParameterError(
            f"min_overlap_s is {min_overlap_s}, but must be at least 2: different music agrees "
            "over shorter stretches by chance"
        )
    results = _Results()
    stream = _heard(dataset, results, jobs=jobs, limits=limits, progress=listening)
    collection = gather(one.fingerprint for one in stream)
    tracks = results.tracks
    ids = [track.track_id for track in tracks]
    duplicates = find_duplicates(
        collection,
        track_ids=ids,
        digests=[track.sha256 for track in tracks],
        min_overlap_s=min_overlap_s,
        progress=matching,
    )
    alike = {(pair.a, pair.b) for pair in duplicates.pairs}
    faults = (item for item in dataset.skipped if item.is_fault)
    return Audit(
        dataset=dataset.name,
        n_tracks=len(dataset.tracks),
        n_heard=len(tracks),
        min_overlap_s=min_overlap_s,
        duplicates=duplicates,
        label_conflicts=find_label_conflicts(tracks, [(p.a, p.b) for p in duplicates.pairs]),
        namesakes=find_namesakes(dataset.tracks, alike=alike),
        crossings=tuple(find_crossings(s, dataset.tracks, duplicates.pairs) for s in splits),
        findings=find_faults(ids, results.facts),
        mislabelled=find_mislabelled(_copies_marked(tracks, alike), results.statistics),
        balance=balance(dataset.tracks),
        unreadable=(*results.unreadable, *faults),
    )


@dataclass(frozen=True)
class _Results:
    """What remains of each track after its fingerprint went into the collection."""

    tracks: list[Track] = field(default_factory=list)
    statistics: list[np.ndarray | None] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    unreadable: list[Skipped] = field(default_factory=list)


def _heard(
    dataset: Dataset,
    results: _Results,
    *,
    jobs: int | None,
    limits: Limits | None,
    progress: Progress | None,
) -> Iterator[Listened]:
    def one(track: Track) -> Listened | Skipped:
        try:
            if track.path is not None:
                return listen(track.path, limits=limits)
            if dataset.logmels is not None:
                S = dataset.logmels.get(track.track_id)
                return look(S, front_end=dataset.logmels.front_end)
        except GenrescopeError as error:
            return Skipped(track.track_id, str(error))
        return Skipped(track.track_id, "there is neither a sound file nor a spectrogram of it")

    stream = zip(dataset.tracks, in_order(one, dataset.tracks, jobs=jobs), strict=True)
    for done, (track, result) in enumerate(stream, start=1):
        if isinstance(result, Skipped):
            results.unreadable.append(result)
        else:
            results.tracks.append(track)
            results.statistics.append(result.statistics)
            results.facts.append(result.facts)
            yield result
        if progress is not None:
            progress(done, len(dataset.tracks))


def _copies_marked(tracks: Sequence[Track], alike: set[tuple[str, str]]) -> list[Track]:
    """Give tracks that share sound one digest, so that no fold learns a copy of what it judges."""
    place = {track.track_id: i for i, track in enumerate(tracks)}
    marked = list(tracks)
    for group in groups_of({(place[a], place[b]): 0 for a, b in alike}):
        first = tracks[min(group)].track_id
        for i in group:
            marked[i] = dataclasses.replace(tracks[i], sha256=f"sounds like {first}")
    return marked
