"""Sound files and real data for the tests of data sets."""

import os
import wave
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def write_wav():
    """A function that writes a short tone, of another pitch for each seed."""

    def write(path, seed=0):
        path.parent.mkdir(parents=True, exist_ok=True)
        y = 8000 * np.sin(2 * np.pi * (200 + 10 * seed) * np.arange(4000) / 8000)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(y.astype("<i2").tobytes())
        return path

    return write


@pytest.fixture
def gtzan_dir():
    """The folder of the real GTZAN; without it, a failure in CI and a skip elsewhere."""
    if "GENRESCOPE_DATA" not in os.environ:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("GENRESCOPE_DATA is not set")
    return Path(os.environ["GENRESCOPE_DATA"]) / "gtzan"
