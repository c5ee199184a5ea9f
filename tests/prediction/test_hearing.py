"""What the ears measure, whichever way the sound is cut into blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.audio.levels import SILENT_PEAK
from genrescope.features.windows import Window
from genrescope.prediction.hearing import LOOK_SAMPLES, Heard, is_silent


@given(
    values=st.lists(st.floats(-1, 1, width=32), max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=8),
)
def test_length_and_peak_do_not_depend_on_the_blocks(values, cuts):
    y = np.array(values, dtype=np.float32)
    heard = Heard(np.split(y, sorted(cuts)))
    assert b"".join(block.tobytes() for block in heard) == y.tobytes()
    assert heard.n_samples == len(y)
    assert heard.peak == (float(np.abs(y).max()) if len(y) else 0.0)


@pytest.mark.parametrize("at", [0, LOOK_SAMPLES - 1, LOOK_SAMPLES, 3 * LOOK_SAMPLES + 4])
@pytest.mark.parametrize("sign", [1, -1])
def test_one_sample_beyond_silence_is_sound_wherever_it_lies(at, sign):
    y = np.full(3 * LOOK_SAMPLES + 5, sign * SILENT_PEAK, dtype=np.float32)
    assert is_silent(Window(0, len(y), y))
    y[at] = sign * 1.01 * SILENT_PEAK
    assert not is_silent(Window(0, len(y), y))
