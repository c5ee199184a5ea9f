"""Changes of a log-mel at random: what they leave, and what they change."""

import numpy as np
import pytest

from genrescope.augment import logmel_changes
from genrescope.augment.logmel_changes import KINDS, band_frequencies, changed
from genrescope.dsp.mel import mel_filter_bank
from genrescope.errors import ParameterError

RATE = 13.0
HZ = band_frequencies(n_mels=64, fmin=0.0, fmax=11025.0)


@pytest.fixture
def levels():
    """Half a minute of levels in dB, of which the loudest band is the tenth."""
    S = np.random.default_rng(0).uniform(-70, -10, (64, 390))
    S[10] = 0.0
    return S.astype(np.float32)


def test_centres_are_where_the_filters_are_highest():
    bank = mel_filter_bank(sr=22050, n_fft=8192, n_mels=64)
    highest = np.fft.rfftfreq(8192, 1 / 22050)[bank.argmax(axis=1)]
    np.testing.assert_allclose(HZ, highest, atol=22050 / 8192)


def test_a_change_has_the_bands_and_its_maximum_at_0_db(levels):
    for seed in range(40):
        S = changed(levels, hz=HZ, frame_rate=RATE, rng=np.random.default_rng(seed))
        assert S.shape[0] == 64
        assert S.shape[1] >= 3 * RATE * np.exp(-0.1) - 1
        assert S.dtype == np.float32
        assert S.max() == 0.0
        assert np.isfinite(S).all()


def test_the_same_generator_gives_the_same_change_and_the_argument_stays(levels):
    before = levels.copy()
    one, again, other = (
        changed(levels, hz=HZ, frame_rate=RATE, rng=np.random.default_rng(s)) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, again)
    assert one.shape != other.shape or not np.allclose(one, other)
    np.testing.assert_array_equal(levels, before)


def test_silence_and_a_single_frame_can_be_changed():
    for S in (np.full((64, 1), -80.0), np.zeros((64, 2))):
        for seed in range(20):
            out = changed(S, hz=HZ, frame_rate=RATE, rng=np.random.default_rng(seed))
            assert np.isfinite(out).all()
            assert out.max() == 0.0


def kind(name):
    return getattr(logmel_changes, f"_{name}")


def test_each_kind_does_what_it_says(levels):
    def made(name, seed=3):
        return kind(name)(levels.astype(float), HZ, RATE, np.random.default_rng(seed))

    assert 3 * RATE <= made("excerpt").shape[1] < 390
    assert made("tempo").shape[1] != 390
    assert made("tempo").shape[1] == pytest.approx(390, rel=0.11)
    assert abs(int(made("pitch").mean(axis=1).argmax()) - 10) <= 2
    gain = (made("equaliser") - levels).mean(axis=1)
    np.testing.assert_allclose(made("equaliser") - levels, np.tile(gain[:, None], 390), atol=1e-4)
    assert 0.5 < np.abs(gain).max() < 16
    narrow = made("narrower_band") - levels
    assert narrow[-1].max() < -39
    assert np.abs(narrow[(HZ > 400) & (HZ < 3300)]).max() == 0
    assert (made("noise") >= levels - 1e-6).all()
    assert (made("noise") > levels + 1).any()
    drawn = made("compressor")
    assert 0.84 < np.ptp(drawn) / np.ptp(levels) < 1.11


def test_a_room_goes_on_after_the_sound():
    S = np.full((64, 26), -80.0)
    S[:, :13] = 0.0
    heard = kind("room")(S, HZ, RATE, np.random.default_rng(0))
    assert (heard[:, 13] > S[:, 13] + 6).all()
    assert (np.diff(heard[0, 13:]) <= 1e-9).all()


def test_every_kind_is_drawn_as_often_as_it_says(monkeypatch):
    drawn = np.zeros(len(KINDS))

    def counting(place):
        def change(S, *_):
            drawn[place] += 1
            return S

        return change

    counted = tuple((p, counting(place)) for place, (p, _) in enumerate(KINDS))
    monkeypatch.setattr(logmel_changes, "KINDS", counted)
    for seed in range(400):
        changed(np.zeros((64, 2)), hz=HZ, frame_rate=RATE, rng=np.random.default_rng(seed))
    np.testing.assert_allclose(drawn / 400, [p for p, _ in KINDS], atol=0.1)


@pytest.mark.parametrize("S", [np.zeros((3, 10)), np.zeros((64, 0)), np.zeros(64)])
def test_a_picture_of_other_bands_is_refused(S):
    with pytest.raises(ParameterError, match="one centre a band"):
        changed(S, hz=HZ, frame_rate=RATE, rng=np.random.default_rng(0))
