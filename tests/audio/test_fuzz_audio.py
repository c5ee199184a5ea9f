"""A short run of the fuzzer; its full run is `python scripts/fuzz_audio.py --n 5000`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "fuzz_audio.py"


@pytest.mark.slow
def test_damaged_files_never_break_the_reader(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--n", "500", "--seed", "3", "--keep", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2].split()[0] == "all"
