"""``genrescope data``, ``features``, ``recipes``, ``model`` and ``doctor``, end to end."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from genrescope.audio.self_check import FormatCheck
from genrescope.datasets.index import read_index, write_index
from genrescope.records import Track
from genrescope.splits.split import Split

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@pytest.fixture
def index(genrescope, songs, tmp_path):
    result = genrescope("data", "index", songs, "--output", tmp_path / "index.csv")
    assert result.code == 0
    assert "4 tracks" in result.err
    return tmp_path / "index.csv"


def test_index_holds_every_track(index, songs):
    tracks = read_index(index)
    assert [t.label for t in tracks] == ["classical", "classical", "metal", "metal"]
    assert all(len(t.sha256) == 64 and t.path.is_file() for t in tracks)
    assert all(t.duration_s == pytest.approx(3.0) for t in tracks)


def test_index_tells_what_it_left_out(genrescope, songs, tmp_path):
    folder = tmp_path / "mixed" / "jazz"
    folder.mkdir(parents=True)
    (folder / "broken.wav").write_bytes(b"no sound at all")
    (folder / "good.wav").write_bytes((songs / "metal" / "metal.0.wav").read_bytes())
    result = genrescope("data", "index", tmp_path / "mixed")
    assert result.code == 1
    assert "1 tracks in index.csv" in result.err
    assert "skipped: " in result.err
    assert "broken" in result.err


def test_an_index_is_not_written_over_unasked(genrescope, index, songs, tmp_path):
    index.write_text("filled in by hand", encoding="utf-8")
    refused = genrescope("data", "index", songs, "--output", index)
    assert refused.code == 2
    assert "exists already" in refused.error_line()
    assert "--force" in refused.error_line()
    assert index.read_text(encoding="utf-8") == "filled in by hand"
    assert genrescope("data", "index", songs, "-o", index, "--force").code == 0
    assert len(read_index(index)) == 4


def test_an_output_is_looked_at_before_the_files_are_hashed(genrescope, songs, monkeypatch):
    def long_work(*args, **kwargs):
        raise AssertionError("hashed")

    monkeypatch.setattr("genrescope.datasets.index.make_index", long_work)
    result = genrescope("data", "index", songs, "-o", songs)
    assert result.code == 2
    assert "cannot write" in result.error_line()


def test_a_missing_folder_is_named_in_full(genrescope, tmp_path):
    for args in ("data", "index", "missing"), ("data", "summary", "missing"):
        assert str(tmp_path / "missing") in genrescope(*args).error_line()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["data", "summary", "arrays"], "write arrays:FILE.npz"),
        (["data", "summary", "csv"], "write csv:FILE.csv"),
        (["data", "summary", "folder"], "write folder:FOLDER"),
        (["features", "extract", "folder"], "write folder:FOLDER"),
        (["train", "joseph2024-linear", "--dataset", "csv"], "write csv:FILE.csv"),
    ],
)
def test_a_data_set_without_its_place_says_how_to_name_it(genrescope, args, says):
    result = genrescope(*args)
    assert result.code == 2
    assert says in result.error_line()


@pytest.mark.parametrize(
    "args",
    [
        ["recipes", "show"],
        ["train"],
        ["evaluate"],
        ["features", "info", "--recipe"],
    ],
    ids=" ".join,
)
def test_a_missing_recipe_file_is_said_to_be_missing(genrescope, tmp_path, args):
    result = genrescope(*args, "none.toml")
    assert result.code == 2
    assert f"recipe file {tmp_path / 'none.toml'} does not exist" in result.error_line()


def test_validate_accepts_what_index_wrote(genrescope, index):
    result = genrescope("data", "validate", index)
    assert (result.code, result.out) == (0, "")
    assert "4 tracks, 0 problems" in result.err


def test_validate_finds_changed_and_missing_files(genrescope, songs, tmp_path):
    shutil.copytree(songs, tmp_path / "copy")
    genrescope("data", "index", tmp_path / "copy", "-o", tmp_path / "index.csv")
    metal = tmp_path / "copy" / "metal"
    (metal / "metal.0.wav").write_bytes((metal / "metal.1.wav").read_bytes())
    (tmp_path / "copy" / "classical" / "classical.0.wav").unlink()
    result = genrescope("data", "validate", tmp_path / "index.csv")
    assert result.code == 1
    assert "4 tracks, 2 problems" in result.err
    assert "it was changed; index it again" in result.out
    assert "there is no file" in result.out
    told = genrescope("data", "validate", tmp_path / "index.csv", "--format", "json")
    assert told.code == 1
    plain = json.loads(told.out)
    assert plain["n_tracks"] == 4
    assert plain["problems"] == result.out.splitlines()


def test_split_writes_folds_with_their_leakage(genrescope, songs, tmp_path):
    tracks = tuple(
        Track(
            track_id=f"{label}.{i}",
            path=tmp_path / f"{label}.{i}.wav",
            labels=(label,),
            sha256=f"{i:x}{label}".encode().hex().rjust(64, "0"),
            artist=f"{label} artist {i // 2}",
            group=f"{label} artist {i // 2}",
        )
        for label in ("jazz", "rock")
        for i in range(12)
    )
    for track in tracks:
        track.path.touch()
    write_index(tmp_path / "index.csv", tracks)
    result = genrescope("data", "split", tmp_path / "index.csv", "--set", "n_folds=2")
    assert result.code == 0
    assert result.out.count("clean: ") == 2
    paths = sorted((tmp_path / "splits").glob("*.json"))
    assert [p.name for p in paths] == ["artist-grouped-1-of-2.json", "artist-grouped-2-of-2.json"]
    folds = [Split.load(path) for path in paths]
    assert {i for fold in folds for i in fold.test} == {track.track_id for track in tracks}
    again = genrescope("data", "split", tmp_path / "index.csv", "--protocol-set", "n_folds=2")
    assert again.out == result.out
    leaky = genrescope("data", "split", tmp_path / "index.csv", "--protocol", "random")
    assert leaky.code == 0
    assert "leaky" in leaky.out


def test_summary_counts(genrescope, songs):
    result = genrescope("data", "summary", songs)
    assert result.code == 0
    lines = [line.split() for line in result.out.splitlines()]
    assert ["classical", "2"] in [line[:2] for line in lines]
    assert ["metal", "2"] in [line[:2] for line in lines]


def test_summary_for_programs(genrescope, songs):
    plain = json.loads(genrescope("data", "summary", songs, "--format", "json").out)
    assert plain["n_tracks"] == 4
    assert [genre["genre"] for genre in plain["genres"]] == ["classical", "metal"]
    keys = ["genre", "n_tracks", "n_artists", "n_artist_unknown", "duration_s"]
    assert all(list(genre) == keys for genre in plain["genres"])
    assert [genre["n_artist_unknown"] for genre in plain["genres"]] == [2, 2]
    assert plain["skipped"] == []


def test_extraction_takes_limits_and_settings_of_the_data_set(genrescope, songs, synthetic):
    result = genrescope("features", "extract", songs, "--max-duration-s", 2)
    assert result.code == 1
    assert "0 tracks in " in result.err
    assert "raise the limit (--max-duration-s)" in result.err
    result = genrescope(
        "features", "extract", f"synthetic:{synthetic}", "--set", "dataset.n_tracks_per_label=1",
        "--set", "dataset.duration_s=3.0",
    )  # fmt: skip
    assert result.code == 0
    assert "10 tracks in " in result.err


def test_features_are_extracted_once_and_described(genrescope, songs, tmp_path):
    result = genrescope("features", "extract", songs)
    assert result.code == 0
    assert "4 tracks in " in result.err
    info = json.loads(genrescope("features", "info", "--format", "json").out)
    assert info["n_tracks"] == 4
    assert info["spec"]["front_end"]["n_mels"] == 128
    other = genrescope("features", "info", "--set", "front_end.n_mels=64", "--format", "json").out
    assert json.loads(other)["n_tracks"] == 0
    table = genrescope("features", "info").out
    assert table.startswith("4 tracks, ")
    assert "[front_end] sr = 22050" in table


def test_features_are_exported_as_json(genrescope, songs, tmp_path):
    changes = ["--set", "features.name=mfcc", "--set", "windows.length=22050"]
    command = ["features", "export", "default", "--dataset", songs, "-o", tmp_path / "f.json"]
    changes += ["--set", "windows.hop=22050"]
    result = genrescope(*command, *changes)
    assert result.code == 0, result.err
    assert "12 windows of 4 tracks in " in result.err
    found = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert found["mapping"] == ["classical", "metal"]
    assert len(found["mfcc"]) == len(found["labels"]) == 12
    again = genrescope(*command, *changes)
    assert again.code != 0
    assert "exists already: name another file, or give --force" in again.err
    assert genrescope(*command, *changes, "--force").code == 0


def test_extraction_tells_what_failed(genrescope, songs, tmp_path):
    shutil.copytree(songs, tmp_path / "copy")
    genrescope("data", "index", tmp_path / "copy", "-o", tmp_path / "index.csv")
    (tmp_path / "copy" / "metal" / "metal.0.wav").unlink()
    result = genrescope("features", "extract", tmp_path / "index.csv")
    assert result.code == 1
    assert "3 tracks in " in result.err
    assert "skipped: " in result.err


def test_features_computed_elsewhere_are_imported(genrescope, tmp_path):
    X = np.random.default_rng(0).integers(0, 256, (3, 128, 20), dtype=np.uint8)
    np.savez(
        tmp_path / "logmel.npz",
        X=X,
        names=np.array(["jazz.00000", "jazz.00001", "rock.00000"]),
        genre=np.array(["jazz", "jazz", "rock"]),
    )
    result = genrescope("features", "import", tmp_path / "logmel.npz", "--index", "imported.csv")
    assert result.code == 0
    assert "3 tracks in " in result.err
    assert [t.label for t in read_index(tmp_path / "imported.csv")] == [
        "jazz", "jazz", "rock",
    ]  # fmt: skip


def test_recipes_are_listed_and_shown(genrescope):
    listed = json.loads(genrescope("recipes", "list", "--format", "json").out)
    names = [recipe["name"] for recipe in listed]
    assert {"default", "joseph2024-linear", "joseph2024-svm"} <= set(names)
    keys = {"name", "title", "paper", "citation", "published", "n_parameters"}
    assert all(keys == set(recipe) for recipe in listed)
    linear = next(recipe for recipe in listed if recipe["name"] == "joseph2024-linear")
    assert linear["n_parameters"] == 64010
    assert linear["published"][0]["value"] == 0.505
    shown = json.loads(genrescope("recipes", "show", "joseph2024-linear", "--format", "json").out)
    assert keys < set(shown)
    assert shown["training"]["epochs"] == 150
    for name in names:
        assert name in genrescope("recipes", "list").out
        assert name in genrescope("recipes", "show", name).out


def test_model_info_says_how_far_to_trust(genrescope, bundle):
    card = genrescope("model", "info").out
    assert "95 %" in card
    manifest = json.loads(genrescope("model", "info", "default", "--format", "json").out)
    assert len(manifest["labels"]) == 10
    assert manifest["evaluation"]
    assert json.loads(genrescope("model", "info", bundle, "--format", "json").out)["name"]


def test_an_exported_model_answers_the_same(genrescope, bundle, songs, tmp_path):
    result = genrescope("model", "export", bundle, tmp_path / "mine")
    assert result.code == 0
    assert {p.name for p in (tmp_path / "mine").iterdir()} == {
        "bundle.json", "model.onnx", "MODEL_CARD.md",
    }  # fmt: skip
    said = [
        genrescope("predict", songs, "--model", model, "--format", "json").out
        for model in (bundle, tmp_path / "mine", bundle.parent)
    ]
    assert said[0] == said[1] == said[2]
    again = genrescope("model", "export", bundle, tmp_path / "mine")
    assert again.code == 2
    assert "exists already" in again.error_line()


def test_doctor_tries_everything(genrescope):
    result = genrescope("doctor")
    assert (result.code, result.err) == (0, "")
    for says in ("genrescope on Python", "base: ", "GPU: ", "cache: ", "decoders: wav, flac, ",
                 "model default: loads"):  # fmt: skip
        assert says in result.out
    assert "MISSING" not in result.out


def test_doctor_names_every_extra_with_all_its_packages(genrescope):
    project = Path(__file__).parents[2] / "pyproject.toml"
    wanted = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    lines = " ".join(genrescope("doctor").out.split()).split("extra ")
    assert len(wanted["optional-dependencies"]) >= 5
    for extra, packages in wanted["optional-dependencies"].items():
        (line,) = [line for line in lines if line.startswith(f"{extra}: ")]
        # An extra that takes in another one is written out by the build.
        taken_in = [re.fullmatch(r"genrescope\[(\w+)\]", package) for package in packages]
        packages = [p for p, match in zip(packages, taken_in, strict=True) if match is None]
        for match in filter(None, taken_in):
            packages += wanted["optional-dependencies"][match[1]]
        for package in packages:
            assert re.match(r"[\w.-]+", package)[0].replace("_", "-") in line.replace("_", "-")


def test_doctor_tells_what_does_not_work(genrescope, tmp_path, monkeypatch):
    (tmp_path / "[bold]file").touch()
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / "[bold]file"))
    monkeypatch.setattr(
        "genrescope.audio.self_check.check_formats",
        lambda folder: [FormatCheck("wav", True), FormatCheck("mp3", False, "it is broken"),
                        FormatCheck("wma", None, "no encoder")],
    )  # fmt: skip
    result = genrescope("doctor")
    assert result.code == 1
    assert "decoders: wav work; cannot make a test file of wma" in result.out
    assert "[bold]file cannot be written" in result.out
    assert "mp3 does not decode: it is broken" in result.err
    assert "cannot write " in result.err


def test_images_of_a_data_set_with_one_hot_labels(genrescope, songs, tmp_path):
    result = genrescope("features", "images", songs, "-o", tmp_path / "drawn",
                        "--set", "windows.min_tail=22050")  # fmt: skip
    assert result.code == 0, result.err
    assert "4 pictures, labels of 2 genres" in result.err
    lines = (tmp_path / "drawn" / "labels.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "picture,track_id,classical,metal"
    assert sorted(line[-3:] for line in lines[1:]) == ["0,1", "0,1", "1,0", "1,0"]
    assert len(list((tmp_path / "drawn").glob("*.png"))) == 4
    refused = genrescope("features", "images", songs, "-o", tmp_path / "x", "--recipe", "default",
                         "--set", "windows.min_tail=22050")  # fmt: skip
    assert refused.code == 2
    assert "no pictures of three colours" in refused.error_line()
