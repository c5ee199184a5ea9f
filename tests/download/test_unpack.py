"""Archives are unpacked whole or not at all, and nothing is written outside."""

from __future__ import annotations

import gzip
import io
import random
import stat
import tarfile
import zipfile

import pytest

from genrescope.download import archives
from genrescope.download.members import Limits
from genrescope.download.unpack import unpack
from genrescope.errors import ArchiveError, OutputError
from loopback import tarred, zipped

FILES = {"genres/blues/blues.00000.wav": b"sound" * 1000, "genres/rock/x.wav": b"", "README": b"x"}
LIMITS = Limits(10**8)


@pytest.fixture
def into(tmp_path):
    """Unpack into an empty folder of its own."""

    def call(archive, limits=LIMITS, **more):
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        return unpack(archive, folder, limits=limits, work=folder / ".work", **more)

    yield call
    assert not (tmp_path / "data" / ".work").exists()


def written(tmp_path):
    found = (tmp_path / "data").rglob("*")
    return {path.relative_to(tmp_path / "data").as_posix() for path in found if path.is_file()}


def refused(into, tmp_path, archive, why, **more):
    outside = {path for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ArchiveError, match=why) as caught:
        into(archive, **more)
    assert archive.name in str(caught.value)
    assert "nothing of it was kept" in str(caught.value)
    assert list((tmp_path / "data").iterdir()) == []
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == outside


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(FILES)),
        ("a.ZIP", zipped(FILES)),
        ("a.tar.gz", tarred(FILES)),
        ("a.tgz", tarred(FILES)),
        ("a.tar", tarred(FILES, mode="w")),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_was_packed_comes_out(into, put, tmp_path, name, content):
    seen = []
    files = into(put(name, content), progress=lambda done, total: seen.append((done, total)))
    assert files == {path: len(data) for path, data in FILES.items()}
    for path, data in FILES.items():
        assert (tmp_path / "data" / path).read_bytes() == data
    assert seen
    assert all(done <= total for done, total in seen)


