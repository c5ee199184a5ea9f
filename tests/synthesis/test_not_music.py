"""Sounds that are not music: every kind keeps the contract, and speech has the rhythm of speech."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.errors import ParameterError, UnknownNameError
from genrescope.seeding import rng_for
from genrescope.synthesis import talking, textures
from genrescope.synthesis.not_music import family_of, noise_kinds, render_noise
from genrescope.synthesis.recording import recorded

SR = 16000
each_kind = pytest.mark.parametrize("kind", noise_kinds())


def test_there_are_kinds_of_every_family():
    families = {family_of(kind) for kind in noise_kinds()}
    assert len(noise_kinds()) >= 25
    assert families == {
        "voices",
        "animals",
        "weather",
        "machines",
        "signals",
        "blows",
        "noise",
    }


@each_kind
def test_each_kind_gives_sound_that_is_audible_finite_and_repeatable(kind):
    for number, duration_s in ((0, 0.5), (1, 2.0), (2, 1.3)):
        y = render_noise(kind, number=number, duration_s=duration_s, sr=SR)
        assert y.dtype == np.float32
        assert y.shape == (round(duration_s * SR),)
        assert np.isfinite(y).all()
        assert 1e-4 < np.abs(y).max() <= 1.0
    again = render_noise(kind, number=2, duration_s=1.3, sr=SR)
    np.testing.assert_array_equal(again, y)
    assert not np.array_equal(render_noise(kind, number=3, duration_s=1.3, sr=SR), y)
    assert not np.array_equal(render_noise(kind, seed=1, number=2, duration_s=1.3, sr=SR), y)


def test_what_cannot_be_made_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'rain'"):
        render_noise("rian")
    for values, match in (
        ({"number": -1}, "numbered from 0"),
        ({"duration_s": 0.1}, "0.5 s or more"),
        ({"duration_s": float("nan")}, "0.5 s or more"),
        ({"sr": 4000}, "below 8000 Hz"),
    ):
        with pytest.raises(ParameterError, match=match):
            render_noise("rain", **values)


def test_coloured_noise_has_its_colour():
    rng = np.random.default_rng(0)
    for exponent in (0.0, 1.0, 2.0):
        y = textures.coloured_noise(rng, 2**17, exponent=exponent)
        assert np.sqrt(np.mean(y**2)) == pytest.approx(1.0)
        power = np.abs(np.fft.rfft(y)) ** 2
        octaves = [np.log2(power[2**k : 2 ** (k + 1)].mean()) for k in range(8, 15)]
        slope = np.polyfit(np.arange(7), octaves, 1)[0]
        assert slope == pytest.approx(-exponent, abs=0.15)


def test_regular_times_are_a_clock_and_irregular_ones_are_not():
    rng = np.random.default_rng(1)
    clock = textures.times(rng, 30.0, rate_hz=2.0, regular=1.0)
    np.testing.assert_allclose(np.diff(clock), 0.5)
    rain = textures.times(rng, 600.0, rate_hz=20.0)
    assert len(rain) == pytest.approx(12000, rel=0.05)
    assert np.std(np.diff(rain)) == pytest.approx(0.05, rel=0.1)


def test_speech_has_syllables_pauses_and_a_pitch_that_moves():
    rng = np.random.default_rng(2)
    talker = talking.Talker(
        f0=120.0,
        throat=1.0,
        syllables_hz=5.0,
        liveliness=0.3,
        tilt=1.2,
        breath=0.02,
        pause_s=0.5,
    )
    y = talking.spoken(rng, talker, duration_s=20.0, sr=SR)
    assert y.shape == (20 * SR,)
    level = np.sqrt(np.mean(y.reshape(-1, SR // 50) ** 2, axis=1))
    quiet = level < 0.02 * level.max()
    assert 0.08 < quiet.mean() < 0.6, "people pause"
    envelope = np.abs(np.fft.rfft(level - level.mean())) ** 2
    rate = np.fft.rfftfreq(len(level), 1 / 50)
    syllabic = envelope[(rate >= 2) & (rate < 8)].sum()
    assert syllabic > 2 * envelope[rate >= 8].sum(), "the level moves with the syllables"
    spectrum = np.abs(np.fft.rfft(y)) ** 2
    f = np.fft.rfftfreq(len(y), 1 / SR)
    assert spectrum[(f > 80) & (f < 4000)].sum() > 0.8 * spectrum.sum()


def test_a_recording_has_a_peak_below_full_scale_in_steps_of_16_bits():
    rng = rng_for(0, "recorded")
    y = np.sin(2 * np.pi * 440 * np.arange(SR) / SR)
    for _ in range(12):
        r = recorded(rng, y, sr=SR)
        assert 10 ** (-41 / 20) < np.abs(r).max() < 0.9
        np.testing.assert_allclose(r * 2**15, np.round(r * 2**15), atol=1e-3)
    silence = recorded(rng, np.zeros(SR), sr=SR)
    assert 0 < np.abs(silence).max() < 1e-3
