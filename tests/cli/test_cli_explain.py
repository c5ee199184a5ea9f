"""``genrescope explain`` on a small CNN that was trained here, end to end."""

from __future__ import annotations

import json
import shutil
import wave

import pytest


@pytest.fixture
def trained(cnn_run):
    """Run folder of a CNN on three seconds."""
    return cnn_run


@pytest.fixture
def store(trained):
    """Where the log-mels of the trained network are."""
    return trained.parents[3] / "store"


def is_png(path):
    return path.read_bytes().startswith(b"\x89PNG")


def test_layers_are_listed(genrescope, trained):
    result = genrescope("explain", "layers", trained, "--format", "json")
    assert result.code == 0, result.err
    assert json.loads(result.out) == {
        "conv-1": [8, 62, 98], "conv-2": [16, 18, 30], "conv-3": [32, 4, 8],
        "dense-1": [128], "dense-2": [10], "genre": [10],
    }  # fmt: skip
    assert "conv-2   16 x 18 x 30" in genrescope("explain", "layers", trained).out


def test_filters_of_a_run_and_of_its_bundle_alone(genrescope, trained, tmp_path):
    result = genrescope("explain", "filters", trained)
    assert result.code == 0, result.err
    assert "8 filters of 3 x 3, 1 channel(s)" in result.err
    assert is_png(tmp_path / "explained" / "filters.png")
    alone = tmp_path / "alone"
    shutil.copytree(trained / "bundle", alone)
    result = genrescope("explain", "filters", alone, "-o", tmp_path / "other")
    assert result.code == 0, result.err
    assert "each filter is times a factor of its own" in result.err
    assert is_png(tmp_path / "other" / "filters.png")


def test_what_excites_genres(genrescope, trained, store, tmp_path):
    given = ["explain", "excite", trained, "--genre", "metal", "--genre", "jazz", "--store", store,
             "--n-steps", 5, "--n-windows", 4]  # fmt: skip
    result = genrescope(*given, "--format", "json")
    assert result.code == 0, result.err
    rows = json.loads(result.out)
    assert [(row["unit"], row["blur"]) for row in rows] == [("metal", 1.0), ("jazz", 1.0)]
    for row in rows:
        windows = row["windows"]
        assert len({w["track_id"] for w in windows}) == 4
        assert {w["part"] for w in windows} <= {"train", "test"}
        answers = [w["answer"] for w in windows]
        assert answers == sorted(answers, reverse=True)
        assert 0.1 <= row["probability"] <= 1
    folder = tmp_path / "explained"
    assert json.loads((folder / "excite.json").read_text(encoding="utf-8"))["units"] == rows
    assert is_png(folder / "excite.png")
    assert is_png(folder / "excite-windows.png")
    assert "metal" in genrescope(*given).out


def test_what_excites_filters_on_other_data(genrescope, trained, store, songs):
    result = genrescope(
        "explain", "excite", trained, "--layer", "conv-1", "--unit", 3, "--store", store,
        "--dataset", songs, "--n-steps", 5, "--format", "json",
    )  # fmt: skip
    assert result.code == 0, result.err
    (row,) = json.loads(result.out)
    assert (row["unit"], row["layer"], row["index"], row["blur"]) == (
        "conv-1, filter 3", "conv-1", 3, 0.0,
    )  # fmt: skip
    assert len(row["windows"]) == 4
    assert {w["part"] for w in row["windows"]} == {""}


def test_maps_are_turned_into_sound(genrescope, trained, songs, tmp_path):
    song = songs / "metal" / "metal.0.wav"
    result = genrescope("explain", "listen", trained, song)
    assert result.code == 0, result.err
    paths = [tmp_path / line for line in result.out.split()]
    assert [path.suffix for path in paths] == [".wav"] * (len(paths) - 1) + [".png"]
    assert 2 <= len(paths) <= 4
    for path in paths[:-1]:
        with wave.open(str(path)) as sound:
            assert (sound.getframerate(), sound.getnframes()) == (22050, 66150)
    assert is_png(paths[-1])
    name = paths[0].name
    number = name.removesuffix(".wav").rpartition("-")[2]
    assert name == f"metal-0-window-0-conv-1-{number}.wav"
    again = genrescope(
        "explain", "listen", trained, song, "--filter", number, "--phase", "griffin-lim", "-o", "gl"
    )
    assert again.code == 0, again.err
    assert (tmp_path / "gl" / name).read_bytes() != paths[0].read_bytes()


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (["excite", "RUN", "--unit", 3], 2, "name the layer by --layer"),
        (["excite", "RUN", "--layer", "conv-1"], 2, "name its units by --unit"),
        (["excite", "RUN", "--genre", "metl"], 2, "did you mean 'metal'?"),
        (["listen", "RUN", "SONG", "--layer", "conv-7"], 2, "unknown layer 'conv-7'"),
        (["listen", "RUN", "SONG", "--window", 9], 2, "has no window 9"),
        (["listen", "RUN", "SONG", "--phase", "own"], 2, "unknown phase 'own'"),
        (["listen", "RUN", "no-such.wav"], 3, "no-such.wav"),
        (["layers", "nowhere"], 2, "nowhere does not exist"),
        (["layers", "ALONE"], 2, "is a model bundle alone"),
        (["listen", "ALONE", "SONG"], 2, "give the run folder"),
        (["filters", "LINEAR"], 2, "no convolution"),
    ],
)
def test_what_cannot_be_done_is_said(
    genrescope, trained, run_dir, songs, tmp_path, args, code, text
):
    alone = tmp_path / "alone"
    shutil.copytree(trained / "bundle", alone)
    places = {
        "RUN": trained, "SONG": songs / "metal" / "metal.0.wav", "ALONE": alone, "LINEAR": run_dir,
    }  # fmt: skip
    result = genrescope("explain", *(places.get(arg, arg) for arg in args))
    assert result.code == code
    assert text in result.error_line()


def test_a_checkpoint_of_another_training_is_refused(genrescope, trained, tmp_path):
    import torch

    mixed = tmp_path / "mixed"
    shutil.copytree(trained, mixed)
    path = mixed / "training" / "last.ckpt"
    state = torch.load(path, weights_only=True)
    *_, key = state["state_dict"]  # the bias of the last layer
    state["state_dict"][key] += 1 + torch.arange(10.0)
    torch.save(state, path)
    result = genrescope("explain", "layers", mixed)
    assert result.code == 2
    assert "answers otherwise than the graph in bundle/" in result.error_line()
    path.unlink()
    assert "last.ckpt" in genrescope("explain", "layers", mixed).error_line()


def test_a_run_with_several_trainings_wants_one_named(genrescope, trained, tmp_path):
    for fold in "fold-1-seed-0", "fold-2-seed-0":
        shutil.copytree(trained, tmp_path / "both" / fold)
    result = genrescope("explain", "layers", tmp_path / "both")
    assert result.code == 2
    assert "holds 2 trainings" in result.error_line()
    assert genrescope("explain", "layers", tmp_path / "both" / "fold-2-seed-0").code == 0
