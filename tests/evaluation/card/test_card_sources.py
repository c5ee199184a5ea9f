"""What earlier evaluations left is found again, and becomes a card without training anything."""

import dataclasses
import json
import os
import platform

import card_evidence
import pytest

from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.datasets.dataset import load_dataset
from genrescope.errors import BundleError, ConfigError, ParameterError
from genrescope.evaluation.campaign import evaluate, train_on_all, train_one_fold
from genrescope.evaluation.card.bundle_evidence import add_horse, record_evidence
from genrescope.evaluation.card.clips import clips_of
from genrescope.evaluation.card.earlier import Evaluation, evaluations_of_run, read_evaluation
from genrescope.evaluation.card.evidence import Mistake
from genrescope.evaluation.card.evidence_file import read_evidence
from genrescope.evaluation.card.measured import measure_evidence
from genrescope.evaluation.card.sources import (
    evidence_of_bundle,
    evidence_of_evaluation,
    evidence_of_folder,
    sound_dataset,
)
from genrescope.evaluation.horse import record as horse_record
from genrescope.evaluation.plan import Plan
from genrescope.evaluation.report import write_run_report
from genrescope.training.recipe import Choice

GROUPED, RANDOM = Choice("artist-grouped", {"n_folds": 2}), Choice("random")


