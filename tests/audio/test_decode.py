"""Every format gives back the sound that was put in, whole, in parts and in blocks."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from audio_formats import (
    DURATION_S,
    FORMATS,
    LIBSNDFILE,
    SR,
    TONE_HZ,
    TONE_LEVEL,
    Made,
    encode,
    tones,
)

from genrescope.audio import decode, probe
from genrescope.errors import AudioWarning, ParameterError, TooShortAudioError


def tone_level(y: np.ndarray, *, sr: int, frequency: float = TONE_HZ) -> float:
    """Measure the level of a tone in one second of sound."""
    t = np.arange(sr) / sr
    at = len(y) // 2 - sr // 2
    return float(2 * abs(np.mean(y[at : at + sr] * np.exp(-2j * np.pi * frequency * t))))


@pytest.mark.parametrize("sr", [None, 22050, 16000])
@pytest.mark.parametrize("name", FORMATS)
def test_a_tone_survives_every_format_and_rate(
    recordings: dict[str, Path], name: str, sr: int | None
) -> None:
    y, got_sr = decode.read_audio(recordings[name], sr=sr)
    assert got_sr == (sr or SR)
    assert y.dtype == np.float32
    assert y.ndim == 1
    assert len(y) / got_sr == pytest.approx(DURATION_S, abs=0.07)
    # Some encoders (LAME, by default) scale by 0.95.
    assert tone_level(y, sr=got_sr) == pytest.approx(TONE_LEVEL, rel=0.06)
    assert tone_level(y, sr=got_sr, frequency=1.5 * TONE_HZ) < 0.01


@pytest.mark.parametrize("name", FORMATS)
def test_the_probe_agrees_with_what_is_read(recordings: dict[str, Path], name: str) -> None:
    info = probe.probe(recordings[name])
    y, sr = decode.read_audio(recordings[name], sr=None)
    assert (info.sr, info.n_channels) == (sr, 2)
    assert info.backend == (LIBSNDFILE if FORMATS[name].backend == LIBSNDFILE else "FFmpeg")
    assert info.size_bytes == recordings[name].stat().st_size
    assert info.duration_s is not None
    # Bare AAC frames give no length: it is guessed from the bit rate.
    assert info.duration_s == pytest.approx(len(y) / sr, rel=0.3 if name == "sound.aac" else 0.03)


@pytest.mark.parametrize("offset_s", [0.25, 1.7, 3.0])
@pytest.mark.parametrize("name", FORMATS)
def test_a_part_equals_that_part_of_the_whole(
    recordings: dict[str, Path], name: str, offset_s: float
) -> None:
    whole, sr = decode.read_audio(recordings[name], sr=None)
    part, _ = decode.read_audio(recordings[name], sr=None, offset_s=offset_s, duration_s=0.5)
    assert len(part) == sr // 2
    at, tolerance = round(offset_s * sr), FORMATS[name].offset_error
    if tolerance is not None:
        np.testing.assert_allclose(part, whole[at : at + len(part)], atol=tolerance)
        return
    slack = round(0.002 * sr)
    errors = [
        np.abs(part[2000:-2000] - whole[at + lag + 2000 : at + lag + len(part) - 2000]).max()
        for lag in range(-slack, slack + 1)
    ]
    assert min(errors) < 0.02


@pytest.mark.parametrize("sr", [None, 22050, 44100])
@pytest.mark.parametrize("name", ["pcm16.wav", "sound.mp3", "sound.m4a"])
def test_blocks_joined_equal_the_whole(
    recordings: dict[str, Path], name: str, sr: int | None
) -> None:
    whole, got_sr = decode.read_audio(recordings[name], sr=sr)
    with decode.open_audio(recordings[name], sr=sr, block_s=0.3) as reader:
        blocks = list(reader)
    assert {len(block) for block in blocks[:-1]} == {round(0.3 * got_sr)}
    assert 0 < len(blocks[-1]) <= len(blocks[0])
    np.testing.assert_array_equal(np.concatenate(blocks), whole)
    assert reader.problems == []
    assert reader.peak == pytest.approx(TONE_LEVEL + 0.1, rel=0.1)


def test_channels_are_averaged(tmp_path: Path) -> None:
    import soundfile

    channels = np.tile(np.array([0.6, -0.2, 0.2], dtype=np.float32), (1000, 1))
    soundfile.write(tmp_path / "three.wav", channels, 8000, subtype="FLOAT")
    y, _ = decode.read_audio(tmp_path / "three.wav", sr=None)
    np.testing.assert_allclose(y, 0.2, atol=1e-7)


@pytest.mark.parametrize(
    ("codec", "form", "layout"),
    [
        ("aac", "ipod", "5.1"),
        ("aac", "ipod", "7.1"),
        ("wavpack", "wv", "7.1"),
        ("wavpack", "wv", "hexadecagonal"),
        ("pcm_s16le", "mov", "7.1"),
    ],
)
def test_eight_and_more_planes_are_read_within_their_bounds(
    tmp_path: Path, codec: str, form: str, layout: str
) -> None:
    n_channels = {"5.1": 6, "7.1": 8, "hexadecagonal": 16}[layout]
    path = encode(
        tmp_path / "many", np.tile(tones()[:, :1], n_channels), Made(form, codec, layout=layout)
    )
    info = probe.probe(path)
    assert (info.n_channels, info.backend) == (n_channels, "FFmpeg")
    y, sr = decode.read_audio(path)
    assert len(y) / sr == pytest.approx(DURATION_S, abs=0.07)
    # AAC keeps only low tones in the last channel of 5.1.
    assert 0.8 * TONE_LEVEL < tone_level(y, sr=sr) < 1.03 * TONE_LEVEL


def test_mp3_has_no_delay_against_the_original(recordings: dict[str, Path]) -> None:
    y, _ = decode.read_audio(recordings["sound.mp3"], sr=None)
    original = tones().mean(axis=1)
    assert len(y) == len(original)
    assert np.abs(y - original)[1000:-1000].max() < 0.03


def test_reading_stops_at_the_end(recordings: dict[str, Path]) -> None:
    y, sr = decode.read_audio(recordings["pcm16.wav"], offset_s=3.5, duration_s=10.0)
    assert len(y) == round(0.5 * sr)


@pytest.mark.parametrize("name", ["pcm16.wav", "sound.m4a", "sound.aac"])
def test_an_offset_beyond_the_end_is_too_short(recordings: dict[str, Path], name: str) -> None:
    with pytest.raises(TooShortAudioError, match=r"offset_s.*begin earlier"):
        decode.read_audio(recordings[name], offset_s=100.0)


def test_a_part_shorter_than_a_sample_is_too_short(recordings: dict[str, Path]) -> None:
    with pytest.raises(TooShortAudioError, match="shorter than one sample"):
        decode.read_audio(recordings["pcm16.wav"], duration_s=1e-6)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"sr": 0}, "sr is 0"),
        ({"sr": 22050.0}, "sr is 22050.0"),
        ({"sr": True}, "sr is True"),
        ({"offset_s": -1.0}, "offset_s is -1.0, but it is a number of seconds at least 0"),
        ({"offset_s": float("nan")}, "offset_s is nan"),
        ({"duration_s": 0.0}, "duration_s is 0.0, but it is a number of seconds above 0"),
        ({"duration_s": "3"}, "duration_s is '3'"),
        ({"block_s": 0.0}, "block_s is 0.0"),
        ({"block_s": float("inf")}, "block_s is inf"),
    ],
)
def test_wrong_arguments_are_refused(
    recordings: dict[str, Path], wrong: dict[str, object], match: str
) -> None:
    with pytest.raises(ParameterError, match=match):
        decode.open_audio(recordings["pcm16.wav"], **wrong)  # type: ignore[arg-type]


def test_a_closed_reader_gives_nothing_more(recordings: dict[str, Path]) -> None:
    reader = decode.open_audio(recordings["sound.mp3"], block_s=0.5)
    next(reader)
    reader.close()
    reader.close()
    assert list(reader) == []


def test_a_change_of_rate_inside_is_followed(tmp_path: Path) -> None:
    aac = FORMATS["sound.aac"]
    a = encode(tmp_path / "a.aac", tones(2.0, sr=44100), aac, sr=44100).read_bytes()
    b = encode(tmp_path / "b.aac", tones(2.0, sr=22050), aac, sr=22050).read_bytes()
    (tmp_path / "both.aac").write_bytes(a + b)
    with pytest.warns(AudioWarning, match="sample rate changes from 44100 to 22050"):
        y, sr = decode.read_audio(tmp_path / "both.aac", sr=16000)
    assert len(y) / sr == pytest.approx(4.0, abs=0.2)
    assert tone_level(y[: 2 * sr], sr=sr) == pytest.approx(TONE_LEVEL, rel=0.03)
    assert tone_level(y[-2 * sr :], sr=sr) == pytest.approx(TONE_LEVEL, rel=0.03)


def test_no_extension_is_needed(recordings: dict[str, Path], tmp_path: Path) -> None:
    bare = tmp_path / "http:__strange name?.#$ü"
    bare.write_bytes(recordings["sound.mp3"].read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode.read_audio(str(bare))[0].size


def test_the_import_brings_in_no_decoder() -> None:
    code = (
        "import sys, genrescope.audio.decode\n"
        "heavy = {'av', 'soundfile', 'soxr'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


MEMORY = """
import resource, sys
from genrescope.audio import decode
with decode.open_audio(sys.argv[1]) as reader:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    n = sum(len(block) for block in reader)
print(n / 22050, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sound.mp3", "sound.aac"])
def test_two_hours_take_little_memory(tmp_path: Path, name: str) -> None:
    pytest.importorskip("resource")
    minute = encode(tmp_path / name, tones(60.0, sr=44100), FORMATS[name], sr=44100).read_bytes()
    if name == "sound.mp3":
        # Without its Info frame, so that nothing says where the first minute ends.
        minute = minute[minute.index(b"\xff\xfb", 4) :]
    (tmp_path / name).write_bytes(minute * 120)
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / name)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, mebibytes = map(float, done.stdout.split())
    assert seconds == pytest.approx(7200.0, abs=10.0)
    assert mebibytes < 60.0
