"""Features of sound files: what a prediction would hear, stored once, in any order of events."""

import dataclasses
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from genrescope.audio.write import write_wav
from genrescope.digests import file_sha256
from genrescope.errors import ParameterError, SilentAudioError, TooShortAudioError
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.records import Track
from genrescope.training import extraction
from genrescope.training.extraction import extract, file_logmels, open_store

SR = 22050
FRONT_END = FrontEnd(n_mels=32)
WINDOWS = WindowSettings(length=SR, hop=SR, min_tail=4000)
HOW = {"front_end": FRONT_END, "windows": WINDOWS}


def arrays(store):
    return {key: np.array(store.get(key)) for key in store.keys()}  # noqa: SIM118 - no mapping


@pytest.fixture
def at_once(monkeypatch):
    """Start workers with the first track, however short the work is."""
    monkeypatch.setattr("genrescope.crew.replies.PATIENCE_S", 0.0)


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_track_is_stored_as_the_front_end_makes_it(recordings, tmp_path, jobs, at_once):
    store = open_store(tmp_path, FRONT_END, WINDOWS)
    seen = []
    skipped = extract(
        recordings, store, **HOW, jobs=jobs, advance=lambda done, n: seen.append((done, n))
    )
    assert skipped == []
    assert seen == [(i, 6) for i in range(1, 7)]
    assert len(store.keys()) == 6
    for track in recordings:
        stored = store.get(track.sha256)
        assert stored.shape == (3, 32, FRONT_END.n_frames(SR))
        np.testing.assert_array_equal(stored, file_logmels(track.path, FRONT_END, WINDOWS))


def test_what_is_stored_is_not_computed_again(recordings, tmp_path, monkeypatch):
    store = open_store(tmp_path, FRONT_END, WINDOWS)
    extract(recordings[:4], store, **HOW)
    computed = []
    plain = extraction.file_logmels

    def counting(path, *args):
        computed.append(path)
        return plain(path, *args)

    monkeypatch.setattr(extraction, "file_logmels", counting)
    extract(recordings, store, **HOW, jobs=1)
    assert computed == [t.path for t in recordings[4:]]


def test_other_settings_have_another_store(recordings, tmp_path):
    extract(recordings[:1], open_store(tmp_path, FRONT_END, WINDOWS), **HOW)
    assert recordings[0].sha256 not in open_store(tmp_path, FrontEnd(n_mels=33), WINDOWS)
    longer = dataclasses.replace(WINDOWS, length=2 * SR)
    assert recordings[0].sha256 not in open_store(tmp_path, FRONT_END, longer)


def test_an_interruption_leaves_a_store_to_go_on_with(recordings, tmp_path, monkeypatch):
    whole = open_store(tmp_path / "whole", FRONT_END, WINDOWS)
    extract(recordings, whole, **HOW)
    store = open_store(tmp_path / "broken", FRONT_END, WINDOWS)

    def stop(done, _):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract(recordings, store, **HOW, jobs=1, advance=stop)
    assert 2 <= len(store.keys()) <= 6
    extract(recordings, store, **HOW)
    assert arrays(store).keys() == arrays(whole).keys()
    for key, array in arrays(whole).items():
        np.testing.assert_array_equal(store.get(key), array)


def made(path, y):
    write_wav(path, y, sr=SR)
    return Track(path.stem, path, ("jazz",), sha256=file_sha256(path))


def test_silent_windows_are_not_learned_from(recordings, tmp_path):
    y = np.zeros(5 * SR)
    y[:SR] = 0.5 * np.sin(np.arange(SR) / 20)
    y[3 * SR : 4 * SR] = 0.5 * np.sin(np.arange(SR) / 30)
    assert len(file_logmels(made(tmp_path / "a.wav", y).path, FRONT_END, WINDOWS)) == 2


