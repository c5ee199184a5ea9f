"""`tiny_bundles` beside this file can be imported."""

import sys
from pathlib import Path

import pytest

# importlib mode puts no test folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

import tiny_bundles


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """A whole bundle that nothing may change."""
    folder = tmp_path_factory.mktemp("tiny")
    tiny_bundles.write(folder)
    return folder


@pytest.fixture
def bundle(tmp_path):
    """A whole bundle to damage."""
    tiny_bundles.write(tmp_path / "bundle")
    return tmp_path / "bundle"
