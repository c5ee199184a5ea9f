"""Pictures of a data set as PNG files with one-hot labels."""

import csv
import dataclasses
import io

import numpy as np
import pytest
from matplotlib import image

from genrescope.datasets.dataset import load_dataset
from genrescope.errors import ConfigError
from genrescope.training.inputs import prepare_inputs
from genrescope.training.picture_files import LABELS, write_pictures
from genrescope.training.recipe import Recipe

LEAST = {
    "name": "drawn",
    "dataset": {"name": "synthetic"},
    "model": {"name": "linear"},
    "protocol": {"name": "random"},
    "windows": {"length": 44100, "hop": 22050, "min_tail": 22050},
    "features": {"name": "mel-image", "height": 16, "width": 24},
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("music")
    dataset = load_dataset(
        "synthetic", folder=str(folder / "music"), n_tracks_per_label=1, duration_s=3.0
    )
    return prepare_inputs(Recipe.from_dict(LEAST), dataset, store_folder=folder / "store", jobs=1)


def test_files_hold_what_the_network_takes(inputs, tmp_path):
    paths = write_pictures(tmp_path / "drawn", inputs)
    assert len(paths) == len(inputs.X) > len(inputs.tracks) > 1
    for path, X in zip(paths, inputs.X, strict=True):
        read = image.imread(io.BytesIO(path.read_bytes()), format="png")[..., :3]
        np.testing.assert_array_equal(read, np.moveaxis(X, 0, -1))


def test_labels_are_zeros_and_a_one(inputs, tmp_path):
    paths = write_pictures(tmp_path, inputs)
    with (tmp_path / LABELS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["picture"] for row in rows] == [path.name for path in paths]
    labels = {track.track_id: track.label for track in inputs.tracks}
    names = sorted(set(labels.values()))
    assert list(rows[0]) == ["picture", "track_id", *names]
    for row in rows:
        assert [row[name] for name in names] == [
            "1" if name == labels[row["track_id"]] else "0" for name in names
        ]


def test_names_that_no_file_can_have(inputs, tmp_path):
    ids = iter(["a/b", "a-b", "..", "con: 1"])
    tracks = tuple(dataclasses.replace(t, track_id=next(ids)) for t in inputs.tracks[:4])
    few = dataclasses.replace(
        inputs, tracks=tracks, X=inputs.X[:4], track_of_window=np.arange(4, dtype=int)
    )
    names = [path.name for path in write_pictures(tmp_path, few)]
    assert names == ["a-b.png", "a-b-x.png", "track.png", "con-1.png"]


def test_other_features_are_no_pictures(inputs, tmp_path):
    features = dataclasses.replace(inputs.features, name="logmel")
    with pytest.raises(ConfigError, match="'logmel' are no pictures"):
        write_pictures(tmp_path, dataclasses.replace(inputs, features=features))
    assert not list(tmp_path.iterdir())
