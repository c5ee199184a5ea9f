"""The front end record: its pictures, its digest, its plain form."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from genrescope.dsp import mel
from genrescope.errors import ConfigError, GenrescopeError, ParameterError
from genrescope.features.front_end import FrontEnd

NOISE = np.random.default_rng(0).normal(scale=0.1, size=22050).astype(np.float32)
FADING = NOISE * np.geomspace(1.0, 1e-6, NOISE.size, dtype=np.float32)


def test_picture_in_db_is_the_log_mel():
    front_end = FrontEnd(n_fft=1024, hop_length=300, n_mels=40, fmin=20.0, fmax=8000.0, top_db=60.0)
    expected = mel.log_mel(
        NOISE,
        sr=22050,
        n_fft=1024,
        hop_length=300,
        n_mels=40,
        fmin=20.0,
        fmax=8000.0,
        top_db=60.0,
    )
    np.testing.assert_array_equal(front_end.compute(NOISE), expected)


def test_unit_scale_stretches_from_the_minimum_of_the_clip():
    S = FrontEnd().compute(NOISE)
    unit = FrontEnd(scale="unit").compute(NOISE)
    assert unit.dtype == np.float32
    assert float(unit.min()) == 0.0
    assert float(unit.max()) == 1.0
    np.testing.assert_allclose(unit, 1.0 - S / S.min(), atol=1e-6)


@pytest.mark.parametrize("scale", ["db", "unit"])
def test_silence_gives_zeros(scale):
    assert not FrontEnd(scale=scale).compute(np.zeros(4096)).any()


def test_both_scales_give_the_same_levels_of_a_clip_that_reaches_the_floor():
    in_db, unit = FrontEnd(), FrontEnd(scale="unit")
    S = in_db.compute(FADING)
    assert S.min() == -80.0
    np.testing.assert_allclose(unit.to_db(unit.compute(FADING)), S, atol=2e-5)


@pytest.mark.parametrize("scale", ["db", "unit"])
def test_to_db_gives_a_new_array(scale):
    S = np.full((128, 3), -0.5, dtype=np.float32)
    S_db = FrontEnd(scale=scale).to_db(S)
    assert not np.shares_memory(S_db, S)
    assert (S == -0.5).all()


def test_number_of_frames_is_that_of_the_picture():
    for n in (2048, 22050, 22528):
        front_end = FrontEnd(hop_length=512)
        assert front_end.compute(np.zeros(n)).shape == (128, front_end.n_frames(n))


def test_record_is_frozen_and_goes_to_plain_values_and_back():
    front_end = FrontEnd(fmax=8000, scale="unit")
    with pytest.raises(FrozenInstanceError):
        front_end.sr = 16000
    assert FrontEnd.from_dict(front_end.to_dict()) == front_end
    assert FrontEnd.from_dict({}) == FrontEnd()


def test_equal_settings_have_equal_digests():
    assert FrontEnd(fmin=0, top_db=80, sr=np.int64(22050)).digest == FrontEnd().digest
    digests = {FrontEnd().digest}
    for changed in (
        {"sr": 16000},
        {"n_fft": 4096},
        {"hop_length": 1708},
        {"n_mels": 96},
        {"fmin": 20.0},
        {"fmax": 8000.0},
        {"top_db": 60.0},
        {"scale": "unit"},
    ):
        digests.add(replace(FrontEnd(), **changed).digest)
    assert len(digests) == 9


def test_digest_of_the_defaults_never_changes():
    expected = "0dfd26b5f63b8b600c68b15c98b396cd8900e1546db070891538979f38a1703e"
    assert FrontEnd().digest == expected, "bundles and feature stores of old releases would be lost"


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"sr": 22050.0}, "sr is 22050.0, but must be a whole number"),
        ({"n_fft": True}, "n_fft is True"),
        ({"fmin": "0"}, "fmin is '0', but must be a number"),
        ({"fmax": float("nan")}, "must be finite"),
        ({"top_db": 0.0}, "floor must lie below 0 dB"),
        ({"top_db": None}, "top_db is None"),
        ({"scale": "dB"}, "unknown scale 'dB'; known: db, unit"),
        ({"hop_length": 0}, "hop_length is 0"),
        ({"n_mels": 2000}, "empty filters"),
        ({"fmax": 20_000.0}, "half the sample rate"),
    ],
)
def test_bad_settings_are_refused(settings, match):
    with pytest.raises(ParameterError, match=match):
        FrontEnd(**settings)
    with pytest.raises(ConfigError, match=match):
        FrontEnd.from_dict(settings)


def test_unknown_setting_is_refused_with_a_suggestion():
    with pytest.raises(
        ConfigError, match="unknown front-end setting 'n_mel'; did you mean 'n_mels'"
    ):
        FrontEnd.from_dict({"n_mel": 64})


@pytest.mark.parametrize("y", [np.zeros((2, 4096)), np.full(4096, np.nan), np.zeros(2047)])
def test_bad_sound_is_refused(y):
    with pytest.raises(GenrescopeError, match="y "):
        FrontEnd().compute(y)


def test_front_end_needs_nothing_but_numpy():
    code = (
        "import sys, genrescope.features.front_end, genrescope.features.mfcc, "
        "genrescope.features.mel_picture, genrescope.store.feature_store\n"
        "heavy = {'scipy', 'librosa', 'torch', 'sklearn', 'matplotlib', 'onnxruntime'}\n"
        "print(', '.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
