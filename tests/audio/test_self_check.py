"""A second of sound in each format, made and read: what works is told from what does not."""

from __future__ import annotations

import pytest

from genrescope.audio import self_check
from genrescope.audio.self_check import FORMATS, check_formats
from genrescope.errors import CorruptAudioError


def test_every_format_that_can_be_made_decodes(tmp_path):
    checks = list(check_formats(tmp_path))
    assert [check.name for check in checks] == list(FORMATS)
    assert all(check.decodes for check in checks), checks


def test_what_no_encoder_writes_is_not_called_broken(tmp_path, monkeypatch):
    odd = self_check.Encoding("soundfile", "WAV", "NO_SUCH_CODEC")
    monkeypatch.setattr(self_check, "FORMATS", {"odd": odd})
    (check,) = check_formats(tmp_path)
    assert check.decodes is None
    assert check.reason


@pytest.mark.parametrize("fault", ["error", "short", "pitch"])
def test_a_decoder_that_fails_is_found(tmp_path, monkeypatch, fault):
    def broken(path, **options):
        if fault == "error":
            raise CorruptAudioError("libsndfile gave up")
        return real(path, **{**options, **changes})

    real = self_check.open_audio
    changes = {"duration_s": 0.5} if fault == "short" else {"offset_s": 0.0}
    if fault == "pitch":
        monkeypatch.setattr(self_check, "_write", wrong_pitch(self_check._write))
    monkeypatch.setattr(self_check, "open_audio", broken)
    monkeypatch.setattr(self_check, "FORMATS", {"wav": FORMATS["wav"]})
    (check,) = check_formats(tmp_path)
    assert check.decodes is False
    says = {"error": "gave up", "short": "came back of 1 s", "pitch": "came back as 880 Hz"}
    assert says[fault] in check.reason


def wrong_pitch(write):
    """Leave out each second sample, and play that twice: an octave too high."""

    def written(path, y, encoding):
        write(path, [*y[::2], *y[::2]], encoding)

    return written
