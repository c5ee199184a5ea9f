"""Contract of the sources: each can be read, says what it must, and invents no checksum."""

from __future__ import annotations

import pytest

import genrescope.datasets
from genrescope.download import addresses, source
from genrescope.download.archives import SUFFIXES
from genrescope.download.checksums import Checksum, check, file_digests
from genrescope.errors import ConfigError, DownloadError, UnknownNameError
from genrescope.registry import Registry

NAMES = source.names()


def test_sources_were_found():
    assert {"gtzan", "fma", "artist20"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_source_says_what_it_must(name):
    found = source.load(name)
    assert found.name == name
    assert min(map(len, (found.title, found.page, found.licence, found.cite))) > 10
    addresses.check_url(found.page)
    assert found.chosen()
    for part in found.parts:
        assert part.file.endswith(SUFFIXES)
        assert part.size_bytes > 0
        assert part.unpacked_bytes >= part.size_bytes
        assert part.about
        assert len(found.chosen([part.name])) == 1 + len(part.needs)
        for url in part.urls:
            assert addresses.in_mirror(url, part.file) == url
            assert addresses.is_named(addresses.host(url), found.named_hosts())
        if not part.checksums:
            assert any("checksum" in note for note in found.notes)
        if not part.urls:
            assert any("no public address" in note for note in found.notes)


def test_what_was_published_for_fma():
    """As the README of the data set gives them, so that no slip of a key goes unseen."""
    found = {part.name: part.checksums[0].value for part in source.load("fma").parts}
    assert found == {
        "fma_metadata": "f0df49ffe5f2a6008d7dc83c6915b31835dfe733",
        "fma_small": "ade154f733639d52e35e32f5593efe5be76c6d70",
        "fma_medium": "c67b69ea232021025fca9231fc1c7c1a063ab50b",
        "fma_large": "497109f4dd721066b5ce5e5f250ec604dc78939e",
        "fma_full": "0f0ace23fbe9ba30ecb7e95f763e435ea802b8ab",
    }


def test_the_default_of_fma_is_small():
    found = source.load("fma")
    assert [part.name for part in found.chosen()] == ["fma_metadata", "fma_small"]
    assert [part.name for part in found.chosen(["fma_full"])] == ["fma_metadata", "fma_full"]


def test_gtzan_unpacks_to_a_layout_that_its_reader_knows():
    module = Registry("genrescope.datasets", "dataset").module("gtzan")
    assert genrescope.datasets
    assert {part.folder for part in source.load("gtzan").parts} <= set(module.LAYOUTS)


def test_unknown_names():
    with pytest.raises(UnknownNameError, match="did you mean 'gtzan'"):
        source.load("gtzam")
    with pytest.raises(UnknownNameError, match="did you mean 'fma_medium'"):
        source.load("fma").chosen(["fma-medium"])
    with pytest.raises(UnknownNameError):
        source.load("../sources/fma")


GOOD = """
title = "t"
page = "https://example.org"
licence = "l"
cite = "c"
default = ["a"]
[[parts]]
name = "a"
about = "b"
file = "a.zip"
folder = "a"
size_bytes = 1
unpacked_bytes = 1
urls = ["https://example.org/a.zip"]
[[parts.checksums]]
algorithm = "md5"
value = "00000000000000000000000000000000"
source = "s"
"""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('title = "t"', "title = 3", "title is 3"),
        ('title = "t"', "", "'title' is missing"),
        ('cite = "c"', 'cite = "c"\nlicense = "l"', "did you mean 'licence'"),
        ('default = ["a"]', 'default = "a"', "must be a list"),
        ('default = ["a"]', 'default = ["b"]', "unknown part"),
        ('file = "a.zip"', 'file = "../a.zip"', "no plain name"),
        ('folder = "a"', 'folder = ".genrescope"', "no plain name"),
        ('folder = "a"', 'folder = "a"\nneeds = ["z"]', "unknown part"),
        ("https://example.org/a.zip", "file:///a.zip", "no address"),
        ('"md5"', '"crc32"', "not known"),
        ("0000000000", "000000000X", "is no md5"),
        ('cite = "c"', "cite = ", "cannot be read as TOML"),
    ],
)
def test_sources_that_break_a_rule(tmp_path, old, new, why):
    path = tmp_path / "x.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert source.read(path).parts[0].checksums[0].algorithm == "md5"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((ConfigError, ValueError), match=why):
        source.read(path)


def test_digests_in_one_pass(tmp_path):
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    seen = []
    found = file_digests(
        path, algorithms=["md5", "sha1"], progress=lambda done, total: seen.append((done, total))
    )
    assert found["md5"] == "900150983cd24fb0d6963f7d28e17f72"
    assert found["sha1"] == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert found["sha256"].startswith("ba7816bf8f01cfea")
    assert seen == [(3, 3)]
    with pytest.raises(DownloadError, match=r"expected md5 0{32} .a paper., found 9001"):
        check(found, [Checksum("md5", "0" * 32, "a paper")], what="abc")
