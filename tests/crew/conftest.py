"""The folder of the tasks, where workers find it too."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Start workers with the first item."""
    monkeypatch.setattr("genrescope.crew.replies.PATIENCE_S", 0.0)
