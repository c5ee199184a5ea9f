"""A long recording takes hardly more memory than a short one."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "peak_memory.py"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="reads the peak from getrusage")
def test_two_hours_take_hardly_more_memory_than_half_a_minute():
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The long file takes" in done.stdout
