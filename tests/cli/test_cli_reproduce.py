"""``genrescope reproduce``: a table, a page, and what failed."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from genrescope.reproduction import reproduce as engine
from genrescope.reproduction.systems import Measured
from small_log_mels import write_log_mels


@pytest.fixture
def log_mels(tmp_path, monkeypatch):
    """Log-mels of thirty-six tracks; GENRESCOPE_DATA names their folder."""
    write_log_mels(tmp_path / "data" / "gtzan")
    monkeypatch.setenv("GENRESCOPE_DATA", str(tmp_path / "data"))


def test_the_command(genrescope, log_mels):
    result = genrescope("reproduce", "joseph2024-linear", "--quick")
    assert result.code == 0
    assert "joseph2024-linear" in result.out
    assert "50.5 %" in result.out
    assert "page: runs/reproduction/reproduction.md" in result.out.replace("\\", "/")
    assert genrescope("reproduce").code == 2
    assert genrescope("reproduce", "--all", "joseph2024").code == 2
    assert "did you mean" in genrescope("reproduce", "joseph2024-liner").err


def test_a_quick_look_leaves_full_measurements_alone(genrescope, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "EXPERIMENTS", SimpleNamespace(names=list))
    monkeypatch.setattr(engine, "paper_names", lambda: ["joseph2024"])
    monkeypatch.delenv("GENRESCOPE_DATA", raising=False)
    page = tmp_path / "docs" / "reproduction.md"
    assert "page: docs" in genrescope("reproduce", "--all", "--quick").out
    assert "A quick look" in page.read_text()
    assert genrescope("reproduce", "--all").code == 0
    full = page.read_text()
    assert "A quick look" not in full
    result = genrescope("reproduce", "--all", "--quick")
    assert "holds full measurements and is left alone" in result.err
    assert page.read_text() == full
    assert "A quick look" in (tmp_path / "runs" / "reproduction" / "reproduction.md").read_text()


def test_the_command_says_what_failed(genrescope, log_mels, monkeypatch):
    monkeypatch.setattr(engine, "reproduce_system", _failing(engine.reproduce_system))
    result = genrescope("reproduce", "joseph2024-linear", "--quick")
    assert result.code == 1
    assert "failed: joseph2024-linear, honestly: out of luck" in result.err


def _failing(reproduce_system):
    def run(bench, name):
        unlucky = Measured(None, "out of luck", failed=True)
        return replace(reproduce_system(bench, name), honest=unlucky)

    return run
