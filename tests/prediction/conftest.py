"""A trained model for the tests of prediction; `tiny_bundles` of the bundles' tests is imported."""

import sys
from pathlib import Path

import numpy as np
import pytest

# importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent.parent / "bundle"))

import tiny_bundles

from genrescope.audio.write import write_wav
from genrescope.prediction.predictor import Predictor
from genrescope.synthesis.render import render_track

SR = 22050


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The folder of a bundle with windows of one second at 8 kHz."""
    folder = tmp_path_factory.mktemp("tiny")
    tiny_bundles.write(folder)
    return folder


@pytest.fixture(scope="session")
def predictor(tiny):
    """That bundle, loaded."""
    return Predictor(tiny)


@pytest.fixture(scope="session")
def music():
    """Ten seconds of synthetic music [shape=(220500,)] at 22,050 Hz, within [-1, 1]."""
    return np.clip(render_track("jazz", seed=1, number=0, duration_s=10.0, sr=SR), -1, 1)


@pytest.fixture(scope="session")
def wav(music, tmp_path_factory):
    """The same as a WAV file of 16 bits."""
    path = tmp_path_factory.mktemp("music") / "jazz.wav"
    write_wav(path, music, sr=SR)
    return path
