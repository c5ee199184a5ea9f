"""The command line before a reader that goes away, an empty argument, and odd names of files."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from genrescope.cli import console

COMMAND = [sys.executable, "-c", "from genrescope.cli.app import main\nmain()"]


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe breaks in another way there")
@pytest.mark.parametrize("n_read", [0, 1])
@pytest.mark.parametrize(
    "args",
    [
        ["predict", "SONGS", "--format", "csv"],
        ["predict", "SONGS", "--format", "json"],
        ["predict", "SONGS"],
        ["recipes", "list", "--format", "json"],
        ["recipes", "list"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_reader_that_goes_away_is_no_error(songs, tmp_path, args, n_read):
    command = COMMAND + [str(songs) if arg == "SONGS" else arg for arg in args]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for _ in range(n_read):
            assert process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        code = process.wait(timeout=120)
    assert (code, "Traceback" in err, "Exception ignored" in err) == (0, False, False), err


@pytest.mark.parametrize(
    "args",
    [
        ["predict", ""],
        ["predict", "a.wav", "--model", ""],
        ["predict", "a.wav", "--model="],
        ["data", "index", ""],
        ["data", "summary", ""],
        ["train", "default", "--dataset", ""],
    ],
)
def test_an_empty_argument_is_not_the_current_folder(genrescope, songs, tmp_path, args):
    shutil.copytree(songs, tmp_path / "songs")
    result = genrescope(*args)
    assert result.code == 2
    assert "a variable that is not set" in result.error_line()
    assert result.out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="has no such names")
def test_a_name_with_line_breaks_stays_on_its_line(genrescope, songs, tmp_path):
    whole = (songs / "metal" / "metal.0.wav").read_bytes()
    (tmp_path / "two\nlines\x1b[31m.wav").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "no\nsound.wav").write_bytes(b"no sound at all")
    result = genrescope("predict", tmp_path)
    assert result.code == 1
    starts = {line.split(":")[0] for line in result.err.splitlines()}
    assert starts == {"warning", "failed", "1 of 2 files could not be answered"}
    assert r"two\nlines\x1b[31m.wav" in result.err
    assert "\x1b" not in result.out + result.err
    assert r"two\nlines\x1b[31m.wav" in result.out


def test_what_is_said_stays_on_its_line():
    assert console.one_line("caf\u00e9 \u4e2d\n\r\x1b\u202e\udce9") == (
        "caf\u00e9 \u4e2d\\n\\r\\x1b\\u202e\\udce9"
    )
