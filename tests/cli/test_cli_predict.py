"""``genrescope predict`` and ``demo``, end to end."""

from __future__ import annotations

import atexit
import csv
import dataclasses
import gc
import io
import json
import math
import os
import sys
from pathlib import Path

import pytest

from genrescope.audio.write import write_wav
from genrescope.bundle.format import read_manifest, read_onnx, write_bundle
from genrescope.synthesis.render import render_track

KEYS = ["path", "model", "duration_s", "genres", "windows", "abstained", "music", "likely",
        "error", "warnings"]  # fmt: skip


def answers(result):
    found = json.loads(result.out)
    assert isinstance(found, list)
    return found


def rows(result):
    return list(csv.DictReader(io.StringIO(result.out)))


def test_json_has_exactly_the_promised_keys(genrescope, songs):
    result = genrescope("predict", songs / "metal" / "metal.0.wav", "--format", "json")
    assert result.code == 0
    (answer,) = answers(result)
    assert list(answer) == KEYS
    assert answer["path"] == str(songs / "metal" / "metal.0.wav")
    assert answer["model"] == "default"
    assert answer["duration_s"] == pytest.approx(3.0)
    assert (answer["abstained"], answer["error"]) == (None, None)
    assert isinstance(answer["warnings"], list)
    assert all(list(g) == ["label", "probability"] for g in answer["genres"])
    probabilities = [g["probability"] for g in answer["genres"]]
    assert len(probabilities) == 10
    assert probabilities == sorted(probabilities, reverse=True)
    assert math.isclose(sum(probabilities), 1.0, abs_tol=1e-4)
    (window,) = answer["windows"]
    assert list(window) == ["start_s", "end_s", "genres", "music"]
    assert 0 <= window["music"] <= 1
    assert answer["music"] == window["music"]
    assert answer["likely"][0] == answer["genres"][0]["label"]
    assert (window["start_s"], window["end_s"]) == pytest.approx((0.0, 3.0))


def test_top_limits_the_genres(genrescope, songs):
    path = songs / "metal" / "metal.0.wav"
    for top in 1, 4:
        (answer,) = answers(genrescope("predict", path, "--format", "json", "--top", top))
        assert len(answer["genres"]) == len(answer["windows"][0]["genres"]) == top
        (row,) = rows(genrescope("predict", path, "--format", "csv", "--top", top))
        assert row[f"genre_{top}"]
        assert f"genre_{top + 1}" not in row


def test_without_top_programs_get_all_genres_and_people_three(genrescope, songs):
    path = songs / "metal" / "metal.0.wav"
    (answer,) = answers(genrescope("predict", path, "--format", "json"))
    for genres in (answer["genres"], answer["windows"][0]["genres"]):
        assert len(genres) == 10
        assert math.isclose(sum(g["probability"] for g in genres), 1.0, abs_tol=1e-4)
    (row,) = rows(genrescope("predict", path, "--format", "csv"))
    assert row["genre_3"]
    assert "genre_4" not in row
    assert genrescope("predict", path).out.splitlines()[1].count(" %") == 3


def test_limits_are_set_on_the_command_line(genrescope, songs):
    path = songs / "metal" / "metal.0.wav"
    result = genrescope("predict", path, "--max-duration-s", 2)
    assert result.code == 3
    assert "raise the limit (--max-duration-s)" in result.err
    assert genrescope("predict", path, "--max-duration-s", "inf").code == 0
    result = genrescope("predict", path, "--max-decode-s", 1e-9)
    assert result.code == 3
    assert "raise the limit (--max-decode-s)" in result.err
    for wrong in 0, -1, "nan":
        result = genrescope("predict", path, "--max-decode-s", wrong)
        assert result.code == 2
        assert "a limit is a positive number" in result.error_line()


def test_csv_and_json_agree(genrescope, songs):
    path = songs / "metal" / "metal.0.wav"
    (answer,) = answers(genrescope("predict", path, "--format", "json"))
    (row,) = rows(genrescope("predict", path, "--format", "csv"))
    assert row["path"] == answer["path"]
    assert row["genre_1"] == answer["genres"][0]["label"]
    assert float(row["probability_1"]) == pytest.approx(answer["genres"][0]["probability"])
    assert row["warnings"] == "; ".join(answer["warnings"])
    assert (row["error"], row["abstained"]) == ("", "")


def test_timeline_shows_the_windows(genrescope, songs, bundle, tmp_path):
    path = tmp_path / "long.wav"
    write_wav(path, render_track("disco", duration_s=65.0), sr=22050)
    result = genrescope("predict", path, "--format", "csv", "--timeline", "--model", bundle)
    whole, *windows = rows(result)
    assert (whole["start_s"], whole["end_s"]) == ("0.000", "65.000")
    assert len(windows) >= 2
    assert windows[0]["start_s"] == "0.000"
    few = genrescope(
        "predict", path, "--format", "csv", "--timeline", "--model", bundle, "--max-windows", 1
    )
    assert [row["end_s"] == "65.000" for row in rows(few)] == [True, False]
    table = genrescope("predict", path, "--timeline", "--model", bundle)
    assert "0:00 to 0:30" in table.out


