"""From a path to an opened recording: every way a file can be wrong gets its own error.

Public names: `Opened`, `open_source`, `open_with_ffmpeg`. The reader and the probe build on it.
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from genrescope.audio import sniff
from genrescope.audio.pyav_source import PyAvSource
from genrescope.audio.soundfile_source import SoundFileSource
from genrescope.audio.source import Source
from genrescope.errors import (
    AudioError,
    AudioIsDirectoryError,
    AudioNotFoundError,
    AudioPermissionError,
    CorruptAudioError,
    EmptyAudioError,
    NotAudioError,
)

_HEAD = 4096


@dataclass(frozen=True)
class Opened:
    """
    An opened recording and what was found out on the way.

    Attributes
    ----------
    source : Source
        Gives out the sound; the caller closes it.
    kind : Kind
        What kind of file it is, by content.
    size_bytes : int
        Size of the file.
    problems : tuple of str
        What is odd: a wrong extension.
    """

    source: Source
    kind: sniff.Kind
    size_bytes: int
    problems: tuple[str, ...]


def open_source(path: Path, *, deadline: float = math.inf) -> Opened:
    """
    Open a recording with the library that reads its kind.

    Parameters
    ----------
    path : Path
        The file.
    deadline : float
        When to stop reading, on the clock of `time.perf_counter`.

    Returns
    -------
    Opened
        The opened recording; its source must be closed.

    Raises
    ------
    AudioError
        One subclass for each way in which the file can be wrong.
    """
    with named(path):
        kind, size_bytes, problems = _examine(path)
        source = _open_kind(path, kind, deadline)
        try:
            if source.n_channels < 1:
                raise EmptyAudioError("its header says that it has no channels: it is damaged")
            if source.sr < 1:
                raise CorruptAudioError("its header gives no sample rate: it is damaged")
        except AudioError:
            source.close()
            raise
        return Opened(source, kind, size_bytes, tuple(problems))


def open_with_ffmpeg(path: Path, *, kind: sniff.Kind, deadline: float) -> Source:
    """
    Open a recording with FFmpeg, whichever library would be the first choice.

    Parameters
    ----------
    path : Path
        The file.
    kind : Kind
        What kind of file it is.
    deadline : float
        When to stop reading, on the clock of `time.perf_counter`.

    Returns
    -------
    Source
        The opened recording; it must be closed.

    Raises
    ------
    AudioError
        If FFmpeg cannot read it.
    """
    with named(path):
        return PyAvSource(path, kind=kind, deadline=deadline)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """
    Put the path before the message of an error about a recording, and give it its type.

    Parameters
    ----------
    path : Path
        The recording.

    Yields
    ------
    None
        Nothing.

    Raises
    ------
    AudioError
        With the path in its message: the same, or the one that belongs to an error of the system.
    """
    try:
        yield
    except AudioError as error:
        text = str(error)
        if text.startswith(f"{path}: "):
            raise
        raise type(error)(f"{path}: {text}") from error.__cause__
    except FileNotFoundError as error:
        raise AudioNotFoundError(f"{path}: no such file: is the path spelled right?") from error
    except PermissionError as error:
        text = f"{path}: it may not be read: check its permissions"
        raise AudioPermissionError(text) from error
    except OSError as error:
        raise AudioError(f"{path}: it cannot be read: {error.strerror or error}") from error


def _examine(path: Path) -> tuple[sniff.Kind, int, list[str]]:
    if "\0" in str(path):
        raise AudioNotFoundError("no path may hold a zero byte")
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise AudioIsDirectoryError("it is a folder, not a recording: name the files in it")
    if not stat.S_ISREG(mode):
        raise NotAudioError("it is a device or a pipe, not a file: save the sound to a file")
    with path.open("rb") as file:
        size_bytes = file.seek(0, os.SEEK_END)
        if size_bytes == 0:
            raise EmptyAudioError("the file is empty (0 bytes): copy or download it again")
        kind = sniff.sniff(file)
        file.seek(0)
        head = file.read(_HEAD)
    if kind is None:
        raise _not_audio(path, head)
    return kind, size_bytes, _wrong_extension(path, kind)


def _open_kind(path: Path, kind: sniff.Kind, deadline: float) -> Source:
    if not kind.libsndfile:
        return PyAvSource(path, kind=kind, deadline=deadline)
    try:
        return SoundFileSource(path)
    except CorruptAudioError as first:
        try:
            return PyAvSource(path, kind=kind, deadline=deadline)
        except NotAudioError:
            raise
        except CorruptAudioError as second:
            raise CorruptAudioError(
                f"it looks like {kind.title} but is damaged or of an unknown encoding ({first}; "
                f"{second}): get another copy, or convert it"
            ) from second


def _not_audio(path: Path, head: bytes) -> NotAudioError:
    what = sniff.describe_other(head)
    claimed = sniff.claimed_kinds(path.suffix)
    name = f", though its name says {claimed[0].title}" if claimed else ""
    return NotAudioError(f"it is not a sound file but {what}{name}")


def _wrong_extension(path: Path, kind: sniff.Kind) -> list[str]:
    claimed = sniff.claimed_kinds(path.suffix)
    if not claimed or kind in claimed:
        return []
    return [f"wrong extension: {path.suffix} says {claimed[0].title}, the content is {kind.title}"]
