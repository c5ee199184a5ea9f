"""A small set of log-mels where the recipes look for GTZAN's."""

import pytest

from small_log_mels import write_log_mels


@pytest.fixture
def log_mels(tmp_path, monkeypatch):
    """Log-mels of thirty-six tracks; GENRESCOPE_DATA names their folder."""
    write_log_mels(tmp_path / "data" / "gtzan")
    monkeypatch.setenv("GENRESCOPE_DATA", str(tmp_path / "data"))
