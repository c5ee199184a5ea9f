"""``genrescope data get``, end to end, with a server of this machine."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple

import pytest

from genrescope.audio.write import write_wav
from genrescope.cli import console
from genrescope.download import source
from genrescope.synthesis.render import render_track
from loopback import Served, serving, tarred

LICENCE = "none: made for a test"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Two excerpts in the layout of GTZAN."""
    folder = tmp_path_factory.mktemp("made")
    files = {}
    for kind in "jazz", "metal":
        write_wav(folder / "x.wav", render_track(kind, duration_s=1.0), sr=22050)
        files[f"genres/{kind}/{kind}.00000.wav"] = (folder / "x.wav").read_bytes()
    return tarred(files)


@pytest.fixture
def site(monkeypatch, tmp_path, archive):
    """A server that has the archive, and a source that names it."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("GENRESCOPE_DATA", raising=False)
    monkeypatch.delenv("GENRESCOPE_MIRRORS", raising=False)
    with serving() as found:
        found.files["/genres.tar.gz"] = Served(archive)
        sources = tmp_path / "sources"
        sources.mkdir()
        (sources / "gtzan.toml").write_text(
            f'title = "Two excerpts"\npage = "https://example.org/"\nlicence = "{LICENCE}"\n'
            'cite = "nobody"\ndefault = ["genres"]\n[[parts]]\nname = "genres"\nabout = "both"\n'
            f'file = "genres.tar.gz"\nfolder = "genres"\nurls = ["{found.url("/genres.tar.gz")}"]\n'
            f"size_bytes = {len(archive)}\nunpacked_bytes = 200_000\n[[parts.checksums]]\n"
            f'algorithm = "md5"\nvalue = "{hashlib.md5(archive).hexdigest()}"\nsource = "a test"\n',
            encoding="utf-8",
        )
        monkeypatch.setattr(source, "SOURCES", sources)
        yield found


def test_a_data_set_is_got_and_can_be_used(genrescope, site, archive):
    result = genrescope("data", "get", "gtzan", "--to", "music", "--yes")
    assert result.code == 0, result.err
    assert f"Licence: {LICENCE}" in result.err
    assert "To download: about" in result.err
    assert hashlib.sha256(archive).hexdigest() in result.out
    assert "Next: genrescope data summary gtzan:music" in result.out
    summary = genrescope("data", "summary", "gtzan:music")
    assert summary.code == 0
    assert "2 tracks" in summary.out


def test_a_second_call_fetches_nothing_and_does_not_ask(genrescope, site):
    assert genrescope("data", "get", "gtzan", "--yes").code == 0
    n_asked = len(site.asked)
    again = genrescope("data", "get", "gtzan")
    assert again.code == 0
    assert "complete" in again.err
    assert "To download: about 0 bytes" in again.err
    assert "Next: genrescope data summary gtzan:gtzan" in again.out
    assert len(site.asked) == n_asked


def test_it_goes_where_the_recipes_look(genrescope, site, monkeypatch, tmp_path):
    monkeypatch.setenv("GENRESCOPE_DATA", str(tmp_path / "all"))
    assert genrescope("data", "get", "gtzan", "--yes").code == 0
    assert (tmp_path / "all" / "gtzan" / "genres" / "jazz").is_dir()


def test_nothing_is_downloaded_unasked(genrescope, site, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    result = genrescope("data", "get", "gtzan")
    assert result.code == console.USAGE
    assert "give --yes" in result.err
    assert site.asked == []
    assert not (tmp_path / "gtzan").exists()


@pytest.mark.parametrize(("answer", "code"), [("n", console.INTERRUPTED), ("y", console.OK)])
def test_the_user_is_asked(genrescope, site, monkeypatch, answer, code):
    stdin = io.StringIO(f"{answer}\n")
    stdin.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", stdin)
    assert genrescope("data", "get", "gtzan").code == code
    assert bool(site.asked) is (answer == "y")


def test_mirrors_of_the_option_and_of_the_environment(genrescope, site, monkeypatch, archive):
    site.files["/m/genres.tar.gz"] = Served(archive)
    site.files["/genres.tar.gz"].statuses = [404]
    monkeypatch.setenv("GENRESCOPE_MIRRORS", f"{site.url('/none')} {site.url('/m/')}")
    result = genrescope("data", "get", "gtzan", "--yes", "--mirror", site.url("/first"))
    assert result.code == 0, result.err
    paths = [asked.path.rpartition("/")[0] for asked in site.asked]
    assert paths == ["/first", "/none", "/m"]
    assert "trying the next address" in result.err


def test_a_wrong_file_ends_with_the_code_of_unusable_data(genrescope, site, tmp_path):
    site.files["/genres.tar.gz"].content += b"\0"
    result = genrescope("data", "get", "gtzan", "--yes")
    assert result.code == console.DATA
    last = result.err.splitlines()[-1]
    assert "expected md5" in last
    assert "found" in last
    assert sorted(p.name for p in (tmp_path / "gtzan").iterdir()) == [".genrescope"]


def test_an_attack_ends_with_the_code_of_unusable_data(genrescope, site, tmp_path):
    evil = tarred({"genres/x": b"1", "../evil": b"2"})
    site.files["/genres.tar.gz"].content = evil
    text = (tmp_path / "sources" / "gtzan.toml").read_text(encoding="utf-8")
    (tmp_path / "sources" / "gtzan.toml").write_text(
        text.partition("[[parts.checksums]]")[0], encoding="utf-8"
    )
    result = genrescope("data", "get", "gtzan", "--yes")
    assert result.code == console.DATA
    assert "leads out of the folder" in result.err.splitlines()[-1]
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path / "gtzan" / "genres").exists()


def test_a_disk_without_room_is_found_before_the_question(genrescope, site, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**6, 10**6 - 5, 5)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    result = genrescope("data", "get", "gtzan")
    assert result.code == console.USAGE
    assert "where 5 bytes are free" in result.err.splitlines()[-1]
    assert site.asked == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("gtzam",), "did you mean 'gtzan'"),
        (("gtzan", "--part", "genre"), "did you mean 'genres'"),
        (("gtzan", "--mirror", "ftp://x/"), "no address of the web"),
        (("gtzan", "--mirror", "https://me:pw@example.org/"), "never sent"),
    ],
)
def test_wrong_usage(genrescope, site, args, says):
    result = genrescope("data", "get", *args, "--yes")
    assert result.code == console.USAGE
    assert says in result.err.splitlines()[-1]
    assert site.asked == []


def test_what_is_given_out_on_request_alone_says_where_to_ask(genrescope, tmp_path, monkeypatch):
    monkeypatch.delenv("GENRESCOPE_MIRRORS", raising=False)
    result = genrescope("data", "get", "artist20", "--to", "a20", "--yes")
    assert result.code == console.DATA
    assert "labrosa.ee.columbia.edu" in result.error_line()
    assert "put it into a20" in result.error_line()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_an_interrupted_command_goes_on_where_it_stood(site, archive, tmp_path, genrescope):
    """A process of its own is interrupted while a slow server sends."""
    served = site.files["/genres.tar.gz"]
    half = len(archive) // 2
    served.holds_after = half
    code = (
        "import pathlib\nfrom genrescope.download import source\n"
        f"source.SOURCES = pathlib.Path({str(tmp_path / 'sources')!r})\n"
        "from genrescope.cli.app import main\nmain()"
    )
    part = tmp_path / "gtzan" / "genres.tar.gz.part"
    with subprocess.Popen(
        [sys.executable, "-c", code, "data", "get", "gtzan", "--yes"],
        cwd=tmp_path, env={**os.environ}, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        for _ in range(3000):
            if part.is_file() and part.stat().st_size:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        served.release.set()
        _, err = process.communicate(timeout=60)
    assert process.returncode == console.INTERRUPTED, err
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    kept = part.stat().st_size
    assert 0 < kept < len(archive)
    served.holds_after = None
    result = genrescope("data", "get", "gtzan", "--yes")
    assert result.code == 0, result.err
    assert "begun" in result.err
    assert site.asked[-1].range == f"bytes={kept}-"
