"""Recordings of several genres, and a recipe; `multilabel_answers` beside this is imported."""

import sys
from pathlib import Path

import pytest

# importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

from genrescope.training.loading import load_inputs
from genrescope.training.recipe import Recipe
from several_labels import write_collection

VALUES = {
    "name": "tones",
    "front_end": {"sr": 8000, "n_fft": 512, "hop_length": 256, "n_mels": 32},
    "windows": {"length": 8000, "hop": 8000, "min_tail": 2000},
    "features": {"name": "mel-picture", "height": 16, "width": 16},
    "model": {"name": "linear"},
    "training": {"epochs": 15, "batch_size": 16, "learning_rate": 1e-2, "device": "cpu",
                 "task": "multi-label"},
    "protocol": {"name": "artist-grouped", "n_folds": 2},
}  # fmt: skip


@pytest.fixture(scope="session")
def tones(tmp_path_factory):
    """A linear layer on recordings of several genres each."""
    index = write_collection(tmp_path_factory.mktemp("tones"))
    return Recipe.from_dict({**VALUES, "dataset": {"name": "csv", "path": str(index)}})


@pytest.fixture(scope="session")
def tone_inputs(tones, tmp_path_factory):
    """The windows of these recordings."""
    return load_inputs(tones, tmp_path_factory.mktemp("store"))
