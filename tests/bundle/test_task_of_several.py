"""A bundle of several labels a recording says so; all others are written as they always were."""

import dataclasses
import json

import pytest
import tiny_bundles

from genrescope.bundle.card import model_card, trust_text
from genrescope.bundle.format import MANIFEST_NAME, Manifest, read_manifest
from genrescope.bundle.several_labels import label_thresholds, task_table
from genrescope.errors import BundleError

VALUES = {"blues": 0.2, "jazz": 0.5, "rock": 0.8}
TASK = task_table(VALUES, fitted_on="the best F1 of each genre on 60 held-out tracks")
FIGURE = {
    "metric": "mAP", "protocol": "official", "n": 800, "value": 0.41, "low": 0.38, "high": 0.44,
    "baseline": 0.125, "leakage": "", "micro_precision": 0.61, "micro_recall": 0.52,
    "average_precision": {"blues": 0.2, "jazz": None, "rock": 0.62}, "command": "genrescope train",
}  # fmt: skip


def test_the_task_is_read_back(tmp_path):
    written = tiny_bundles.write(tmp_path, onnx=tiny_bundles.graph(last="Sigmoid"), task=TASK)
    found = read_manifest(tmp_path)
    assert found == written
    assert found.label_thresholds == (0.2, 0.5, 0.8)
    plain = json.loads((tmp_path / MANIFEST_NAME).read_text(encoding="utf-8"))
    assert plain["task"] == TASK


def test_a_bundle_of_one_label_has_no_such_key(tiny):
    text = (tiny / MANIFEST_NAME).read_text(encoding="utf-8")
    assert "task" not in json.loads(text)
    assert read_manifest(tiny).label_thresholds is None
    again = json.dumps(read_manifest(tiny).to_dict(), indent=1, allow_nan=False) + "\n"
    assert again == text


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"name": "multi-instance"}, "task is 'multi-instance', which this version does not know"),
        ({"threshold": {}}, "unknown key of task 'threshold'; did you mean 'thresholds'"),
        ({"thresholds": {"blues": 0.2, "jazz": 0.5}}, "must be a table of the labels"),
        ({"thresholds": [0.2, 0.5, 0.8]}, "must be a table of the labels"),
        ({"thresholds": VALUES | {"rock": 1.5}}, r"threshold of 'rock' is 1.5, .* in \[0, 1\]"),
        ({"thresholds": VALUES | {"rock": True}}, "threshold of 'rock' is True"),
        ({"thresholds": VALUES | {"rock": "0.5"}}, "threshold of 'rock' is '0.5'"),
        ({"fitted_on": 3}, "fitted_on is 3, but must be text"),
    ],
)
def test_a_task_that_cannot_be_one_is_refused(change, match):
    with pytest.raises(BundleError, match=match):
        label_thresholds(TASK | change, tiny_bundles.LABELS)
    plain = tiny_bundles.manifest(task=TASK | change).to_dict()
    with pytest.raises(BundleError, match=match):
        Manifest.from_dict(plain)
    with pytest.raises(BundleError, match="task is 'multi-label', but must be a table"):
        Manifest.from_dict(plain | {"task": "multi-label"})


def test_the_words_speak_of_map_and_of_several_genres():
    manifest = tiny_bundles.manifest(task=TASK, evaluation=(FIGURE,))
    text = trust_text(manifest)
    assert "(mAP) of 41 %" in text
    assert "95 % interval 38.0 to 44.0; best baseline 12 %; n = 800; protocol official" in text
    assert "61 of 100 are right" in text
    assert "finds 52 of 100" in text
    assert "Weakest: blues (20 %), rock (62 %)." in text
    assert "several of them or none" in text
    assert "accuracy" not in text
    card = model_card(manifest)
    assert "A recording is given several of them, or none." in card
    assert "| rock | 0.800 |" in card
    assert "on 60 held-out tracks" in card
    assert "mAP 41.0 %" in card
    assert "gives one of them" not in card
    bare = {key: FIGURE[key] for key in ("metric", "protocol", "n", "value", "low", "high")}
    unsaid = trust_text(dataclasses.replace(manifest, evaluation=(bare,)))
    assert "no baseline" in unsaid
    assert "Weakest: not measured" in unsaid
