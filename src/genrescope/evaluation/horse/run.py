"""
Test whether the answers of models survive changes that leave the genre.

Every test track that has sound is decoded once, changed once by each change, and heard by all
models that are judged together, by the predictor that users call (`horse_hearing`). The answers are
kept track by track (`horse_answers`) and made into one record a model (`horse_summary`).

Public: `Examined`, `has_sound`, `horse_test`, `draw_tracks`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from genrescope.augment.change import Change
from genrescope.cores import in_order
from genrescope.datasets.dataset import Dataset
from genrescope.errors import DatasetError, ParameterError
from genrescope.evaluation.horse.answers import AnswerFile
from genrescope.evaluation.horse.hearing import Asked, Reply, Subject, keep, replies
from genrescope.evaluation.horse.record import HorseResult
from genrescope.evaluation.horse.summary import summarise_horse
from genrescope.evaluation.record import ProtocolResult
from genrescope.records import Track
from genrescope.seeding import rng_for

ANSWERS = "horse-answers.jsonl"


@dataclass(frozen=True, eq=False)
class Examined:
    """
    A result with the trained models that it comes from.

    Attributes
    ----------
    result : ProtocolResult
        Names model, protocol and leakage.
    subjects : tuple of Subject
        One a fold and seed.
    """

    result: ProtocolResult
    subjects: tuple[Subject, ...]


def has_sound(examined: Examined, dataset: Dataset) -> bool:
    """
    Say whether there is a test track to hear.

    Parameters
    ----------
    examined : Examined
        The models with their test tracks.
    dataset : Dataset
        Says where the sound of the tracks stands.

    Returns
    -------
    bool
        False where no test track has a sound file.
    """
    tested = {o.track_id for subject in examined.subjects for o in subject.outcomes}
    return any(t.track_id in tested and dataset.sound(t) is not None for t in dataset.tracks)


def horse_test(
    examined: Sequence[Examined],
    dataset: Dataset,
    *,
    changes: Sequence[Change],
    n_tracks: int | None = None,
    seed: int = 0,
    jobs: int | None = None,
    advance: Callable[[int, int], None] | None = None,
) -> list[HorseResult]:
    """
    Hear the test tracks of several models unchanged and changed.

    Parameters
    ----------
    examined : sequence of Examined
        The models; all are tested on tracks of the same data set.
    dataset : Dataset
        Says where the sound of the tracks stands.
    changes : sequence of Change
        What is done to the sound, at least one.
    n_tracks : int or None
        Hear this many tracks, drawn at random with the genres in proportion; None hears all.
    seed : int
        Of that choice, and of what is random in the changes.
    jobs : int or None
        Tracks at a time; None takes as many as there are cores.
    advance : callable or None
        Called with (done, total) after each track.

    Returns
    -------
    list of HorseResult
        In the order of `examined`.

    Raises
    ------
    DatasetError
        If no test track has sound, or none of a model could be heard.
    ParameterError
        If `n_tracks` is below 1.
    """
    tested = {o.track_id for e in examined for s in e.subjects for o in s.outcomes}
    sounding = _sounding(dataset, tested)
    chosen = sounding if n_tracks is None else draw_tracks(sounding, n_tracks, seed=seed)
    asked = [[_opened(subject, seed) for subject in e.subjects] for e in examined]
    by_track: dict[str, list[Asked]] = {}
    for one in (one for group in asked for one in group):
        for track_id in {o.track_id for o in one.subject.outcomes}:
            by_track.setdefault(track_id, []).append(one)

    def _of_track(track: Track) -> list[Reply]:
        path = dataset.sound(track)
        assert path is not None
        ones = by_track[track.track_id]
        return list(replies(track.track_id, path, ones, changes, seed=seed))

    answered = in_order(_of_track, chosen, jobs=jobs)
    for done, (track, found) in enumerate(zip(chosen, answered, strict=True), start=1):
        keep(track.track_id, found)
        if advance is not None:
            advance(done, len(chosen))
    heard, with_sound = ({track.track_id for track in part} for part in (chosen, sounding))
    return [
        summarise_horse(
            e.result,
            [(one.subject.outcomes, one.file.known) for one in group],
            changes,
            heard=heard,
            notes=_notes(e, with_sound, heard, seed=seed),
            seed=seed,
        )
        for e, group in zip(examined, asked, strict=True)
    ]


def draw_tracks(tracks: Sequence[Track], n: int, *, seed: int) -> list[Track]:
    """
    Draw tracks at random, genres in proportion.

    Parameters
    ----------
    tracks : sequence of Track
        To draw from.
    n : int
        How many; all where there are no more.
    seed : int
        Another seed draws others.

    Returns
    -------
    list of Track
        In the order of `tracks`; of each genre its share of `n`, give or take one.

    Raises
    ------
    ParameterError
        If `n` is below 1.
    """
    if n < 1:
        raise ParameterError(f"{n} tracks to hear, but there must be at least 1")
    by_label: dict[str, list[str]] = {}
    for track in tracks:
        by_label.setdefault(track.label, []).append(track.track_id)
    # Evenly spaced over [0, 1], the tracks of each genre come in turn.
    places: dict[str, tuple[float, str]] = {}
    for label, ids in by_label.items():
        order = rng_for(seed, "horse tracks", label).permutation(len(ids))
        places |= {
            ids[i]: ((rank + 0.5) / len(ids), label) for rank, i in enumerate(order.tolist())
        }
    kept = set(sorted(places, key=lambda track_id: places[track_id])[:n])
    return [track for track in tracks if track.track_id in kept]


def _opened(subject: Subject, seed: int) -> Asked:
    path = subject.folder / ANSWERS
    return Asked(subject, AnswerFile(path, manifest=subject.predictor.manifest, seed=seed))


def _sounding(dataset: Dataset, tested: set[str]) -> list[Track]:
    tracks = [track for track in dataset.tracks if track.track_id in tested]
    sounding = [track for track in tracks if dataset.sound(track) is not None]
    if not sounding:
        raise DatasetError(
            f"data set {dataset.name!r}: none of the {len(tested)} test tracks has a sound file, "
            "and the horse test changes sound: name a data set of sound files (--dataset), or give "
            "their paths in the column 'audio' of tracks.csv"
        )
    return sounding


def _notes(e: Examined, sounding: set[str], heard: set[str], *, seed: int) -> list[str]:
    tested = {o.track_id for subject in e.subjects for o in subject.outcomes}
    n_sounding, n_heard = len(tested & sounding), len(tested & heard)
    notes = []
    if n_sounding < len(tested):
        notes.append(
            f"{len(tested) - n_sounding} of {len(tested)} test tracks have no sound file here, and "
            "are in none of these figures"
        )
    if n_heard < n_sounding:
        notes.append(
            f"{n_heard} of {n_sounding} test tracks with sound were drawn at random, genres in "
            f"proportion (seed {seed})"
        )
    return notes
