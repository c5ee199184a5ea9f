"""Scores of a horse test against answers whose scores are known."""

import dataclasses

import numpy as np
import pytest

from genrescope.augment.change import Change
from genrescope.errors import DatasetError
from genrescope.evaluation.horse.answers import (
    ONE_CHANNEL,
    UNCHANGED,
    TrackAnswers,
    change_key,
)
from genrescope.evaluation.horse.summary import summarise_horse
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.results import summarise

QUIET = Change("quiet", "quieter", "level", {"gain_db": -20.0})
SHORT = Change("short", "shorter", "excerpt", {"middle_s": 1.0})
LEFT = Change("left", "left", "channels", {"keep": "left"})


def outcome(i: int, *, seed: int = 0, group: str | None = "", y_true: str = "jazz") -> TrackOutcome:
    name = f"artist {i // 2}" if group == "" else group
    return TrackOutcome(f"t{i}", 1, seed, name, y_true, "jazz", (1.0, 0.0))


def answers(i: int, before: str | None, **after: str | None) -> TrackAnswers:
    keys = {"quiet": change_key(QUIET), "short": change_key(SHORT), "left": change_key(LEFT)}
    return TrackAnswers(f"t{i}", {UNCHANGED: before, **{keys[k]: v for k, v in after.items()}})


def result_of(outcomes):
    return summarise(
        outcomes, ("jazz", "rock"), model="m", protocol="p", leakage_label="clean: apart",
        honest=True, dataset="x, 8 tracks", n_resamples=100,
    )  # fmt: skip


def summary(outcomes, found, changes=(QUIET, SHORT), **more):
    known = {a.track_id: a for a in found}
    heard = {o.track_id for o in outcomes}
    return summarise_horse(result_of(outcomes), [(outcomes, known)], changes, heard=heard, **more)


def test_accuracy_and_agreement_of_known_answers():
    outcomes = [outcome(i, y_true="jazz" if i < 6 else "rock") for i in range(8)]
    after = ["jazz"] * 4 + ["rock"] * 4
    found = [answers(i, "jazz", quiet="jazz", short=None if i == 0 else after[i]) for i in range(8)]
    result = summary(outcomes, found, notes=["a note"])
    assert (result.model, result.protocol, result.dataset) == ("m", "p", "x, 8 tracks")
    assert (result.n, result.genres) == (8, (("jazz", 6), ("rock", 2)))
    assert result.notes == ("a note",)
    quiet, short = result.rows
    assert (quiet.n, quiet.accuracy_unchanged, quiet.accuracy) == (8, 0.75, 0.75)
    assert (quiet.agreement, quiet.difference_low, quiet.difference_high) == (1, 0, 0)
    # Right after: jazz 1 to 3 and both rock; track 0 has no answer, which is wrong.
    assert (short.accuracy, short.agreement, short.n_missed) == (5 / 8, 3 / 8, 1)
    assert short.difference_low <= short.difference <= short.difference_high
    assert result.worst is short
    assert result.score == pytest.approx(1 / 8)


def test_seeds_count_trainings_but_n_counts_tracks():
    first = [outcome(i) for i in range(4)]
    second = [dataclasses.replace(o, seed=1) for o in first]
    a = {f"t{i}": answers(i, "jazz", quiet="jazz") for i in range(4)}
    b = {f"t{i}": answers(i, "jazz", quiet="rock") for i in range(4)}
    result = summarise_horse(
        result_of(first + second), [(first, a), (second, b)], [QUIET], heard=set(a)
    )
    (row,) = result.rows
    assert (result.n, row.n) == (4, 4)
    assert (row.accuracy_unchanged, row.accuracy, row.agreement) == (1.0, 0.5, 0.5)


def test_the_interval_draws_artists():
    """Tracks of one artist that all fall together widen it."""
    rng = np.random.default_rng(0)
    falls = np.repeat(rng.random(20) < 0.5, 4)
    found = [answers(i, "jazz", quiet="rock" if falls[i] else "jazz") for i in range(80)]
    alone = [outcome(i, group=None) for i in range(80)]
    together = [outcome(i, group=f"artist {i // 4}") for i in range(80)]
    width = []
    for outcomes in (alone, together):
        (row,) = summary(outcomes, found, [QUIET]).rows
        assert row.difference == pytest.approx(-falls.mean())
        width.append(row.difference_high - row.difference_low)
    assert width[1] == pytest.approx(2 * width[0], rel=0.25)


def test_one_artist_has_no_interval():
    outcomes = [outcome(i, group="a") for i in range(3)]
    found = [answers(i, "jazz", quiet="rock") for i in range(3)]
    (row,) = summary(outcomes, found, [QUIET]).rows
    assert (row.difference_low, row.difference_high) == (None, None)


def test_what_failed_is_told_and_in_no_figure():
    outcomes = [outcome(i) for i in range(4)]
    found = [answers(i, "jazz", quiet="rock") for i in range(3)]
    broken = {change_key(SHORT): "it broke"}
    found[0] = dataclasses.replace(found[0], failures=broken)
    found[1] = answers(1, "jazz", quiet="rock", short="jazz")
    found[2] = answers(2, "jazz", quiet="jazz", short="jazz")
    found.append(TrackAnswers("t3", {}, {UNCHANGED: "the file is gone"}))
    result = summary(outcomes, found)
    quiet, short = result.rows
    assert (result.n, quiet.n, short.n, short.n_failed) == (3, 3, 2, 1)
    assert "1 tracks gave no answer even unchanged (t3: the file is gone)" in result.notes
    assert "shorter: could not be made on 1 tracks (t0: it broke)" in result.notes


def test_a_change_of_channels_is_left_out_where_there_is_one():
    outcomes = [outcome(i) for i in range(3)]
    mono = {change_key(LEFT): ONE_CHANNEL}
    found = [dataclasses.replace(answers(i, "jazz", quiet="jazz"), failures=mono) for i in range(3)]
    result = summary(outcomes, found, [LEFT, QUIET])
    assert [row.change for row in result.rows] == ["quiet"]
    assert result.notes == (
        "left: left out of 3 recordings of one channel, which stay as they are",
    )
    with pytest.raises(DatasetError, match="no change could be made on any of 3 tracks"):
        summary(outcomes, found, [LEFT])


def test_where_nothing_was_heard_there_is_no_result():
    outcomes = [outcome(i) for i in range(2)]
    gone = [TrackAnswers(f"t{i}", {}, {UNCHANGED: "gone"}) for i in range(2)]
    with pytest.raises(DatasetError, match=r"not one of 2 tracks was heard \(t0: gone\)"):
        summary(outcomes, gone)
