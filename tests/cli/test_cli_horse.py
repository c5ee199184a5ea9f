"""``genrescope evaluate --horse`` on synthetic music, end to end."""

from __future__ import annotations

import numpy as np
import pytest

from genrescope.evaluation.horse.record import from_json

FEW = ("--horse", "--horse-tracks", 10, "--horse-change", "white-20", "--horse-change", "mp3-64")


@pytest.fixture
def tiny(synthetic):
    """A data set of forty short pieces, and two epochs to learn them."""
    return [
        "--dataset", f"synthetic:{synthetic}", "--set", "dataset.n_tracks_per_label=4",
        "--set", "dataset.duration_s=3.0", "--set", "training.epochs=2",
    ]  # fmt: skip


def test_the_table_the_score_and_the_files(genrescope, tiny, tmp_path):
    given = ["evaluate", "joseph2024-linear", *tiny, "--protocol", "artist-grouped", *FEW]
    result = genrescope(*given)
    assert result.code == 0, result.err
    for part in ("horse test of joseph2024-linear, artist-grouped: 10 test tracks",
                 "white noise 20 dB below", "MP3 at 64 kbit/s", "same answer", "horse score",
                 "worst change:"):  # fmt: skip
        assert part in result.out
    (path,) = (tmp_path / "runs").rglob("horse.json")
    (horse,) = from_json(path.read_text(encoding="utf-8"))
    assert {row.change for row in horse.rows} == {"white-20", "mp3-64"}
    assert f"horse score {100 * horse.score:.1f} points" in result.out
    assert "## Horse test" in (path.parent / "report.md").read_text(encoding="utf-8")
    again = genrescope(*given)
    assert again.out == result.out


def test_a_model_as_it_is(genrescope, bundle, songs, tmp_path):
    result = genrescope(
        "evaluate", bundle, "--protocol", "as-is", "--dataset", songs, "--horse",
        "--horse-change", "gain-plus-6",
    )  # fmt: skip
    assert result.code == 0, result.err
    assert "gain of +6 dB" in result.out
    (path,) = (tmp_path / "runs").rglob("horse.json")
    (horse,) = from_json(path.read_text(encoding="utf-8"))
    assert (horse.protocol, horse.n, horse.score) == ("as-is", 4, 0.0)


def test_wrong_options_are_told_before_the_training(genrescope, tiny, tmp_path):
    for given, code, text in (
        (["--horse-tracks", 5], 2, "--horse-tracks belongs to the horse test: give --horse too"),
        (["--horse-change", "mp3-64"], 2, "--horse-change belongs to the horse test"),
        (["--horse", "--horse-change", "mp3-65"], 2, "did you mean 'mp3-64'?"),
    ):
        result = genrescope("evaluate", "joseph2024-linear", *tiny, *given)
        assert result.code == code
        assert text in result.error_line()
    assert not (tmp_path / "runs").exists()


def test_data_without_sound_are_told_before_the_training(genrescope, tmp_path):
    names = np.array([f"{label}.{i}" for label in ("jazz", "rock") for i in range(4)])
    np.savez(
        tmp_path / "x.npz", X=np.zeros((8, 128, 40), np.uint8), names=names,
        genre=np.array([name.partition(".")[0] for name in names]),
    )  # fmt: skip
    result = genrescope(
        "evaluate", "default", "--dataset", f"arrays:{tmp_path / 'x.npz'}",
        "--protocol", "random", "--horse",
    )  # fmt: skip
    assert result.code == 3
    assert "none of the 8 tracks of data set 'x' has a sound file" in result.error_line()
    assert not (tmp_path / "runs").exists()
