"""MP3 in memory: the length and the place of the sound are kept, and the codec is heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genrescope.audio import mpeg_frames
from genrescope.audio.decode import read_audio
from genrescope.audio.encode import decode_mp3, encode_mp3, mp3_clip
from genrescope.audio.write import write_wav
from genrescope.errors import AudioNotFoundError, CorruptAudioError, ParameterError

RATES = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]


def music(sr: int, duration_s: float = 1.5) -> np.ndarray:
    """Make noise with the falling spectrum of music."""
    n = round(sr * duration_s)
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(n))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** 0.75
    spectrum[: round(60 * duration_s)] = 0
    y = np.fft.irfft(spectrum, n)
    return (0.5 * y / np.abs(y).max()).astype(np.float32)


def lag(a: np.ndarray, b: np.ndarray) -> int:
    """By how many samples `b` lies behind `a`: the place of the highest cross-correlation."""
    n = len(a)
    found = np.fft.irfft(np.fft.rfft(b, 2 * n) * np.conj(np.fft.rfft(a, 2 * n)))
    place = int(np.argmax(found))
    return place if place < n else place - 2 * n


@pytest.mark.parametrize("sr", RATES)
@pytest.mark.parametrize("bit_rate", [32_000, 64_000])
def test_length_and_place_are_kept(sr: int, bit_rate: int) -> None:
    y = music(sr)
    before = y.copy()
    data = encode_mp3(y, sr=sr, bit_rate=bit_rate)
    np.testing.assert_array_equal(y, before)
    decoded, rate = decode_mp3(data)
    assert (rate, decoded.shape, decoded.dtype) == (sr, y.shape, np.float32)
    assert lag(y, decoded) == 0
    assert np.corrcoef(y, decoded)[0, 1] > 0.95
    # One frame counts the others, and some hold the delay of the encoder.
    frame_bits = bit_rate * (1152 if sr >= 32000 else 576) / sr
    assert 0 <= len(data) * 8 - 1.5 * bit_rate <= 5 * frame_bits


@pytest.mark.parametrize("n", [47, 100, 575, 1152, 5000])
def test_short_sound_keeps_its_length(n: int) -> None:
    assert len(decode_mp3(encode_mp3(music(22050)[:n], sr=22050))[0]) == n


@pytest.mark.parametrize(
    ("sr", "bit_rate", "rate"),
    [
        (22050, 32_000, 22050),
        (21000, 64_000, 22050),
        (96_000, 64_000, 48_000),
        (8000, 128_000, 16_000),
        (22050, 192_000, 32_000),
        (44100, 8_000, 24_000),
    ],
)
def test_a_rate_that_mp3_lacks_becomes_one_that_it_has(sr: int, bit_rate: int, rate: int) -> None:
    data = encode_mp3(music(sr), sr=sr, bit_rate=bit_rate)
    y, got = decode_mp3(data)
    assert got == rate
    assert len(y) == pytest.approx(1.5 * rate, abs=2)
    at = mpeg_frames.find_stream(data, is_all=True)
    assert at is not None
    header = mpeg_frames.parse_header(data, at)
    assert header is not None
    assert header.sr == rate


def test_fewer_bits_are_farther_from_the_sound() -> None:
    y = music(44100)
    errors = [
        float(np.std(decode_mp3(encode_mp3(y, sr=44100, bit_rate=rate))[0] - y))
        for rate in (32_000, 64_000, 128_000, 320_000)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.1 * float(np.std(y))


def test_nothing_is_clipped() -> None:
    y = 3.0 * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)
    assert np.abs(decode_mp3(encode_mp3(y, sr=22050))[0]).max() > 2.5


@pytest.mark.parametrize(
    ("y", "match"),
    [
        (np.zeros((2, 10)), r"shape \(2, 10\)"),
        (np.zeros(0), r"shape \(0,\)"),
        (np.zeros(10, dtype=np.int16), "int16"),
        (np.array([0.0, np.nan]), "NaN"),
    ],
)
def test_wrong_sound_is_refused(y: np.ndarray, match: str) -> None:
    with pytest.raises(ParameterError, match=match):
        encode_mp3(y, sr=22050)


def test_wrong_rates_are_refused() -> None:
    with pytest.raises(ParameterError, match="bit_rate is 64, but MP3 has only those of"):
        encode_mp3(np.zeros(100), sr=22050, bit_rate=64)
    with pytest.raises(ParameterError, match="sr is 0"):
        encode_mp3(np.zeros(100), sr=0)


def test_a_clip_of_a_recording(tmp_path: Path) -> None:
    y = music(22050, 4.0)
    write_wav(tmp_path / "a.wav", y, sr=22050)
    data = mp3_clip(tmp_path / "a.wav", start_s=1.0, duration_s=2.0)
    decoded, sr = decode_mp3(data)
    assert (len(decoded), sr) == (44100, 22050)
    assert lag(y[22050:66150], decoded) == 0
    (tmp_path / "b.mp3").write_bytes(data)
    np.testing.assert_allclose(read_audio(tmp_path / "b.mp3", sr=None)[0], decoded, atol=1e-4)
    assert len(decode_mp3(mp3_clip(tmp_path / "a.wav", start_s=3.0, duration_s=9.0))[0]) == 22050
    with pytest.raises(AudioNotFoundError):
        mp3_clip(tmp_path / "none.wav", start_s=0.0, duration_s=1.0)


@pytest.mark.parametrize("data", [b"", b"text", bytes(5000)])
def test_what_is_no_mp3_is_refused(data: bytes) -> None:
    with pytest.raises(CorruptAudioError, match="MP3"):
        decode_mp3(data)
