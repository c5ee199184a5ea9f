"""What all tests share: real data or a stated reason, repeatable examples, and few threads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# importlib mode puts no test folder on the path: `browser` and `markup` stand beside this file.
sys.path.insert(0, str(Path(__file__).parent))

import browser as headless

# Before NumPy or torch start their thread pools: the tests are small, and threads only get in
# each other's way.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "local")


def _missing_data() -> str | None:
    """Say what of the real music is missing, or give None."""
    folder = os.environ.get("GENRESCOPE_DATA")
    if not folder:
        return "GENRESCOPE_DATA is not set: it names the folder that holds gtzan/"
    if not (Path(folder) / "gtzan").is_dir():
        return f"GENRESCOPE_DATA is {folder}, which holds no folder gtzan"
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs real music where there is none; in CI that is a failure."""
    if item.get_closest_marker("realdata") is None:
        return
    reason = _missing_data()
    if reason is not None:
        (pytest.fail if IN_CI else pytest.skip)(reason)


@pytest.fixture(scope="session", autouse=True)
def _one_torch_thread() -> None:
    """Keep torch, where a test module has imported it, to one thread."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[headless.Browser]:
    """A headless Chromium, started once; in CI it must be there."""
    if headless.chromium() is None or os.name == "nt":
        reason = "there is no Chromium to look at the page: apt-get install chromium"
        (pytest.fail if IN_CI else pytest.skip)(reason)
    with headless.open_browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened
