"""Names of members stay in the folder, whatever they are; and each kind of attack is refused."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.download.members import RATIO_FROM_BYTES, Kind, Ledger, Limits, Member, safe_name
from genrescope.errors import ArchiveError

PIECES = st.sampled_from(["a", "B", "..", ".", "", "C:", "c:x", "\\", "~", "con", "x ", "é", "\0"])
NAMES = st.one_of(st.lists(PIECES, max_size=6).map("/".join), st.text(max_size=30))


def ledger(**more):
    return Ledger(Limits(**{"max_bytes": 10**6, **more}), packed_bytes=1000)


@given(NAMES, st.booleans())
def test_a_name_leads_below_the_folder_or_is_refused(name, windows):
    try:
        path = safe_name(name, windows=windows)
    except ArchiveError:
        return
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert not PureWindowsPath(str(path)).drive
    assert not PureWindowsPath(str(path)).is_absolute()
    whole = posixpath.normpath(posixpath.join("/folder", str(path)))
    assert whole == "/folder" or whole.startswith("/folder/")
    assert str(path).isprintable() or not any(ord(c) < 32 for c in str(path))


@given(NAMES)
def test_a_name_is_checked_the_same_twice(name):
    try:
        path = safe_name(name)
    except ArchiveError:
        return
    assert safe_name(str(path)) == path


@given(st.lists(NAMES, max_size=8))
def test_admitted_files_are_different_files_on_every_disk(names):
    book = ledger()
    admitted = []
    for name in names:
        try:
            admitted.append(book.admit(Member(name)))
        except ArchiveError:
            continue
    assert len({str(path).casefold() for path in admitted}) == len(admitted)
    folders = {parent for path in admitted for parent in path.parents}
    assert not folders & set(admitted)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "no name"),
        ("/etc/passwd", "absolute"),
        ("C:/autoexec.bat", "absolute"),
        ("c:evil", "absolute"),
        ("./c:evil", "absolute"),
        ("a/c:evil", "absolute"),
        ("../evil", "out of the folder"),
        ("a/../../evil", "out of the folder"),
        ("a/..", "out of the folder"),
        ("..\\evil", "backslash"),
        ("a\0b", "control"),
        ("a\nb", "control"),
        ("a" * 256, "too long"),
        ("a/" * 600, "too long"),
    ],
)
def test_names_that_are_refused(name, why):
    with pytest.raises(ArchiveError, match=why):
        safe_name(name)


@pytest.mark.parametrize("name", ["a/con", "NUL.txt", "a./b", "a ", "ab:stream", "what?.mp3"])
def test_names_that_windows_takes_for_something_else(name):
    assert safe_name(name, windows=False) == PurePosixPath(name)
    with pytest.raises(ArchiveError, match="Windows"):
        safe_name(name, windows=True)


def test_names_of_real_archives_are_taken():
    for name in (
        "./genres/blues/",
        "fma_small/000/000002.mp3",
        "artist20/a b/01-Ünïcode's (x).mp3",
    ):
        assert safe_name(name).parts
    assert safe_name("./") == PurePosixPath(".")


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (Member("a/x"), Member("a/x"), "twice"),
        (Member("a/x"), Member("a/./x"), "twice"),
        (Member("a/x"), Member("a/X"), "one file on disks"),
        (Member("a/x"), Member("A/y"), "one file on disks"),
        (Member("ß"), Member("SS"), "one file on disks"),
        (Member("é"), Member("e\u0301"), "one file on disks"),
        (Member("a"), Member("a/x"), "both a file and a folder"),
        (Member("a/x"), Member("a"), "both a file and a folder"),
        (Member("a", Kind.folder), Member("a"), "both a file and a folder"),
    ],
)
def test_two_members_of_one_place(first, second, why):
    book = ledger()
    book.admit(first)
    with pytest.raises(ArchiveError, match=why):
        book.admit(second)


def test_a_folder_may_come_twice():
    book = ledger()
    names = ["a", ".", "./a/", ".", "a"]
    found = [book.admit(Member(name, Kind.folder)) for name in names]
    assert [str(path) for path in found] == ["a", ".", "a", ".", "a"]
    assert book.n_bytes == 0
    # A file may not: the second would take the place of the first.
    assert str(book.admit(Member("a/x"))) == "a/x"
    with pytest.raises(ArchiveError, match="is there twice"):
        book.admit(Member("a/x"))


@pytest.mark.parametrize(
    ("member", "why"),
    [
        (Member("a", Kind.link), "a link"),
        (Member("a", Kind.special), "device"),
        (Member("a", encrypted=True), "password"),
        (Member(".", Kind.file), "no name"),
        (Member("a", size_bytes=10**6 + 1), "more than 1000000 bytes"),
        (Member("a", size_bytes=-1), "more than"),
    ],
)
def test_members_that_are_refused(member, why):
    with pytest.raises(ArchiveError, match=why):
        ledger().admit(member)


def test_a_bomb_of_many_members():
    book = ledger(max_members=10)
    for number in range(10):
        book.admit(Member(f"{number}"))
    with pytest.raises(ArchiveError, match="more than 10 members"):
        book.admit(Member("last"))


def test_a_bomb_by_its_ratio():
    book = ledger(max_bytes=10**12, max_ratio=200.0)
    book.admit(Member("small", size_bytes=RATIO_FROM_BYTES))
    with pytest.raises(ArchiveError, match="200 times its size"):
        book.admit(Member("one more", size_bytes=1))
