"""Windows that are sought equal those of the whole recording, in each codec and at each rate."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from genrescope.audio import opening
from genrescope.audio.decode import open_audio
from genrescope.audio.limits import Limits
from genrescope.audio.reader import AudioReader
from genrescope.errors import AudioLimitError, CorruptAudioError, ParameterError, SilentAudioError
from genrescope.features.windows import Window, WindowSettings, cut
from genrescope.prediction import excerpts
from genrescope.prediction.hearing import Heard

SR = 22050
SETTINGS = WindowSettings(length=30_000, hop=20_000, min_tail=5_000)
DURATION_S = 14.0
# How far a window may be from that of the whole: rounding in the resampler.
ROUNDING = 3e-7
LIBSNDFILE = {
    "a.wav": ("WAV", "PCM_16"),
    "float.wav": ("WAV", "FLOAT"),
    "a.aiff": ("AIFF", "PCM_24"),
    "a.flac": ("FLAC", "PCM_16"),
    "a.ogg": ("OGG", "VORBIS"),
    "a.opus": ("OGG", "OPUS"),
    "vbr.mp3": ("MP3", "MPEG_LAYER_III"),
}
FFMPEG = {"cbr.mp3": ("mp3", "libmp3lame"), "alac.m4a": ("ipod", "alac")}


def music(duration_s: float = DURATION_S, *, sr: int) -> np.ndarray:
    """Two channels that no two places share: chirps and noise."""
    t = np.arange(round(duration_s * sr)) / sr
    noise = 0.05 * np.random.default_rng(0).standard_normal((len(t), 2))
    chirp = 0.2 * np.sin(2 * np.pi * (200 + 20 * t) * t)
    return (chirp[:, None] + noise).astype(np.float32)


def ffmpeg_encode(path: Path, y: np.ndarray, *, sr: int, form: str, codec: str) -> None:
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=sr, layout="stereo")
        stream.codec_context.bit_rate = 128_000
        fit = av.AudioResampler(
            format=stream.codec_context.format,
            layout="stereo",
            rate=sr,
            frame_size=stream.codec_context.frame_size or 4096,
        )
        packed = np.ascontiguousarray(y).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, "flt", "stereo")
        frame.sample_rate = sr
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode())


def make(path: Path, y: np.ndarray, *, sr: int) -> Path:
    if path.name in LIBSNDFILE:
        form, codec = LIBSNDFILE[path.name]
        with soundfile.SoundFile(path, "w", sr, 2, format=form, subtype=codec) as file:
            # Its encoder of Vorbis overflows the stack where it gets much at once.
            for at in range(0, len(y), 1 << 15):
                file.write(y[at : at + (1 << 15)])
    else:
        form, codec = FFMPEG.get(path.name) or ("ipod", "aac")
        ffmpeg_encode(path, y, sr=sr, form=form, codec=codec)
    return path


def whole(path: Path, *, sr: int = SR) -> tuple[dict[int, Window], Heard, list[str]]:
    with open_audio(path, sr=sr) as reader:
        heard = Heard(reader)
        return {w.start: w for w in cut(heard, SETTINGS)}, heard, reader.problems


def some(
    path: Path, n: int | None, *, sr: int = SR, limits: Limits | None = None
) -> tuple[list[Window], excerpts.WindowReader]:
    with excerpts.open_windows(
        path, settings=SETTINGS, sr=sr, max_windows=n, limits=limits
    ) as windows:
        return list(windows), windows


def largest_error(windows: list[Window], expected: dict[int, Window]) -> float:
    assert windows
    for window in windows:
        assert window.end == expected[window.start].end
        assert window.y.dtype == np.float32
        assert window.y.shape == (SETTINGS.length,)
    return max(float(np.abs(w.y - expected[w.start].y).max()) for w in windows)


@pytest.mark.parametrize("native", [44100, 48000, 32000, 16000, 22050])
@pytest.mark.parametrize("name", [*LIBSNDFILE, *FFMPEG])
def test_sought_windows_are_those_of_the_whole(tmp_path: Path, name: str, native: int) -> None:
    if name == "a.opus" and native not in (48000, 16000):
        pytest.skip("Opus has no such rate")
    path = make(tmp_path / name, music(sr=native), sr=native)
    expected, heard, problems = whole(path)
    windows, reader = some(path, 5)
    assert reader.is_sought
    assert len(windows) == 5
    starts = [window.start for window in windows]
    assert starts == sorted(starts)
    assert (starts[0], starts[-1]) == (0, max(expected))
    assert largest_error(windows, expected) <= (0 if native == SR else ROUNDING)
    assert reader.heard.n_samples == heard.n_samples
    assert reader.problems == problems == []
    assert reader.heard.peak == max(float(np.abs(window.y).max()) for window in windows)


def test_aac_differs_in_its_own_noise_only(tmp_path: Path) -> None:
    t = np.arange(round(DURATION_S * 44100)) / 44100
    y = np.repeat(0.3 * np.sin(2 * np.pi * (300 + 20 * t) * t)[:, None], 2, axis=1)
    path = make(tmp_path / "a.m4a", y.astype(np.float32), sr=44100)
    expected, heard, _ = whole(path)
    windows, reader = some(path, 5)
    assert reader.is_sought
    assert largest_error(windows, expected) < 0.02
    assert reader.heard.n_samples == heard.n_samples


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10])
def test_windows_are_spread_evenly(tmp_path: Path, n: int) -> None:
    path = make(tmp_path / "a.wav", music(sr=SR), sr=SR)
    expected, _, _ = whole(path)
    windows, reader = some(path, n)
    assert reader.is_sought
    assert len(windows) == n
    order = sorted(expected)
    steps = np.diff([order.index(window.start) for window in windows])
    assert not len(steps) or steps.max() - steps.min() <= 1
    assert largest_error(windows, expected) == 0


@pytest.mark.parametrize("n", [None, 1000])
@pytest.mark.parametrize("duration_s", [0.7, 5.0])
def test_all_windows_are_those_of_cut(tmp_path: Path, n: int | None, duration_s: float) -> None:
    path = make(tmp_path / "vbr.mp3", music(duration_s, sr=44100), sr=44100)
    expected, heard, _ = whole(path)
    windows, reader = some(path, n)
    assert [window.start for window in windows] == list(expected)
    assert largest_error(windows, expected) == 0
    assert (reader.heard.n_samples, reader.heard.peak) == (heard.n_samples, heard.peak)
    assert not reader.is_sought


@pytest.mark.parametrize("remainder", [0, 1, 4_999, 5_000, 19_999])
def test_the_last_window_lies_where_cut_lays_it(tmp_path: Path, remainder: int) -> None:
    y = music(sr=SR)[: 30_000 + 12 * 20_000 + remainder]
    path = make(tmp_path / "a.wav", y, sr=SR)
    expected, _, _ = whole(path)
    windows, reader = some(path, 4)
    assert reader.is_sought
    assert windows[-1].start == max(expected)
    assert largest_error(windows, expected) == 0


@pytest.mark.parametrize("held", [0, 2**25])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 1000])
@pytest.mark.parametrize("name", ["a.aac", "a.mka"])
def test_where_places_are_not_known_all_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, n: int, held: int
) -> None:
    monkeypatch.setattr(excerpts, "_MAX_HELD_BYTES", held)
    form = {"a.aac": "adts", "a.mka": "matroska"}[name]
    ffmpeg_encode(tmp_path / name, music(sr=44100), sr=44100, form=form, codec="aac")
    expected, heard, _ = whole(tmp_path / name)
    windows, reader = some(tmp_path / name, n)
    assert not reader.is_sought
    assert len(windows) == min(n, len(expected))
    assert largest_error(windows, expected) == 0
    assert (reader.heard.n_samples, reader.heard.peak) == (heard.n_samples, heard.peak)
    order = list(expected)
    steps = np.diff([order.index(window.start) for window in windows])
    assert not len(steps) or steps.max() - steps.min() <= 1
    if n > 1:
        assert (windows[0].start, windows[-1].start) == (order[0], order[-1])


def test_rates_without_common_places_are_decoded_whole(tmp_path: Path) -> None:
    path = make(tmp_path / "a.wav", music(sr=44101), sr=44101)
    expected, _, _ = whole(path)
    windows, reader = some(path, 4)
    assert not reader.is_sought
    assert largest_error(windows, expected) == 0


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "vbr.mp3", "cbr.mp3"])
def test_a_truncated_file_is_told_and_decoded_whole(tmp_path: Path, name: str) -> None:
    data = make(tmp_path / name, music(sr=44100), sr=44100).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * 2 // 3])
    expected, heard, problems = whole(tmp_path / name)
    windows, reader = some(tmp_path / name, 5)
    assert not reader.is_sought
    assert largest_error(windows, expected) == 0
    assert reader.heard.n_samples == heard.n_samples
    assert reader.problems == problems != []


def test_damage_in_a_window_is_told(tmp_path: Path) -> None:
    path = make(tmp_path / "float.wav", music(sr=SR), sr=SR)
    y, _ = soundfile.read(path, dtype="float32")
    y[30_000:31_000] = np.nan
    soundfile.write(path, y, SR, subtype="FLOAT")
    expected, _, problems = whole(path)
    order = sorted(expected)
    chosen = [order[round(i * (len(order) - 1) / 9)] for i in range(10)]
    windows, reader = some(path, 10)
    assert [window.start for window in windows] == chosen
    assert largest_error(windows, expected) == 0
    assert reader.problems == problems != []
    assert not reader.is_sought


def test_sound_between_silent_windows_is_found(tmp_path: Path) -> None:
    y = np.zeros((round(DURATION_S * SR), 2), dtype=np.float32)
    y[200_000:230_000] = music(sr=SR)[200_000:230_000]
    path = make(tmp_path / "a.wav", y, sr=SR)
    windows, reader = some(path, 3)
    loud = [window for window in windows if np.abs(window.y).max() > 0.01]
    assert 0 < len(loud) <= 3
    reader.heard.check(DURATION_S, None, n_windows=len(loud))


@pytest.mark.parametrize("sr", [SR, 44101])
def test_silent_windows_count_but_are_not_given_out(tmp_path: Path, sr: int) -> None:
    y = music(sr=sr)
    y[: 2 * sr] = 0
    path = make(tmp_path / "a.wav", y, sr=sr)
    expected, _, _ = whole(path)
    windows, reader = some(path, 3)
    order = sorted(expected)
    assert [window.start for window in windows] == [order[(len(order) - 1) // 2], order[-1]]
    assert largest_error(windows, expected) == 0
    assert reader.is_sought == (sr == SR)


@pytest.mark.parametrize("held", [0, 2**25])
def test_sound_between_silent_windows_is_found_where_all_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(excerpts, "_MAX_HELD_BYTES", held)
    sr = 44101
    y = np.zeros((round(DURATION_S * sr), 2), dtype=np.float32)
    y[400_000:460_000] = music(sr=sr)[400_000:460_000]
    path = make(tmp_path / "a.wav", y, sr=sr)
    expected, _, _ = whole(path)
    windows, reader = some(path, 2)
    assert len(windows) == 2
    assert largest_error(windows, expected) == 0
    assert all(np.abs(window.y).max() > 0.01 for window in windows)
    reader.heard.check(DURATION_S, None, n_windows=2)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_windows_that_the_header_lets_expect_are_decoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    path = make(tmp_path / "a.wav", music(30.0, sr=44101), sr=44101)
    expected, _, _ = whole(path)
    monkeypatch.setattr(excerpts, "_MAX_HELD_BYTES", 8 * 4 * SETTINGS.length)
    assert len(expected) > 3 * 8
    opened = []

    def count(*args: object, **settings: object) -> AudioReader:
        opened.append(args)
        return open_audio(*args, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(excerpts, "open_audio", count)
    windows, reader = some(path, n)
    assert (len(windows), reader.is_sought, len(opened)) == (n, False, 1)
    assert largest_error(windows, expected) == 0


def peak_bytes(path: Path, n: int | None) -> int:
    tracemalloc.start()
    try:
        with excerpts.open_windows(path, settings=SETTINGS, sr=SR, max_windows=n) as windows:
            assert sum(1 for _ in windows) >= 3
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("n", [3, 40, 1000])
@pytest.mark.parametrize("name", ["a.wav", "odd.wav", "a.aac"])
def test_a_limit_on_windows_never_takes_the_memory_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, n: int
) -> None:
    held = 2**19
    monkeypatch.setattr(excerpts, "_MAX_HELD_BYTES", held)
    path, sr = tmp_path / name, 44101 if name == "odd.wav" else 44100
    y = music(60.0, sr=sr)
    if name == "a.aac":
        ffmpeg_encode(path, y, sr=sr, form="adts", codec="aac")
    else:
        soundfile.write(path, y, sr)
    assert 10 * held < 60 * SR * 4
    assert peak_bytes(path, n) < peak_bytes(path, None) + 2 * held


def test_a_header_that_promises_too_little_makes_no_more_windows(tmp_path: Path) -> None:
    path = make(tmp_path / "a.wav", music(sr=SR), sr=SR)
    _, heard, _ = whole(path)
    with excerpts.open_windows(path, settings=SETTINGS, sr=SR, max_windows=3) as windows:
        windows._reader.n_promised = 40_000
        assert len(list(windows)) == 3
    assert windows.heard.n_samples == heard.n_samples


def test_silence_is_refused_as_ever(tmp_path: Path) -> None:
    path = make(tmp_path / "a.wav", np.zeros((round(DURATION_S * SR), 2)), sr=SR)
    _, reader = some(path, 3)
    with pytest.raises(SilentAudioError, match=r"silent \(peak 0"):
        reader.heard.check(reader.heard.n_samples / SR, str(path), n_windows=0)


def test_limits_hold_for_the_whole_recording(tmp_path: Path) -> None:
    path = make(tmp_path / "a.wav", music(sr=SR), sr=SR)
    with pytest.raises(AudioLimitError, match="max_duration_s"):
        some(path, 1, limits=Limits(max_duration_s=10.0))
    with pytest.raises(AudioLimitError, match="max_decode_s"):
        some(path, 2, limits=Limits(max_decode_s=1e-9))
    assert some(path, 2, limits=Limits(max_decode_s=None))[1].is_sought


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that goes on by a second whenever it is read."""
    now = [0.0]

    def read() -> float:
        now[0] += 1.0
        return now[0]

    monkeypatch.setattr(time, "perf_counter", read)
    return now


