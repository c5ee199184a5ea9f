"""What a report says of tracks that a rule left out, and of genres that went untested."""

from genrescope.evaluation.left_out import left_out_notes
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.results import summarise
from genrescope.records import Skipped
from genrescope.splits.split import Split

UNKNOWN = "its artist group is unknown"


def judged(labels=("jazz", "rock"), left_out=(), model="svm"):
    outcomes = [
        TrackOutcome(f"t{i}", 1, 0, f"g{i}", label, "rock")
        for i, label in enumerate(("jazz", "rock"))
    ]
    result = summarise(
        outcomes, labels, model=model, protocol="grouped", leakage_label="clean", honest=True,
        n_resamples=20,
    )  # fmt: skip
    return result, Split("grouped", 1, 1, ("a",), (), ("t0", "t1"), left_out=tuple(left_out))


def test_nothing_left_out_is_nothing_to_say():
    assert left_out_notes([], [judged()]) == []
    assert left_out_notes([Skipped("x", "damaged")], [judged()]) == []


def test_reasons_are_counted_and_each_protocol_is_told_once():
    left_out = [Skipped(f"u{i}", UNKNOWN, is_fault=False) for i in range(52)]
    items = [judged(left_out=left_out), judged(left_out=left_out, model="cnn")]
    assert left_out_notes([], items) == [f"protocol grouped left 52 tracks out: {UNKNOWN} (52)"]


def test_the_most_frequent_reasons_are_given():
    skipped = [Skipped(f"{r}{i}", r, is_fault=False) for i in range(3) for r in "abcde"[: 5 - i]]
    (note,) = left_out_notes(skipped, [])
    assert note == "the data set left 12 tracks out: a (3); b (3); c (3); other reasons (3)"


def test_genres_that_are_learned_but_not_tested_are_told():
    (note,) = left_out_notes([], [judged(labels=("blues", "jazz", "polka", "rock"))])
    assert note == "protocol grouped tests no track of blues, polka; who answers so is wrong"
