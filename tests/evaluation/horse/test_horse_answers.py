"""The file of answers: it grows line by line, survives a stop, and belongs to one model."""

import dataclasses

import pytest

from genrescope.augment.change import Change
from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.evaluation.horse.answers import (
    ONE_CHANNEL,
    AnswerFile,
    TrackAnswers,
    change_key,
)

QUIET = Change("quiet", "quieter", "level", {"gain_db": -20.0})


@pytest.fixture(scope="module")
def manifest():
    return read_manifest(find_bundle("default"))


def test_what_is_added_is_found_again(tmp_path, manifest):
    path = tmp_path / "fold" / "answers.jsonl"
    file = AnswerFile(path, manifest=manifest, seed=0)
    assert file.known == {}
    file.add(TrackAnswers("a", {"unchanged": "jazz", "x": None}, {"y": "broken"}))
    file.add(TrackAnswers("b", {"unchanged": "rock"}))
    file.add(TrackAnswers("a", {"y": "rock"}))
    assert file.known["a"].labels == {"unchanged": "jazz", "x": None, "y": "rock"}
    again = AnswerFile(path, manifest=manifest, seed=0)
    assert again.known == file.known
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


def test_a_line_that_was_left_half_done_is_asked_again(tmp_path, manifest):
    path = tmp_path / "answers.jsonl"
    file = AnswerFile(path, manifest=manifest, seed=0)
    for name in ("a", "b"):
        file.add(TrackAnswers(name, {"unchanged": "jazz"}))
    path.write_bytes(path.read_bytes()[:-12])
    again = AnswerFile(path, manifest=manifest, seed=0)
    assert list(again.known) == ["a"]
    again.add(TrackAnswers("b", {"unchanged": "rock"}))
    assert list(AnswerFile(path, manifest=manifest, seed=0).known) == ["a", "b"]


def test_answers_of_another_model_or_seed_are_not_taken(tmp_path, manifest):
    path = tmp_path / "answers.jsonl"
    AnswerFile(path, manifest=manifest, seed=0).add(TrackAnswers("a", {"unchanged": "jazz"}))
    assert AnswerFile(path, manifest=manifest, seed=0).known
    assert not AnswerFile(path, manifest=manifest, seed=1).known
    AnswerFile(path, manifest=manifest, seed=0).add(TrackAnswers("a", {"unchanged": "jazz"}))
    figures = dataclasses.replace(manifest, evaluation=(), licence="other")
    assert AnswerFile(path, manifest=figures, seed=0).known, "figures decide no answer"
    other = dataclasses.replace(manifest, onnx_sha256="0" * 64)
    assert not AnswerFile(path, manifest=other, seed=0).known
    path.write_text("no json", encoding="utf-8")
    assert not AnswerFile(path, manifest=manifest, seed=0).known


def test_a_change_is_known_by_its_settings():
    assert change_key(QUIET) == change_key(dataclasses.replace(QUIET, title="in other words"))
    louder = dataclasses.replace(QUIET, settings={"gain_db": -19.0})
    assert change_key(QUIET) != change_key(louder)


def test_what_failed_is_tried_again_and_what_cannot_be_is_not():
    answers = TrackAnswers("a", {"x": None}, {"y": "the disk was full", "z": ONE_CHANNEL})
    assert [answers.has(key) for key in "xyzw"] == [True, False, True, False]
