"""Each transform does what its settings say: measured on tones, noise and clicks."""

from __future__ import annotations

import numpy as np
import pytest
from measured import SR, applied, decibel, frequency, gain_at, noise, rms, tone

from genrescope.augment.room import Settings as Room
from genrescope.augment.room import impulse_response


@pytest.mark.parametrize("gain_db", [-20.0, -12.0, 6.0])
def test_the_gain_is_exact(gain_db):
    y = noise(SR)
    assert decibel(applied("level", y, gain_db=gain_db), y) == pytest.approx(gain_db, abs=1e-4)


def test_soft_clipping_keeps_the_peak_and_adds_odd_harmonics():
    y = tone(200.0, level=0.5)
    clipped = applied("level", y, drive_db=12.0)
    assert np.abs(clipped).max() == pytest.approx(np.abs(y).max(), rel=1e-5)
    S = np.abs(np.fft.rfft(clipped))
    third, second = (S[round(hz * len(y) / SR)] / S[round(200 * len(y) / SR)] for hz in (600, 400))
    assert third > 0.1
    assert second < 1e-3
    quiet = applied("level", 0.01 * y, drive_db=12.0)
    np.testing.assert_allclose(quiet, 0.01 * clipped, atol=1e-6)


@pytest.mark.parametrize(
    ("hz", "low", "high"),
    [(100, -0.1, 0.1), (5000, -0.1, 0.1), (7500, -0.1, 0.1), (8000, -6.1, -5.9),
     (8500, -200, -60), (10_500, -200, -60)],
)  # fmt: skip
def test_the_low_pass_lets_through_what_is_below(hz, low, high):
    assert low <= gain_at(hz, "bandwidth", low_pass_hz=8000.0) <= high


@pytest.mark.parametrize("through_sr", [8000, 16_000])
def test_a_lower_sample_rate_takes_what_is_above_half_of_it(through_sr):
    assert gain_at(0.4 * through_sr, "bandwidth", through_sr=through_sr) == pytest.approx(
        0, abs=0.1
    )
    assert gain_at(0.55 * through_sr, "bandwidth", through_sr=through_sr) < -60


def test_bandwidth_beyond_that_of_the_sound_changes_nothing():
    y = noise(SR)
    np.testing.assert_array_equal(applied("bandwidth", y, through_sr=SR), y)
    np.testing.assert_array_equal(applied("bandwidth", y, low_pass_hz=12_000.0), y)


@pytest.mark.parametrize("tilt_db", [6.0, -6.0])
@pytest.mark.parametrize(
    ("hz", "share"), [(50, -1), (100, -1), (316.2, -0.5), (1000, 0), (3162, 0.5), (10_000, 1)]
)
def test_the_tilt_is_straight_over_the_octaves(tilt_db, hz, share):
    assert gain_at(hz, "equaliser", tilt_db=tilt_db) == pytest.approx(share * tilt_db, abs=0.1)


@pytest.mark.parametrize("rate", [0.94, 1.06])
@pytest.mark.parametrize("hz", [220.0, 1000.0])
def test_tempo_changes_the_length_and_not_the_pitch(rate, hz):
    y = tone(hz, duration_s=4.0)
    changed = applied("speed", y, rate=rate)
    assert len(changed) == round(len(y) / rate)
    assert frequency(changed) == pytest.approx(hz, rel=1e-3)
    assert decibel(changed[2000:-2000], y[2000:-2000]) == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("semitones", [1.0, -1.0])
@pytest.mark.parametrize("hz", [220.0, 1000.0])
def test_pitch_changes_the_pitch_and_not_the_length(semitones, hz):
    y = tone(hz, duration_s=4.0)
    changed = applied("speed", y, semitones=semitones)
    assert len(changed) == len(y)
    assert frequency(changed) == pytest.approx(hz * 2 ** (semitones / 12), rel=1e-3)
    assert decibel(changed[2000:-2000], y[2000:-2000]) == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize("settings", [{"rate": 1.06}, {"rate": 0.94}, {"semitones": 1.0}])
