"""What is heard of a track: the same frames as at once, levels, and what is wrong with it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genrescope.audio.write import write_wav
from genrescope.audit.findings import find_faults
from genrescope.audit.levels import Loudness, cut_off
from genrescope.audit.listening import Facts, listen, look
from genrescope.audit.stretches import FRONT_END, logmel_stretches
from genrescope.features.front_end import FrontEnd

SR = 22050


@settings(max_examples=15)
@given(
    n=st.integers(2048, 20_000) | st.integers(2, 9).map(lambda k: 1708 * k),
    cuts=st.lists(st.integers(0, 20_000), max_size=4),
    n_frames=st.integers(1, 9),
)
def test_stretches_are_the_frames_of_the_whole(n, cuts, n_frames):
    y = np.random.default_rng(n).normal(scale=0.1, size=n).astype(np.float32)
    blocks = np.split(y, sorted(min(c, n) for c in cuts))
    S = np.concatenate(list(logmel_stretches(blocks, n_frames=n_frames)), axis=1)
    whole = FRONT_END.compute(y)
    assert S.shape == whole.shape
    np.testing.assert_allclose(S - S.max(), whole, atol=2e-4)


def test_stretches_of_too_little_are_none():
    assert list(logmel_stretches([])) == []
    assert list(logmel_stretches([np.zeros(100, dtype=np.float32)])) == []


def test_a_file_and_its_log_mel_have_one_fingerprint(pieces, tmp_path):
    write_wav(tmp_path / "a.wav", pieces["jazz"], sr=SR)
    heard = listen(tmp_path / "a.wav")
    y = np.round(pieces["jazz"] * 32768).astype(np.float32) / np.float32(32768)
    front_end = FrontEnd(hop_length=1708, scale="unit")
    seen = look(front_end.compute(y), front_end=front_end)
    n = min(len(heard.fingerprint.bits), len(seen.fingerprint.bits))
    both = heard.fingerprint.valid[:n] & seen.fingerprint.valid[:n]
    wrong = (heard.fingerprint.bits[:n] ^ seen.fingerprint.bits[:n]) & both
    assert np.bitwise_count(both).sum() > 2000
    assert np.bitwise_count(wrong).sum() < 0.01 * np.bitwise_count(both).sum()
    assert heard.statistics is not None
    assert seen.statistics is not None
    np.testing.assert_allclose(heard.statistics, seen.statistics, atol=0.2)
    assert heard.facts.duration_s == pytest.approx(14.0, abs=0.01)
    assert heard.facts.sr == SR
    assert (seen.facts.loudness, seen.facts.sr) == (None, None)


def test_loudness_does_not_depend_on_the_blocks():
    y = np.clip(np.random.default_rng(0).normal(scale=0.5, size=9000), -1, 1).astype(np.float32)
    whole = Loudness.nothing().and_then(y)
    parts = Loudness.nothing().and_then(y[:5000]).and_then(y[5000:]).and_then(y[:0])
    assert whole.n_samples == parts.n_samples == 9000
    assert whole.peak == parts.peak == 1.0
    assert whole.level_db == pytest.approx(parts.level_db)
    assert whole.n_clipped == parts.n_clipped == np.count_nonzero(np.abs(y) >= 0.999)
    assert Loudness.nothing().level_db == -200
    assert Loudness.nothing().clipped_share == 0


def test_a_sine_has_its_level_and_a_flat_top_shows_though_turned_down():
    y = np.sin(2 * np.pi * 441 * np.arange(SR) / SR)
    assert Loudness.nothing().and_then(0.1 * y).level_db == pytest.approx(-23.01, abs=0.01)
    assert Loudness.nothing().and_then(0.9 * y).clipped_share == 0
    flat = 0.5 * np.clip(2 * y, -1, 1)
    assert Loudness.nothing().and_then(flat).clipped_share > 0.4


@pytest.mark.parametrize("edge_hz", [4000.0, 8000.0, 9900.0])
def test_cut_off_is_where_the_spectrum_ends(edge_hz):
    centres = FRONT_END.band_centres()
    music = -30.0 - 20 * np.log2(np.maximum(centres, 100) / 100) / 3
    measured = cut_off(np.where(centres <= edge_hz, music, -98.0), centres)
    assert measured == pytest.approx(edge_hz, rel=0.04)
    assert cut_off(music, centres) is None
    assert cut_off(np.full(128, -100.0), centres) is None


def _facts(**changes):
    usual = {"duration_s": 30.0, "still_share": 0.0, "cut_off_hz": None, "sr": 44100,
             "loudness": Loudness(1000, 0.5, 10.0, 0)}  # fmt: skip
    return Facts(**{**usual, **changes})


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("silent", {"loudness": Loudness(1000, 1e-5, 1e-9, 0)}),
        ("too_short", {"duration_s": 3.0}),
        ("nothing_changes", {"still_share": 0.7}),
        ("clipped", {"loudness": Loudness(1000, 1.0, 10.0, 2)}),
        ("quiet", {"loudness": Loudness(1000, 0.01, 0.01, 0)}),
        ("cut_off", {"cut_off_hz": 7800.0}),
        ("sample_rate", {"sr": 16000}),
        ("odd", {"problems": ("truncated",)}),
    ],
)
def test_every_fault_is_found_and_sound_music_has_none(kind, changes):
    good = [_facts() for _ in range(9)]
    assert find_faults([str(i) for i in range(9)], good) == ()
    (found,) = find_faults([*map(str, range(9)), "bad"], [*good, _facts(**changes)])
    assert (found.track_id, found.kind) == ("bad", kind)
    assert found.text


def test_the_gravest_faults_come_first():
    facts = [_facts(problems=("odd",)), _facts(duration_s=1.0), _facts(still_share=0.9)]
    kinds = [f.kind for f in find_faults(["a", "b", "c"], facts)]
    assert kinds == ["too_short", "nothing_changes", "odd"]


def test_no_usual_rate_where_rates_are_mixed():
    facts = [_facts(sr=rate) for rate in (44100, 44100, 48000, 22050)]
    assert find_faults(list("abcd"), facts) == ()
