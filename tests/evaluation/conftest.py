"""Synthetic music and a small recipe, for whole evaluations."""

import pytest

from genrescope.training.loading import load_inputs
from genrescope.training.recipe import Recipe

VALUES = {
    "name": "small",
    "dataset": {"name": "synthetic", "n_tracks_per_label": 4, "duration_s": 2.0, "sr": 8000},
    "front_end": {"sr": 8000, "n_fft": 512, "hop_length": 256, "n_mels": 32},
    "windows": {"length": 8000, "hop": 8000, "min_tail": 2000},
    "features": {"name": "mel-picture", "height": 16, "width": 16},
    "model": {"name": "linear"},
    "training": {"epochs": 8, "batch_size": 16, "learning_rate": 1e-2, "device": "cpu"},
    "protocol": {"name": "artist-grouped", "n_folds": 2},
}


@pytest.fixture(scope="session")
def recipe(tmp_path_factory):
    """A linear layer on forty synthetic tracks of two seconds."""
    folder = str(tmp_path_factory.mktemp("synthetic"))
    return Recipe.from_dict({**VALUES, "dataset": {**VALUES["dataset"], "folder": folder}})


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """A folder for log-mels."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def inputs(recipe, store):
    """The windows of these tracks."""
    return load_inputs(recipe, store)
