"""Each way in which a file can be wrong has its own error, or a warning and what is left."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile
from audio_formats import DURATION_S, FORMATS, SR, Made, encode, tones

from genrescope.audio import decode, probe
from genrescope.audio.limits import Limits
from genrescope.audio.write import write_wav
from genrescope.errors import (
    AudioError,
    AudioIsDirectoryError,
    AudioLimitError,
    AudioNotFoundError,
    AudioPermissionError,
    AudioWarning,
    CorruptAudioError,
    EmptyAudioError,
    NonFiniteAudioError,
    NotAudioError,
    TooShortAudioError,
)

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(range(256)) * 64
# Only these formats say how much sound there should be, or keep it readable without an end.
TELLS_TRUNCATION = (
    "pcm16.wav",
    "sound.aiff",
    "sound.au",
    "sound.flac",
    "sound.ogg",
    "sound.opus",
    "sound.mp3",
    "sound.wma",
    "sound.mka",
    "video.mkv",
    "video.webm",
    "video.avi",
)


def read_quietly(path: Path) -> tuple[np.ndarray, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        y, _ = decode.read_audio(path, sr=None)
    assert all(issubclass(w.category, AudioWarning) for w in caught)
    return y, [str(w.message) for w in caught]


def float_wav(path: Path, y: np.ndarray) -> Path:
    soundfile.write(path, y, 8000, subtype="FLOAT")
    return path


@pytest.mark.parametrize(
    ("name", "content", "error", "match"),
    [
        ("empty.mp3", b"", EmptyAudioError, "empty .0 bytes.*again"),
        ("text.mp3", b"Sing, goddess, the anger\n" * 500, NotAudioError, "but text, though.*MP3"),
        ("picture.mp3", JPEG, NotAudioError, "a JPEG picture, though its name says MP3"),
        ("page.flac", b"\n<!DOCTYPE html><html>", NotAudioError, "HTML.*says FLAC"),
        ("zeros.wav", bytes(10_000), NotAudioError, "nothing but zero bytes.*never finished"),
        ("list.mp3", b"#EXTM3U\nhttp://localhost/a.mp3\n", NotAudioError, "a playlist"),
        ("tune.mid", b"MThd\0\0\0\6\0\1\0\1", NotAudioError, "MIDI file: notes, not sound"),
        ("tag.mp3", b"ID3\4\0\0\0\0\2\0" + bytes(300), NotAudioError, "not a sound file"),
        ("short.flac", b"fLaC", CorruptAudioError, "looks like FLAC.*another copy"),
        ("short.m4a", b"\0\0\0\x18ftypM4A " + bytes(12), CorruptAudioError, "FFmpeg cannot open"),
        ("noise", np.random.default_rng(0).bytes(5000), NotAudioError, "of an unknown format"),
    ],
)
@pytest.mark.parametrize("read", [decode.read_audio, probe.probe])
def test_what_is_not_sound(  # type: ignore[no-untyped-def]
    tmp_path: Path, read, name: str, content: bytes, error: type[AudioError], match: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=match) as caught:
        read(tmp_path / name)
    assert type(caught.value) is error
    assert str(caught.value).startswith(str(tmp_path / name))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(AudioNotFoundError, match=r"nothing\.mp3: no such file"):
        decode.read_audio(tmp_path / "nothing.mp3")
    with pytest.raises(AudioNotFoundError, match="zero byte"):
        decode.read_audio("a\0b.mp3")


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AudioError, match="cannot be read"):
        decode.read_audio(tmp_path / "file" / "a.mp3")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(AudioIsDirectoryError, match="it is a folder"):
        decode.read_audio(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(NotAudioError, match="a device or a pipe"):
        decode.read_audio(tmp_path / "pipe.wav")


def test_unreadable_file(recordings: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    # The tests may run as root, whom no permission stops.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AudioPermissionError, match="may not be read: check its permissions"):
        decode.read_audio(recordings["pcm16.wav"])


def test_a_disk_error_while_reading(
    recordings: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with decode.open_audio(recordings["pcm16.wav"]) as reader:

        def fail(self: Path, *args: object, **kwargs: object) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(Path, "open", fail)
        with pytest.raises(AudioError, match="cannot be read: Input/output error"):
            list(reader)


def test_video_without_sound(tmp_path: Path) -> None:
    import av
    from audio_formats import add_pictures

    with av.open(str(tmp_path / "silent.mp4"), "w") as container:
        add_pictures(container, container.add_stream("mpeg4", rate=25), n_images=10)
    with pytest.raises(NotAudioError, match="no sound track"):
        decode.read_audio(tmp_path / "silent.mp4")


@pytest.mark.parametrize("name", FORMATS)
def test_half_a_file_gives_its_half_or_an_error(
    recordings: dict[str, Path], tmp_path: Path, name: str
) -> None:
    half = tmp_path / name
    data = recordings[name].read_bytes()
    half.write_bytes(data[: len(data) // 2])
    # The table of contents of an MP4 stands at its end.
    if name in ("sound.m4a", "alac.m4a", "video.mp4", "video.mov"):
        with pytest.raises(CorruptAudioError, match="FFmpeg cannot open it"):
            read_quietly(half)
        return
    y, told = read_quietly(half)
    assert 0.2 * DURATION_S < len(y) / SR < 0.8 * DURATION_S
    if name in TELLS_TRUNCATION:
        assert any("truncated" in message for message in told), told


@pytest.mark.parametrize("name", FORMATS)
def test_a_few_bytes_of_a_file_give_an_error(
    recordings: dict[str, Path], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(recordings[name].read_bytes()[:20])
    with pytest.raises(AudioError, match=name):
        read_quietly(tmp_path / name)


@pytest.mark.parametrize("name", ["sound.flac", "sound.ogg", "sound.opus", "sound.mp3"])
def test_a_damaged_middle_costs_only_the_middle(
    recordings: dict[str, Path], tmp_path: Path, name: str
) -> None:
    data = bytearray(recordings[name].read_bytes())
    at = len(data) // 2
    data[at : at + 2000] = bytes(2000)
    (tmp_path / name).write_bytes(data)
    y, told = read_quietly(tmp_path / name)
    assert len(y) / SR >= 0.5 * DURATION_S
    assert told
    assert np.abs(y).max() < 3.0


def test_the_wrong_extension_is_told_and_read(recordings: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "really-flac.mp3").write_bytes(recordings["sound.flac"].read_bytes())
    with pytest.warns(AudioWarning, match=r"wrong extension: \.mp3 says MP3, the content is FLAC"):
        y, _ = decode.read_audio(tmp_path / "really-flac.mp3", sr=None)
    np.testing.assert_array_equal(y, decode.read_audio(recordings["sound.flac"], sr=None)[0])


@pytest.mark.parametrize("suffix", [".raw", ".pcm", ".vox"])
def test_an_extension_of_headerless_sound_changes_nothing(
    recordings: dict[str, Path], tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"sound{suffix}"
    path.write_bytes(recordings["pcm16.wav"].read_bytes())
    y, told = read_quietly(path)
    assert told == []
    np.testing.assert_array_equal(y, decode.read_audio(recordings["pcm16.wav"], sr=None)[0])


def test_silence_is_told(tmp_path: Path) -> None:
    write_wav(tmp_path / "silent.wav", np.zeros(8000), sr=8000)
    with pytest.warns(AudioWarning, match="silent"):
        decode.read_audio(tmp_path / "silent.wav")
    with decode.open_audio(tmp_path / "silent.wav") as reader:
        list(reader)
    assert reader.peak == 0.0


def test_channels_that_cancel_are_told(tmp_path: Path) -> None:
    y = tones(1.0, sr=8000) * np.array([1, -1], dtype=np.float32)
    _, told = read_quietly(float_wav(tmp_path / "opposite.wav", y))
    assert any("channels cancel each other" in message for message in told)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 2e4, -3e38])
def test_a_few_impossible_samples_become_zero(tmp_path: Path, bad: float) -> None:
    y = tones(1.0, sr=8000)[:, 0]
    y[100:110] = bad
    with pytest.warns(AudioWarning, match="10 of 8000 samples are NaN, infinite or beyond 10000"):
        got, _ = decode.read_audio(float_wav(tmp_path / "few.wav", y), sr=None)
    y[100:110] = 0
    np.testing.assert_array_equal(got, y)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 2e4])
def test_mostly_impossible_samples_are_refused(tmp_path: Path, bad: float) -> None:
    y = np.full(8000, bad, dtype=np.float32)
    y[:3000] = 0.1
    with pytest.raises(NonFiniteAudioError, match="5000 of 8000 samples are NaN"):
        decode.read_audio(float_wav(tmp_path / "most.wav", y))


def test_one_sample(tmp_path: Path) -> None:
    path = float_wav(tmp_path / "one.wav", np.array([0.5], dtype=np.float32))
    assert decode.read_audio(path, sr=None)[0].tolist() == [0.5]
    with pytest.raises(TooShortAudioError, match="it has 1 samples: nothing is left"):
        decode.read_audio(path, sr=1000)


def test_no_samples(tmp_path: Path) -> None:
    path = float_wav(tmp_path / "none.wav", np.zeros(0, dtype=np.float32))
    assert probe.probe(path).duration_s == 0.0
    with pytest.raises(EmptyAudioError, match="holds no samples"):
        decode.read_audio(path)


@pytest.mark.parametrize(("at", "what"), [(22, "channels"), (24, "rate")])
def test_no_channels_or_rate(tmp_path: Path, at: int, what: str) -> None:
    write_wav(tmp_path / "none.wav", np.full(100, 0.1), sr=8000)
    data = bytearray((tmp_path / "none.wav").read_bytes())
    data[at : at + 2] = bytes(2)
    (tmp_path / "none.wav").write_bytes(data)
    with pytest.raises((EmptyAudioError, CorruptAudioError, NotAudioError), match=r"none\.wav"):
        decode.read_audio(tmp_path / "none.wav")


def test_a_header_of_absurd_length_allocates_nothing(tmp_path: Path) -> None:
    made = Made("FLAC", "PCM_16", backend="libsndfile")
    data = bytearray(encode(tmp_path / "long.flac", tones(1.0), made).read_bytes())
    # The number of samples in STREAMINFO: 36 bits.
    data[21] |= 0x0F
    data[22:26] = b"\xff" * 4
    (tmp_path / "long.flac").write_bytes(data)
    with pytest.raises(AudioLimitError, match=r"1\.4.*e\+06 s of sound.*max_duration_s"):
        decode.read_audio(tmp_path / "long.flac")
    with pytest.warns(AudioWarning, match="FFmpeg read on"):
        y, _ = decode.read_audio(tmp_path / "long.flac", duration_s=0.5)
    assert len(y) == 11025


@pytest.mark.parametrize(
    ("limits", "match"),
    [
        (Limits(max_duration_s=3.0), "limit max_duration_s is 3 s"),
        (Limits(max_channels=1), "2 channels, and the limit max_channels is 1"),
        (Limits(max_sr=44100), "48000 Hz, and the limit max_sr is 44100"),
        (Limits(min_sr=96000), "48000 Hz, and the limit min_sr is 96000"),
        (Limits(max_decoded_bytes=10**6), "limit max_decoded_bytes is 1000000"),
    ],
)
@pytest.mark.parametrize("name", ["pcm16.wav", "sound.mp3", "sound.aac", "video.mp4"])
def test_limits_are_kept(
    recordings: dict[str, Path], name: str, limits: Limits, match: str
) -> None:
    with pytest.raises(AudioLimitError, match=match):
        decode.read_audio(recordings[name], limits=limits)


@pytest.mark.parametrize("name", ["pcm16.wav", "sound.aac", "video.mp4"])
def test_too_much_time_is_refused(recordings: dict[str, Path], name: str) -> None:
    with pytest.raises(AudioError, match=r"max_decode_s|cannot open it"):
        decode.read_audio(recordings[name], limits=Limits(max_decode_s=1e-9))


def test_a_part_within_the_limit_is_read(recordings: dict[str, Path]) -> None:
    limits = Limits(max_duration_s=1.0)
    y, _ = decode.read_audio(recordings["pcm16.wav"], duration_s=0.9, limits=limits)
    assert len(y) == round(0.9 * 22050)
    with pytest.raises(AudioLimitError, match="holds 4 s"):
        probe.probe(recordings["pcm16.wav"], limits=limits)


def test_decoders_write_nothing_to_the_terminal(
    recordings: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    n_read = 0
    for name, path in recordings.items():
        data = bytearray(path.read_bytes())
        for at in rng.integers(len(data), size=40):
            data[at] ^= 0xFF
        (tmp_path / name).write_bytes(data)
        n_read += 1
        try:
            read_quietly(tmp_path / name)
        except AudioError:
            continue
    assert n_read == len(FORMATS)
    assert capfd.readouterr() == ("", "")
