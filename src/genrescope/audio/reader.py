"""The reader: an opened recording that gives out blocks of mono sound and notes what is odd.

The sound flows through steps, each a generator: decoded at the recording's own rate, cut to the
wanted part and checked against the limits, repaired and averaged to mono, resampled, regrouped
into equal blocks. Nothing holds more than a block. Public name: `AudioReader`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from genrescope.audio import levels, opening, probe, truncation
from genrescope.audio.limits import Limits
from genrescope.audio.regroup import regroup
from genrescope.audio.resample import StreamResampler
from genrescope.audio.source import Block
from genrescope.errors import (
    CorruptAudioError,
    EmptyAudioError,
    NonFiniteAudioError,
    TooShortAudioError,
)

# Codecs work in frames and containers round their times: less than this is not a missing part.
_TOLERANCE_S = 0.1


class AudioReader:
    """
    An opened recording: an iterator over blocks of mono sound, and a context manager.

    Made by `open_audio`.

    Parameters
    ----------
    path : Path
        The file.
    sr : int or None
        Sample rate to give out, in Hz; None keeps the recording's own.
    offset_s : float
        Where to begin, in seconds.
    duration_s : float or None
        How much to read, in seconds; None reads to the end.
    block_s : float
        Length of a block in seconds.
    limits : Limits
        What to refuse.
    lent : Opened or None
        The recording where it is open already; closing this reader leaves it open.
    spent_s : float
        Wall time that decoding the recording took elsewhere, in seconds.

    Attributes
    ----------
    info : AudioInfo
        What the header says.
    sr : int
        Sample rate of the blocks in Hz.
    n_promised : int or None
        Length of the whole recording in samples at its own rate; None where the header gives none
        or an estimate.
    problems : list of str
        What is odd about the recording; complete when the last block was read.
    peak : float
        Largest absolute value so far, before resampling; silence stays at or below
        `genrescope.audio.levels.SILENT_PEAK`.
    spent_s : float
        Wall time spent decoding, in seconds, which ``limits.max_decode_s`` limits; what the caller
        does in between is free.
    """

    def __init__(
        self,
        path: Path,
        *,
        sr: int | None,
        offset_s: float,
        duration_s: float | None,
        block_s: float,
        limits: Limits,
        lent: opening.Opened | None = None,
        spent_s: float = 0.0,
    ) -> None:
        self._path, self._limits, self._lent = path, limits, lent
        self._clock = time.perf_counter()
        self.spent_s = spent_s
        self._opened = lent or opening.open_source(path, deadline=self._deadline())
        self._source = self._opened.source
        self.info = probe.info_of(self._opened)
        self.sr = self.info.sr if sr is None else int(sr)
        self.n_promised = self._source.n_frames if self._source.is_exact else None
        self.problems = list(self._opened.problems)
        self.peak = 0.0
        self._channel_peak = 0.0
        self._n_values = self._n_bad = self._n_frames = 0
        self._failure: CorruptAudioError | None = None
        self._start = round(offset_s * self.info.sr)
        self._wanted = None if duration_s is None else round(duration_s * self.info.sr)
        try:
            with opening.named(path):
                self._check_header()
        except BaseException:
            self.close()
            raise
        self._blocks = self._regrouped(max(1, round(block_s * self.sr)))
        self.spent_s += time.perf_counter() - self._clock

    def __enter__(self) -> AudioReader:
        """Give the reader itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def __iter__(self) -> Iterator[npt.NDArray[np.float32]]:
        """Give the reader itself: the sound is given out once."""
        return self

    def __next__(self) -> npt.NDArray[np.float32]:
        """Give the next block of mono sound."""
        self._clock = time.perf_counter()
        self._source.stop_at(self._deadline())
        try:
            with opening.named(self._path):
                return next(self._blocks)
        finally:
            self.spent_s += time.perf_counter() - self._clock

    def close(self) -> None:
        """Let go of the file; reading on gives nothing more."""
        self._blocks = iter(())
        if self._lent is None or self._source is not self._lent.source:
            self._source.close()

    def _deadline(self) -> float:
        return self._limits.deadline(now=self._clock, spent_s=self.spent_s)

    def _check_time(self) -> None:
        self._limits.check_time(spent_s=self.spent_s + time.perf_counter() - self._clock)

    def _check_header(self) -> None:
        info, source = self.info, self._source
        self._limits.check_format(sr=info.sr, n_channels=info.n_channels)
        if source.n_frames is None:
            return
        left = source.n_frames - self._start
        if left <= 0 and self._start and source.is_exact:
            raise TooShortAudioError(
                f"it ends after {source.n_frames / info.sr:.6g} s, and offset_s is "
                f"{self._start / info.sr:.6g} s: begin earlier"
            )
        if source.is_exact:
            n = left if self._wanted is None else min(left, self._wanted)
            self._limits.check_amount(duration_s=n / info.sr, n_values=n * info.n_channels)

    def _decoded(self) -> Iterator[Block]:
        """Give the native blocks; where libsndfile gives up, FFmpeg goes on."""
        at = self._start
        try:
            for block in self._source.blocks(at):
                at += len(block.samples)
                yield block
            return
        except CorruptAudioError as error:
            if self._source.backend != "libsndfile":
                self._failure = error
                return
            first = error
        try:
            second = opening.open_with_ffmpeg(
                self._path, kind=self._opened.kind, deadline=self._deadline()
            )
        except CorruptAudioError:
            self._failure = first
            return
        self._source.close()
        self._source = second
        self.problems.append(f"damaged ({first}; FFmpeg read on)")
        try:
            yield from second.blocks(at)
        except CorruptAudioError as error:
            self._failure = error

    def _checked(self) -> Iterator[Block]:
        """Cut to the wanted part, check the limits on the way and the whole at the end."""
        seconds, is_cut = 0.0, False
        wanted = self._wanted
        for block in self._decoded():
            samples, sr = block
            self._limits.check_format(sr=sr, n_channels=samples.shape[1])
            room = math.inf if wanted is None else (wanted / self.info.sr - seconds) * sr
            if len(samples) >= round(min(room, 2**62)):
                samples, is_cut = samples[: round(room)], True
            self._n_frames += len(samples)
            self._n_values += samples.size
            seconds += len(samples) / sr
            self._limits.check_amount(duration_s=seconds, n_values=self._n_values)
            self._check_time()
            if len(samples):
                yield Block(samples, sr)
            if is_cut:
                break
        self._finish(seconds, is_cut=is_cut)

    def _mono(self) -> Iterator[tuple[npt.NDArray[np.float32], int]]:
        for samples, sr in self._checked():
            repaired, n_bad, channel_peak = levels.repair(samples)
            self._n_bad += n_bad
            self._channel_peak = max(self._channel_peak, channel_peak)
            y = levels.downmix(repaired)
            # The mean of one or two values is not beyond them.
            if repaired.shape[1] > 2 or channel_peak > self.peak:
                self.peak = max(self.peak, levels.peak(y))
            yield y, sr

    def _resampled(self) -> Iterator[npt.NDArray[np.float32]]:
        stream, rate = None, 0
        nothing = np.zeros(0, dtype=np.float32)
        for y, sr in self._mono():
            if stream is None or sr != rate:
                if stream is not None:
                    yield stream.process(nothing, last=True)
                    self.problems.append(f"the sample rate changes from {rate} to {sr} Hz inside")
                stream, rate = StreamResampler(orig_sr=sr, target_sr=self.sr), sr
            yield stream.process(y)
        if stream is not None:
            yield stream.process(nothing, last=True)

    def _regrouped(self, size: int) -> Iterator[npt.NDArray[np.float32]]:
        n_out = 0
        for block in regroup(self._resampled(), size):
            n_out += len(block)
            yield block
        if not n_out:
            raise TooShortAudioError(
                f"it has {self._n_frames} samples: nothing is left of them at {self.sr} Hz"
            )

    def _finish(self, seconds: float, *, is_cut: bool) -> None:
        self._check_time()
        source, sr = self._source, self.info.sr
        self.problems += source.problems
        if not is_cut:
            with self._path.open("rb") as file:
                missing = truncation.missing_part(file, kind=self._opened.kind)
            self.problems += [missing] if missing else []
        if self._failure is not None:
            self.problems.append(f"damaged after {seconds:.1f} s ({self._failure})")
        if not self._n_frames:
            raise self._nothing(is_cut=is_cut)
        if self._n_bad * 2 > self._n_values:
            raise NonFiniteAudioError(
                f"{self._n_bad} of {self._n_values} samples are NaN, infinite or beyond "
                f"{levels.MAX_LEVEL:g} (full scale is 1): it was written by a faulty program or "
                "scaled as integers; write it again"
            )
        if self._n_bad:
            self.problems.append(
                f"{self._n_bad} of {self._n_values} samples are NaN, infinite or beyond "
                f"{levels.MAX_LEVEL:g} and were replaced by 0"
            )
        if self.peak <= levels.SILENT_PEAK < self._channel_peak:
            self.problems.append("silent as mono: its channels cancel each other")
        promised = source.n_frames if source.is_exact else None
        end_s = self._start / sr + seconds
        is_told = any("truncated" in problem for problem in self.problems)
        if promised is None or is_cut or is_told:
            return
        if promised / sr - end_s > _TOLERANCE_S:
            self.problems.append(
                f"incomplete: it promises {promised / sr:.1f} s and ends at {end_s:.1f} s "
                "(truncated or damaged)"
            )

    def _nothing(self, *, is_cut: bool) -> CorruptAudioError | EmptyAudioError | TooShortAudioError:
        if is_cut:
            return TooShortAudioError("the part asked for is shorter than one sample")
        if self._failure is not None or self._source.problems:
            return CorruptAudioError(
                f"nothing of it could be read ({'; '.join(self.problems)}): get another copy"
            )
        if self._start:
            return TooShortAudioError(
                f"it ends before offset_s, {self._start / self.info.sr:.6g} s: begin earlier"
            )
        return EmptyAudioError("it holds no samples: the recording or download broke off")
