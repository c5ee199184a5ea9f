"""What is written reads back to within half a level; what cannot be written is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from genrescope.audio.write import write_wav
from genrescope.errors import ParameterError


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(y=hnp.arrays(np.float32, st.integers(0, 200), elements=st.floats(-1, 1, width=32)))
def test_what_is_written_reads_back(tmp_path: Path, y: np.ndarray) -> None:
    before = y.copy()
    write_wav(tmp_path / "a.wav", y, sr=16000)
    np.testing.assert_array_equal(y, before)
    got, sr = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert sr == 16000
    np.testing.assert_allclose(got, y, atol=1 / 32768)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize(
    ("y", "match"),
    [
        (np.zeros((2, 10)), r"shape \(2, 10\)"),
        (np.zeros(10, dtype=np.int16), "dtype int16"),
        (np.array([0.0, np.nan]), "1 values that are NaN"),
        (np.array([0.0, np.inf]), "NaN or infinite"),
        (np.array([0.0, -1.5]), r"reaches 1\.5.*divide by the peak"),
    ],
)
def test_wrong_sound_is_refused(tmp_path: Path, y: np.ndarray, match: str) -> None:
    with pytest.raises(ParameterError, match=match):
        write_wav(tmp_path / "a.wav", y, sr=16000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sr", [0, -1, 22050.0, True, None, 2**31])
def test_wrong_rates_are_refused(tmp_path: Path, sr: object) -> None:
    with pytest.raises(ParameterError, match="sr is"):
        write_wav(tmp_path / "a.wav", np.zeros(10), sr=sr)  # type: ignore[arg-type]
