"""What a filter hears, as sound."""

import numpy as np
import pytest

from genrescope.audio.write import write_wav
from genrescope.errors import ParameterError, UnknownNameError
from genrescope.explain.auralisation import (
    auralise,
    sound_of_levels,
    strongest_filters,
    window_of,
)
from genrescope.features.front_end import FrontEnd
from genrescope.models.inside import Unit

SR = 22050


def tone(hz):
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(SR) / SR)).astype(np.float32)


def loudest_hz(y):
    return float(np.abs(np.fft.rfft(y)).argmax()) * SR / len(y)


@pytest.mark.parametrize(
    ("features", "settings", "bias"),
    [
        ("logmel", {}, 40.0),
        # Of a picture of 64 rows and 30 columns; -1 deviation from the mean level of the paper.
        ("mel-picture", {"height": 64, "width": 30}, 1.0),
    ],
)
@pytest.mark.parametrize("phase", ["original", "griffin-lim"])
@pytest.mark.parametrize("hz", [440.0, 2000.0])
def test_a_tone_comes_back_at_its_frequency(run_of, loudness, features, settings, bias, phase, hz):
    run = run_of(loudness(bias), features, **settings)
    heard = auralise(run, tone(hz), Unit("conv-1", 0), phase=phase)
    assert heard.y.dtype == np.float32
    assert np.abs(heard.y).max() == pytest.approx(0.9)
    # With the phase of the original also where a band is wider than the tone.
    assert loudest_hz(heard.y) == pytest.approx(hz, rel=0.01 if phase == "original" else 0.08)
    assert heard.levels.shape == (128, 44)
    assert heard.levels.max() == 0
    assert heard.levels.min() == -80
    centres = run.manifest.front_end.band_centres()
    assert centres[heard.levels.mean(1).argmax()] == pytest.approx(hz, rel=0.08)


def test_of_two_tones_the_one_comes_back_that_the_filter_hears(run_of, loudness):
    # A level of -3 dB and more passes: of the loud tone alone.
    run = run_of(loudness(3.0))
    y = tone(500.0) + 0.1 * tone(3000.0)
    both = auralise(run_of(loudness(60.0)), y, Unit("conv-1", 0)).y
    one = auralise(run, y, Unit("conv-1", 0)).y

    def share(z):
        power = np.abs(np.fft.rfft(z)) ** 2
        return power[2900:3100].sum() / power[400:600].sum()

    assert share(both) > 1e-4
    assert share(one) < 1e-3 * share(both)


def test_frames_far_apart_are_interpolated():
    front_end = FrontEnd(hop_length=1708)
    levels = np.full((128, front_end.n_frames(SR)), -80.0)
    levels[60, :6] = 0.0
    y = sound_of_levels(levels, front_end, n_samples=SR)
    assert loudest_hz(y) == pytest.approx(front_end.band_centres()[60], rel=0.05)
    # Loud until the fifth frame, and silent from the seventh on, but for a window's reach.
    assert np.abs(y[6 * 1708 + 1024 :]).max() < 1e-2
    power = (y[1024 : 1024 + 7 * 1024].reshape(-1, 128) ** 2).mean(1)
    assert power.min() > 1e-3 * power.max()


def test_silence_gives_silence():
    front_end = FrontEnd()
    levels = np.full((128, 44), -80.0)
    assert not sound_of_levels(levels, front_end, n_samples=SR).any()
    assert not sound_of_levels(levels, front_end, n_samples=SR, y=tone(440.0)).any()


def test_the_strongest_filters_are_those_that_answer(run_of, loudness):
    run = run_of(loudness(40.0))
    assert strongest_filters(run, tone(440.0), "conv-1") == [Unit("conv-1", 0)]
    with pytest.raises(UnknownNameError, match="conv-1"):
        strongest_filters(run, tone(440.0), "conv-9")


def test_what_cannot_be_heard_is_refused(run_of, loudness):
    run, y = run_of(loudness(40.0)), tone(440.0)
    with pytest.raises(ParameterError, match="conv-1, filter 1 answers nothing positive"):
        auralise(run, y, Unit("conv-1", 1))
    with pytest.raises(ParameterError, match="hears windows of 22050"):
        auralise(run, y[:-1], Unit("conv-1", 0))
    with pytest.raises(UnknownNameError, match="griffin-lim"):
        auralise(run, y, Unit("conv-1", 0), phase="griffin")


def test_windows_are_those_that_the_network_hears(run_of, loudness, tmp_path):
    run = run_of(loudness(40.0))
    y = np.concatenate([tone(440.0), tone(880.0)[:11025]])
    write_wav(tmp_path / "two.wav", y, sr=SR)
    np.testing.assert_allclose(window_of(run, tmp_path / "two.wav"), y[:SR], atol=1e-4)
    np.testing.assert_allclose(window_of(run, tmp_path / "two.wav", 1), y[-SR:], atol=1e-4)
    with pytest.raises(ParameterError, match=r"no window 2: .* it has 2, counted from 0"):
        window_of(run, tmp_path / "two.wav", 2)
