"""Files that cannot be written: one kind of error, that names the place and no temporary file."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from genrescope import atomic
from genrescope.errors import AudioNotFoundError, GenrescopeError, OutputError


def _fail(path: Path, error: BaseException) -> None:
    with atomic.open_atomic(path) as file:
        file.write(b"half")
        raise error


@pytest.mark.parametrize("place", ["folder", "file/below.txt", "file/far/below.txt"])
@pytest.mark.parametrize("call", [atomic.check_writable, lambda path: atomic.write_text(path, "x")])
def test_what_cannot_be_written_is_named_without_temporary_names(tmp_path, place, call):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="choose another place") as caught:
        call(tmp_path / place)
    assert str(caught.value).startswith(f"cannot write {tmp_path / place} (")
    assert ".tmp-" not in str(caught.value)
    assert "Errno" not in str(caught.value)
    assert isinstance(caught.value, GenrescopeError)
    assert isinstance(caught.value, OSError)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder"]


def test_a_full_disk_is_an_error_of_the_file(tmp_path):
    with pytest.raises(OutputError, match=r"a\.txt \(No space left"):
        _fail(tmp_path / "a.txt", OSError(errno.ENOSPC, "No space left on device"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file", "/another/file.wav"),
        AudioNotFoundError("/another/file.wav: no such file"),
    ],
)
def test_errors_of_other_files_stay_what_they_are(tmp_path, error):
    with pytest.raises(type(error)) as caught:
        _fail(tmp_path / "a.txt", error)
    assert caught.value is error


def test_to_look_whether_a_file_can_be_written_leaves_all_as_it_is(tmp_path):
    (tmp_path / "old.txt").write_bytes(b"old")
    atomic.check_writable(tmp_path / "old.txt")
    atomic.check_writable(tmp_path / "new.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["old.txt"]
    assert (tmp_path / "old.txt").read_bytes() == b"old"
