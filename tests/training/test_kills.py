"""A training or an extraction that is killed and resumed ends as if it had not been."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "kill_test.py"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("kind", ["training", "extraction"])
def test_three_kills_change_nothing(kind):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--kills", "3", "--kind", kind],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{kind}: 3 kills" in done.stdout
    assert "same result as an unbroken run" in done.stdout
