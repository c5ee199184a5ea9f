"""A recording with its channels apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from genrescope.audio.channels import read_channels
from genrescope.audio.decode import read_audio
from genrescope.audio.limits import Limits
from genrescope.errors import AudioLimitError, AudioNotFoundError, NotAudioError


@pytest.mark.parametrize("n_channels", [1, 2, 5])
def test_the_channels_come_back(tmp_path: Path, n_channels: int) -> None:
    y = np.random.default_rng(0).uniform(-0.9, 0.9, (3000, n_channels)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", y, 16000, subtype="FLOAT")
    found, sr = read_channels(tmp_path / "a.wav")
    assert sr == 16000
    np.testing.assert_array_equal(np.atleast_2d(found), y.T)
    assert found.ndim == (1 if n_channels == 1 else 2)


def test_their_mean_is_what_everything_else_hears(recordings: dict[str, Path]) -> None:
    for name in ("sound.mp3", "sound.flac", "sound.m4a"):
        y, _ = read_channels(recordings[name])
        mono, _ = read_audio(recordings[name], sr=None)
        assert y.shape[0] == 2
        np.testing.assert_allclose(y.mean(axis=0), mono, atol=1e-6)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioNotFoundError):
        read_channels(tmp_path / "none.wav")
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(NotAudioError):
        read_channels(tmp_path / "a.txt")
    soundfile.write(tmp_path / "a.wav", np.zeros((48000, 2)), 48000)
    with pytest.raises(AudioLimitError, match="max_duration_s"):
        read_channels(tmp_path / "a.wav", limits=Limits(max_duration_s=0.5))
