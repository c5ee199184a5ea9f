"""The front end agrees with librosa to 1e-4 dB, on known signals and on real music.

Both sides compute window and Fourier transform in float64 (librosa because its window is float64)
and round to float32 afterwards, so that even cells at the floor, 80 dB below the maximum, agree.
What remains is rounding of float32: the order in which a band's powers are summed, and the last
bits of levels (one unit in the last place of 80 dB is 7.6e-6 dB). A float32 transform would differ
by up to 5e-4 dB over the same tracks, and by 7e-4 dB for the sweep.

Print the figure for real tracks: ``pytest -s tests/dsp/test_mel_against_librosa.py -k real``.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from genrescope.dsp import mel, mfcc

librosa = pytest.importorskip("librosa")

TOLERANCE_DB = 1e-4
SETTINGS = [
    {"sr": 22050},
    {"sr": 22050, "hop_length": 1708},
    {"sr": 16000, "n_fft": 512, "hop_length": 256, "n_mels": 96},
    {"sr": 22050, "n_mels": 40, "fmin": 30.0, "fmax": 8000.0},
    {"sr": 44100, "n_fft": 4096, "hop_length": 1000, "n_mels": 80, "fmax": 16_000.0},
    {"sr": 22050, "n_fft": 1025, "hop_length": 333, "n_mels": 40},
]


def tone(sr: int) -> np.ndarray:
    return np.sin(2 * np.pi * 440.0 * np.arange(3 * sr) / sr)


def sweep(sr: int) -> np.ndarray:
    time_s = np.arange(3 * sr) / sr
    return 0.3 * np.sin(2 * np.pi * (50.0 + 1200.0 * time_s) * time_s)


def white_noise(sr: int) -> np.ndarray:
    return 0.1 * np.random.default_rng(0).normal(size=3 * sr)


def faint_noise(sr: int) -> np.ndarray:
    return 1e-5 * white_noise(sr)


def clicks(sr: int) -> np.ndarray:
    y = np.zeros(3 * sr)
    y[::7001] = 1.0
    return y


def loud_then_faint(sr: int) -> np.ndarray:
    return white_noise(sr) * np.geomspace(1.0, 1e-6, 3 * sr)


def silence(sr: int) -> np.ndarray:
    return np.zeros(3 * sr)


SIGNALS = [tone, sweep, white_noise, faint_noise, clicks, loud_then_faint, silence]


def reference(y: np.ndarray, **settings) -> np.ndarray:
    return librosa.power_to_db(librosa.feature.melspectrogram(y=y, **settings), ref=np.max)


def ids(settings: dict) -> str:
    return ",".join(f"{key}={value}" for key, value in settings.items())


@pytest.mark.parametrize("settings", SETTINGS, ids=ids)
def test_filter_bank_equals_that_of_librosa(settings):
    chosen = {key: value for key, value in settings.items() if key != "hop_length"}
    ours = mel.mel_filter_bank(**chosen)
    theirs = librosa.filters.mel(**{"n_fft": 2048, **chosen})
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)


def test_mel_scale_equals_that_of_librosa():
    hz = np.linspace(0.0, 20_000.0, 999)
    np.testing.assert_allclose(mel.hz_to_mel(hz), librosa.hz_to_mel(hz), rtol=1e-13)
    np.testing.assert_allclose(
        mel.mel_to_hz(np.linspace(0, 60, 999)),
        librosa.mel_to_hz(np.linspace(0, 60, 999)),
        rtol=1e-13,
    )


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.__name__)
@pytest.mark.parametrize("settings", SETTINGS, ids=ids)
def test_log_mel_equals_that_of_librosa(settings, signal):
    y = signal(settings["sr"]).astype(np.float32)
    ours, theirs = mel.log_mel(y, **settings), reference(y, **settings)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= TOLERANCE_DB


@pytest.mark.parametrize("ref", [1.0, 0.25, None])
@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.__name__)
def test_levels_are_relative_to_the_same_reference_as_in_librosa(signal, ref):
    y = signal(22050).astype(np.float32)
    S = librosa.feature.melspectrogram(y=y, sr=22050)
    theirs = librosa.power_to_db(S, ref=np.max if ref is None else ref)
    assert np.abs(mel.log_mel(y, sr=22050, ref=ref) - theirs).max() <= TOLERANCE_DB


@pytest.mark.parametrize("ref", [1.0, None])
@pytest.mark.parametrize("signal", [tone, white_noise, clicks, silence], ids=lambda s: s.__name__)
def test_mfcc_equals_that_of_librosa(signal, ref):
    y = signal(22050).astype(np.float32)
    S = librosa.feature.melspectrogram(y=y, sr=22050)
    levels = librosa.power_to_db(S, ref=np.max if ref is None else ref)
    theirs = librosa.feature.mfcc(S=levels, n_mfcc=20)
    np.testing.assert_allclose(mfcc.mfcc(y, sr=22050, ref=ref), theirs, atol=1e-3)
    if ref == 1.0:
        theirs = librosa.feature.mfcc(y=y, sr=22050, n_mfcc=20)
        np.testing.assert_allclose(mfcc.mfcc(y, sr=22050), theirs, atol=1e-3)


@pytest.mark.realdata
def test_log_mel_of_real_tracks_equals_that_of_librosa():
    if "GENRESCOPE_DATA" not in os.environ:
        pytest.skip("GENRESCOPE_DATA is not set")
    import soundfile

    paths = sorted((Path(os.environ["GENRESCOPE_DATA"]) / "gtzan" / "audio").glob("*/*.ogg"))[::13]
    assert len(paths) >= 50, "found too few tracks below GENRESCOPE_DATA"
    greatest_db = 0.0
    for path in paths:
        y, sr = soundfile.read(path, dtype="float32")
        difference = np.abs(mel.log_mel(y, sr=sr) - reference(y, sr=sr))
        greatest_db = max(greatest_db, float(difference.max()))
    print(f"\nmax |difference| to librosa over {len(paths)} tracks: {greatest_db:.2e} dB")
    assert greatest_db <= TOLERANCE_DB
