"""Features computed from sound, end to end: store, training, bundle, prediction."""

import numpy as np
import pytest

from genrescope.datasets.dataset import Dataset, LogMelArrays
from genrescope.errors import DatasetError
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.prediction.predictor import Predictor
from genrescope.records import Track
from genrescope.training.extraction import open_store
from genrescope.training.fit import parts_for, train_bundle
from genrescope.training.inputs import prepare_inputs
from genrescope.training.recipe import Recipe
from genrescope.training.segments import segmented

RECIPE = Recipe.from_dict(
    {
        "name": "sound",
        "dataset": {"name": "synthetic"},
        "front_end": {"sr": 22050, "n_fft": 1024, "hop_length": 1024, "n_mels": 40},
        "windows": {"length": 22050, "hop": 22050, "min_tail": 11025},
        "features": {"name": "mfcc-chroma-contrast", "n_mfcc": 13},
        "model": {"name": "lstm", "units": "8", "dense": ""},
        "protocol": {"name": "random"},
        "training": {"epochs": 1, "batch_size": 8, "learning_rate": 1e-3, "device": "cpu"},
    }
)


@pytest.fixture(scope="module")
def store_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def inputs(recordings, store_folder):
    return prepare_inputs(
        RECIPE, Dataset("made", tuple(recordings)), store_folder=store_folder, jobs=1
    )


def test_a_bundle_hears_in_a_file_what_it_learned_from(inputs, recordings, tmp_path):
    assert inputs.X.shape == (18, 13 + 12 + 1 + 7, 22)
    assert not inputs.skipped
    parts = parts_for(RECIPE, train=[t.track_id for t in inputs.tracks], valid=[])
    train_bundle(RECIPE, inputs, parts, seed=0, folder=tmp_path, provenance={})
    predictor = Predictor(tmp_path / "bundle")
    for track in recordings[:3]:
        heard = predictor.predict_file(track.path)
        P = predictor.probabilities(inputs.logmels(track.track_id)).mean(axis=0)
        expected = dict(zip(predictor.labels, P, strict=True))
        for genre in heard.genres:
            assert genre.probability == pytest.approx(expected[genre.label], abs=1e-6)
    many = list(predictor.predict_many([t.path for t in recordings[:2]], jobs=2))
    assert [m.error for m in many] == [None, None]


def test_the_store_tells_rows_from_log_mels_alone(inputs, recordings, store_folder):
    front_end, windows = RECIPE.front_end, RECIPE.windows
    plain = open_store(store_folder, front_end, windows)
    tall = open_store(store_folder, front_end, windows, RECIPE.features)
    assert recordings[0].sha256 not in plain
    assert tall.get(recordings[0].sha256).shape == (3, 40 + 20, 22)
    assert tall.info().spec["sound_rows"] == RECIPE.features.to_dict()
    assert "sound_rows" not in plain.info().spec


def test_stores_of_log_mels_are_where_they_were(tmp_path):
    how = FrontEnd(), WindowSettings()
    mfcc = Recipe.from_dict({**RECIPE.to_dict(), "features": {"name": "mfcc"}}).features
    assert open_store(tmp_path, *how, mfcc).root == open_store(tmp_path, *how).root


def test_segments_are_whole_windows_or_cut_with_their_rows(inputs):
    assert len(segmented(inputs, 3).tracks) == 18
    cut = segmented(inputs, 6)
    assert len(cut.tracks) == 36
    assert cut.X.shape[1] == 33
    first = inputs.tracks[0].track_id
    piece = cut.logmels(cut.tracks[0].track_id)[0]
    np.testing.assert_array_equal(piece[40:], inputs.logmels(first)[0][40:, : piece.shape[1]])


def test_computed_log_mels_cannot_serve(tmp_path):
    X = np.full((2, 40, 22), -10, dtype=np.float32)
    tracks = tuple(Track(f"t{i}", None, ("jazz",), sha256=f"{i:064}") for i in range(2))
    arrays = LogMelArrays(RECIPE.front_end, X, {"t0": 0, "t1": 1})
    with pytest.raises(DatasetError, match=r"computed from sound.*only a log-mel.*sound files"):
        prepare_inputs(RECIPE, Dataset("made", tracks, logmels=arrays), store_folder=tmp_path)
