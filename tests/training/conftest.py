"""Synthetic recordings for the tests of training."""

import numpy as np
import pytest

from genrescope.audio.write import write_wav
from genrescope.digests import file_sha256
from genrescope.records import Track
from genrescope.synthesis.render import render_track

SR = 22050


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """Six tracks of three seconds, of three kinds of music."""
    folder = tmp_path_factory.mktemp("recordings")
    tracks = []
    for number in range(6):
        kind = ("blues", "jazz", "rock")[number % 3]
        y = render_track(kind, seed=0, number=number, duration_s=3.0, sr=SR)
        path = folder / f"{kind}.{number}.wav"
        write_wav(path, np.clip(y, -1, 1), sr=SR)
        tracks.append(Track(path.stem, path, (kind,), sha256=file_sha256(path)))
    return tracks
