"""What every feature set in the folder must obey, because it is there."""

from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

from genrescope.features.feature_sets import FEATURE_SETS, FeatureChoice
from genrescope.features.front_end import SCALES, FrontEnd

NAMES = FEATURE_SETS.names()

SECONDS = 5


def sound(kind: str) -> np.ndarray:
    n = SECONDS * 22050
    rng = np.random.default_rng(0)
    if kind == "silence":
        return np.zeros(n, dtype=np.float32)
    if kind == "tone":
        return np.sin(2 * np.pi * 440.0 * np.arange(n) / 22050).astype(np.float32)
    if kind == "click":
        y = np.zeros(n, dtype=np.float32)
        y[n // 2] = 1.0
        return y
    return rng.normal(scale=0.1, size=n).astype(np.float32)


def test_the_folder_holds_feature_sets():
    assert {"logmel", "mel-picture", "mfcc"} <= set(NAMES)
    assert "front-end" not in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_settings_are_a_frozen_record_with_defaults(name):
    module = FEATURE_SETS.module(name)
    assert module.__doc__
    assert is_dataclass(module.Settings)
    settings = module.Settings()
    assert settings == module.Settings()
    for field in fields(settings):
        with pytest.raises(FrozenInstanceError):
            setattr(settings, field.name, getattr(settings, field.name))


@pytest.mark.parametrize("kind", ["noise", "tone", "click", "silence"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", NAMES)
def test_features_are_finite_of_constant_shape_and_repeatable(name, scale, kind):
    module, front_end = FEATURE_SETS.module(name), FrontEnd(scale=scale)
    choice = FeatureChoice.from_dict({"name": name})
    S = choice.picture(sound(kind), front_end)
    S.flags.writeable = False
    first = module.compute(S, settings=module.Settings(), front_end=front_end)
    assert first.dtype == np.float32
    assert first.size > 0
    assert np.isfinite(first).all()
    assert not np.shares_memory(first, S)
    again = module.compute(S, settings=module.Settings(), front_end=front_end)
    np.testing.assert_array_equal(first, again)
    other = choice.picture(sound("noise"), front_end)
    expected = module.compute(other, settings=module.Settings(), front_end=front_end)
    assert first.shape == expected.shape


@pytest.mark.parametrize("hop_length", [512, 1708])
@pytest.mark.parametrize("name", NAMES)
def test_features_of_other_front_ends(name, hop_length):
    module = FEATURE_SETS.module(name)
    front_end = FrontEnd(sr=16000, n_fft=512, hop_length=hop_length, n_mels=40)
    S = FeatureChoice.from_dict({"name": name}).picture(sound("noise"), front_end)
    features = module.compute(S, settings=module.Settings(), front_end=front_end)
    assert np.isfinite(features).all()
