"""Oscillators, strings, envelopes, drums and effects against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.synthesis import effects, envelopes, oscillators, plucked
from genrescope.synthesis.drums import Drum, DrumKit, SubBass
from genrescope.synthesis.instruments import Bell, Pluck, Tone
from genrescope.synthesis.notes import frequency
from genrescope.synthesis.voices import Singer

SR = 22050
INSTRUMENTS = (
    Tone(),
    Tone(mellow_s=0.2, n_voices=3, detune_cents=5.0),
    Pluck(),
    Bell(),
    Singer(vibrato_cents=0.0),
)


def pitch_of(y: np.ndarray, *, near: float) -> float:
    S = np.abs(np.fft.rfft(y * np.hanning(len(y)), 1 << 18))
    f = np.fft.rfftfreq(1 << 18, 1 / SR)
    window = np.abs(np.log2(np.maximum(f, 1.0) / near)) < 0.25
    return float(f[window][np.argmax(S[window])])


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda i: type(i).__name__)
@pytest.mark.parametrize("midi", [40, 57, 69, 76])
def test_instruments_are_in_tune(instrument: Tone, midi: int) -> None:
    rng = np.random.default_rng(0)
    y = instrument.wave(midi, 1.0, velocity=0.8, bend=0.0, sr=SR, rng=rng)
    cents = 1200.0 * np.log2(pitch_of(y, near=frequency(midi)) / frequency(midi))
    assert abs(cents) < 12.0


@pytest.mark.parametrize("instrument", [*INSTRUMENTS, SubBass()], ids=lambda i: type(i).__name__)
def test_notes_end_in_silence_and_do_not_click(instrument: Tone) -> None:
    rng = np.random.default_rng(0)
    y = instrument.wave(50, 0.5, velocity=1.0, bend=-2.0, sr=SR, rng=rng)
    assert len(y) >= round(0.5 * SR)
    assert np.abs(y[-3:]).max() < 0.02
    assert 0.1 < np.abs(y).max() < 3.0


@pytest.mark.parametrize("drum", list(Drum))
@pytest.mark.parametrize("sr", [8000, 44100])
def test_every_drum_sounds_and_dies(drum: Drum, sr: int) -> None:
    rng = np.random.default_rng(0)
    y = DrumKit().wave(int(drum), 0.1, velocity=0.8, bend=0.0, sr=sr, rng=rng)
    assert np.isfinite(y).all()
    assert np.abs(y).max() > 0.01
    assert abs(y[-1]) < 0.01


def test_table_has_no_harmonic_above_nyquist() -> None:
    f0 = 3000.0
    table = oscillators.table(oscillators.harmonics(f0, sr=SR, rolloff=0.0))
    X = np.abs(np.fft.rfft(table[:-1]))
    assert np.flatnonzero(X > 1e-6).max() * f0 < SR / 2
    assert np.mean(table[:-1] ** 2) == pytest.approx(1.0)


def test_reading_a_sine_table_gives_a_sine() -> None:
    cycles = np.linspace(0.0, 5.0, 1000)
    y = oscillators.read(oscillators.table(np.ones(1)), cycles)
    np.testing.assert_allclose(y, np.sqrt(2.0) * np.sin(2 * np.pi * cycles), atol=1e-5)


def test_fm_without_depth_is_a_sine() -> None:
    cycles = np.linspace(0.0, 3.0, 500)
    y = oscillators.fm(cycles, ratio=2.0, index=np.zeros(500))
    np.testing.assert_allclose(y, np.sin(2 * np.pi * cycles), atol=1e-12)


def test_string_equals_the_recursion_sample_by_sample() -> None:
    first = np.random.default_rng(1).uniform(-1, 1, 7)
    y, period = plucked.string(first, n_periods=5, loss=0.98, damping=0.3)
    slow = np.zeros(36)
    slow[1:8] = first
    for n in range(8, 36):
        slow[n] = 0.98 * (0.7 * slow[n - 7] + 0.3 * slow[n - 8])
    np.testing.assert_allclose(y, slow[1:], atol=1e-12)
    assert period == 7.3


def test_string_loses_its_treble_first() -> None:
    rng = np.random.default_rng(2)
    first = plucked.burst(rng, 100, brightness=1.0, position=0.2)
    y, _ = plucked.string(first, n_periods=60, loss=0.999, damping=0.5)
    early, late = (np.abs(np.fft.rfft(y[i : i + 1000])) for i in (0, 4500))
    share = [X[250:].sum() / X.sum() for X in (early, late)]
    assert share[1] < 0.5 * share[0]


@given(st.integers(1, 3_000_000))
def test_fast_length_is_enough_and_not_wasteful(n: int) -> None:
    fast = effects.fast_length(n)
    assert n <= fast < 1.25 * n + 1
    for prime in (2, 3, 5):
        while fast % prime == 0:
            fast //= prime
    assert fast == 1


def test_filters_pass_and_stop() -> None:
    t = np.arange(SR) / SR
    low, high = np.sin(2 * np.pi * 100 * t), np.sin(2 * np.pi * 8000 * t)
    y = low + high
    before = y.copy()
    dull = effects.filtered(y, sr=SR, lowpass=1000.0)
    thin = effects.filtered(y, sr=SR, highpass=1000.0)
    middle = slice(2000, -2000)
    assert np.abs((dull - low)[middle]).max() < 0.03
    assert np.abs((thin - high)[middle]).max() < 0.03
    np.testing.assert_array_equal(y, before)


def test_peak_raises_its_band_by_its_gain() -> None:
    t = np.arange(SR) / SR
    y = np.sin(2 * np.pi * 1000 * t)
    louder = effects.filtered(y, sr=SR, peak=(1000.0, 6.0))
    gain_db = 20 * np.log10(effects.rms(louder) / effects.rms(y))
    assert gain_db == pytest.approx(6.0, abs=0.1)


def test_drive_is_bounded_and_makes_harmonics() -> None:
    t = np.arange(SR) / SR
    y = effects.drive(np.sqrt(2.0) * np.sin(2 * np.pi * 100 * t), amount=5.0)
    X = np.abs(np.fft.rfft(y))
    assert np.abs(y).max() < 1.2
    assert X[300] > 0.2 * X[100]


def test_convolution_with_an_impulse_delays() -> None:
    y = np.random.default_rng(0).normal(size=500)
    response = np.zeros(20)
    response[7] = 1.0
    np.testing.assert_allclose(effects.convolved(y, response)[7:], y[:-7], atol=1e-12)


def test_room_has_energy_one_and_dies_away() -> None:
    response = effects.room(np.random.default_rng(0), room_s=1.0, sr=SR)
    assert float(np.sum(response**2)) == pytest.approx(1.0, rel=1e-4)
    half = len(response) // 2
    assert effects.rms(response[half:]) < 0.1 * effects.rms(response[:half])


def test_decay_falls_by_60_db() -> None:
    t = envelopes.seconds(2.0, sr=1000)
    e = envelopes.decay(t, t60_s=1.0)
    assert e[1000] == pytest.approx(1e-3, rel=1e-3)
    assert e[-1] == 0.0
