"""Frames: their number, their place, the zeros at the ends, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.dsp import frames, mel
from genrescope.errors import ParameterError


@given(
    n=st.integers(1, 400),
    n_fft=st.integers(2, 65),
    hop_length=st.integers(1, 90),
    data=st.data(),
)
def test_frames_are_those_of_the_padded_signal(n, n_fft, hop_length, data):
    total = frames.n_frames(n, n_fft=n_fft, hop_length=hop_length)
    y = np.arange(1.0, n + 1.0)
    padded = np.pad(y, n_fft // 2)
    if padded.size < n_fft:
        return
    expected = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length]
    assert total == len(expected)
    start = data.draw(st.integers(0, total - 1))
    stop = data.draw(st.integers(start + 1, total))
    some = frames.frames(y, start=start, stop=stop, n_fft=n_fft, hop_length=hop_length)
    np.testing.assert_array_equal(some, expected[start:stop])


@given(n=st.integers(1, 400), n_fft=st.integers(2, 65), hop_length=st.integers(1, 90))
def test_whole_frames_are_those_without_padding(n, n_fft, hop_length):
    total = frames.n_frames(n, n_fft=n_fft, hop_length=hop_length)
    whole = frames.whole_frames(n, n_fft=n_fft, hop_length=hop_length)
    firsts = [i * hop_length - n_fft // 2 for i in range(total)]
    assert list(whole) == [i for i, f in enumerate(firsts) if f >= 0 and f + n_fft <= n]


def test_frames_inside_the_signal_are_views():
    y = np.zeros(1000)
    some = frames.frames(y, start=2, stop=5, n_fft=64, hop_length=32)
    assert np.shares_memory(some, y)
    assert not some.flags.writeable


def test_frame_is_centred_on_its_sample():
    y = np.zeros(1000)
    y[300] = 1.0
    some = frames.frames(y, start=0, stop=11, n_fft=64, hop_length=100)
    assert np.argwhere(some).tolist() == [[3, 32]]


@pytest.mark.parametrize(
    ("y", "match"),
    [
        (np.zeros((2, 100)), "one dimension: mix the channels"),
        (np.zeros(100, dtype=np.int16), "int16, but must be floating point"),
        (np.zeros(0), "no samples"),
        (np.array([0.0, np.nan, 0.0]), "NaN, infinite"),
        (np.array([0.0, -np.inf]), "NaN, infinite"),
        (np.array([0.0, 1e20]), "beyond any level"),
    ],
)
def test_bad_signal_is_refused(y, match):
    with pytest.raises(ParameterError, match=match):
        frames.checked_signal(y)


def test_float32_signal_is_not_copied():
    y = np.zeros(10, dtype=np.float32)
    assert frames.checked_signal(y) is y


@pytest.mark.parametrize(("n_fft", "hop_length", "match"), [(1, 1, "n_fft is 1"), (2, 0, "hop")])
def test_bad_framing_is_refused(n_fft, hop_length, match):
    with pytest.raises(ParameterError, match=match):
        frames.check_framing(n_fft=n_fft, hop_length=hop_length)


@pytest.mark.parametrize("value", [512.0, np.float32(512), "512", True, None])
@pytest.mark.parametrize("name", ["n_fft", "hop_length"])
def test_lengths_are_whole_numbers(name, value):
    with pytest.raises(ParameterError, match=f"{name} is .* whole number of samples"):
        frames.check_framing(**{"n_fft": 2048, "hop_length": 512, name: value})
    with pytest.raises(ParameterError, match=name):
        mel.log_mel(np.zeros(22050), sr=22050, **{name: value})
    frames.check_framing(n_fft=np.int64(2048), hop_length=np.int32(512))
