"""The record of a horse test: the worst change is found, and JSON gives it back."""

import dataclasses

import pytest

from genrescope.errors import ConfigError
from genrescope.evaluation.horse.record import HorseResult, HorseRow, from_json, to_json

ROWS = (
    HorseRow("gain", "louder", "level", 10, 0.6, 0.6, 1.0, 0.0, 0.0),
    HorseRow("mp3-32", "MP3", "codec", 10, 0.6, 0.4, 0.7, -0.4, 0.0, n_missed=1),
    HorseRow("tempo", "faster", "speed", 9, 0.5, 0.6, 0.6, None, None, n_failed=1),
)
RESULT = HorseResult(
    "linear", "artist-grouped", "x, 20 tracks", "clean: artists apart", 10, ROWS,
    (("jazz", 4), ("rock", 6)), notes=("a choice",),
)  # fmt: skip


def test_the_worst_change_is_the_largest_swing_of_either_sign():
    assert RESULT.worst.change == "mp3-32"
    assert RESULT.score == pytest.approx(0.2)
    assert [row.change for row in RESULT.ordered] == ["mp3-32", "tempo", "gain"]
    up = dataclasses.replace(ROWS[2], accuracy=0.8)
    other = dataclasses.replace(RESULT, rows=(*ROWS[:2], up))
    assert other.worst is up
    assert other.score == pytest.approx(0.3)


def test_of_equal_changes_that_of_most_answers_is_the_worse():
    """0.7 - 0.5 and 0.6 - 0.4 differ in the last digit."""
    wild = dataclasses.replace(ROWS[2], accuracy_unchanged=0.7, accuracy=0.5, agreement=0.1)
    for rows in ((ROWS[1], wild), (wild, ROWS[1])):
        assert dataclasses.replace(RESULT, rows=rows).worst is wild


def test_json_gives_equal_records_back():
    text = to_json([RESULT, dataclasses.replace(RESULT, model="svm")])
    assert from_json(text)[0] == RESULT
    assert from_json(text)[1].model == "svm"
    assert '"worst": "mp3-32"' in text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "x"}', to_json([RESULT])[:-20]])
def test_other_text_is_refused(text):
    with pytest.raises(ConfigError, match=r"give the horse\.json of a run"):
        from_json(text)


def test_leaky_figures_say_so():
    assert RESULT.caveat == ""
    assert dataclasses.replace(RESULT, leakage_label="63 % shared").caveat == "leaky"
