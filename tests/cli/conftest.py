"""The command line, called in this process or in one of its own, and data for it to work on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from genrescope.audio.write import write_wav
from genrescope.cli.app import main
from genrescope.synthesis.render import render_track

TINY = ("--set", "dataset.n_tracks_per_label=4", "--set", "dataset.duration_s=3.0",
        "--set", "training.epochs=2")  # fmt: skip
"""Forty pieces of three seconds, learned for two epochs."""


@dataclass(frozen=True)
class Result:
    """What a command gave back."""

    code: int
    out: str
    err: str

    def error_line(self) -> str:
        """The one line that says why it ended."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("genrescope: ")
        return lines[0]


@pytest.fixture
def genrescope(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Result]:
    """Call the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*args: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["genrescope", *map(str, args)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        code = left.value.code
        assert "Traceback" not in err
        return Result(code if isinstance(code, int) else 0, out, err)

    return call


def in_a_shell(
    *args: object, cwd: Path, before: str = "", env: dict[str, str] | None = None
) -> Result:
    """Call the command line in a process of its own, after some lines of Python."""
    code = f"{before}\nfrom genrescope.cli.app import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def shell() -> Callable[..., Result]:
    """Call the command line in a process of its own."""
    return in_a_shell


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four good recordings in folders of two genres."""
    folder = tmp_path_factory.mktemp("songs")
    for kind, number in (("classical", 0), ("classical", 1), ("metal", 0), ("metal", 1)):
        y = render_track(kind, number=number, duration_s=3.0)
        write_wav(folder / kind / f"{kind}.{number}.wav", y, sr=22050)
    return folder


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for synthetic music, made once for all tests."""
    return tmp_path_factory.mktemp("synthetic")


@pytest.fixture(scope="session")
def run_dir(tmp_path_factory: pytest.TempPathFactory, synthetic: Path) -> Path:
    """Run directories with one trained model."""
    folder = tmp_path_factory.mktemp("trained")
    done = in_a_shell(
        "train", "joseph2024-linear", "--protocol", "artist-grouped",
        "--dataset", f"synthetic:{synthetic}", *TINY, cwd=folder,
    )  # fmt: skip
    assert done.code == 0, done.err
    return folder / "runs"


@pytest.fixture(scope="session")
def cnn_run(tmp_path_factory: pytest.TempPathFactory, synthetic: Path) -> Path:
    """Run folder of a small CNN on windows of three seconds; the store stands above it."""
    folder = tmp_path_factory.mktemp("cnn")
    done = in_a_shell(
        "train", "joseph2024-simple-cnn", "--protocol", "artist-grouped",
        "--dataset", f"synthetic:{synthetic}", *TINY, "--store", "store",
        "--set", "windows.length=66150", "--set", "windows.hop=66150", cwd=folder,
    )  # fmt: skip
    assert done.code == 0, done.err
    (found,) = (folder / "runs").rglob("bundle")
    return found.parent


@pytest.fixture(scope="session")
def bundle(run_dir: Path) -> Path:
    """The bundle of the trained model."""
    (found,) = run_dir.rglob("bundle")
    return found
