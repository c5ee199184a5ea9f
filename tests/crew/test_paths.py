"""A worker gets the whole path, and the user reads the path as it was given."""

from pathlib import Path

import pytest

from genrescope.crew.paths import Sent
from genrescope.errors import AudioNotFoundError, MemoryShortError, WorkerEndedError


@pytest.mark.parametrize("given", ["a.wav", "./b/../a.wav", Path("b", "a.wav"), "..", ""])
def test_a_message_is_spelled_as_the_path_was_given(tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    sent = Sent(given)
    monkeypatch.undo()
    assert sent.given == str(given)
    assert sent.whole == str(tmp_path / given)
    assert sent.spelled(f"{sent.whole}: no such file") == f"{given or '.'}: no such file"


def test_what_is_whole_stays_as_it_is(tmp_path):
    sent = Sent(tmp_path / "a.wav")
    assert sent.whole == sent.given == str(tmp_path / "a.wav")
    assert sent.spelled(f"{sent.whole}: no") == f"{sent.whole}: no"


def test_errors_keep_their_class_and_get_the_name_that_they_lack(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sent = Sent("a.wav")
    error = sent.error(AudioNotFoundError(f"{sent.whole}: no such file"))
    assert (type(error), str(error)) == (AudioNotFoundError, "a.wav: no such file")
    for kind in WorkerEndedError, MemoryShortError:
        error = sent.error(kind("it ended"))
        assert (type(error), str(error)) == (kind, "a.wav: it ended")


def test_a_folder_that_was_removed_is_no_error(tmp_path, monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    assert Sent("a.wav").whole == "a.wav"
