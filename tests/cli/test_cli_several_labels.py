"""Several genres a track, end to end: train, evaluate, export, predict."""

from __future__ import annotations

import csv
import io
import json

import pytest

from genrescope.audio.write import write_wav
from several_labels import SR, sound, write_collection
from small_fma import row, write_clip, write_metadata

RECIPE = """
name = "tones"
[dataset]
name = "csv"
path = "{index}"
[front_end]
sr = 8000
n_fft = 512
hop_length = 256
n_mels = 32
[windows]
length = 8000
hop = 8000
min_tail = 2000
[features]
name = "mel-picture"
height = 16
width = 16
[model]
name = "linear"
[training]
task = "multi-label"
epochs = 15
batch_size = 16
learning_rate = 0.01
device = "cpu"
[protocol]
name = "artist-grouped"
n_folds = 3
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A collection of recordings of several genres each, and a recipe for it."""
    folder = tmp_path_factory.mktemp("tones")
    index = write_collection(folder)
    (folder / "tones.toml").write_text(RECIPE.format(index=index.as_posix()), encoding="utf-8")
    return folder


@pytest.fixture
def places(folder):
    return ["--run-dir", folder / "runs", "--store", folder / "store"]


def test_train_export_and_predict(genrescope, folder, places, tmp_path):
    trained = genrescope("train", folder / "tones.toml", *places)
    assert trained.code == 0, trained.err
    assert "mAP" in trained.out
    assert "accuracy" not in trained.out
    training = folder / "runs" / "tones" / "artist-grouped" / "fold-1-seed-0"
    manifest = json.loads((training / "bundle" / "bundle.json").read_text(encoding="utf-8"))
    assert set(manifest["task"]["thresholds"]) == set(manifest["labels"])
    (figure,) = manifest["evaluation"]
    assert figure["metric"] == "mAP"
    assert figure["value"] > figure["baseline"] + 0.25
    assert f"{100 * figure['value']:.1f} %" in (training / "report.md").read_text(encoding="utf-8")
    exported = genrescope("model", "export", training, tmp_path / "exported")
    assert exported.code == 0, exported.err
    info = genrescope("model", "info", tmp_path / "exported")
    assert "several of them, or none" in info.out
    for name, genres in (("two", ("jazz", "techno")), ("one", ("rock",))):
        write_wav(tmp_path / f"{name}.wav", sound(genres, seed=7, loudness=(0.09, 0.1)), sr=SR)
    songs = [tmp_path / "two.wav", tmp_path / "one.wav"]
    asked = ("predict", *songs, "--model", tmp_path / "exported")
    answers = json.loads(genrescope(*asked, "--format", "json").out)
    assert [set(a["likely"]) for a in answers] == [{"jazz", "techno"}, {"rock"}]
    assert sum(g["probability"] for g in answers[0]["genres"]) > 1.2
    rows = list(csv.DictReader(io.StringIO(genrescope(*asked, "--format", "csv").out)))
    assert [set(row["likely"].split("; ")) for row in rows] == [{"jazz", "techno"}, {"rock"}]
    table = genrescope(*asked, "--timeline")
    assert table.code == 0
    (line,) = [line for line in table.out.splitlines() if "two.wav" in line]
    assert line.index("ambient") > max(line.index("jazz"), line.index("techno"))
    assert "How far to trust this" in table.out
    assert "(mAP) of" in table.out
    none = genrescope("predict", folder / "no.wav", "--model", tmp_path / "exported")
    assert none.code == 3


def test_evaluate_gives_map_with_intervals_beside_the_constant(genrescope, folder, places):
    asked = ("evaluate", folder / "tones.toml", *places)
    result = genrescope(*asked)
    assert result.code == 0, result.err
    assert "95 % interval" in result.out
    assert result.out.index("artist-grouped") < result.out.index("random")
    (leaky,) = [line for line in result.out.splitlines() if line.split()[1:2] == ["random"]]
    assert "% leaky" in leaky
    report = folder / "runs" / "reports" / "tones" / "artist-grouped+random" / "report.md"
    assert str(report) in result.out
    text = report.read_text(encoding="utf-8")
    assert "| techno |" in text
    assert "![Average precision of each genre" in text
    assert genrescope(*asked).out == result.out
    # A bundle is trained anew by the recipe that it carries.
    bundle = folder / "runs" / "tones" / "artist-grouped" / "fold-1-seed-0" / "bundle"
    again = genrescope("evaluate", bundle, *places)
    assert again.out.splitlines()[:3] == result.out.splitlines()[:3]


def test_what_there_is_for_one_label_alone_is_refused(genrescope, folder, places):
    horse = genrescope("evaluate", folder / "tones.toml", *places, "--horse")
    assert horse.code == 2
    assert "--horse" in horse.error_line()
    mixed = genrescope("evaluate", folder / "tones.toml", "joseph2024-svm", *places)
    assert mixed.code == 2
    assert "evaluate them by commands of their own" in mixed.error_line()
    changed = genrescope("train", folder / "tones.toml", *places, "--set", "model.name=svm")
    assert changed.code == 2
    assert "learns one genre a track" in changed.error_line()


def test_the_recipe_learns_the_genres_of_fma_and_their_ancestors(genrescope, tmp_path, monkeypatch):
    rows = []
    for i in range(24):
        # Six artists of four tracks; the genres of the list are Punk, Electronic, or both.
        genres = ("[25]", "[15]", "[15, 25]")[i % 3]
        part = ("training", "training", "training", "training", "validation", "test")[i // 4]
        cells = {"artist_id": str(i // 4 + 1), "artist_name": f"artist {i // 4}"}
        rows.append(row(i + 2, track_genres=genres, set_split=part, **cells))
        write_clip(tmp_path / "fma", i + 2, hz=300 + 700 * (i % 3), duration_s=3.0)
    write_metadata(tmp_path / "fma", rows)
    monkeypatch.setenv("GENRESCOPE_DATA", str(tmp_path))
    changes = ("windows.length=66150", "windows.hop=66150", "windows.min_tail=22050",
               "training.epochs=2", "training.batch_size=8")  # fmt: skip
    result = genrescope(
        "train", "tanaka2019-multilabel", *(part for c in changes for part in ("--set", c))
    )
    assert result.code == 0, result.err
    assert " official" in result.out
    folder = tmp_path / "runs" / "tanaka2019-multilabel" / "official" / "fold-1-seed-0"
    manifest = json.loads((folder / "bundle" / "bundle.json").read_text(encoding="utf-8"))
    # Punk comes under Rock.
    assert manifest["labels"] == ["Electronic", "Punk", "Rock"]
    assert "on 4 held-out tracks, which also ended the training" in manifest["task"]["fitted_on"]
    assert manifest["evaluation"][0]["n"] == 4
    assert manifest["evaluation"][0]["leakage"] == ""
