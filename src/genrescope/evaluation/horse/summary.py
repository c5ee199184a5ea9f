"""
From the answers of a horse test to its record: accuracy and agreement under each change.

With several seeds or folds each training counts by the tracks that it was asked about; n counts
tracks. The interval of a difference draws artists anew, and with each all answers about the tracks
of that artist, before and after the change: what the two have in common cancels.

Public functions: `summarise_horse`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from genrescope.augment.change import Change
from genrescope.errors import DatasetError
from genrescope.evaluation.horse.answers import (
    ONE_CHANNEL,
    UNCHANGED,
    TrackAnswers,
    change_key,
)
from genrescope.evaluation.horse.record import HorseResult, HorseRow
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.record import ProtocolResult
from genrescope.metrics.intervals import bootstrap_statistics, group_codes
from genrescope.seeding import rng_for

Answered = tuple[TrackOutcome, TrackAnswers]


def summarise_horse(
    result: ProtocolResult,
    asked: Sequence[tuple[Sequence[TrackOutcome], Mapping[str, TrackAnswers]]],
    changes: Sequence[Change],
    *,
    heard: set[str],
    notes: Sequence[str] = (),
    seed: int = 0,
    n_resamples: int = 10_000,
    confidence: float = 0.95,
) -> HorseResult:
    """
    Score the answers of the trainings of one model under one protocol.

    Parameters
    ----------
    result : ProtocolResult
        Names model, protocol, data and leakage.
    asked : sequence of (sequence of TrackOutcome, mapping of str to TrackAnswers)
        Of each training its test tracks and its answers.
    changes : sequence of Change
        The changes, at least one.
    heard : set of str
        Tracks to score; answers about others (of an earlier, larger choice) are left out.
    notes : sequence of str
        What else a reader must know.
    seed : int
        Of the resamples.
    n_resamples : int
        Number of resamples of artists.
    confidence : float
        Of the intervals.

    Returns
    -------
    HorseResult
        One row a change that could be made on a track or more.

    Raises
    ------
    DatasetError
        If no track was heard, or no change could be made.
    """
    known = [(o, answers[o.track_id]) for outcomes, answers in asked for o in outcomes
             if o.track_id in heard and o.track_id in answers]  # fmt: skip
    answered = [(o, a) for o, a in known if a.labels.get(UNCHANGED) is not None]
    unheard = [(o, a) for o, a in known if a.labels.get(UNCHANGED) is None]
    if not answered:
        raise DatasetError(
            f"model {result.model!r}, {result.protocol}: not one of {len(heard)} tracks was heard"
            f"{f' ({_first_reason(unheard, UNCHANGED)})' if unheard else ''}: check the sound files"
        )
    rows = _rows(answered, changes, seed=seed, n_resamples=n_resamples, confidence=confidence)
    if not rows:
        key = change_key(changes[0])
        raise DatasetError(
            f"model {result.model!r}, {result.protocol}: no change could be made on any of "
            f"{len(heard)} tracks ({_first_reason(answered, key)})"
        )
    genres = {o.track_id: o.y_true for o, _ in answered}
    return HorseResult(
        model=result.model,
        protocol=result.protocol,
        dataset=result.dataset,
        leakage_label=result.leakage_label,
        n=len(genres),
        rows=tuple(rows),
        genres=tuple((g, list(genres.values()).count(g)) for g in sorted(set(genres.values()))),
        confidence=confidence,
        notes=(*notes, *_notes(answered, unheard, changes)),
    )


def _rows(
    answered: Sequence[Answered],
    changes: Sequence[Change],
    *,
    seed: int,
    n_resamples: int,
    confidence: float,
) -> list[HorseRow]:
    group_of = {o.track_id: o.group for o, _ in answered}
    parts, missed, failed = _counts(answered, [change_key(change) for change in changes])
    n_tracks = np.count_nonzero(parts[:, :, 3], axis=0)
    made = np.flatnonzero(n_tracks)
    parts = parts[:, made]
    after, before, same, n = np.moveaxis(parts.sum(axis=0), -1, 0)
    ends: list[tuple[float | None, float | None]] = [(None, None)] * len(made)
    groups = list(group_of.values())
    if len(made) and group_codes(groups).max() >= 1:
        intervals = bootstrap_statistics(
            parts.reshape(len(parts), -1),
            groups,
            rng_for(seed, "horse bootstrap"),
            statistics=_differences,
            n_resamples=n_resamples,
            confidence=confidence,
        )
        ends = [(i.low, i.high) for i in intervals]
    return [
        HorseRow(
            change=changes[c].name,
            title=changes[c].title,
            family=changes[c].family,
            n=int(n_tracks[c]),
            accuracy_unchanged=float(before[i] / n[i]),
            accuracy=float(after[i] / n[i]),
            agreement=float(same[i] / n[i]),
            difference_low=ends[i][0],
            difference_high=ends[i][1],
            n_missed=int(missed[:, c].sum()),
            n_failed=int(failed[:, c].sum()),
        )
        for i, c in enumerate(made.tolist())
    ]


def _counts(
    answered: Sequence[Answered], keys: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Count answers by track and change: right after, right before, the same, and all of them.

    Beside them: which tracks were left without an answer, and on which the change failed.
    """
    place = {track_id: i for i, track_id in enumerate({o.track_id: None for o, _ in answered})}
    parts = np.zeros((len(place), len(keys), 4))
    missed, failed = np.zeros((2, len(place), len(keys)), dtype=bool)
    for o, answers in answered:
        before, i = answers.labels[UNCHANGED], place[o.track_id]
        for c, key in enumerate(keys):
            if key in answers.labels:
                after = answers.labels[key]
                parts[i, c] += [after == o.y_true, before == o.y_true, after == before, 1]
                missed[i, c] |= after is None
            else:
                failed[i, c] |= answers.failures.get(key) != ONE_CHANNEL
    return parts, missed, failed


def _differences(sums: np.ndarray) -> np.ndarray:
    after, before, _, n = np.moveaxis(sums.reshape(len(sums), -1, 4), -1, 0)
    # A resample may miss all tracks of a change: it is left out.
    with np.errstate(invalid="ignore"):
        differences: np.ndarray = (after - before) / n
    return differences


def _notes(
    answered: Sequence[Answered], unheard: Sequence[Answered], changes: Sequence[Change]
) -> list[str]:
    notes = []
    if unheard:
        notes.append(
            f"{len({o.track_id for o, _ in unheard})} tracks gave no answer even unchanged "
            f"({_first_reason(unheard, UNCHANGED)})"
        )
    mono: dict[str, set[str]] = {}
    for change in changes:
        key = change_key(change)
        failed = [(o, a) for o, a in answered if key not in a.labels]
        broken = [(o, a) for o, a in failed if a.failures.get(key) != ONE_CHANNEL]
        if len(broken) < len(failed):
            mono[change.title] = {o.track_id for o, _ in failed} - {o.track_id for o, _ in broken}
        if broken:
            notes.append(
                f"{change.title}: could not be made on {len({o.track_id for o, _ in broken})} "
                f"tracks ({_first_reason(broken, key)})"
            )
    if mono:
        n = len(set().union(*mono.values()))
        notes.append(
            f"{', '.join(mono)}: left out of {n} recordings of one channel, which stay as they are"
        )
    return notes


def _first_reason(answered: Sequence[Answered], key: str) -> str:
    o, answers = answered[0]
    return f"{o.track_id}: {answers.failures.get(key, 'too short or silent')}"