def test_an_interruption_ends_the_workers(recordings, tmp_path, at_once):
    def stop(done, _):
        raise KeyboardInterrupt

    store = open_store(tmp_path, FRONT_END, WINDOWS)
    with pytest.raises(KeyboardInterrupt):
        extract(recordings, store, **HOW, jobs=2, advance=stop)
    assert not [t for t in threading.enumerate() if t.name.startswith("genrescope")]
    assert len(store.keys()) >= 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_tracks_that_cannot_be_used_are_skipped_with_a_reason(recordings, tmp_path, jobs, at_once):
    good = recordings[0]
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    changed = made(tmp_path / "changed.wav", 0.1 * np.ones(SR))
    write_wav(changed.path, 0.2 * np.ones(SR), sr=SR)
    bad = [
        (dataclasses.replace(good, track_id="no digest", sha256=None), "index it first"),
        (Track("no file", None, ("jazz",), sha256="0" * 64), "no sound file"),
        (Track("gone", tmp_path / "gone.wav", ("jazz",), sha256="1" * 64), "gone.wav"),
        (Track("text", text, ("jazz",), sha256=file_sha256(text)), "text.wav"),
        (changed, "the file was changed; index it again"),
        (made(tmp_path / "silent.wav", np.zeros(2 * SR)), "holds no signal"),
        (made(tmp_path / "short.wav", 0.1 * np.ones(5000)), "give a longer recording"),
    ]
    store = open_store(tmp_path / "store", FRONT_END, WINDOWS)
    skipped = extract([good, *(t for t, _ in bad)], store, **HOW, jobs=jobs)
    assert [s.name for s in skipped] == [t.track_id for t, _ in bad]
    for item, (_, reason) in zip(skipped, bad, strict=True):
        assert reason in item.reason
    assert store.keys() == [good.sha256]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_whose_digest_cannot_be_taken_costs_only_itself(
    recordings, tmp_path, jobs, at_once, monkeypatch
):
    kept = made(tmp_path / "kept.wav", 0.1 * np.ones(SR))
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    # A name that no file may have fails for every user, root too.
    long = Track("long", tmp_path / ("x" * 300), ("jazz",), sha256="2" * 64)
    locked = Track("locked", loop / "a.wav", ("jazz",), sha256="3" * 64)
    store = open_store(tmp_path / "store", FRONT_END, WINDOWS)
    tracks = [recordings[0], long, locked, recordings[1]]
    if jobs == 1:
        tracks.append(kept)
        plain = extraction.file_sha256

        def refusing(path):
            if path == kept.path:
                raise PermissionError(13, "Permission denied")
            return plain(path)

        monkeypatch.setattr(extraction, "file_sha256", refusing)
    skipped = extract(tracks, store, **HOW, jobs=jobs)
    assert [s.name for s in skipped] == ["long", "locked", "kept"][: len(tracks) - 2]
    for item in skipped:
        assert str(tmp_path) in item.reason
    if jobs == 1:
        assert "it may not be read: check its permissions" in skipped[-1].reason
    assert len(store.keys()) == 2


def test_relative_paths_are_those_of_the_folder_in_which_the_work_began(
    recordings, tmp_path, at_once, monkeypatch
):
    monkeypatch.chdir(recordings[0].path.parent)
    tracks = [dataclasses.replace(t, path=Path(t.path.name)) for t in recordings]
    tracks.append(Track("gone", Path("gone.wav"), ("jazz",), sha256="1" * 64))
    (tmp_path / "elsewhere").mkdir()
    store = open_store(tmp_path / "store", FRONT_END, WINDOWS)

    def leave(done, n):
        os.chdir(tmp_path / "elsewhere")

    (skipped,) = extract(tracks, store, **HOW, jobs=2, advance=leave)
    assert skipped.reason.startswith("gone.wav: no such file")
    assert len(store.keys()) == 6


def test_the_errors_of_a_file(tmp_path):
    silent = made(tmp_path / "silent.wav", np.zeros(2 * SR))
    with pytest.raises(SilentAudioError):
        file_logmels(silent.path, FRONT_END, WINDOWS)
    short = made(tmp_path / "short.wav", 0.1 * np.ones(5000))
    with pytest.raises(TooShortAudioError):
        file_logmels(short.path, FRONT_END, WINDOWS)
    with pytest.raises(ParameterError, match="jobs is 0"):
        extract([], open_store(tmp_path, FRONT_END, WINDOWS), **HOW, jobs=0)
