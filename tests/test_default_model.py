"""The model in the package: what it says of itself is what it does on real music."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.datasets.dataset import load_dataset
from genrescope.evaluation.folds import plan_folds
from genrescope.evaluation.run import judge, run_folds
from genrescope.prediction.predictor import load
from genrescope.training.loading import load_inputs
from genrescope.training.recipe import load_recipe

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
        assert figure["value"] >= 0.62
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
    assert agreement >= 0.97


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
