"""A part is fetched, verified and unpacked once; what is there already is left alone."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

import pytest

from genrescope.download import lock, receipts
from genrescope.download.checksums import Checksum
from genrescope.download.get import Telling, fulfil
from genrescope.download.plan import Order, State, Step, needed_bytes, plan
from genrescope.download.source import Part, Source
from genrescope.errors import ArchiveError, DatasetError, DownloadError, OutputError
from loopback import Served, zipped

FILES = {"songs/jazz/a.wav": b"a" * 2000, "songs/rock/b.wav": b"b" * 3000}
ARCHIVE = zipped(FILES)


def source_of(content=ARCHIVE, *, urls=(), published=True, unpacked_bytes=10_000):
    sums = (Checksum("sha1", hashlib.sha1(content).hexdigest(), "the test"),) if published else ()
    part = Part("songs", "some", "songs.zip", "songs", len(content), unpacked_bytes, urls, (), sums)
    return Source("small", "Small", "https://example.org", "none", "us", ("songs",), (part,))


@pytest.fixture
def ordered(site, tmp_path):
    """An order of the data set that the server has."""
    site.files["/songs.zip"] = Served(ARCHIVE)

    def make(source=None, **more):
        source = source or source_of(urls=(site.url("/songs.zip"),))
        return Order(source, tmp_path / "data", source.chosen(), **more)

    return make


@pytest.fixture
def done(hasty):
    """Do what a plan says, and give what was told."""

    def call(order):
        told = {name: [] for name in ("fetching", "checking", "unpacking", "note")}
        telling = Telling(**{name: lambda *a, to=to: to.append(a) for name, to in told.items()})
        (step,) = plan(order)
        return fulfil(order, step, telling=telling, patience=hasty), told

    return call


def test_a_part_is_got(ordered, done, site):
    order = ordered()
    (step,) = plan(order)
    assert step.state is State.missing
    assert step.to_fetch_bytes == len(ARCHIVE)
    receipt, told = done(order)
    for path, data in FILES.items():
        assert (order.folder / path).read_bytes() == data
    assert receipt.files == {path: len(data) for path, data in FILES.items()}
    assert receipt.sha256 == hashlib.sha256(ARCHIVE).hexdigest()
    assert receipt.url == site.url("/songs.zip")
    assert told["fetching"][-1] == (len(ARCHIVE), len(ARCHIVE))
    assert told["checking"]
    assert told["unpacking"]
    assert not (order.folder / "songs.zip").exists()
    assert receipts.read(order.folder, "songs") == receipt


def test_what_is_complete_is_not_fetched_again(ordered, done, site):
    order = ordered()
    done(order)
    n_asked = len(site.asked)
    (step,) = plan(order)
    assert step == Step(order.parts[0], State.complete)
    receipt, _ = done(order)
    assert receipt.files
    assert len(site.asked) == n_asked
    (order.folder / "index.csv").write_text("mine")
    assert plan(order)[0].state is State.complete


def test_what_lost_a_file_is_neither_complete_nor_written_over(ordered, done):
    order = ordered()
    done(order)
    (order.folder / "songs/jazz/a.wav").unlink()
    with pytest.raises(DatasetError, match=r"lacks songs/jazz/a\.wav \(1 files in all\): move it"):
        plan(order)


def test_a_folder_of_others_is_never_written_over(ordered):
    order = ordered()
    (order.folder / "songs").mkdir(parents=True)
    with pytest.raises(DatasetError, match=r"not by this command: .*data summary small:"):
        plan(order)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"files": {"a": "b"}}'])
def test_a_receipt_that_cannot_be_read_is_none(tmp_path, text):
    (tmp_path / ".genrescope").mkdir()
    (tmp_path / ".genrescope" / "songs.json").write_text(text)
    assert receipts.read(tmp_path, "songs") is None


def test_an_archive_that_was_put_there_is_verified_and_used(ordered, done, site):
    order = ordered(source_of())
    with pytest.raises(DownloadError, match=r"no public address: ask for it at https://example"):
        plan(order)
    order.folder.mkdir()
    (order.folder / "songs.zip").write_bytes(ARCHIVE)
    assert plan(order)[0].state is State.archive
    receipt, _ = done(order)
    assert receipt.url is None
    assert (order.folder / "songs.zip").exists(), "it is the user's"
    assert site.asked == []


def test_another_archive_that_was_put_there_is_refused_and_kept(ordered, done):
    order = ordered()
    order.folder.mkdir()
    (order.folder / "songs.zip").write_bytes(zipped({"songs/x": b"1"}))
    with pytest.raises(DownloadError, match=r"expected sha1.*first move .*songs\.zip away"):
        done(order)
    assert (order.folder / "songs.zip").exists()


def test_archives_are_kept_on_demand(ordered, done):
    order = ordered(keep_archives=True)
    done(order)
    assert (order.folder / "songs.zip").read_bytes() == ARCHIVE


def test_mirrors_come_first_and_their_hosts_are_named(ordered, done, site):
    site.files["/m/songs.zip"] = Served(ARCHIVE)
    order = ordered(mirrors=(site.url("/none"), site.url("/m", host="localhost")))
    receipt, told = done(order)
    assert receipt.url == site.url("/m/songs.zip", host="localhost")
    assert [asked.path for asked in site.asked] == ["/none/songs.zip", "/m/songs.zip"]
    assert len(told["note"]) == 1


def test_a_bad_archive_leaves_no_data(ordered, done, site):
    bad = zipped({"songs/x": b"1", "../evil": b"2"})
    site.files["/songs.zip"] = Served(bad)
    order = ordered(source_of(bad, urls=(site.url("/songs.zip"),)))
    with pytest.raises(ArchiveError, match="leads out of the folder"):
        done(order)
    assert not (order.folder / "songs").exists()
    assert not (order.folder.parent / "evil").exists()


def test_an_archive_cannot_write_receipts(ordered, done, site):
    bad = zipped({"songs/x": b"1", ".genrescope/songs.json": b"{}"})
    site.files["/songs.zip"] = Served(bad)
    order = ordered(source_of(bad, urls=(site.url("/songs.zip"),)))
    with pytest.raises(OutputError, match="stands there already"):
        done(order)
    assert receipts.read(order.folder, "songs") is None


def test_an_archive_of_far_more_than_the_data_set_has_is_refused(ordered, done, site):
    order = ordered(source_of(urls=(site.url("/songs.zip"),), unpacked_bytes=2000))
    with pytest.raises(ArchiveError, match="more than 4000 bytes"):
        done(order)


def test_a_call_that_was_interrupted_is_seen_as_begun(ordered, done, site, hasty):
    site.files["/songs.zip"].cuts = [100] + [0] * 20
    order = ordered()
    with pytest.raises(DownloadError, match="100 bytes are kept"):
        done(order)
    (step,) = plan(order)
    assert (step.state, step.n_bytes) == (State.begun, 100)
    assert step.to_fetch_bytes == len(ARCHIVE) - 100
    site.files["/songs.zip"].cuts = []
    done(order)
    assert site.asked[-1].range == "bytes=100-"


def test_an_archive_whose_unpacking_was_interrupted_is_not_fetched_again(
    ordered, done, site, monkeypatch
):
    order = ordered()

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("genrescope.download.get.unpack", interrupt)
        with pytest.raises(KeyboardInterrupt):
            done(order)
    (step,) = plan(order)
    assert step.state is State.archive
    n_asked = len(site.asked)
    receipt, _ = done(order)
    assert len(site.asked) == n_asked
    assert receipt.url == site.url("/songs.zip")
    assert not (order.folder / "songs.zip").exists(), "this command fetched it"
    assert sorted(p.name for p in receipts.own_folder(order.folder).iterdir()) == [
        "lock",
        "songs.json",
    ]


@pytest.mark.parametrize("published", [True, False])
def test_a_bad_archive_that_nothing_vouches_for_is_fetched_anew(ordered, done, site, published):
    bad = ARCHIVE[:-30]
    site.files["/songs.zip"] = Served(bad)
    order = ordered(source_of(bad, urls=(site.url("/songs.zip"),), published=published))
    with pytest.raises(ArchiveError, match="damaged"):
        done(order)
    assert (order.folder / "songs.zip").exists() is published
    if not published:
        site.files["/songs.zip"] = Served(ARCHIVE)
        assert done(order)[0].files


def test_room_on_the_disk():
    def step(state, size, unpacked, n_bytes=0):
        return Step(Part("a", "", "a.zip", "a", size, unpacked), state, n_bytes)

    new = step(State.missing, 100, 120)
    assert needed_bytes([new], keep_archives=False) == 220
    assert needed_bytes([new, new], keep_archives=False) == 120 + 220
    assert needed_bytes([new, new], keep_archives=True) == 220 + 220
    assert needed_bytes([step(State.complete, 100, 120)], keep_archives=False) == 0
    assert needed_bytes([step(State.begun, 100, 120, 60)], keep_archives=False) == 160
    assert needed_bytes([step(State.archive, 100, 120, 100)], keep_archives=False) == 120


def test_a_second_process_is_refused(ordered, done):
    order = ordered()
    code = (
        "import sys, pathlib\nfrom genrescope.download import lock\n"
        "with lock.held(pathlib.Path(sys.argv[1])):\n print('held', flush=True)\n input()"
    )
    path = receipts.own_folder(order.folder) / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputError, match="another process"):
            done(order)
        other.communicate("\n")
    done(order)
    with lock.held(path):
        pass
    assert json.loads((order.folder / ".genrescope" / "songs.json").read_text())["part"] == "songs"
