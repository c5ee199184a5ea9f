"""The model in the package: what it says of itself is what it does on real music."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.datasets.dataset import load_dataset
from genrescope.evaluation.folds import plan_folds
from genrescope.evaluation.run import judge, run_folds
from genrescope.prediction.predictor import load
from genrescope.synthesis.not_music import noise_kinds, render_noise
from genrescope.synthesis.render import kinds, render_track
from genrescope.training.loading import load_inputs
from genrescope.training.recipe_files import load_recipe

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae",
          "rock")  # fmt: skip


def _data() -> Path:
    return Path(os.environ["GENRESCOPE_DATA"])


def test_it_says_what_it_learned_and_how_far_to_trust_it():
    manifest = read_manifest(find_bundle("default"))
    assert manifest.labels == GENRES
    assert len(manifest.training["track_ids"]) == 999
    by_protocol = {figure["protocol"]: figure for figure in manifest.evaluation}
    for protocol in ("fault-filtered", "fault-filtered-strict", "sturm-3fold"):
        figure = by_protocol[protocol]
        assert figure["value"] >= 0.70
        assert figure["low"] < figure["value"] < figure["high"]
        assert figure["n"] > 0
        assert figure["command"] == "make default-model"
    assert "leaky" in by_protocol["random"]["leakage"]
    assert "leaky" in by_protocol["fault-filtered"]["leakage"]
    assert by_protocol["fault-filtered-strict"]["leakage"] == ""
    assert "leaky" not in str(manifest.evaluation[0]), "the honest figure must come first"


def test_the_bundle_holds_no_path_of_the_machine_that_made_it():
    text = json.dumps(read_manifest(find_bundle("default")).to_dict())
    assert "${GENRESCOPE_DATA}" in text
    assert "/home/" not in text
    assert "/work/" not in text


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["hungarian_dance", "sugar_plum_fairy", "sweet_waltz"])
def test_it_hears_classical_music(name):
    prediction = load("default").predict_file(_data() / "demo" / f"{name}.ogg")
    assert prediction.top is not None
    assert prediction.top.label == "classical"


@pytest.mark.realdata
@pytest.mark.slow
def test_it_hears_in_the_audio_what_it_reads_in_the_stored_logmel(tmp_path):
    predictor = load("default")
    sound = {t.track_id: t.path for t in load_dataset("gtzan").tracks}
    inputs = load_inputs(load_recipe("default"), tmp_path)
    both = [t.track_id for t in inputs.tracks if t.track_id in sound]
    assert len(both) == 659
    stored = [outcome.y_pred for outcome in judge(predictor, inputs, both, GENRES)]
    heard = [
        p.top.label if p.top else p.error for p in predictor.predict_many(map(sound.get, both))
    ]
    agreement = sum(a == b for a, b in zip(stored, heard, strict=True)) / len(both)
    print(f"audio against stored log-mel: {100 * agreement:.2f} % of {len(both)}")
    assert agreement >= 0.98


@pytest.mark.realdata
@pytest.mark.slow
def test_its_recorded_figure_can_be_measured_again(tmp_path):
    recipe = load_recipe("default")
    inputs = load_inputs(recipe, tmp_path)
    folds = plan_folds(inputs, "fault-filtered-strict", {}, [0], tmp_path)
    measured = run_folds(recipe, inputs, folds).score("accuracy").value
    recorded = read_manifest(find_bundle("default")).evaluation[0]
    assert recorded["protocol"] == "fault-filtered-strict"
    # One track more or less is what another build of the numerical libraries may change.
    assert measured == pytest.approx(recorded["value"], abs=1.5 / recorded["n"])


def test_it_declines_what_is_not_music_of_every_family():
    """Sounds of another seed than those it learned; known by their kind, as speech and rain are."""
    predictor = load("default")
    declined = {}
    for kind in noise_kinds():
        for number, seconds in ((101, 4.0), (102, 12.0)):
            y = render_noise(kind, seed=9, number=number, duration_s=seconds)
            declined[kind, number] = predictor.predict(y, sr=22050).abstained is not None
    answered = sorted(f"{kind} {number}" for (kind, number), no in declined.items() if not no)
    print(f"answered: {answered}")
    assert np.mean(list(declined.values())) >= 0.95
    for kind in ("speech", "hum", "tones", "room-tone", "coloured-noise", "birds", "clock"):
        assert declined[kind, 102], kind


def test_it_answers_music_of_the_synthesiser():
    predictor = load("default")
    answers = [
        predictor.predict(render_track(kind, seed=3, duration_s=15.0), sr=22050).abstained
        for kind in kinds()
    ]
    assert answers.count(None) >= 9


@pytest.mark.realdata
def test_it_declines_speech_and_a_bird_and_no_music_among_the_demo_recordings():
    predictor = load("default")
    found = {
        path.stem: predictor.predict_file(path).abstained
        for path in sorted((_data() / "demo").glob("*.ogg"))
    }
    assert len(found) == 10
    assert found.pop("speech") == "not_music"
    assert found.pop("robin") == "not_music"
    assert set(found.values()) == {None}, found


@pytest.mark.realdata
def test_it_answers_the_music_that_it_learned():
    sounds = [t.path for t in load_dataset("gtzan").tracks if t.path is not None][::25]
    declined = [p.abstained for p in load("default").predict_many(sounds)]
    assert len(declined) >= 25
    assert sum(a is not None for a in declined) <= 1


def test_its_thresholds_say_what_they_cost():
    thresholds = read_manifest(find_bundle("default")).thresholds
    assert thresholds.music_lost <= 0.05
    assert thresholds.measured["declined_as_not_music_short"] <= 0.05
    assert thresholds.measured["not_music_rejected"] >= 0.93
    assert thresholds.coverage == 0.9
    assert (find_bundle("default") / "music.onnx").stat().st_size < 500_000
