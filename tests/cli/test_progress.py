"""Progress is shown on a terminal alone, names the stage, and leaves the results where they go."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from genrescope.cli import console, progress

TINY = ("--set", "dataset.n_tracks_per_label=4", "--set", "dataset.duration_s=3.0",
        "--set", "training.epochs=2")  # fmt: skip
needs_a_terminal = pytest.mark.skipif(
    sys.platform == "win32", reason="has no terminal that a program can open"
)


class Terminal:
    """A terminal, read to its end by a thread."""

    def __init__(self) -> None:
        import pty

        self._ours, self.theirs = pty.openpty()
        self._shown: list[bytes] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                part = os.read(self._ours, 65536)
            except OSError:
                return
            if not part:
                return
            self._shown.append(part)

    def text(self) -> str:
        """Give what was shown, when nobody has the terminal open any more."""
        self._reader.join(timeout=60)
        os.close(self._ours)
        text = b"".join(self._shown).decode(errors="replace").replace("\r\n", "\n")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def on_a_terminal(*args: object, cwd: Path, both: bool = False) -> tuple[str, str]:
    """Call the command with standard error on a terminal, and its results elsewhere or on one."""
    terminal, result = Terminal(), Terminal() if both else None
    command = [sys.executable, "-c", "from genrescope.cli.app import main\nmain()"]
    with subprocess.Popen(
        [*command, *map(str, args)],
        cwd=cwd, stdout=subprocess.PIPE if result is None else result.theirs,
        stderr=terminal.theirs, stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "120", "TERM": "xterm"},
    ) as process:  # fmt: skip
        os.close(terminal.theirs)
        if result is not None:
            os.close(result.theirs)
        out = "" if process.stdout is None else process.stdout.read().decode()
        code = process.wait(timeout=300)
    if result is not None:
        out = result.text()
    err = terminal.text()
    assert code == 0, err
    return out, err


@needs_a_terminal
@pytest.mark.parametrize("format", ["csv", "json", "table"])
def test_answers_go_where_they_are_led_while_a_bar_is_shown(songs, tmp_path, format):
    out, err = on_a_terminal("predict", songs, "--format", format, cwd=tmp_path)
    if format == "csv":
        assert len(list(csv.DictReader(io.StringIO(out)))) == 4
    elif format == "json":
        assert len(json.loads(out)) == 4
    else:
        assert out.count(".wav") == 4
    assert "listening" in err
    assert re.search(r"[1-4]/4  [0-9.]+/(s|min)", err)
    for result in "path,model", '"genres"', "How far to trust this":
        assert result not in err


@needs_a_terminal
@pytest.mark.parametrize("format", ["csv", "json"])
def test_answers_on_a_terminal_are_as_they_are(songs, tmp_path, format):
    path = tmp_path / "[live] :smile: [" / "x] song.wav"
    path.parent.mkdir()
    whole = (songs / "metal" / "metal.0.wav").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    args = ("predict", path, songs, "--format", format, "--top", 10)
    out, err = on_a_terminal(*args, cwd=tmp_path, both=True)
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        told = [row["path"] for row in rows]
        assert rows[0]["genre_10"]
    else:
        answers = json.loads(out)
        told = [answer["path"] for answer in answers]
        assert len(answers[0]["genres"]) == 10
    assert told[0] == str(path)
    assert len(told) == 5
    lines = out.splitlines()
    assert len(lines) == {"csv": 1 + 5, "json": 2 + 5}[format]
    assert max(map(len, lines)) > 120
    # A bar and results that share a terminal would tear each other.
    assert "listening" not in err
    assert all(line.startswith("warning: /") for line in err.splitlines())
    assert f"warning: {path}: incomplete" in err or f"warning: {path}: truncated" in err
    for result in "path,model", '"genres"':
        assert result not in err


@needs_a_terminal
def test_a_table_on_a_terminal_has_a_bar_before_it(songs, tmp_path):
    out, err = on_a_terminal("predict", songs, cwd=tmp_path, both=True)
    assert "listening" in err
    assert out.count(".wav") == 4
    for result in "probability", "How far to trust this":
        assert result in out
        assert result not in err


@needs_a_terminal
def test_the_stages_of_an_audit_are_named(songs, tmp_path):
    out, err = on_a_terminal("data", "audit", songs, "--format", "json", cwd=tmp_path)
    assert json.loads(out)["n_heard"] == 4
    places = [err.index(stage) for stage in ("reading folder", "listening", "comparing every two")]
    assert places == sorted(places)


@needs_a_terminal
@pytest.mark.parametrize(
    ("args", "stage"),
    [
        ("data index SONGS", "indexing"),
        ("data summary SONGS", "reading folder"),
        ("data split SONGS --protocol random --set n_folds=2", "splitting"),
        ("features extract SONGS", "computing log-mels"),
        ("demo --duration-s 3", "listening"),
    ],
)
def test_what_takes_its_time_shows_that_it_runs(songs, tmp_path, args, stage):
    words = (songs if word == "SONGS" else word for word in args.split())
    out, err = on_a_terminal(*words, cwd=tmp_path)
    assert stage in err
    assert stage not in out


@needs_a_terminal
@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "settings", "stages"),
    [
        ("joseph2024-linear", TINY, ["Epoch 1/1", "intervals of joseph2024-linear"]),
        (
            "joseph2024-svm",
            ("--set", "dataset.n_tracks_per_label=8", *TINY[2:4]),
            ["training joseph2024-svm, artist-grouped, fold 1 of 1, seed 0"],
        ),
    ],
)
def test_a_training_shows_what_it_does(synthetic, tmp_path, recipe, settings, stages):
    out, err = on_a_terminal(
        "train", recipe, "--protocol", "artist-grouped", "--dataset", f"synthetic:{synthetic}",
        *settings, cwd=tmp_path,
    )  # fmt: skip
    for stage in [*stages, "writing the report"]:
        assert stage in err
        assert stage not in out
    assert "report: " in out


def test_nothing_is_shown_where_standard_error_is_no_terminal(capsys):
    with console.progress_stages("one", "two") as (first, second):
        first(1, 2)
        second(1, 2, "a file")
    with console.progress_bar("three") as advance:
        advance(1, 1)
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_a_training_is_silent_where_standard_error_is_no_terminal(shell, synthetic, tmp_path):
    done = shell(
        "train", "joseph2024-linear", "--protocol", "artist-grouped",
        "--dataset", f"synthetic:{synthetic}", *TINY, cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "Epoch" not in done.out + done.err
    assert "\x1b" not in done.out + done.err


def test_the_pace_says_nothing_that_is_not_known():
    assert progress.pace(0, None, per_s=None, left_s=None) == ""
    assert progress.pace(0, 10, per_s=None, left_s=None) == "0/10"
    assert progress.pace(10, 10, per_s=5.0, left_s=0.0) == "10/10  5.0/s"
    assert progress.pace(1, 7201, per_s=1.0, left_s=7200.0) == "1/7201  1.0/s  2:00:00 left"