def test_noise_keeps_its_level_and_clicks_their_places(settings):
    y = noise(4 * SR)
    # A semitone up, the highest 6 % of the band are lost.
    assert decibel(applied("speed", y, **settings), y) == pytest.approx(0, abs=0.8)
    clicks = np.zeros(4 * SR, dtype=np.float32)
    clicks[SR // 4 :: SR // 2] = 0.9
    places = np.flatnonzero(np.abs(applied("speed", clicks, **settings)) > 0.3) / SR
    wanted = np.arange(0.25, 4, 0.5) / settings.get("rate", 1.0)
    assert len(places) >= len(wanted)
    assert max(np.abs(places[:, None] - wanted).min(axis=1)) < 0.03


def test_the_channels_of_another_tempo_stay_together():
    y = tone(440.0)
    left, right = applied("speed", np.stack([y, -0.5 * y]), rate=1.06)
    np.testing.assert_allclose(right, -0.5 * left, atol=1e-6)


@pytest.mark.parametrize("colour", ["white", "pink"])
@pytest.mark.parametrize("snr_db", [30.0, 20.0])
def test_the_noise_is_as_far_below_as_it_says(colour, snr_db):
    y = tone(440.0)
    added = applied("noise", y, colour=colour, snr_db=snr_db) - y
    assert decibel(y, added) == pytest.approx(snr_db, abs=0.01)


@pytest.mark.parametrize(("colour", "slope"), [("white", 3.01), ("pink", 0.0)])
def test_the_colour_of_the_noise(colour, slope):
    y = tone(440.0, duration_s=8.0)
    added = applied("noise", y, colour=colour, snr_db=20.0) - y
    power, hz = np.abs(np.fft.rfft(added)) ** 2, np.fft.rfftfreq(len(y), 1 / SR)
    octaves = [power[(hz >= low) & (hz < 2 * low)].sum() for low in 100 * 2.0 ** np.arange(6)]
    found = np.polyfit(np.arange(6), 10 * np.log10(octaves), 1)[0]
    assert found == pytest.approx(slope, abs=0.3)


def test_the_room_keeps_the_direct_sound_and_dies_away():
    click = np.zeros(SR, dtype=np.float32)
    click[100] = 1.0
    heard = applied("room", click)
    response = impulse_response(Room(), sr=SR)
    np.testing.assert_allclose(heard[100 : 100 + len(response)], response, atol=1e-6)
    assert heard[100] == pytest.approx(1.0, abs=1e-5)
    tail = response[1:]
    assert np.sum(tail**2) == pytest.approx(1.0, rel=1e-3)
    assert not response[1 : round(0.005 * SR)].any()
    # Schroeder's backward integration: the slope of the energy that is left, in dB a second.
    left = 10 * np.log10(np.cumsum(response[::-1] ** 2)[::-1])
    t = np.arange(len(left)) / SR
    span = (t > 0.02) & (t < 0.2)
    assert -60 / np.polyfit(t[span], left[span], 1)[0] == pytest.approx(0.4, rel=0.1)


def test_the_excerpt_is_the_part_that_it_names():
    y = np.arange(10 * 100, dtype=np.float32)
    np.testing.assert_array_equal(applied("excerpt", y, sr=100, start_s=0.5), y[50:])
    np.testing.assert_array_equal(applied("excerpt", y, sr=100, middle_s=4.0), y[300:700])
    np.testing.assert_array_equal(applied("excerpt", y, sr=100, middle_s=30.0), y)
    assert applied("excerpt", y, sr=100, start_s=10.0).shape == (0,)
    assert applied("excerpt", np.stack([y, y]), sr=100, start_s=9.0).shape == (2, 100)


def test_one_channel_of_two():
    y = noise(2, 100)
    np.testing.assert_allclose(applied("channels", y), y.mean(axis=0), atol=1e-7)
    np.testing.assert_array_equal(applied("channels", y, keep="left"), y[0])
    np.testing.assert_array_equal(applied("channels", y, keep="right"), y[1])


def test_mp3_is_heard_but_stays_in_its_place():
    y = tone(440.0) + noise(2 * SR)
    for bit_rate in (32_000, 64_000, 128_000):
        heard = applied("codec", y, bit_rate=bit_rate)
        assert not np.array_equal(heard, y)
        assert np.corrcoef(heard, y)[0, 1] > 0.8
        assert rms(heard) == pytest.approx(rms(y), rel=0.2)
    odd = applied("codec", y[:5000], sr=21_000, bit_rate=64_000)
    assert odd.shape == (5000,)
    assert np.corrcoef(odd, y[:5000])[0, 1] > 0.8