def test_what_stands_there_stays(into, put, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.txt").write_text("mine")
    into(put("a.zip", zipped(FILES)))
    assert (tmp_path / "data" / "mine.txt").read_text() == "mine"
    with pytest.raises(OutputError, match="stands there already"):
        into(put("a.zip", zipped({"other/x": b"1", "README": b"2"})))
    assert (tmp_path / "data" / "README").read_bytes() == b"x"
    assert not (tmp_path / "data" / "other").exists()


def test_a_killed_call_leaves_nothing_that_hinders_the_next(into, put, tmp_path):
    (tmp_path / "data" / ".work" / "genres").mkdir(parents=True)
    (tmp_path / "data" / ".work" / "genres" / "half").write_text("x")
    into(put("a.zip", zipped(FILES)))
    assert written(tmp_path) == set(FILES)


BAD_NAMES = ["/tmp/evil", "../evil", "a/../../evil", "C:/evil", "..\\evil", "a\x01b"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_lead_out(into, put, tmp_path, name):
    files = {"good/x": b"1", name: b"evil"}
    refused(into, tmp_path, put("a.zip", zipped(files)), "is refused: its name")
    refused(into, tmp_path, put("a.tar.gz", tarred(files)), "is refused: its name")


def test_a_zip_name_with_a_nul_is_not_cut_there(into, put, tmp_path):
    content = zipped({"good/x": b"1", "aQb": b"2"}).replace(b"aQb", b"a\0b")
    refused(into, tmp_path, put("a.zip", content), "control characters|damaged")


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (tarfile.SYMTYPE, "a link"),
        (tarfile.LNKTYPE, "a link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "device"),
        (b"?", "device"),
    ],
    ids=["symbolic", "hard", "character", "block", "pipe", "unknown"],
)
def test_links_and_devices_of_a_tar(into, put, tmp_path, kind, why):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        good = tarfile.TarInfo("good/x")
        archive.addfile(good, io.BytesIO())
        bad = tarfile.TarInfo("good/y")
        bad.type, bad.linkname = kind, "../../etc"
        archive.addfile(bad)
        archive.addfile(tarfile.TarInfo("good/y/z"), io.BytesIO())
    refused(into, tmp_path, put("a.tgz", buffer.getvalue()), why)


@pytest.mark.parametrize(
    ("mode", "why"), [(stat.S_IFLNK, "a link"), (stat.S_IFCHR, "device"), (stat.S_IFIFO, "device")]
)
def test_links_and_devices_of_a_zip(into, put, tmp_path, mode, why):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("good/x", b"1")
        info = zipfile.ZipInfo("good/y")
        info.create_system, info.external_attr = 3, (mode | 0o777) << 16
        archive.writestr(info, b"/etc/passwd")
    refused(into, tmp_path, put("a.zip", buffer.getvalue()), why)


@pytest.mark.parametrize("names", [("a/x", "a/x"), ("a/x", "a/X"), ("a/x", "A/y"), ("a", "a/x")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_place_twice(into, put, tmp_path, names):
    zip_buffer, tar_buffer = io.BytesIO(), io.BytesIO()
    with (
        zipfile.ZipFile(zip_buffer, "w") as packed,
        tarfile.open(fileobj=tar_buffer, mode="w:gz") as tar,
    ):
        for name in names:
            packed.writestr(name, b"1")
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    why = "twice|one file on disks|both a file and a folder"
    refused(into, tmp_path, put("a.zip", zip_buffer.getvalue()), why)
    refused(into, tmp_path, put("a.tgz", tar_buffer.getvalue()), why)


def test_an_encrypted_zip(into, put, tmp_path):
    content = bytearray(zipped({"good/x": b"1" * 100}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    refused(into, tmp_path, put("a.zip", bytes(content)), "needs a password")


def test_bombs(into, put, tmp_path):
    zeros = {"good/x": bytes(40 << 20)}
    for name, content in (("a.zip", zipped(zeros)), ("a.tgz", tarred(zeros))):
        archive = put(name, content)
        refused(into, tmp_path, archive, "200 times its size")
        refused(into, tmp_path, archive, "more than 1000 bytes", limits=Limits(1000))


def test_a_bomb_of_members(into, put, tmp_path):
    files = {f"good/{number}": b"" for number in range(20)}
    for name, content in (("a.zip", zipped(files)), ("a.tgz", tarred(files))):
        refused(into, tmp_path, put(name, content), "members", limits=Limits(10**6, 200.0, 10))


def test_a_bomb_behind_the_end_of_a_tar(into, put, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "HEADER_BYTES", 1)
    content = gzip.compress(gzip.decompress(tarred({"x": b"1"})) + bytes(4 << 20))
    refused(into, tmp_path, put("a.tgz", content), "unpacks to more than", limits=Limits(1 << 20))


def test_a_header_that_would_fill_the_memory(into, put, tmp_path):
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30
    header = info.tobuf(tarfile.GNU_FORMAT)
    refused(into, tmp_path, put("a.tgz", gzip.compress(header + bytes(1 << 20))), "fill the memory")


def test_a_sparse_file_of_a_tar(into, put, tmp_path):
    info = tarfile.TarInfo("good/x")
    info.type = tarfile.GNUTYPE_SPARSE
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    block[483:495] = b"00000040000\0"  # the size that it claims to have
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:]))
    refused(into, tmp_path, put("a.tar", bytes(block) + bytes(10240)), "device")


@pytest.mark.parametrize("name", ["a.zip", "a.tgz", "a.tar"])
def test_an_archive_that_was_cut(into, put, tmp_path, name):
    noise = random.Random(0).randbytes(50_000)
    files = {"good/x": noise, "good/y": noise}
    whole = {"a.zip": zipped(files), "a.tgz": tarred(files), "a.tar": tarred(files, mode="w")}[name]
    for n_kept in (0, 10, len(whole) // 4, len(whole) // 2):
        refused(into, tmp_path, put(name, whole[:n_kept]), "damaged|no file")


def test_damage_in_a_zip_is_found(into, put, tmp_path):
    content = bytearray(zipped({"good/x": random.Random(0).randbytes(50_000)}))
    content[20_000] ^= 1
    refused(into, tmp_path, put("a.zip", bytes(content)), "damaged")


def test_a_broken_header_does_not_end_a_tar(into, put, tmp_path):
    plain = bytearray(gzip.decompress(tarred({"good/x": b"1", "good/y": b"2"})))
    plain[1024 + 148] ^= 0xFF  # the checksum of the second header
    refused(into, tmp_path, put("a.tgz", gzip.compress(bytes(plain))), "damaged")


def test_damage_of_the_packing_is_found_at_the_end(into, put, tmp_path):
    content = bytearray(tarred({"good/x": random.Random(0).randbytes(5000)}))
    content[-6] ^= 1
    refused(into, tmp_path, put("a.tgz", bytes(content)), "damaged")


def test_other_files_are_no_archives(into, put, tmp_path):
    refused(into, tmp_path, put("a.zip", b"<html>"), "damaged, or no such archive")
    refused(into, tmp_path, put("a.tgz", b"<html>"), "damaged, or no such archive")
    refused(into, tmp_path, put("a.rar", b"Rar!"), "known are .zip")
    refused(into, tmp_path, put("a.zip", zipped({"folder/": b""})), "holds no file")


def test_files_are_never_runnable(into, put, tmp_path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("good/x")
        info.mode = 0o4777
        archive.addfile(info, io.BytesIO())
    into(put("a.tar", buffer.getvalue()))
    assert not (tmp_path / "data" / "good" / "x").stat().st_mode & 0o4111


def test_a_full_disk(into, put, tmp_path, monkeypatch):
    import errno
    from pathlib import Path

    opened = Path.open

    def full(self, mode="r", *args, **kwargs):
        if mode == "xb":
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(self, mode, *args, **kwargs)

    archive = put("a.zip", zipped(FILES))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        with pytest.raises(OutputError, match="disk is full"):
            into(archive)
    assert written(tmp_path) == set()
