"""A file comes whole and good, or not at all: cuts, changes, liars and other hosts."""

from __future__ import annotations

import hashlib
import shutil
from collections import namedtuple

import pytest

from genrescope.download.checksums import Checksum
from genrescope.download.fetch import Patience, fetch
from genrescope.download.partial import Partial
from genrescope.errors import DownloadError, OutputError
from loopback import Served

CONTENT = bytes(range(256)) * 4000
OTHER = CONTENT[::-1]
HOST = ("127.0.0.1",)


def sha1(content: bytes) -> Checksum:
    return Checksum("sha1", hashlib.sha1(content).hexdigest(), "the test")


GOOD = (sha1(CONTENT),)


@pytest.fixture
def get(site, hasty, tmp_path):
    """Fetch a file of the server, and give what was told."""

    def call(*urls, published=GOOD, named=HOST, patience=hasty, **more):
        told = []
        got = fetch(
            urls or [site.url("/a.zip")],
            tmp_path / "a.zip",
            published=published,
            named=named,
            patience=patience,
            tell=told.append,
            **more,
        )
        return got, told

    return call


def left(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir())


def test_a_file_comes_whole(site, get, tmp_path):
    site.files["/a.zip"] = Served(CONTENT)
    seen = []
    got, told = get(progress=lambda done, total: seen.append((done, total)))
    assert got.path.read_bytes() == CONTENT
    assert got.digests["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert told == []
    assert left(tmp_path) == ["a.zip"]
    assert "Authorization" not in site.asked[0].headers
    assert "Cookie" not in site.asked[0].headers


def test_a_cut_connection_is_gone_on_with(site, get, tmp_path):
    site.files["/a.zip"] = Served(CONTENT, cuts=[300_000, 200_000])
    got, told = get()
    assert got.path.read_bytes() == CONTENT
    assert [asked.range for asked in site.asked] == [None, "bytes=300000-", "bytes=500000-"]
    assert site.asked[1].headers["If-Range"] == '"one"'
    assert len(told) == 2
    assert "cut at 300000 of 1024000" in told[0]
    assert left(tmp_path) == ["a.zip"]


def test_a_later_call_goes_on_where_the_first_one_stood(site, get, tmp_path):
    site.files["/a.zip"] = Served(CONTENT, cuts=[300_000], statuses=[])
    impatient = Patience(n_tries=0, sleep=lambda s: pytest.fail("waited"))
    with pytest.raises(DownloadError, match="300000 bytes are kept"):
        get(patience=impatient)
    assert left(tmp_path) == ["a.zip.part", "a.zip.part.json"]
    got, _ = get()
    assert got.path.read_bytes() == CONTENT
    assert site.asked[-1].range == "bytes=300000-"


def test_an_interrupted_call_keeps_what_came(site, get, tmp_path):
    site.files["/a.zip"] = Served(CONTENT)

    def interrupt(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get(progress=interrupt)
    kept = Partial(tmp_path / "a.zip").size()
    assert 0 < kept < len(CONTENT)
    got, _ = get()
    assert site.asked[-1].range == f"bytes={kept}-"
    assert got.path.read_bytes() == CONTENT


def test_a_complete_beginning_is_asked_for_no_more(site, get, tmp_path):
    site.files["/a.zip"] = Served(CONTENT)
    get()
    (tmp_path / "a.zip").rename(tmp_path / "a.zip.part")
    note = {"url": site.url("/a.zip"), "total": len(CONTENT), "etag": None, "modified": None}
    (tmp_path / "a.zip.part.json").write_text(str(note).replace("'", '"').replace("None", "null"))
    site.asked.clear()
    got, _ = get()
    assert site.asked == []
    assert got.path.read_bytes() == CONTENT


def test_a_server_without_ranges_sends_all_again(site, get):
    site.files["/a.zip"] = Served(CONTENT, ranges=False, cuts=[300_000])
    got, told = get()
    assert got.path.read_bytes() == CONTENT
    assert any("from its beginning again" in line for line in told)


def test_a_server_without_ranges_that_always_cuts_is_given_up(site, get):
    site.files["/a.zip"] = Served(CONTENT, ranges=False, cuts=[300_000] * 50)
    with pytest.raises(DownloadError, match="and so 3 times"):
        get()
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    "before",
    [
        Served(OTHER, etag='"old"'),
        Served(OTHER, etag=None, modified="Tue, 01 Jan 2019 00:00:00 GMT"),
        Served(OTHER[:-10], etag=None),
        Served(OTHER[:-10], etag='W/"weak"'),
    ],
    ids=["etag", "date", "size", "weak etag and size"],
)
def test_a_file_that_changed_between_starts_anew(site, get, before):
    before.cuts = [300_000]
    site.files["/a.zip"] = before
    with pytest.raises(DownloadError):
        get(patience=Patience(n_tries=0))
    site.files["/a.zip"] = Served(CONTENT, etag='"new"' if before.etag else None)
    got, _ = get()
    assert got.path.read_bytes() == CONTENT


def test_a_file_that_got_shorter_starts_anew(site, get):
    site.files["/a.zip"] = Served(CONTENT * 2, etag=None, cuts=[len(CONTENT) + 5])
    with pytest.raises(DownloadError):
        get(patience=Patience(n_tries=0))
    site.files["/a.zip"] = Served(CONTENT, etag=None)
    got, told = get()
    assert got.path.read_bytes() == CONTENT
    assert any("416" in line for line in told)


def test_halves_of_two_files_are_found_by_the_checksum(site, get):
    """Same size, no version: the halves are put together, do not fit, and it comes anew."""
    site.files["/a.zip"] = Served(OTHER, etag=None, cuts=[300_000])
    with pytest.raises(DownloadError):
        get(patience=Patience(n_tries=0))
    site.files["/a.zip"] = Served(CONTENT, etag=None)
    got, told = get()
    assert got.path.read_bytes() == CONTENT
    assert any("do not make the file" in line for line in told)


def test_a_wrong_file_is_not_kept(site, get, tmp_path):
    site.files["/a.zip"] = Served(OTHER)
    with pytest.raises(DownloadError) as caught:
        get()
    text = str(caught.value)
    assert f"expected {sha1(CONTENT)} (the test)" in text
    assert f"found {sha1(OTHER).value}" in text
    assert "--mirror" in text
    assert left(tmp_path) == []
    assert len(site.asked) == 1


def test_a_wrong_file_that_came_in_stretches_is_fetched_once_more_only(site, get, tmp_path):
    site.files["/a.zip"] = Served(OTHER, cuts=[1000, len(OTHER), 1000])
    with pytest.raises(DownloadError, match="expected"):
        get()
    assert len(site.asked) == 4
    assert left(tmp_path) == []


def test_without_a_published_checksum_the_digest_is_told(site, get):
    site.files["/a.zip"] = Served(OTHER)
    got, _ = get(published=())
    assert got.digests == {"sha256": hashlib.sha256(OTHER).hexdigest()}


def test_without_a_checksum_halves_of_two_addresses_are_never_joined(site, get):
    site.files["/a.zip"] = Served(OTHER, etag=None, cuts=[300_000, 0, 0, 0, 0])
    site.files["/b/a.zip"] = Served(CONTENT, etag=None)
    got, _ = get(site.url("/a.zip"), site.url("/b/a.zip"), published=())
    assert got.path.read_bytes() == CONTENT
    assert site.asked[-1].range is None


def test_one_of_several_checksums_is_enough(site, get):
    site.files["/a.zip"] = Served(CONTENT)
    checksum = Checksum("md5", hashlib.md5(CONTENT).hexdigest(), "a paper")
    got, _ = get(published=(sha1(OTHER), checksum))
    assert got.path.read_bytes() == CONTENT


def test_a_missing_file_is_not_tried_again(site, get):
    with pytest.raises(DownloadError, match=r"answers 404.*give another --mirror"):
        get()
    assert len(site.asked) == 1


def test_a_busy_server_is_tried_again_after_the_time_that_it_asks_for(site, get):
    site.files["/a.zip"] = Served(CONTENT, statuses=[503, 429])
    waits = []
    got, _ = get(patience=Patience(sleep=waits.append, first_wait_s=2.0))
    assert got.path.read_bytes() == CONTENT
    assert waits == [2.0, 4.0]


def test_waits_are_bounded():
    waits = []
    patience = Patience(sleep=waits.append)
    for n_failed in range(20):
        patience.wait(n_failed, None)
    patience.wait(1, 1e9)
    patience.wait(1, 7.0)
    assert waits[:4] == [1.0, 1.0, 2.0, 4.0]
    assert max(waits) == 60.0
    assert waits[-1] == 7.0


def test_the_next_address_is_asked_where_the_first_fails(site, get):
    site.files["/b/a.zip"] = Served(CONTENT)
    got, told = get(site.url("/a.zip"), site.url("/b/a.zip"))
    assert got.url == site.url("/b/a.zip")
    assert "trying the next address" in told[0]


def test_a_wrong_mirror_is_followed_by_the_next(site, get):
    site.files["/a.zip"] = Served(OTHER)
    site.files["/b/a.zip"] = Served(CONTENT)
    got, _ = get(site.url("/a.zip"), site.url("/b/a.zip"))
    assert got.path.read_bytes() == CONTENT


def test_the_next_address_goes_on_where_the_first_stood(site, get):
    site.files["/a.zip"] = Served(CONTENT, cuts=[300_000, 0, 0, 0, 0, 0])
    site.files["/b/a.zip"] = Served(CONTENT, etag='"another server"')
    got, _ = get(site.url("/a.zip"), site.url("/b/a.zip"))
    assert got.path.read_bytes() == CONTENT
    assert site.asked[-1].range == "bytes=300000-"
    assert "If-Range" not in site.asked[-1].headers


def test_no_server_at_all(site, get, hasty):
    url = site.url("/a.zip")
    site.close()
    with pytest.raises(DownloadError, match="cannot be reached"):
        get(url)
    site.__init__()  # the fixture closes what it opened


def test_an_answer_that_leads_on_is_followed(site, get):
    site.files["/a.zip"] = Served(leads_to=site.url("/far/a.zip"))
    site.files["/far/a.zip"] = Served(CONTENT, cuts=[300_000])
    got, _ = get()
    assert got.path.read_bytes() == CONTENT
    assert site.asked[-1].path == "/far/a.zip"
    assert site.asked[-1].range == "bytes=300000-"


def test_an_answer_that_leads_to_another_host_is_refused(site, get):
    site.files["/a.zip"] = Served(leads_to=site.url("/far/a.zip", host="localhost"))
    site.files["/far/a.zip"] = Served(CONTENT)
    with pytest.raises(DownloadError, match="--allow-host localhost"):
        get()
    assert len(site.asked) == 1
    got, _ = get(named=(*HOST, "localhost"))
    assert got.path.read_bytes() == CONTENT


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://x/"])
def test_an_answer_that_leads_off_the_web_is_refused(site, get, place):
    site.files["/a.zip"] = Served(leads_to=place)
    with pytest.raises(DownloadError):
        get()
    assert len(site.asked) == 1


def test_an_answer_that_leads_in_circles_ends(site, get):
    site.files["/a.zip"] = Served(leads_to=site.url("/a.zip"))
    with pytest.raises(DownloadError, match="302"):
        get()


def test_a_host_that_nobody_named_is_not_asked(site, get):
    site.files["/a.zip"] = Served(CONTENT)
    with pytest.raises(DownloadError, match=r"named the host 127\.0\.0\.1"):
        get(named=("example.org",))
    assert site.asked == []


def test_a_page_is_no_archive(site, get, tmp_path):
    site.files["/a.zip"] = Served(b"<html>Log in", content_type="text/html; charset=utf-8")
    with pytest.raises(DownloadError, match="a page instead of the file"):
        get(published=())
    assert left(tmp_path) == []


def test_a_file_that_is_packed_on_the_way_is_refused(site, get):
    site.files["/a.zip"] = Served(CONTENT, headers={"Content-Encoding": "gzip"})
    with pytest.raises(DownloadError, match="'gzip'"):
        get()


def test_a_server_that_does_not_tell_the_length(site, get):
    site.files["/a.zip"] = Served(CONTENT, tells_length=False)
    got, _ = get()
    assert got.path.read_bytes() == CONTENT


def test_a_short_file_of_a_server_that_does_not_tell_the_length(site, get, tmp_path):
    site.files["/a.zip"] = Served(CONTENT, tells_length=False, cuts=[1000])
    with pytest.raises(DownloadError, match="expected"):
        get()
    assert left(tmp_path) == []


def test_a_full_disk_is_found_before(site, get, tmp_path, monkeypatch):
    site.files["/a.zip"] = Served(CONTENT)
    usage = namedtuple("usage", "total used free")(10**6, 10**6 - 5, 5)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(OutputError, match=r"needs 1.0 MB in .*, where 5 bytes are free.*--to"):
        get()


def test_a_disk_that_fills_up_keeps_what_came(site, get, tmp_path, monkeypatch):
    import errno

    from genrescope.download.transfer import Answer

    site.files["/a.zip"] = Served(CONTENT)
    blocks = Answer.blocks

    def until_full(self, n_bytes):
        yield next(blocks(self, n_bytes))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Answer, "blocks", until_full)
        with pytest.raises(OutputError, match=r"disk is full at .* goes on from there"):
            get()
    assert Partial(tmp_path / "a.zip").size() > 0
    got, _ = get()
    assert got.path.read_bytes() == CONTENT
