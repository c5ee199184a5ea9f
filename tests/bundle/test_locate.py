"""Finding a bundle by name or folder."""

import shutil

import pytest

from genrescope.bundle.format import read_manifest
from genrescope.bundle.locate import find_bundle
from genrescope.errors import BundleError


def test_by_folder_of_a_bundle_or_of_a_run(bundle, tmp_path, monkeypatch):
    assert find_bundle(bundle) == bundle
    assert find_bundle(str(tmp_path)) == bundle
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_bundle("~/bundle") == bundle


def test_the_embedded_model_comes_before_a_folder_of_its_name(bundle, tmp_path, monkeypatch):
    shutil.copytree(bundle, tmp_path / "default")
    monkeypatch.chdir(tmp_path)
    assert read_manifest(find_bundle("default")).name == "default"
    assert read_manifest(find_bundle("./default")).name == "tiny"


def test_what_is_not_there_is_told_apart(tmp_path):
    with pytest.raises(BundleError, match=r"'nowhere'.*embedded models \(default\).*not exist"):
        find_bundle("nowhere")
    with pytest.raises(BundleError, match=r"exists but holds no bundle\.json"):
        find_bundle(tmp_path)
    with pytest.raises(BundleError, match="give the folder of a bundle or of a run"):
        find_bundle("a\0b")
