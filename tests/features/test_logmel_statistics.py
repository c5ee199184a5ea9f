"""Statistics of a log-mel: what lights up, what leaves them alone, and their form."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from genrescope.errors import ParameterError
from genrescope.features import logmel_statistics
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd

FRONT_END = FrontEnd(hop_length=1708, scale="unit")
SETTINGS = logmel_statistics.Settings()
NAMES = logmel_statistics.feature_names(settings=SETTINGS, front_end=FRONT_END)
FRAME_RATE = FRONT_END.sr / FRONT_END.hop_length


def compute(S, front_end=FRONT_END, settings=SETTINGS):
    return logmel_statistics.compute(S, settings=settings, front_end=front_end)


def music_like(seed=0, t=387):
    """Give a noisy picture with a tilt and a beat, in [0, 1]."""
    rng = np.random.default_rng(seed)
    tilt = np.linspace(0.7, 0.3, 128)[:, None]
    beat = 0.1 * np.sin(2 * np.pi * 2.0 * np.arange(t) / FRAME_RATE)
    S = np.clip(tilt + beat + 0.08 * rng.standard_normal((128, t)), 0.0, 1.0)
    return S.astype(np.float32)


def block(values, start):
    return {
        name: value for name, value in zip(NAMES, values, strict=True) if name.startswith(start)
    }


@pytest.mark.parametrize("hop_length", [512, 1024, 1708])
@pytest.mark.parametrize("rate", [0.8, 1.8, 2.6, 5.0])
def test_a_tremolo_lights_up_its_rate_at_any_hop(hop_length, rate):
    front_end = FrontEnd(hop_length=hop_length, scale="unit")
    times = np.arange(int(30 * front_end.sr / hop_length)) * hop_length / front_end.sr
    S = np.tile(0.5 + 0.2 * np.sin(2 * np.pi * rate * times), (128, 1)).astype(np.float32)
    cepstrum = block(compute(S, front_end), "cepstrum/0/")
    low, high = max(cepstrum, key=cepstrum.get).removesuffix(" Hz").split("/")[2].split("-")
    assert float(low) <= rate <= float(high)


def test_the_power_of_a_tremolo_is_the_same_at_another_hop():
    found = []
    for hop_length in (512, 1708):
        front_end = FrontEnd(hop_length=hop_length, scale="unit")
        times = np.arange(int(30 * front_end.sr / hop_length)) * hop_length / front_end.sr
        S = np.tile(0.5 + 0.2 * np.sin(2 * np.pi * 1.5 * times), (128, 1)).astype(np.float32)
        found.append(max(block(compute(S, front_end), "cepstrum/0/").values()))
    assert found[0] == pytest.approx(found[1], abs=0.1)


@pytest.mark.parametrize(("sign", "direction"), [(1, "rising"), (-1, "falling")])
def test_a_moving_ripple_lights_up_its_scale_rate_and_direction(sign, direction):
    times = np.arange(387) / FRAME_RATE
    bands = np.arange(128)[:, None]
    S = 0.5 + 0.3 * np.sin(2 * np.pi * (1.8 * times - sign * bands * 3 / 16))
    texture = block(compute(S.astype(np.float32)), "texture/bands 48-63/")
    assert max(texture, key=texture.get) == f"texture/bands 48-63/scale 3 {direction}/1.4-2.2 Hz"


def test_steady_harmonics_light_up_the_lowest_rate():
    S = np.tile(0.5 + 0.3 * np.cos(2 * np.pi * np.arange(128) * 2 / 16)[:, None], (1, 387))
    texture = block(compute(S.astype(np.float32)), "texture/bands 16-31/")
    assert max(texture, key=texture.get).split("/")[2] in {"scale 2 falling", "scale 2 rising"}
    assert max(texture, key=texture.get).endswith("/0-0.2 Hz")


def test_a_region_that_is_half_floor_and_half_maximum_counts_so():
    S = np.zeros((128, 40), dtype=np.float32)
    S[:, ::2] = 1.0
    level = block(compute(S), "level/3/")
    assert level["level/3/0"] == pytest.approx(np.sqrt(0.5))
    assert level["level/3/9"] == pytest.approx(np.sqrt(0.5))
    assert sum(value**2 for value in level.values()) == pytest.approx(1.0)


def test_covariance_is_that_of_independent_regions():
    rng = np.random.default_rng(3)
    S = np.repeat(0.5 + 0.1 * rng.standard_normal((16, 4000)), 8, axis=0).astype(np.float32)
    settings = logmel_statistics.Settings(n_regions=16)
    names = logmel_statistics.feature_names(settings=settings, front_end=FRONT_END)
    values = dict(zip(names, compute(S, settings=settings), strict=True))
    covariance = {name: v for name, v in values.items() if name.startswith("covariance/")}
    same = [v for name, v in covariance.items() if len(set(name.split("/")[1:])) == 1]
    other = [v for name, v in covariance.items() if len(set(name.split("/")[1:])) == 2]
    assert (len(same), len(other)) == (16, 120)
    np.testing.assert_allclose(same, np.log(0.01), atol=0.1)
    np.testing.assert_allclose(other, 0.0, atol=0.1)


def test_order_of_frames_leaves_the_timeless_blocks_alone():
    S = music_like()
    shuffled = S[:, np.random.default_rng(1).permutation(S.shape[1])]
    before, after = compute(S), compute(shuffled)
    for start in ("covariance/", "level/"):
        np.testing.assert_allclose(
            list(block(before, start).values()), list(block(after, start).values()), atol=1e-3
        )
    assert np.abs(before - after).max() > 1.0


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("t", [8, 39, 387])
def test_a_constant_picture_gives_finite_numbers(value, t):
    assert np.isfinite(compute(np.full((128, t), value, dtype=np.float32))).all()


def test_silence_through_the_front_end_gives_finite_numbers():
    for scale in ("db", "unit"):
        front_end = FrontEnd(hop_length=1708, scale=scale)
        S = front_end.compute(np.zeros(3 * front_end.sr, dtype=np.float32))
        assert np.isfinite(compute(S, front_end)).all()


def test_gain_of_the_recording_changes_nothing():
    rng = np.random.default_rng(5)
    y = (0.1 * rng.standard_normal(5 * 22050)).astype(np.float32)
    y[::4000] += 0.5
    loud, quiet = (compute(FRONT_END.compute(gain * y)) for gain in (1.0, 0.01))
    np.testing.assert_allclose(loud, quiet, atol=1e-2)


def test_both_scales_give_the_same_numbers():
    S = music_like()
    S[0, 0], S[1, 1] = 0.0, 1.0
    db = FrontEnd(hop_length=1708, scale="db")
    np.testing.assert_allclose(compute(80.0 * S - 80.0, db), compute(S), atol=1e-3)


def test_rounding_to_eight_bits_changes_little():
    S = music_like()
    rounded = (np.round(S * 255) / 255).astype(np.float32)
    np.testing.assert_allclose(compute(rounded), compute(S), atol=0.05)


def test_half_a_hop_later_changes_little():
    rng = np.random.default_rng(6)
    fine = music_like(t=387 * 2)
    fine += 0.02 * rng.standard_normal(fine.shape).astype(np.float32)
    change = np.abs(compute(fine[:, ::2]) - compute(fine[:, 1::2]))
    assert np.median(change) < 0.15


@hypothesis_settings(max_examples=25, deadline=None)
@given(t=st.integers(8, 500), seed=st.integers(0, 99))
def test_form_does_not_depend_on_length_and_arguments_are_kept(t, seed):
    S = music_like(seed, t)
    kept = S.copy()
    values = compute(S)
    assert values.shape == (len(NAMES),)
    assert values.dtype == np.float32
    assert np.isfinite(values).all()
    np.testing.assert_array_equal(S, kept)
    np.testing.assert_array_equal(values, compute(S))


@hypothesis_settings(max_examples=20, deadline=None)
@given(
    n_mels=st.integers(32, 128),
    patch_bands=st.integers(16, 32),
    n_regions=st.integers(1, 32),
    n_levels=st.integers(2, 20),
    hop_length=st.sampled_from([512, 1708, 4096]),
)
def test_names_match_the_numbers_for_any_settings(
    n_mels, patch_bands, n_regions, n_levels, hop_length
):
    front_end = FrontEnd(n_mels=n_mels, hop_length=hop_length, n_fft=4096)
    settings = logmel_statistics.Settings(
        patch_bands=patch_bands, n_regions=n_regions, n_levels=n_levels
    )
    S = np.random.default_rng(0).uniform(-80, 0, (n_mels, 50)).astype(np.float32)
    names = logmel_statistics.feature_names(settings=settings, front_end=front_end)
    assert len(set(names)) == len(names) == len(compute(S, front_end, settings))


def test_settings_go_round_through_plain_values():
    settings = logmel_statistics.Settings(n_cepstra=20, patch_s=2.0)
    assert logmel_statistics.Settings(**dataclasses.asdict(settings)) == settings
    choice = FeatureChoice.from_dict({"name": "logmel-statistics", "n_cepstra": 20, "patch_s": 2.0})
    assert logmel_statistics.Settings(**choice.settings) == settings
    assert FeatureChoice.from_dict(choice.to_dict()) == choice


@pytest.mark.parametrize(
    ("setting", "value"),
    [("patch_bands", 8), ("n_levels", 1), ("n_regions", 0), ("patch_s", 0.0), ("n_cepstra", 2.5)],
)
def test_impossible_settings_are_refused(setting, value):
    with pytest.raises(ParameterError, match=f"{setting} is {value}"):
        logmel_statistics.Settings(**{setting: value})


def test_too_few_frames_are_refused():
    with pytest.raises(ParameterError, match="7 frames, but statistics need at least 8"):
        compute(np.zeros((128, 7), dtype=np.float32))


def test_a_picture_of_another_front_end_is_refused():
    with pytest.raises(ParameterError, match="the front end makes 128 bands"):
        compute(np.zeros((64, 100), dtype=np.float32))


def test_more_regions_than_bands_are_refused():
    front_end = FrontEnd(n_mels=16)
    with pytest.raises(ParameterError, match="n_regions is 24"):
        compute(np.zeros((16, 100), dtype=np.float32), front_end)


def test_covariance_averages_regions_as_array_split_cuts_them():
    levels = music_like(seed=2)
    regions = np.array([part.mean(axis=0) for part in np.array_split(levels.astype(float), 24)])
    values, vectors = np.linalg.eigh(np.cov(regions, bias=True))
    expected = (vectors * np.log(values + logmel_statistics.COVARIANCE_FLOOR)) @ vectors.T
    found = list(block(compute(levels), "covariance/").values())
    np.testing.assert_allclose(found, expected[np.triu_indices(24)], atol=1e-5)


def test_levels_are_counted_by_hand_alike():
    S = music_like(seed=4, t=60)
    position = np.clip(S.astype(np.float64), 0, 1) * 9
    hats = np.maximum(0.0, 1.0 - np.abs(position[..., None] - np.arange(10)))
    counts = hats.reshape(8, -1, 10).sum(axis=1)
    expected = np.sqrt(counts / counts.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(
        list(block(compute(S), "level/").values()), expected.ravel(), atol=1e-4
    )


def test_texture_is_that_of_the_plain_transform():
    S = music_like(seed=7)
    n = round(2.5 * FRAME_RATE)
    starts = np.linspace(0, 387 - n, int(np.ceil((387 - n) / (n // 2))) + 1).round().astype(int)
    window = np.outer(np.hanning(18)[1:-1], np.hanning(n + 2)[1:-1])
    n_fft = int(np.ceil(5 * FRAME_RATE))
    patches = np.array([S[32:48, s : s + n].astype(float) for s in starts])
    patches -= patches.mean(axis=(1, 2), keepdims=True)
    F = np.fft.fft(np.fft.rfft(patches * window, n=n_fft), axis=1)
    power = (np.abs(F) ** 2).mean(axis=0) / (FRAME_RATE * (window**2).sum())
    rates = np.arange(n_fft // 2 + 1) * FRAME_RATE / n_fft
    inside = (rates >= 1.4) & (rates < 2.2)
    values = block(compute(S), "texture/bands 32-47/")
    for name, rows in {"0": [0], "2 falling": [2], "2 rising": [14], "6-7 rising": [9, 10]}.items():
        expected = np.log(power[rows][:, inside].mean() + logmel_statistics.POWER_FLOOR)
        found = values[f"texture/bands 32-47/scale {name}/1.4-2.2 Hz"]
        assert found == pytest.approx(expected, abs=1e-4)