@pytest.fixture(scope="module")
def plan(recipe, store, tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    return Plan((recipe,), (GROUPED, RANDOM), (0,), runs, store, "genrescope evaluate small")


@pytest.fixture(scope="module")
def evaluated(plan):
    """The report of an evaluation under two protocols."""
    return evaluate(plan)[1]


def test_a_report_is_read_back_with_its_answers_and_its_command(evaluated):
    found = read_evaluation(evaluated.parent)
    assert found is not None
    assert [r.protocol for r in found.results] == ["artist-grouped", "random"]
    assert found.commands == ("genrescope evaluate small",)
    for result in found.results:
        said = found.answers[result.model, result.protocol]
        assert len({o.track_id for o in said}) == result.n
        right = sum(o.y_true == o.y_pred for o in said) / len(said)
        assert right == pytest.approx(result.headline.value)
    assert read_evaluation(evaluated.parent / "figures") is None


def test_report_and_run_directory_give_the_same_card(evaluated, plan):
    of_report = evidence_of_folder(evaluated.parent)
    of_run = evidence_of_folder(plan.runs / "small")
    assert of_report is not None
    assert of_run is not None
    assert of_report.results == of_run.results
    assert of_report.certainty == of_run.certainty
    assert of_report.mistakes == of_run.mistakes
    assert of_report.headline.protocol == "artist-grouped"
    assert of_report.leaky is not None
    assert of_report.model.n_parameters == 2570
    assert of_report.model.name == "small"
    assert of_report.notes == (
        "3 models were trained for these figures; size, speed and settings are those of one of "
        "them.",
    )
    assert of_report.speed is not None
    assert of_report.speed.window_ms > 0
    assert of_report.speed.file_ms is None
    assert platform.node() not in of_report.speed.machine


def test_a_training_gives_a_card_by_its_folder_and_by_its_bundle(plan, tmp_path):
    one = dataclasses.replace(plan, protocols=(GROUPED,), runs=tmp_path, command="train small")
    _, bundle, report = train_one_fold(one)
    cards = [evidence_of_folder(folder) for folder in (report.parent, bundle)]
    for card in cards:
        assert card is not None
        assert card.commands == ("train small",)
        assert card.mistakes
        assert card.notes == ()
    assert cards[0].results == cards[1].results
    assert evidence_of_bundle(str(bundle)) is None


def test_the_newer_of_two_evaluations_counts_and_brings_its_own_answers(tmp_path):
    old, new = card_evidence.outcomes(skill=0.5), card_evidence.outcomes(skill=4.0, seed=1)
    for name, said, answers, time in (("a", old, old, 1000), ("b", new, None, 2000)):
        result = card_evidence.result(said)
        key = (result.model, result.protocol)
        folder = tmp_path / "reports" / "tiny" / name
        write_run_report(
            folder, [result], title="t", command=f"evaluate {name}", settings_digest="0",
            answers={} if answers is None else {key: answers}, draw=False,
        )  # fmt: skip
        os.utime(folder / "results.json", (time, time))
    (tmp_path / "tiny").mkdir()
    found = evaluations_of_run(tmp_path / "tiny")
    assert found is not None
    assert found.results == (card_evidence.result(new),)
    assert found.commands == ("evaluate b",)
    assert found.answers == {}
    card = evidence_of_folder(tmp_path / "tiny")
    assert card is not None
    assert card.mistakes == ()
    assert evaluations_of_run(tmp_path / "other") is None


def left_by_evaluations(runs, *evaluations):
    """Write reports on the model ``tiny``, the oldest first: protocol, data set, leakage."""
    (runs / "tiny").mkdir()
    for i, (protocol, dataset, leakage) in enumerate(evaluations):
        said = card_evidence.outcomes(skill=1.0 + i, seed=i)
        result = card_evidence.result(said, protocol=protocol, leakage=leakage)
        result = dataclasses.replace(result, dataset=dataset)
        folder = runs / "reports" / "tiny" / str(i)
        write_run_report(
            folder, [result], title="t", command=f"evaluate {i}", settings_digest="0",
            answers={("tiny", protocol): said}, draw=False,
        )  # fmt: skip
        horse = dataclasses.replace(card_evidence.horse(), protocol=protocol, dataset=dataset)
        (folder / "horse.json").write_text(horse_record.to_json([horse]), encoding="utf-8")
        os.utime(folder / "results.json", (1000 + i, 1000 + i))
    return runs / "tiny"


def test_evaluations_on_other_music_stand_on_no_card_together(tmp_path):
    folder = left_by_evaluations(
        tmp_path,
        ("artist-grouped", "a, 100 tracks of 5 genres", "clean: none crosses"),
        ("sturm-3fold", "b, 100 tracks of 5 genres", "clean: none crosses"),
        ("segments", "b, 100 tracks in 5 segments each of 5 genres", "leaky: all cross"),
        ("as-is", "b, 100 tracks of 5 genres", "leaky: it learned them"),
    )
    card = evidence_of_folder(folder)
    assert card is not None
    assert [r.protocol for r in card.results] == ["sturm-3fold", "segments"]
    assert [(f.honest_protocol, f.leaky_protocol) for f in card.flattery] == [
        ("sturm-3fold", "segments")
    ]
    assert card.commands == ("evaluate 1", "evaluate 2")
    assert card.horse is not None
    assert card.horse.dataset == "b, 100 tracks of 5 genres"
    assert card.notes == (
        "Left out, as figures of other music or of a finished model stand beside no others: "
        "artist-grouped on a, 100 tracks of 5 genres; as-is on b, 100 tracks of 5 genres.",
    )


def test_a_model_that_was_only_judged_as_it_is_has_a_card_of_the_newest_music(tmp_path):
    music = [f"{name}, 100 tracks of 5 genres" for name in "ab"]
    folder = left_by_evaluations(
        tmp_path, *(("as-is", name, "clean: none was learned") for name in music)
    )
    card = evidence_of_folder(folder)
    assert card is not None
    assert [r.dataset for r in card.results] == music[1:]
    assert "as-is on a, 100 tracks of 5 genres" in card.notes[0]


def test_a_judgement_as_it_is_trained_no_models():
    said = card_evidence.outcomes()
    ours = card_evidence.result(said)
    as_is = dataclasses.replace(ours, protocol="as-is", seeds=(0, 1, 2))
    both = Evaluation((dataclasses.replace(ours, seeds=(0, 1)), as_is), {})
    (note,) = evidence_of_evaluation(both, find_bundle("default")).notes
    assert note.startswith("2 models were trained")
    assert evidence_of_evaluation(Evaluation((as_is,), {}), find_bundle("default")).notes == ()


def test_the_horse_test_of_the_headline_is_taken(tmp_path):
    said = card_evidence.outcomes()
    result = card_evidence.result(said)
    write_run_report(tmp_path, [result], title="t", command="c", settings_digest="0", draw=False)
    mine = card_evidence.horse()
    other = dataclasses.replace(mine, protocol="random")
    text = horse_record.to_json([other, mine])
    (tmp_path / "horse.json").write_text(text, encoding="utf-8")
    card = evidence_of_folder(tmp_path)
    assert card is not None
    assert card.horse == mine
    (tmp_path / "horse.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="not a file of horse results"):
        evidence_of_folder(tmp_path)


def test_a_report_on_two_models_is_no_card(tmp_path):
    results = [card_evidence.result(card_evidence.outcomes(), model=m) for m in ("a", "b")]
    write_run_report(tmp_path, results, title="t", command="c", settings_digest="0", draw=False)
    with pytest.raises(ParameterError, match=r"is a report on 2 models \(a, b\)"):
        evidence_of_folder(tmp_path)
    assert evidence_of_folder(tmp_path / "nothing") is None


def test_a_recipe_is_measured_and_its_finished_folds_are_kept(plan, evaluated):
    before = {p: p.stat().st_mtime_ns for p in plan.runs.rglob("model.onnx")}
    assert len(before) == 3
    card, dataset = measure_evidence(plan)
    assert card.headline.protocol == "artist-grouped"
    assert card.speed is not None
    assert card.speed.n_files == 5
    assert card.speed.file_s == pytest.approx(2.0)
    assert len(dataset.tracks) == 40
    assert {p: p.stat().st_mtime_ns for p in plan.runs.rglob("model.onnx")} == before


def test_clips_are_cut_from_the_sound_and_tell_what_they_are(plan, evaluated):
    dataset = sound_dataset(str(plan.runs / "small"))
    assert {t.track_id for t in dataset.tracks} == {
        t.track_id for t in load_dataset(**plan.recipes[0].to_dict()["dataset"]).tracks
    }
    first, second = dataset.tracks[:2]
    tracks = (
        dataclasses.replace(first, artist="Someone", title="Something"),
        dataclasses.replace(second, path=None),
    )
    told = [Mistake(i, "a", "b", 0.9, 0.1) for i in (first.track_id, second.track_id, "unknown")]
    clips = clips_of(told, dataclasses.replace(dataset, tracks=tracks))
    assert set(clips) == {first.track_id, second.track_id}
    assert clips[first.track_id].about == "Someone: Something"
    assert len(clips[first.track_id].mp3) > 5000
    assert clips[second.track_id].mp3 is None


def test_a_file_that_cannot_be_heard_has_no_player(plan, evaluated, tmp_path):
    dataset = sound_dataset(str(plan.runs / "small"))
    (tmp_path / "x.wav").write_bytes(b"no sound")
    track = dataclasses.replace(dataset.tracks[0], path=tmp_path / "x.wav")
    clips = clips_of(
        [Mistake(track.track_id, "a", "b", 0.9, 0.1)],
        dataclasses.replace(dataset, tracks=(track,)),
    )
    assert clips[track.track_id].mp3 is None


def test_evidence_goes_into_the_bundle_of_a_model_that_learned_all(plan, evaluated):
    bundle = train_on_all(plan)
    made = record_evidence(
        bundle, evaluated, dataset="forty pieces", commands=("make it",), notes=("a remark.",)
    )
    assert read_evidence(bundle) == evidence_of_bundle(str(bundle)) == made
    assert {r.dataset for r in made.results} == {"forty pieces"}
    assert made.commands == ("make it",)
    assert "learned from all tracks" in made.notes[0]
    assert made.model.onnx_sha256 == read_manifest(bundle).onnx_sha256
    with_horse = add_horse(bundle, card_evidence.horse())
    assert read_evidence(bundle) == with_horse
    assert dataclasses.replace(with_horse, horse=None) == made
    (bundle / "evidence.json").unlink()
    with pytest.raises(BundleError, match="holds no evidence"):
        add_horse(bundle, card_evidence.horse())
    with pytest.raises(ConfigError, match=r"holds no results\.json"):
        record_evidence(bundle, bundle / "x.md", dataset="x", commands=())


def test_the_default_model_carries_the_evidence_of_its_own_figures():
    folder = find_bundle("default")
    evidence = read_evidence(folder)
    assert evidence is not None
    assert (folder / "evidence.json").stat().st_size < 100_000
    figures = read_manifest(folder).evaluation
    assert len(figures) >= 5
    assert evidence.headline.protocol == figures[0]["protocol"] == "fault-filtered-strict"
    for figure in figures:
        (result,) = (r for r in evidence.results if r.protocol == figure["protocol"])
        assert round(result.headline.value, 6) == figure["value"]
        assert result.n == figure["n"]
    assert evidence.mistakes
    assert "/" not in json.dumps([m.track_id for m in evidence.mistakes])
