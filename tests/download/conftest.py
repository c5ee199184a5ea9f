"""A server of this machine, and archives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from genrescope.download.fetch import Patience
from loopback import Site, serving


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A server on a port of its own."""
    monkeypatch.setenv("no_proxy", "*")
    with serving() as found:
        yield found


@pytest.fixture
def hasty() -> Patience:
    """Tries thrice, and never waits."""
    return Patience(timeout_s=5.0, n_tries=3, sleep=lambda seconds: None)


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Write an archive."""

    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write