@pytest.mark.parametrize("name", ["a.wav", "vbr.mp3"])
def test_all_parts_have_one_time_limit_together(
    tmp_path: Path, name: str, clock: list[float]
) -> None:
    path = make(tmp_path / name, music(sr=44100), sr=44100)
    with excerpts.open_windows(path, settings=SETTINGS, sr=SR, max_windows=6) as windows:
        before = clock[0]
        n = sum(1 for _ in windows)
        spent_s = clock[0] - before
        assert (n, windows.is_sought) == (6, True)
    limit_s = round(spent_s / 2)
    with pytest.raises(AudioLimitError, match=f"more than {limit_s} s "):
        some(path, 6, limits=Limits(max_decode_s=limit_s))
    assert some(path, 6, limits=Limits(max_decode_s=2 * spent_s))[1].is_sought


def test_the_time_of_parts_that_failed_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    path = make(tmp_path / "vbr.mp3", music(sr=44100), sr=44100)
    _, reader = some(path, None)
    spent_s = reader._reader.spent_s

    class Failing(AudioReader):
        def __init__(self, *args: object, **settings: object) -> None:
            clock[0] += 4 * spent_s
            raise CorruptAudioError("damaged")

    monkeypatch.setattr(excerpts, "AudioReader", Failing)
    some(path, 3, limits=Limits(max_decode_s=8 * spent_s))
    limit_s = round(4 * spent_s)
    with pytest.raises(AudioLimitError, match=f"more than {limit_s} s "):
        some(path, 3, limits=Limits(max_decode_s=limit_s))


def test_the_source_of_the_parts_opens_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path / "a.wav", music(sr=SR), sr=SR)
    real, deadlines = opening.open_source, []

    def open_source(path: Path, *, deadline: float) -> opening.Opened:
        deadlines.append(deadline)
        return real(path, deadline=deadline)

    monkeypatch.setattr(opening, "open_source", open_source)
    some(path, 3, limits=Limits(max_decode_s=100.0))
    assert len(deadlines) == 2
    assert all(0 < deadline - time.perf_counter() <= 100 for deadline in deadlines)


def test_no_windows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="max_windows is 0"):
        excerpts.open_windows(tmp_path / "a.wav", settings=SETTINGS, sr=SR, max_windows=0)
