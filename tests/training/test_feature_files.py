"""Features as JSON: everything a script needs, in the order of windows, and whole or not at all."""

import json

import numpy as np
import pytest

from genrescope.datasets.dataset import Dataset, LogMelArrays
from genrescope.errors import DatasetError
from genrescope.records import Track
from genrescope.training.feature_files import write_features
from genrescope.training.inputs import prepare_inputs
from genrescope.training.recipe import Recipe

RECIPE = Recipe.from_dict(
    {
        "name": "small",
        "dataset": {"name": "synthetic"},
        "front_end": {"sr": 22050, "n_fft": 1024, "hop_length": 1024, "n_mels": 40},
        "windows": {"length": 22050, "hop": 22050, "min_tail": 11025},
        "features": {"name": "mfcc", "n_mfcc": 13},
        "model": {"name": "lstm"},
        "protocol": {"name": "random"},
    }
)


def test_the_file_holds_what_a_model_would_learn_from(recordings, tmp_path):
    gone = Track("gone", tmp_path / "gone.wav", ("jazz",), sha256="0" * 64)
    dataset = Dataset("made", (recordings[0], gone, *recordings[1:]))
    path = tmp_path / "features.json"
    written = write_features(path, RECIPE, dataset, store_folder=tmp_path / "store", jobs=1)
    assert (written.n_tracks, written.n_windows) == (6, 18)
    assert [item.name for item in written.skipped] == ["gone"]
    found = json.loads(path.read_text(encoding="utf-8"))
    inputs = prepare_inputs(RECIPE, dataset, store_folder=tmp_path / "store", jobs=1)
    X = np.array(found["mfcc"])
    assert X.shape == (18, 22, 13)
    np.testing.assert_allclose(X.transpose(0, 2, 1), inputs.X, atol=6e-5)
    assert found["mapping"] == ["blues", "jazz", "rock"]
    assert found["tracks"] == [t.track_id for t in recordings]
    assert found["groups"] == [None] * 6
    assert found["track_of_window"] == inputs.track_of_window.tolist()
    labels = [found["mapping"][i] for i in found["labels"]]
    assert labels == inputs.labels(np.arange(18)).tolist()
    assert found["settings"]["features"] == {"name": "mfcc", "n_mfcc": 13}


def test_computed_log_mels_are_written_too_and_vectors_as_they_are(tmp_path):
    X = np.random.default_rng(0).uniform(-80, 0, (2, 40, 22)).astype(np.float32)
    tracks = tuple(Track(f"t{i}", None, ("jazz",), sha256=f"{i:064}") for i in range(2))
    arrays = Dataset("made", tracks, logmels=LogMelArrays(RECIPE.front_end, X, {"t0": 0, "t1": 1}))
    features = {"name": "logmel-statistics"}
    recipe = Recipe.from_dict({**RECIPE.to_dict(), "features": features})
    path = tmp_path / "features.json"
    write_features(path, recipe, arrays, store_folder=tmp_path)
    found = json.loads(path.read_text(encoding="utf-8"))
    expected = recipe.features.compute(X, RECIPE.front_end)
    np.testing.assert_allclose(found["logmel_statistics"], expected, atol=6e-5)


def test_nothing_is_written_where_nothing_can_be(tmp_path):
    gone = Track("gone", tmp_path / "gone.wav", ("jazz",), sha256="0" * 64)
    path = tmp_path / "features.json"
    with pytest.raises(DatasetError, match="not one track can be used; the first reason"):
        write_features(
            path, RECIPE, Dataset("made", (gone,)), store_folder=tmp_path / "store", jobs=1
        )
    assert not list(tmp_path.glob("features.json*"))
