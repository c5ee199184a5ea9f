"""``genrescope data audit``, end to end."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from genrescope.audio.encode import encode_mp3
from genrescope.audio.write import write_wav
from genrescope.datasets.index import read_index, write_index
from genrescope.splits.split import Split, make_splits
from genrescope.synthesis.render import render_track

SR = 22050


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory):
    """A folder with a copy as MP3 in another genre, a clipped, a silent and a short recording."""
    folder = tmp_path_factory.mktemp("doubtful")
    first = render_track("jazz", number=0, duration_s=9.0, sr=SR)
    other = render_track("metal", number=0, duration_s=9.0, sr=SR)
    write_wav(folder / "jazz" / "first.wav", first, sr=SR)
    write_wav(folder / "jazz" / "same.wav", first, sr=SR)
    (folder / "metal").mkdir()
    (folder / "metal" / "copy.mp3").write_bytes(encode_mp3(first[SR:], sr=SR, bit_rate=64_000))
    write_wav(folder / "metal" / "other.wav", other, sr=SR)
    write_wav(folder / "metal" / "loud.wav", np.clip(30 * other[::-1], -1, 1), sr=SR)
    write_wav(folder / "metal" / "short.wav", other[: 2 * SR] * 0.3, sr=SR)
    write_wav(folder / "jazz" / "silent.wav", np.zeros(6 * SR), sr=SR)
    return folder


@pytest.fixture
def index(genrescope, doubtful, tmp_path):
    assert genrescope("data", "index", doubtful, "-o", tmp_path / "index.csv").code == 0
    return tmp_path / "index.csv"


def test_json_says_what_was_found(genrescope, index):
    result = genrescope("data", "audit", index, "--format", "json")
    assert result.code == 0, result.err
    plain = json.loads(result.out)
    pairs = {(p["a"], p["b"]): p for p in plain["duplicates"]}
    assert set(pairs) == {
        ("jazz/first", "jazz/same"), ("jazz/first", "metal/copy"), ("jazz/same", "metal/copy")
    }  # fmt: skip
    assert pairs["jazz/first", "jazz/same"]["kind"] == "exact"
    copy = pairs["jazz/first", "metal/copy"]
    assert copy["kind"] == "excerpt"
    assert copy["offset_s"] == pytest.approx(1.0, abs=0.1)
    assert copy["overlap_s"] == pytest.approx(8.0, abs=0.6)
    assert {(f["track_id"], f["kind"]) for f in plain["findings"]} >= {
        ("jazz/silent", "silent"), ("metal/short", "too_short"), ("metal/loud", "clipped")
    }  # fmt: skip
    assert [(c["a"], c["b"]) for c in plain["label_conflicts"]] == [
        ("jazz/first", "metal/copy"), ("jazz/same", "metal/copy")
    ]  # fmt: skip
    assert plain["n_tracks"] == plain["n_heard"] == 7
    assert plain["mislabelled"]["accuracy"] is None
    assert [row["label"] for row in plain["balance"]] == ["jazz", "metal"]


def test_the_table_says_what_to_do(genrescope, index):
    result = genrescope("data", "audit", index)
    assert result.code == 0
    assert "What to do, worst first" in result.out
    assert "3 pairs of one sound, in 3 tracks" in result.out
    assert "One sound under two labels" in result.out
    assert "Labels were not looked at: at least two labels" in result.out


def test_an_unreadable_file_is_told_and_the_others_go_on(genrescope, index):
    tracks = read_index(index)
    broken = index.parent / "broken.wav"
    broken.write_bytes(b"no sound at all")
    changed = [t for t in tracks if t.track_id != "metal/other"]
    changed.append(replace(tracks[0], track_id="broken", path=broken, sha256=None))
    write_index(index, changed)
    result = genrescope("data", "audit", index, "--format", "json")
    assert result.code == 1
    plain = json.loads(result.out)
    assert [item["name"] for item in plain["unreadable"]] == ["broken"]
    assert len(plain["duplicates"]) == 3
    assert "broken" in result.err


def test_nothing_readable_is_unusable_data(genrescope, index):
    broken = index.parent / "broken.wav"
    broken.write_bytes(b"no sound at all")
    write_index(index, [replace(read_index(index)[0], path=broken)])
    assert genrescope("data", "audit", index).code == 3


def test_a_split_is_judged_from_its_file_or_by_name(genrescope, index):
    tracks = read_index(index)
    (split, *_) = make_splits("random", tracks)
    split.save(index.parent / "split.json")
    by_file = genrescope("data", "audit", index, "--split", index.parent / "split.json",
                         "--format", "json")  # fmt: skip
    assert by_file.code == 0
    (crossing,) = json.loads(by_file.out)["crossings"]
    assert crossing["digest"] == split.digest
    by_name = genrescope("data", "audit", index, "--split", "random", "--format", "json")
    assert json.loads(by_name.out)["crossings"][0] == crossing
    apart = Split("by hand", 1, 1, train=("jazz/first",), valid=("jazz/same",),
                  test=("metal/copy",))  # fmt: skip
    apart.save(index.parent / "apart.json")
    result = genrescope("data", "audit", index, "--split", index.parent / "apart.json")
    assert "3 pairs of one sound in two parts" in result.out
    assert "metal/copy (test)" in result.out


@pytest.mark.parametrize(
    ("args", "what", "code"),
    [
        (("--split", "nothing"), "unknown protocol 'nothing'", 2),
        (("--split", "gone.json"), "does not exist", 3),
        (("--min-overlap-s", "1"), "2", 2),
        (("--html", "index.csv/page.html"), "page.html", 2),
    ],
)
def test_what_cannot_be_done_is_told(genrescope, index, args, what, code):
    result = genrescope("data", "audit", index, *args)
    assert result.code == code
    assert what in result.err


def test_the_page_plays_pairs_and_asks_for_nothing(genrescope, index):
    page = index.parent / "audit.html"
    assert genrescope("data", "audit", index, "--html", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<audio") == 6
    assert text.count("data:audio/mpeg;base64,") == 6
    assert not re.search(r"https?:|src=\"(?!data:)|href=\"(?!#|data:)|<script", text)
    assert "Content-Security-Policy" in text
    assert "0 more pairs have no player here." in text
    assert page.stat().st_size < 3_000_000


def test_players_are_bounded_and_the_rest_is_told(genrescope, index, monkeypatch):
    monkeypatch.setattr("genrescope.audit.page.MAX_PAIRS", 1)
    page = index.parent / "audit.html"
    assert genrescope("data", "audit", index, "--html", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<audio") == 2
    assert "2 more pairs have no player here." in text


def test_the_audit_needs_no_extra(doubtful, shell, tmp_path):
    """Neither scikit-learn, librosa, scipy, torch nor matplotlib is imported."""
    watch = (
        "import sys, builtins\n"
        "real = builtins.__import__\n"
        "def watched(name, *rest, **more):\n"
        "    assert name.partition('.')[0] not in "
        "{'sklearn', 'librosa', 'scipy', 'torch', 'matplotlib'}, name\n"
        "    return real(name, *rest, **more)\n"
        "builtins.__import__ = watched"
    )
    result = shell("data", "audit", doubtful, "--html", tmp_path / "p.html", cwd=tmp_path,
                   before=watch)  # fmt: skip
    assert result.code == 0, result.err
    assert "3 pairs of one sound, in 3 tracks" in result.out
