"""Sound that comes back from its spectra."""

import numpy as np
import pytest

from genrescope.dsp import inversion, mel, spectrum
from genrescope.errors import ParameterError

SR = 22050


def tone(hz, n=SR):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(n) / SR)).astype(np.float32)


def loudest_hz(y):
    return np.abs(np.fft.rfft(y)).argmax() * SR / len(y)


@pytest.mark.parametrize("hop_length", [512, 441, 1024])
def test_a_signal_comes_back_from_its_spectra(hop_length):
    y = np.random.default_rng(0).uniform(-1, 1, 10_000).astype(np.float32)
    X = inversion.short_time_spectrum(y, hop_length=hop_length)
    P = spectrum.power_spectrogram(y, hop_length=hop_length)
    np.testing.assert_allclose(np.abs(X) ** 2, P, rtol=1e-5, atol=1e-5)
    back = inversion.sound_of_spectrum(X, hop_length=hop_length, n_samples=len(y))
    # The last samples may lie where the last frame's window has nearly vanished.
    np.testing.assert_allclose(back[:-512], y[:-512], atol=1e-6)


def test_mel_bands_that_have_a_spectrum_come_back_as_bands():
    y = np.random.default_rng(1).normal(0, 0.1, SR).astype(np.float32)
    M = mel.mel_power(y, sr=SR)
    P = inversion.power_of_mel(M, sr=SR)
    assert P.min() >= 0
    again = mel.mel_filter_bank(sr=SR) @ P
    assert np.median(np.abs(again - M) / M) < 0.05


@pytest.mark.parametrize("hz", [300.0, 1000.0, 4000.0])
def test_a_tone_comes_back_from_its_mel_bands_at_its_frequency(hz):
    y = tone(hz)
    M = mel.mel_power(y, sr=SR)
    magnitudes = np.sqrt(inversion.power_of_mel(M, sr=SR))
    back = inversion.griffin_lim(
        magnitudes, hop_length=512, n_samples=len(y), rng=np.random.default_rng(0)
    )
    # As near as the bands are wide.
    assert loudest_hz(back) == pytest.approx(hz, rel=0.06)


def test_griffin_lim_comes_near_the_magnitudes_and_is_repeatable():
    y = tone(440.0) + tone(1234.0)
    magnitudes = np.abs(inversion.short_time_spectrum(y))

    def found(n_iter):
        return inversion.griffin_lim(
            magnitudes, hop_length=512, n_samples=len(y), rng=np.random.default_rng(3),
            n_iter=n_iter,
        )  # fmt: skip

    def distance(z):
        return np.linalg.norm(np.abs(inversion.short_time_spectrum(z)) - magnitudes)

    assert distance(found(32)) < 0.5 * distance(found(1)) < 0.5 * np.linalg.norm(magnitudes)
    np.testing.assert_array_equal(found(2), found(2))


def test_what_gives_no_sound_back_is_refused():
    X = np.zeros((1025, 4), complex)
    with pytest.raises(ParameterError, match=r"overlap enough .* up to a hop of 1024"):
        inversion.sound_of_spectrum(X, hop_length=1708, n_samples=5000)
    with pytest.raises(ParameterError, match=r"4 columns .* 5000 samples have 10 frames"):
        inversion.griffin_lim(
            np.abs(X), hop_length=512, n_samples=5000, rng=np.random.default_rng(0)
        )
