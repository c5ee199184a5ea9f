"""Rows computed from sound are those of librosa called directly, over the frames of the log-mel."""

import builtins

import librosa
import numpy as np
import pytest

from genrescope.errors import MissingExtraError, ParameterError
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd

SR = 22050
FRONT_END = FrontEnd(sr=SR, n_fft=2048, hop_length=1024)
BOTH = ("chroma", "mfcc-chroma-contrast")


def sound(seconds=3.0):
    """A chord of A, C sharp and E, detuned, with a little noise."""
    time = np.arange(int(seconds * SR)) / SR
    tones = sum(np.sin(2 * np.pi * f * 1.01 * time) for f in (440.0, 554.37, 659.26))
    noise = np.random.default_rng(0).normal(scale=0.02, size=len(time))
    return (0.2 * tones + noise).astype(np.float32)


def features(name, y, front_end=FRONT_END, **settings):
    choice = FeatureChoice.from_dict({"name": name, **settings})
    return choice.compute([choice.picture(y, front_end)], front_end)[0]


@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 1024), (512, 256), (1024, 1024)])
def test_rows_are_those_of_librosa(n_fft, hop_length):
    y, how = sound(), {"sr": SR, "n_fft": n_fft, "hop_length": hop_length}
    front_end = FrontEnd(sr=SR, n_fft=n_fft, hop_length=hop_length, n_mels=64)
    chroma = librosa.feature.chroma_stft(y=y, **how)
    centroid = librosa.feature.spectral_centroid(y=y, **how) / 1000
    contrast = librosa.feature.spectral_contrast(y=y, **how)
    np.testing.assert_allclose(features("chroma", y, front_end), chroma, atol=1e-5)
    found = features("mfcc-chroma-contrast", y, front_end, n_mfcc=13)
    assert found.shape == (13 + 12 + 1 + 7, front_end.n_frames(len(y)))
    np.testing.assert_array_equal(found[:13], features("mfcc", y, front_end, n_mfcc=13))
    np.testing.assert_allclose(found[13:], np.vstack([chroma, centroid, contrast]), atol=1e-3)


def test_the_chord_is_heard_and_the_gain_is_not():
    strengths = features("chroma", sound()).mean(axis=1)
    assert set(np.argsort(strengths)[-3:]) == {9, 1, 4}
    quiet = features("mfcc-chroma-contrast", 0.1 * sound())
    np.testing.assert_allclose(quiet, features("mfcc-chroma-contrast", sound()), atol=0.05)


@pytest.mark.parametrize("name", BOTH)
def test_silence_gives_finite_rows(name):
    assert np.isfinite(features(name, np.zeros(SR, dtype=np.float32))).all()


@pytest.mark.parametrize("name", BOTH)
def test_a_log_mel_alone_is_refused_with_what_to_do(name):
    S = FRONT_END.compute(sound())
    with pytest.raises(ParameterError, match=r"computed from sound.*use a data set of sound files"):
        FeatureChoice.from_dict({"name": name}).compute([S], FRONT_END)


def test_other_features_leave_the_rows_out():
    tall = FeatureChoice("chroma", {"n_chroma": 12}).picture(sound(), FRONT_END)
    assert tall.shape[0] == 128 + 12
    for name in ("logmel", "mfcc", "logmel-statistics"):
        choice = FeatureChoice.from_dict({"name": name})
        assert not choice.hears_sound
        alone = choice.compute([FRONT_END.compute(sound())], FRONT_END)
        np.testing.assert_array_equal(choice.compute([tall], FRONT_END), alone)


@pytest.mark.parametrize("scale", ["db", "unit"])
def test_a_cropped_picture_keeps_its_rows_and_crops_its_log_mel(scale):
    front_end = FrontEnd(sr=SR, hop_length=1024, scale=scale)
    choice = FeatureChoice.from_dict({"name": "chroma"})
    tall, S = choice.picture(sound(), front_end), front_end.compute(sound())
    part = front_end.cropped(tall, start=5, stop=20)
    np.testing.assert_array_equal(part[:128], front_end.cropped(S, start=5, stop=20))
    np.testing.assert_array_equal(part[128:], tall[128:, 5:20])


@pytest.mark.parametrize("name", BOTH)
def test_without_librosa_the_error_has_the_command(name, monkeypatch):
    real = builtins.__import__

    def without(module, *args, **kwargs):
        if module.startswith("librosa"):
            raise ImportError("No module named 'librosa'")
        return real(module, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'genrescope\[train\]'"):
        features(name, sound())


def test_settings_that_do_not_fit():
    for name, settings, match in (
        ("chroma", {"n_chroma": 0}, "n_chroma is 0"),
        ("mfcc-chroma-contrast", {"n_bands": 13}, "n_bands is 13"),
        ("mfcc-chroma-contrast", {"n_mfcc": 0}, "n_mfcc is 0"),
    ):
        with pytest.raises(ParameterError, match=match):
            FeatureChoice.from_dict({"name": name, **settings})
    slow = FrontEnd(sr=8000, n_fft=1024, hop_length=512, n_mels=40)
    with pytest.raises(ParameterError, match="do not fit a sample rate of 8000 Hz"):
        features("mfcc-chroma-contrast", sound(), slow)
