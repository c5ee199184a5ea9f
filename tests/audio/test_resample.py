"""Resampling keeps tones, removes what would alias, and is the same whole and in blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrescope.audio.resample import StreamResampler, resample
from genrescope.errors import ParameterError


def tone(frequency: float, *, sr: int, duration_s: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(round(sr * duration_s)) / sr).astype(np.float32)


@pytest.mark.parametrize("orig_sr", [8000, 16000, 44100, 48000, 96000])
@pytest.mark.parametrize("target_sr", [8000, 16000, 22050, 44100])
def test_a_tone_stays_where_it_is(orig_sr: int, target_sr: int) -> None:
    y = resample(tone(1000.0, sr=orig_sr), orig_sr=orig_sr, target_sr=target_sr)
    assert y.dtype == np.float32
    assert abs(len(y) - target_sr) <= 1
    middle = slice(target_sr // 4, 3 * target_sr // 4)
    expected = tone(1000.0, sr=target_sr, duration_s=1.1)
    np.testing.assert_allclose(y[middle], expected[middle], atol=1e-4)


def test_what_would_alias_is_removed() -> None:
    y = resample(tone(15000.0, sr=44100), orig_sr=44100, target_sr=22050)
    assert np.abs(y[2000:-2000]).max() < 1e-5


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 5000),
    block=st.integers(1, 3000),
    rates=st.sampled_from([(44100, 22050), (48000, 22050), (8000, 22050), (22050, 22050)]),
)
def test_blocks_and_the_whole_agree(n: int, block: int, rates: tuple[int, int]) -> None:
    y = np.random.default_rng(n).uniform(-1, 1, n).astype(np.float32)
    before = y.copy()
    whole = resample(y, orig_sr=rates[0], target_sr=rates[1])
    stream = StreamResampler(orig_sr=rates[0], target_sr=rates[1])
    pieces = [stream.process(y[at : at + block]) for at in range(0, n, block)]
    pieces.append(stream.process(np.zeros(0, dtype=np.float32), last=True))
    np.testing.assert_array_equal(y, before)
    np.testing.assert_allclose(np.concatenate(pieces), whole, atol=1e-6)


def test_equal_rates_give_a_copy() -> None:
    y = tone(100.0, sr=8000)
    same = resample(y, orig_sr=8000, target_sr=8000)
    np.testing.assert_array_equal(same, y)
    assert same is not y


@pytest.mark.parametrize("rate", [0, -1, 22050.0, True, None])
def test_wrong_rates_are_refused(rate: object) -> None:
    y = np.zeros(10, dtype=np.float32)
    with pytest.raises(ParameterError, match="target_sr is"):
        resample(y, orig_sr=8000, target_sr=rate)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="orig_sr is"):
        resample(y, orig_sr=rate, target_sr=8000)  # type: ignore[arg-type]


def test_two_channels_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"shape \(10, 2\)"):
        resample(np.zeros((10, 2), dtype=np.float32), orig_sr=8000, target_sr=4000)
