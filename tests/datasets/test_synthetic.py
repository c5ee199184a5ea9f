"""The synthetic data set: files, artists, reuse, refusals."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from genrescope.datasets import synthetic
from genrescope.datasets.dataset import load_dataset
from genrescope.digests import file_sha256
from genrescope.errors import ConfigError, DatasetError
from genrescope.synthesis.render import kinds


def settings_in(folder: Path, **changes: object) -> synthetic.Settings:
    values = {"n_tracks_per_label": 3, "duration_s": 0.3, "sr": 8000, **changes}
    return synthetic.Settings(folder=str(folder), **values)  # type: ignore[arg-type]


def test_every_kind_has_its_tracks_and_artists(tmp_path: Path) -> None:
    dataset = synthetic.load(settings_in(tmp_path))
    assert dataset.name == "synthetic"
    assert dataset.licence
    assert dataset.source
    assert len(dataset.tracks) == 30
    assert dataset.labels == tuple(kinds())
    assert len({t.track_id for t in dataset.tracks}) == 30
    assert len({t.sha256 for t in dataset.tracks}) == 30
    for kind in kinds():
        artists = [t.artist for t in dataset.tracks if t.label == kind]
        assert artists[0] == artists[1] != artists[2]
    for track in dataset.tracks:
        assert track.path == tmp_path / track.label / f"{track.track_id}.wav"
        assert track.sha256 == file_sha256(track.path)
        assert track.group == track.artist
        assert track.title
        with wave.open(str(track.path)) as file:
            assert (file.getframerate(), file.getnframes(), file.getnchannels()) == (8000, 2400, 1)


def test_files_are_made_once(tmp_path: Path) -> None:
    first = synthetic.load(settings_in(tmp_path, n_tracks_per_label=1))
    times = {t.path: t.path.stat().st_mtime_ns for t in first.tracks if t.path}
    more = synthetic.load(settings_in(tmp_path, n_tracks_per_label=2))
    assert len(times) == 10
    assert all(path.stat().st_mtime_ns == before for path, before in times.items())
    assert [t for t in more.tracks if t.track_id.endswith("00000")] == list(first.tracks)


def test_the_registry_loads_it_by_name(tmp_path: Path) -> None:
    dataset = load_dataset(
        "synthetic", folder=tmp_path, n_tracks_per_label=1, duration_s=0.2, sr=8000
    )
    assert len(dataset.tracks) == 10


def test_music_of_other_settings_is_refused(tmp_path: Path) -> None:
    synthetic.load(settings_in(tmp_path, n_tracks_per_label=1))
    with pytest.raises(DatasetError, match="name another folder"):
        synthetic.load(settings_in(tmp_path, seed=1))


def test_foreign_sound_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "jazz").mkdir()
    (tmp_path / "jazz" / "jazz.00000.wav").write_bytes(b"mine")
    with pytest.raises(DatasetError, match="not made here"):
        synthetic.load(settings_in(tmp_path))
    assert (tmp_path / "jazz" / "jazz.00000.wav").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["song.wav", "letters/mine.txt", "rock/deep/a.flac", "notes"])
def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"mine")
    before = sorted(tmp_path.rglob("*"))
    first = name.split("/")[0]
    with pytest.raises(DatasetError, match=rf"holds '{first}'.*new or an empty folder"):
        synthetic.load(settings_in(tmp_path))
    assert sorted(tmp_path.rglob("*")) == before


def test_hidden_files_do_not_hinder(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"")
    (tmp_path / f"{synthetic.MANIFEST}.tmp-1-ab").write_bytes(b"killed while it was written")
    assert synthetic.load(settings_in(tmp_path, n_tracks_per_label=1)).tracks


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / synthetic.MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(DatasetError, match="damaged"):
        synthetic.load(settings_in(tmp_path))


def test_a_file_in_place_of_the_folder_is_a_data_set_error(tmp_path: Path) -> None:
    (tmp_path / "music").write_text("", encoding="utf-8")
    with pytest.raises(DatasetError, match="cannot keep synthetic music"):
        synthetic.load(settings_in(tmp_path / "music"))


def test_no_tracks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        synthetic.load(settings_in(tmp_path, n_tracks_per_label=0))


def test_default_folder_depends_on_the_music_but_not_on_the_number_of_tracks() -> None:
    plain = synthetic.default_folder(synthetic.Settings())
    assert plain == synthetic.default_folder(synthetic.Settings(n_tracks_per_label=3))
    assert plain != synthetic.default_folder(synthetic.Settings(seed=1))
    assert "genrescope" in str(plain)
