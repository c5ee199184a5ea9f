"""Sound through FFmpeg (PyAV): MP3, AAC, WMA, the sound track of a video, and what else is left.

The demuxer is named, never guessed, and gets an open file, never an address: so nothing but this
one file is read. Damaged packets are skipped and counted. After a seek the position is taken from
the time stamp of the first frame: exact to the sample in MP3, AAC, MP4, AVI, to 1 ms where the
container counts in milliseconds (Matroska, WebM, ASF, FLV). Public name: `PyAvSource`.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from genrescope.audio import mpeg_frames, pyav_frames, sniff
from genrescope.audio.source import Block
from genrescope.errors import CorruptAudioError, NotAudioError

# Decoders of MP3 and AAC need some frames before their output no longer depends on the start.
_PREROLL_S = 1.0
# Streams of bare frames: the length that FFmpeg gives is a guess from the first bit rate.
_ESTIMATED = ("mp3", "aac", "mpegts", "mpegps")
_HEAD = 1 << 16


class PyAvSource:
    """
    A recording opened with FFmpeg; attributes as in `Source`.

    Parameters
    ----------
    path : Path
        The file.
    kind : Kind
        What kind of file it is; names the demuxer.
    deadline : float
        When the file pretends to end, on the clock of `time.perf_counter`.

    Raises
    ------
    NotAudioError
        If there is no sound track.
    CorruptAudioError
        If FFmpeg cannot read it.
    """

    backend = "FFmpeg"

    def __init__(self, path: Path, *, kind: sniff.Kind, deadline: float = math.inf) -> None:
        self._kind = kind
        self.problems: list[str] = []
        self._n_damaged = 0
        self._failure: Exception | None = None
        self._container: Any = None
        self._zero: Fraction | None = None
        self._is_begun = False
        self._file = _PlainFile(path.open("rb"))
        self._file.deadline = deadline
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        import av

        promised = _xing_samples(self._file) if self._kind.name == "mp3" else None
        self._file.seek(0)
        try:
            self._container = av.open(
                self._file, mode="r", format=self._kind.ffmpeg, metadata_errors="ignore"
            )
            streams = [s for s in self._container.streams.audio if s.codec_context is not None]
        except _ffmpeg_errors() as error:
            raise CorruptAudioError(f"FFmpeg cannot open it: {_reason(error)}") from error
        if not streams:
            raise NotAudioError("it has no sound track that FFmpeg can decode")
        self._stream = streams[0]
        context = self._stream.codec_context
        self.codec = str(context.name)
        self.sr = int(context.sample_rate or 0)
        self.n_channels = int(context.channels or 0)
        self.n_frames, self.is_exact = self._length(promised)

    def _length(self, promised: int | None) -> tuple[int | None, bool]:
        stream = self._stream
        of_stream = of_file = None
        if stream.duration is not None and stream.time_base is not None:
            of_stream = _n_frames(stream.duration * stream.time_base, self.sr)
        if self._container.duration is not None:
            of_file = _n_frames(Fraction(self._container.duration, 10**6), self.sr)
        if self._kind.name in _ESTIMATED:
            if promised is None:
                return of_stream if of_stream is not None else of_file, False
            # FFmpeg knows the encoder's delay and padding, and takes them off.
            return promised if of_stream is None else min(promised, of_stream), True
        if of_stream is not None:
            return of_stream, True
        tagged = _clock_s(stream.metadata.get("DURATION", ""))
        if tagged is not None:
            return _n_frames(tagged, self.sr), True
        return of_file, len(self._container.streams) == 1

    def blocks(self, start: int) -> Iterator[Block]:
        """
        Give out the sound from a position to the end; another call begins anew.

        Parameters
        ----------
        start : int
            First sample to give out.

        Yields
        ------
        Block
            Blocks of a bounded size.

        Raises
        ------
        CorruptAudioError
            If FFmpeg gives up in the middle.
        """
        frames, skip = self._seek(start)
        for batch in pyav_frames.batches(frames):
            rate = int(batch[0].sample_rate) or self.sr
            for samples in self._joined(batch):
                n = min(skip, samples.shape[1])
                skip -= n
                if samples.shape[1] > n:
                    yield Block(samples[:, n:].T, rate)
        if self._n_damaged:
            self.problems.append(f"{self._n_damaged} damaged packets were skipped")
        if self._failure is not None:
            reason = f"FFmpeg gave up: {_reason(self._failure)}"
            raise CorruptAudioError(reason) from self._failure

    def stop_at(self, deadline: float) -> None:
        """
        Set when to stop reading.

        Parameters
        ----------
        deadline : float
            On the clock of `time.perf_counter`.
        """
        self._file.deadline = deadline

    def close(self) -> None:
        """Let go of the file."""
        if self._container is not None:
            self._container.close()
        self._file.close()

    def _joined(self, batch: list[Any]) -> Iterator[npt.NDArray[np.float32]]:
        try:
            yield pyav_frames.joined(batch)
            return
        except _ffmpeg_errors():
            pass
        for frame in batch:
            try:
                yield pyav_frames.samples_of(frame)
            except _ffmpeg_errors():
                self._n_damaged += 1

    def _seek(self, start: int) -> tuple[Iterator[Any], int]:
        if not self._is_begun:
            self._is_begun = True
            frames = self._decoded()
            first = next(frames, None)
            if first is None:
                return frames, 0
            self._zero = _time(first)
            if start <= _PREROLL_S * self.sr or self._zero is None:
                return itertools.chain((first,), frames), start
        zero = self._zero
        if start <= _PREROLL_S * self.sr or zero is None:
            return self._from_beginning(), start
        near = zero + Fraction(start, self.sr) - Fraction(_PREROLL_S)
        try:
            self._container.seek(int(near / self._stream.time_base), stream=self._stream)
        except _ffmpeg_errors():
            return self._from_beginning(), start
        frames = self._decoded()
        first = next(frames, None)
        time = None if first is None else _time(first)
        at = -1 if time is None else round((time - zero) * self.sr)
        if not 0 <= at <= start:
            return self._from_beginning(), start
        return itertools.chain((first,), frames), start - at

    def _from_beginning(self) -> Iterator[Any]:
        self._container.close()
        self._n_damaged, self._failure = 0, None
        self._open()
        return self._decoded()

    def _decoded(self) -> Iterator[Any]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except _ffmpeg_errors() as error:
                self._failure = error
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except EOFError:
                return
            except _ffmpeg_errors():
                self._n_damaged += 1
                continue
            yield from frames


class _PlainFile:
    """A file that ends at a deadline, and tells FFmpeg of errors by return values only."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.name = "recording"
        self.deadline = math.inf

    def read(self, size: int) -> bytes:
        if time.perf_counter() > self.deadline:
            return b""
        # An exception in a callback would be printed to stderr.
        try:
            return self._file.read(size)
        except OSError:
            return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


def _xing_samples(file: _PlainFile) -> int | None:
    file.seek(sniff.skip_tags(file))
    data = file.read(_HEAD).lstrip(b"\0")
    at = mpeg_frames.find_stream(data, is_all=len(data) < _HEAD)
    return None if at is None else mpeg_frames.promised_samples(data, at)


def _time(frame: Any) -> Fraction | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return Fraction(frame.pts * frame.time_base)


def _n_frames(duration_s: Fraction, sr: int) -> int:
    return max(0, round(duration_s * sr))


def _clock_s(text: str) -> Fraction | None:
    """Read ``00:01:02.345``, as Matroska files note the length of a track."""
    try:
        hours, minutes, seconds = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds.strip("\0 "))
    except (ValueError, ZeroDivisionError):
        return None


def _ffmpeg_errors() -> tuple[type[Exception], ...]:
    """Say what PyAV raises: its own errors, and built-in ones where a header is nonsense."""
    import av

    return (av.FFmpegError, ValueError, ArithmeticError, LookupError, OSError, RuntimeError)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", "") or error).strip() or type(error).__name__
