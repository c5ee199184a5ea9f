"""Recordings of every format, made once; `audio_formats` beside this file can be imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

import audio_formats


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One recording of every format."""
    folder = tmp_path_factory.mktemp("recordings")
    y = audio_formats.tones()
    return {
        name: audio_formats.encode(folder / name, y, made)
        for name, made in audio_formats.FORMATS.items()
    }
