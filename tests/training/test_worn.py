"""Music that is short, dull and noisy, made from a log-mel, is what such sound gives."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.features.front_end import FrontEnd
from genrescope.training.worn import Wear, eight_bits, some_wear, worn

FRONT_END = FrontEnd(hop_length=1708, scale="unit")


@pytest.fixture
def picture():
    rng = np.random.default_rng(0)
    S = rng.uniform(0.2, 1.0, (128, 387)).astype(np.float32)
    S[0, 0], S[1, 1] = 0.0, 1.0
    return S


def test_no_wear_changes_nothing(picture):
    before = picture.copy()
    same = worn(picture, Wear(), np.random.default_rng(0), front_end=FRONT_END)
    np.testing.assert_allclose(same, before, atol=1e-6)
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("duration_s", [1.0, 3.3, 12.0])
def test_a_short_stretch_is_repeated(picture, duration_s):
    wear = Wear(duration_s=duration_s)
    S = worn(picture, wear, np.random.default_rng(1), front_end=FRONT_END)
    assert S.shape == picture.shape
    columns = {column.tobytes() for column in S.T}
    n_frames = duration_s * FRONT_END.sr / FRONT_END.hop_length
    assert n_frames - 1 <= len(columns) <= n_frames + 2
    assert (S.min(), S.max()) == (0.0, pytest.approx(1.0))


def test_a_short_stretch_is_what_repeated_sound_gives():
    """The same stretch as sound, repeated and then analysed, has nearly the same levels."""
    rng = np.random.default_rng(2)
    t = np.arange(660_000) / FRONT_END.sr
    y = np.sin(2 * np.pi * (200 + 40 * t) * t) * (0.2 + np.abs(np.sin(2 * np.pi * 0.7 * t)))
    y = (y + 0.01 * rng.standard_normal(len(t))).astype(np.float32)

    class Start:
        def integers(self, low, high):
            return 100

    length = 40
    S = worn(FRONT_END.compute(y), Wear(duration_s=length * 1708 / 22050 + 1e-9), Start(),
             front_end=FRONT_END)  # fmt: skip
    begin = 100 * 1708
    sound = np.resize(y[begin : begin + length * 1708], 660_000)
    difference = np.abs(S - FRONT_END.compute(sound))
    # Only where one repetition runs into the next do the two differ.
    assert np.median(difference) < 0.01
    assert difference.mean() < 0.03


def test_a_lowpass_leaves_nothing_above_it(picture):
    S = worn(picture, Wear(lowpass=4000.0), np.random.default_rng(3), front_end=FRONT_END)
    centres = FRONT_END.band_centres()
    assert S[centres > 4300].max() == 0.0
    assert S[centres < 3900].mean() > 0.5


def test_noise_raises_the_floor_to_its_level():
    quiet = np.zeros((128, 387), dtype=np.float32)
    quiet[10] = 1.0
    wear = Wear(noise_db=-30.0, noise_slope=1.0)
    db_end = FrontEnd(hop_length=1708, scale="db")
    db = worn(80 * quiet - 80, wear, np.random.default_rng(4), front_end=db_end)
    near_1_khz = np.abs(db_end.band_centres() - 1000) < 100
    assert db[near_1_khz].mean() == pytest.approx(-30, abs=2.0)
    assert db.max() == 0.0


def test_what_is_drawn_varies_and_can_be_drawn_again():
    draws = [some_wear(np.random.default_rng(i), durations=(1.0, 6.0)) for i in range(200)]
    assert all(w.duration_s is not None and 1 <= w.duration_s <= 6 for w in draws)
    assert 0.35 < np.mean([w.lowpass is not None for w in draws]) < 0.65
    assert 0.45 < np.mean([w.noise_db is not None for w in draws]) < 0.75
    assert draws[3] == some_wear(np.random.default_rng(3), durations=(1.0, 6.0))
    assert some_wear(np.random.default_rng(0), durations=None).duration_s is None


def test_eight_bits_are_256_levels(picture):
    rounded = eight_bits(picture, front_end=FRONT_END)
    np.testing.assert_allclose(rounded * 255, np.round(rounded * 255), atol=1e-3)
    assert np.abs(rounded - picture).max() <= 0.5 / 255 + 1e-6
