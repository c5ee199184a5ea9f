"""Which addresses are taken, and which hosts a request may go to."""

from __future__ import annotations

import pytest

from genrescope.download import addresses
from genrescope.errors import DownloadError, ParameterError


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org/a.zip", "file:///etc/passwd", "ftp://example.org/a", "https://"),
        *("http://:80/a", "https://example.org:0/a", "https://example.org:x/a", "http://[::1"),
        *("https://example.org/a b", "https://example.org/a\nHost: other", "javascript:alert(1)"),
    ],
)
def test_what_is_no_address(url):
    with pytest.raises(ParameterError, match="no address of the web"):
        addresses.check_url(url)


@pytest.mark.parametrize("url", ["https://me:secret@example.org/a", "http://me@example.org/a"])
def test_a_password_is_never_sent_nor_shown(url):
    with pytest.raises(ParameterError, match="never sent") as caught:
        addresses.check_url(url)
    assert "secret" not in str(caught.value)


def test_places_in_mirrors():
    for mirror in "https://a.example/x", "https://a.example/x/":
        assert addresses.in_mirror(mirror, "a b.zip") == "https://a.example/x/a%20b.zip"
    given = "https://a.example/x/a%20b.zip?download=true"
    assert addresses.in_mirror(given, "a b.zip") == given
    with pytest.raises(ParameterError, match="folder that holds"):
        addresses.in_mirror("https://a.example/x?id=3", "a.zip")


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("huggingface.co", True),
        ("HuggingFace.co.", True),
        ("us.aws.cdn.hf.co", True),
        ("hf.co", False),
        ("evilhf.co", False),
        ("hf.co.example.org", False),
        ("huggingface.co.example.org", False),
        ("", False),
    ],
)
def test_named_hosts(name, allowed):
    assert addresses.is_named(name, ["huggingface.co", "*.hf.co"]) is allowed


def test_steps_that_are_refused():
    named = ("a.example", "*.b.example")
    addresses.check_step("https://a.example/x", "https://c.b.example/x", named=named)
    addresses.check_step("http://a.example/x", "https://a.example/x", named=named)
    with pytest.raises(DownloadError, match="from https to http"):
        addresses.check_step("https://a.example/x", "http://a.example/x", named=named)
    with pytest.raises(DownloadError, match="neither the source nor you named"):
        addresses.check_step("https://a.example/x", "https://b.example/x", named=named)
    with pytest.raises(DownloadError, match="never sent"):
        addresses.check_step("https://a.example/x", "https://me:pw@a.example/x", named=named)
