"""What every change of the horse test, and so every family of transforms, keeps to."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from measured import SR, noise

import genrescope.augment
from genrescope.augment.change import FAMILIES, Change
from genrescope.augment.horse_changes import HORSE_CHANGES, STEREO_FAMILIES, chosen_changes
from genrescope.errors import ConfigError, ParameterError, UnknownNameError
from genrescope.settings import make_settings

each_change = pytest.mark.parametrize("change", HORSE_CHANGES, ids=lambda c: c.name)
LENGTHS = {"tempo-plus-6": 1 / 1.06, "tempo-minus-6": 1 / 0.94}


def test_every_family_is_in_the_horse_test():
    assert {change.family for change in HORSE_CHANGES} == set(FAMILIES.names())
    names = [change.name for change in HORSE_CHANGES]
    assert len(set(names)) == len(names) >= 30
    assert len({change.title for change in HORSE_CHANGES}) == len(names)
    assert set(STEREO_FAMILIES) <= set(FAMILIES.names())


def test_every_change_is_in_the_documents():
    text = (Path(__file__).parents[2] / "docs" / "horse.md").read_text(encoding="utf-8")
    missing = [change.name for change in HORSE_CHANGES if f"`{change.name}`" not in text]
    assert not missing


@each_change
@pytest.mark.parametrize("shape", [(3 * SR,), (2, 3 * SR), (1, 1000)])
def test_shape_dtype_and_no_mutation(change, shape):
    y = noise(*shape)
    if change.family in STEREO_FAMILIES and shape != (2, 3 * SR):
        with pytest.raises(ParameterError, match="one channel already"):
            change.apply(y, sr=SR, rng=np.random.default_rng(0))
        return
    y.flags.writeable = False
    before = y.copy()
    changed = change.apply(y, sr=SR, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(y, before)
    assert not np.shares_memory(changed, y)
    assert changed.dtype == np.float32
    assert np.isfinite(changed).all()
    if change.family in STEREO_FAMILIES:
        assert changed.shape == (3 * SR,)
    else:
        assert changed.shape[:-1] == shape[:-1]
    if change.family not in ("excerpt", "channels"):
        assert changed.shape[-1] == round(shape[-1] * LENGTHS.get(change.name, 1.0))


@each_change
def test_a_seed_gives_the_same_sound_again(change):
    y = noise(2, SR)
    a, b = (change.apply(y, sr=SR, rng=np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(a, b)
    other = change.apply(y, sr=SR, rng=np.random.default_rng(8))
    assert np.array_equal(a, other) == (change.family != "noise")


@each_change
def test_silence_stays_silent(change):
    y = np.zeros((2, SR), dtype=np.float32)
    changed = change.apply(y, sr=SR, rng=np.random.default_rng(0))
    assert np.abs(changed).max(initial=0.0) < 1e-6


@each_change
def test_float64_is_taken_too(change):
    y = noise(2, SR).astype(np.float64)
    assert change.apply(y, sr=SR, rng=np.random.default_rng(0)).dtype == np.float32


@pytest.mark.parametrize("name", FAMILIES.names())
def test_settings_are_frozen_and_have_defaults(name):
    module = FAMILIES.module(name)
    settings = make_settings(module.Settings, {}, what=name)
    field = dataclasses.fields(settings)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(settings, field, None)
    assert Change("x", "x", name, dataclasses.asdict(settings))


def test_every_module_is_a_family_or_reserved():
    found = {m.name for m in pkgutil.iter_modules(genrescope.augment.__path__)}
    assert found == {n.replace("-", "_") for n in FAMILIES.names()} | set(FAMILIES.reserved)
    assert all(importlib.import_module(f"genrescope.augment.{name}").__doc__ for name in found)


@pytest.mark.parametrize(
    "y", [np.zeros(0), np.zeros((2, 0)), np.zeros((1, 1, 5)), np.zeros(5, dtype=np.int16)]
)
def test_what_is_no_sound_is_refused(y):
    with pytest.raises(ParameterError, match="floating point of shape"):
        HORSE_CHANGES[0].apply(y, sr=SR, rng=np.random.default_rng(0))


def test_wrong_families_settings_and_names_are_refused():
    rng, y = np.random.default_rng(0), noise(100)
    with pytest.raises(
        UnknownNameError, match=r"unknown family of transforms 'levl'; did you mean"
    ):
        Change("x", "x", "levl").apply(y, sr=SR, rng=rng)
    with pytest.raises(ConfigError, match=r"'level' has no setting 'gain'; did you mean 'gain_db'"):
        Change("x", "x", "level", {"gain": 1.0}).apply(y, sr=SR, rng=rng)
    with pytest.raises(UnknownNameError, match=r"unknown change of the horse test 'mp3'"):
        chosen_changes(["mp3"])
    assert chosen_changes(None) == HORSE_CHANGES
    assert [c.name for c in chosen_changes(["room", "mp3-64"])] == ["mp3-64", "room"]


@pytest.mark.parametrize(
    ("family", "settings", "match"),
    [
        ("noise", {"colour": "brown"}, "unknown colour of noise 'brown'"),
        ("noise", {"snr_db": float("nan")}, "snr_db is nan"),
        ("channels", {"keep": "both"}, "unknown channel to keep 'both'"),
        ("bandwidth", {"low_pass_hz": 0.0}, "low_pass_hz is 0"),
        ("equaliser", {"low_hz": 0.0}, "the slope runs from 0"),
        ("room", {"rt60_s": 0.0}, "rt60_s is 0"),
        ("excerpt", {"start_s": -1.0}, "start_s is -1"),
        ("excerpt", {"middle_s": 0.0}, "middle_s is 0"),
        ("speed", {"rate": 3.0}, "rate is 3.0, but the tempo"),
        ("codec", {"bit_rate": 1000}, "bit_rate is 1000"),
    ],
)
def test_settings_that_mean_nothing_are_refused(family, settings, match):
    with pytest.raises(ParameterError, match=match):
        Change("x", "x", family, settings).apply(noise(2, 500), sr=SR, rng=np.random.default_rng(0))
