"""Clips of noise and music: the ratio that was asked for, who is held out with whom."""

import dataclasses
from collections import Counter

import numpy as np
import pytest

from genrescope.audio.write import write_wav
from genrescope.datasets import _clips, noise_and_music
from genrescope.datasets.dataset import load_dataset
from genrescope.digests import array_sha256
from genrescope.errors import ConfigError, DatasetError, ParameterError
from genrescope.features.front_end import FrontEnd
from genrescope.splits.leakage import find_leakage
from genrescope.splits.split import make_splits
from genrescope.synthesis.effects import rms
from genrescope.synthesis.not_music import noise_kinds

SR = 8000
N_TRACKS = 6


def chord(number, n):
    t = np.arange(n) / SR
    return sum(0.1 * np.sin(2 * np.pi * f * (1 + number / 10) * t) for f in (220, 277, 330))


@pytest.fixture(scope="module")
def music(tmp_path_factory):
    """Six tracks of two seconds by three artists, a seventh of nobody's, an eighth too short."""
    folder = tmp_path_factory.mktemp("music")
    lines = ["track_id,path,labels,artist"]
    for i in range(N_TRACKS + 2):
        write_wav(folder / f"{i}.wav", chord(i, SR // 4 if i == N_TRACKS + 1 else 2 * SR), sr=SR)
        artist = "" if i == N_TRACKS else f"artist {i // 2}"
        lines.append(f"t{i},{i}.wav,{('rock', 'jazz')[i % 2]},{artist}")
    (folder / "index.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder / "index.csv")


def settings_of(music, **changes):
    values = {"snrs_db": "20,-5", "n_noise": 56, "sr": SR, "n_fft": 512, "hop_length": 256,
              "n_mels": 16, **changes}  # fmt: skip
    return noise_and_music.Settings(music=music, **values)


@pytest.fixture(scope="module")
def dataset(music):
    return noise_and_music.load(settings_of(music))


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 0.0, -5.0])
def test_a_mixture_has_the_ratio_that_was_asked_for(snr_db):
    rng = np.random.default_rng(0)
    music, noise = 0.3 * np.sin(np.arange(6400) / 7), 0.01 * rng.standard_normal(6400)
    before = music.copy(), noise.copy()
    heard = _clips.mixed(music, noise, snr_db=snr_db)
    added = heard.astype(np.float64) - music
    assert 20 * np.log10(rms(music) / rms(added)) == pytest.approx(snr_db, abs=1e-3)
    assert np.corrcoef(added, noise)[0, 1] > 0.999
    assert heard.dtype == np.float32
    assert np.array_equal(music, before[0])
    assert np.array_equal(noise, before[1])


def test_the_clips_of_a_track_have_their_ratios(music, monkeypatch):
    asked, measured = [], []

    def mixed(y, noise, *, snr_db):
        heard = _clips_mixed(y, noise, snr_db=snr_db)
        asked.append(snr_db)
        measured.append(20 * np.log10(rms(y) / rms(heard.astype(np.float64) - y)))
        return heard

    _clips_mixed = _clips.mixed
    monkeypatch.setattr(_clips, "mixed", mixed)
    noise_and_music.load(settings_of(music, clips_per_track=2))
    assert Counter(asked) == {20.0: 14, -5.0: 14}
    assert measured == pytest.approx(asked, abs=1e-2)


def test_silence_and_unequal_lengths_are_not_mixed():
    with pytest.raises(ParameterError, match="equal lengths"):
        _clips.mixed(np.ones(3), np.ones(4), snr_db=0.0)
    with pytest.raises(ParameterError, match="finite ratio"):
        _clips.mixed(np.ones(3), np.ones(3), snr_db=np.inf)
    with pytest.raises(ParameterError, match="silence"):
        _clips.mixed(np.ones(3), np.zeros(3), snr_db=0.0)


def test_breaks_are_not_drawn():
    for y in np.concatenate([np.zeros(9000), np.ones(1000)]), np.eye(1, 10_000, 9_999)[0]:
        found = _clips.drawn_stretches(y, length=500, n=20, rng=np.random.default_rng(0))
        assert len(found) == 20
        assert all(s.shape == (500,) and s.any() for s in found)
    for nothing in (np.zeros(9000), np.ones(499)):
        assert _clips.drawn_stretches(nothing, length=500, n=1, rng=np.random.default_rng(0)) == []


def test_the_clips_say_what_they_are(dataset):
    count = Counter((t.label, t.extra["snr_db"]) for t in dataset.tracks)
    assert count == {("music", "clean"): 7, ("music", "20"): 7, ("music", "-5"): 7,
                     ("noise", "noise alone"): 56}  # fmt: skip
    assert Counter(t.extra["noise"] for t in dataset.tracks if t.label == "noise") == dict.fromkeys(
        noise_kinds(), 2
    )
    assert dataset.labels == noise_and_music.LABELS
    names = [t.track_id for t in dataset.tracks]
    assert len(set(names)) == len(names)
    assert {"t0@clean.0", "t0@20dB.0", "t0@-5dB.0", "rain.00000@noise.1"} <= set(names)
    assert [s.name for s in dataset.skipped] == [f"t{N_TRACKS + 1}"]
    assert "shorter than 0.8 s" in dataset.skipped[0].reason
    X = dataset.logmels.X
    assert X.shape == (len(names), 16, 26)
    assert dataset.logmels.front_end == FrontEnd(
        sr=SR, n_fft=512, hop_length=256, n_mels=16, scale="unit"
    )
    assert (X.min(), X.max()) == (0.0, 1.0)
    assert [t.sha256 for t in dataset.tracks] == [array_sha256(S) for S in X]
    assert len({t.sha256 for t in dataset.tracks}) == len(names)


def test_an_artist_has_one_kind_of_noise_and_is_held_out_with_it(dataset):
    clips = [t for t in dataset.tracks if t.label == "music"]
    for artist in ("artist 0", "artist 1", "artist 2"):
        mine = [t for t in clips if t.artist == artist]
        assert len(mine) == 6
        (kind,) = {t.group for t in mine}
        assert kind in noise_kinds()
        assert {t.extra["noise"] for t in mine if t.extra["snr_db"] != "clean"} == {kind}
    assert len({t.group for t in clips if t.artist}) == 3
    assert {t.group for t in clips if not t.artist} == {None}
    assert all(t.group == t.extra["noise"] for t in dataset.tracks if t.label == "noise")


def test_grouped_folds_hold_out_whole_kinds_and_artists(dataset):
    splits = make_splits("artist-grouped", dataset.tracks, n_folds=3)
    tracks = {t.track_id: t for t in dataset.tracks}
    tested = []
    for split in splits:
        sides = [[tracks[i] for i in part] for part in (split.train, split.test)]
        for what in (
            lambda t: t.extra["noise"],
            lambda t: t.artist,
            lambda t: t.extra["music"],
        ):
            train, test = ({what(t) for t in side} - {None, ""} for side in sides)
            assert test
            assert not train & test
        assert find_leakage(split, dataset.tracks).status == "clean"
        tested += split.test
    assert len(tested) == len(set(tested)) == 18 + 56


def test_the_seed_decides_all_that_is_random(music, dataset):
    again = noise_and_music.load(settings_of(music))
    assert again.tracks == dataset.tracks
    assert np.array_equal(again.logmels.X, dataset.logmels.X)
    other = noise_and_music.load(settings_of(music, seed=1))
    assert not {t.sha256 for t in other.tracks} & {t.sha256 for t in dataset.tracks}
    # A track's clips do not depend on which others are there.
    fewer = noise_and_music.load(settings_of(music, n_tracks=1, n_noise=28))
    clean = {t.track_id: t.sha256 for t in dataset.tracks}
    assert clean["t0@clean.0"] in {t.sha256 for t in fewer.tracks}
    assert {t.sha256 for t in fewer.tracks if t.label == "noise"} <= set(clean.values())


def test_progress_is_told_by_track_of_music(music):
    calls = []
    load_dataset(
        "noise_and_music",
        progress=lambda *call: calls.append(call),
        **dataclasses.asdict(settings_of(music, n_tracks=4)),
    )
    assert [(done, of) for done, of, _ in calls] == [(i, 4) for i in range(1, 5)]
    assert [path.name for *_, path in calls] == ["0.wav", "2.wav", "4.wav", "6.wav"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"snrs_db": "20,loud"}, "different numbers of dB"),
        ({"snrs_db": "5,5.0"}, "different numbers of dB"),
        ({"snrs_db": "inf"}, "different numbers of dB"),
        ({"n_noise": 0}, "n_noise is 0"),
        ({"n_tracks": 0}, "n_tracks is 0"),
        ({"clips_per_track": 0}, "clips_per_track is 0"),
        ({"duration_s": 0.1}, r"duration_s is 0\.1"),
    ],
)
def test_settings_that_give_no_clips_are_refused(music, changes, words):
    with pytest.raises(ConfigError, match=words):
        noise_and_music.load(settings_of(music, **changes))


def test_music_that_is_too_short_for_every_clip_is_refused(music):
    with pytest.raises(DatasetError, match=r"not one track .* shorter than 5\.0 s"):
        noise_and_music.load(settings_of(music, duration_s=5.0))