def test_the_table_names_file_genre_and_trust(genrescope, songs):
    result = genrescope("predict", songs / "classical" / "classical.0.wav")
    assert result.code == 0
    assert "classical.0.wav" in result.out
    assert "0:03" in result.out
    assert "How far to trust this" in result.out
    assert "95 %" in result.out


def test_an_unmeasured_model_says_so(genrescope, songs, bundle, tmp_path):
    manifest = read_manifest(bundle)
    bare = dataclasses.replace(manifest, evaluation=())
    write_bundle(tmp_path / "bare", bare, onnx=read_onnx(bundle, manifest), card="none")
    result = genrescope("predict", songs / "metal", "--model", tmp_path / "bare")
    assert "was not measured; do not rely on it" in result.out


def test_folders_are_searched_and_the_order_is_kept(genrescope, songs):
    metal = songs / "metal" / "metal.0.wav"
    result = genrescope("predict", metal, songs, "--format", "json", "--jobs", 2)
    names = [Path(a["path"]).name for a in answers(result)]
    assert names == ["metal.0.wav", "classical.0.wav", "classical.1.wav", "metal.0.wav",
                     "metal.1.wav"]  # fmt: skip
    one = genrescope("predict", metal, songs, "--format", "json", "--jobs", 1)
    assert answers(one) == answers(result)


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_broken_files_do_not_stop_the_others(genrescope, songs, tmp_path, format):
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"this is no sound" * 20)
    empty = tmp_path / "empty.wav"
    empty.write_bytes(b"")
    good = songs / "metal" / "metal.0.wav"
    missing = tmp_path / "missing.wav"
    result = genrescope("predict", broken, good, missing, empty, "--format", format)
    assert result.code == 1
    assert "3 of 4 files could not be answered" in result.err
    assert result.err.count("failed: ") == 3
    if format == "json":
        found = answers(result)
        assert [a["error"] is None for a in found] == [False, True, False, False]
        assert all(list(a) == KEYS for a in found)
        assert (found[0]["genres"], found[0]["duration_s"]) == ([], None)
        assert "no such file" in found[2]["error"]
    elif format == "csv":
        assert [bool(row["error"]) for row in rows(result)] == [True, False, True, True]
    else:
        assert result.out.count("no answer") == 3


def test_nothing_usable_is_another_exit_code(genrescope, tmp_path):
    result = genrescope("predict", tmp_path / "missing.wav")
    assert result.code == 3
    assert "1 of 1 files could not be answered" in result.err
    (tmp_path / "folder").mkdir()
    result = genrescope("predict", tmp_path / "folder", "--format", "json")
    assert (result.code, answers(result)) == (3, [])
    assert "no sound file in this folder" in result.err


def test_warnings_of_a_damaged_file_reach_the_user(genrescope, songs, tmp_path):
    cut = tmp_path / "cut.wav"
    whole = (songs / "metal" / "metal.0.wav").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    result = genrescope("predict", cut, "--format", "json")
    (answer,) = answers(result)
    assert result.code == 0
    assert answer["warnings"]
    assert f"warning: {cut}: {answer['warnings'][0]}" in result.err


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text elsewhere")
def test_a_name_that_is_no_text_does_not_end_the_batch(genrescope, songs, tmp_path):
    strange = os.fsdecode(bytes(tmp_path) + b"/caf\xe9.wav")
    Path(strange).write_bytes((songs / "metal" / "metal.0.wav").read_bytes())
    for format in "table", "csv", "json":
        result = genrescope("predict", strange, "--format", format)
        assert result.code == 0
        assert "caf" in result.out


def test_each_answer_in_json_is_a_line_of_its_own(genrescope, songs):
    lines = genrescope("predict", songs, "--format", "json").out.splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    paths = [json.loads(line.removeprefix(","))["path"] for line in lines[1:-1]]
    assert len(paths) == 4


@pytest.mark.parametrize(
    ("args", "times"),
    [("recipes list", 0), ("train --help", 1), ("--version", 1), ("predict SONG", 1)],
)
def test_predictions_and_help_alone_end_without_a_search_for_garbage(
    genrescope, songs, monkeypatch, args, times
):
    registered = []
    monkeypatch.setattr(atexit, "register", lambda call, *rest: registered.append(call) or call)
    song = songs / "metal" / "metal.0.wav"
    assert genrescope(*(song if arg == "SONG" else arg for arg in args.split())).code == 0
    assert registered.count(gc.freeze) == times


def test_names_with_markup_are_shown_as_they_are(genrescope, songs, tmp_path):
    path = tmp_path / "[red]song[bold], live.wav"
    path.write_bytes((songs / "metal" / "metal.0.wav").read_bytes())
    assert "[red]song[bold], live.wav" in genrescope("predict", path).out
    (row,) = rows(genrescope("predict", path, "--format", "csv"))
    assert row["path"] == str(path)


def test_demo_writes_ten_pieces_and_hears_them(genrescope, tmp_path):
    result = genrescope("demo", "--duration-s", 3, "--folder", tmp_path / "demo")
    assert result.code == 0
    assert len(list((tmp_path / "demo").glob("*.wav"))) == 10
    assert "says nothing about its accuracy" in result.out
    result = genrescope("predict", tmp_path / "demo", "--format", "json")
    assert len(answers(result)) == 10
