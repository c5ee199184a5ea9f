"""The windows of a sound file: all of them, or a few, spread evenly and decoded alone.

A window that is sought lies where `genrescope.features.windows.cut` puts one in the whole
recording, and its sound is that of the whole: before resampling bit for bit in WAV, AIFF, AU, FLAC,
Ogg (Vorbis, Opus) and MP3, and in MP4 but for bands that AAC fills with noise of its own making.
Resampling begins where input and output samples coincide, a quarter of a second before the window,
and then differs from that of the whole by rounding: at most 3e-7 of full scale. Where the length
is an estimate, the container is another, or the rates share no such places, all is decoded, as it
is where a window that was sought is odd in any way. Damage between the windows goes unheard.
Public names: `open_windows`, `WindowReader`.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

import numpy as np

from genrescope.audio import opening
from genrescope.audio.decode import open_audio
from genrescope.audio.limits import Limits
from genrescope.audio.reader import AudioReader
from genrescope.errors import AudioError, AudioLimitError, ParameterError
from genrescope.features.windows import Window, WindowSettings, cut
from genrescope.prediction.hearing import Heard, is_silent

# FFmpeg finds places exactly in these; libsndfile in all that it reads.
_SOUGHT = ("MP3", "MP4")
# Sound before and after a window, from which codecs and the resampler get into their stride.
_MARGIN_S = 0.25
_TOLERANCE_S = 0.1
_LARGEST_STEP = 1024
# A block is copied into its window while the cache still holds it.
_BLOCK_S = 1.0


def open_windows(
    path: str | Path,
    *,
    settings: WindowSettings,
    sr: int,
    max_windows: int | None = None,
    limits: Limits | None = None,
) -> WindowReader:
    """
    Open a sound file to hear it window by window.

    Parameters
    ----------
    path : str or Path
        The file.
    settings : WindowSettings
        How recordings are cut.
    sr : int
        Sample rate to give out, in Hz.
    max_windows : int or None
        At most so many windows, spread evenly; None gives out all. Where they cannot be sought,
        so many are held in memory, and there may be as few as half of them.
    limits : Limits or None
        What to refuse; None means the limits of ``Limits()``. They hold for the whole recording,
        however little of it is read.

    Returns
    -------
    WindowReader
        Iterates over windows; use it in a ``with`` statement.

    Raises
    ------
    ParameterError
        If `max_windows` is below 1.
    AudioError
        If nothing can be read, here or while reading.

    Examples
    --------
    >>> import tempfile
    >>> from genrescope.audio.write import write_wav
    >>> settings = WindowSettings(length=8000, hop=8000, min_tail=2000)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_wav(Path(folder) / "a.wav", np.full(9 * 8000, 0.5), sr=8000)
    ...     with open_windows(
    ...         Path(folder) / "a.wav", settings=settings, sr=8000, max_windows=3
    ...     ) as windows:
    ...         [(window.start, window.end) for window in windows]
    [(0, 8000), (32000, 40000), (64000, 72000)]
    """
    if max_windows is not None and max_windows < 1:
        raise ParameterError(f"max_windows is {max_windows}, but must be at least 1")
    limits = Limits() if limits is None else limits
    return WindowReader(
        Path(path), settings=settings, sr=sr, max_windows=max_windows, limits=limits
    )


class WindowReader:
    """
    An opened recording: an iterator over its windows, and a context manager.

    Made by `open_windows`.

    Parameters
    ----------
    path : Path
        The file.
    settings : WindowSettings
        How recordings are cut.
    sr : int
        Sample rate to give out, in Hz.
    max_windows : int or None
        At most so many windows that are not silent; None gives out all.
    limits : Limits
        What to refuse.

    Attributes
    ----------
    heard : Heard
        Length of the whole recording and peak of what was read; complete after the last window.
    problems : list of str
        What is odd about the recording; complete after the last window.
    is_sought : bool
        Whether the windows were sought, and what lies between them was not decoded.
    """

    def __init__(
        self,
        path: Path,
        *,
        settings: WindowSettings,
        sr: int,
        max_windows: int | None,
        limits: Limits,
    ) -> None:
        self._path, self._settings, self._sr = path, settings, sr
        self._max_windows, self._limits = max_windows, limits
        self._spent_s = 0.0
        # One source for all parts: FFmpeg remembers the places of the frames that it has passed.
        self._lent: opening.Opened | None = None
        self._reader = open_audio(path, sr=sr, block_s=_BLOCK_S, limits=limits)
        self.problems = self._reader.problems
        self.heard = Heard(self._reader)
        self.is_sought = False

    def __enter__(self) -> WindowReader:
        """Give the reader itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._reader.close()
        if self._lent is not None:
            self._lent.source.close()

    def __iter__(self) -> Iterator[Window]:
        """Give the windows in the order of time, once."""
        if self._max_windows is None:
            yield from cut(self.heard, self._settings)
            return
        tail = self._tail()
        if tail is None:
            yield from _thinned(cut(self.heard, self._settings), self._max_windows)
            return
        yield from self._sought(*tail)

    def _tail(self) -> tuple[np.ndarray, int] | None:
        """
        Read the end, from the last window that surely is one.

        Only what is read to its end tells how long it is to the sample.
        """
        length, hop = self._settings.length, self._settings.hop
        promised, native = self._reader.n_promised, self._reader.info.sr
        step = self._sr // math.gcd(self._sr, native)
        is_exact = self._reader.info.backend == "libsndfile"
        is_exact |= self._reader.info.container in _SOUGHT
        if promised is None or step > _LARGEST_STEP or not is_exact:
            return None
        slack = round(_TOLERANCE_S * self._sr)
        n = promised * self._sr // native
        n_surely = (n - slack - length) // hop + 1
        if n_surely <= (self._max_windows or 0):
            return None
        start, y, is_odd = self._part((n_surely - 1) * hop, n + self._sr)
        return None if is_odd or abs(start + len(y) - n) > slack else (y, start)

    def _part(self, start: int, end: int) -> tuple[int, np.ndarray, bool]:
        """Read from some place before to one behind, at least; say where, and if it is odd."""
        native, sr = self._reader.info.sr, self._sr
        common = math.gcd(sr, native)
        margin, step = round(_MARGIN_S * sr), sr // common
        first = max(0, start - margin) // step * step
        at = first // step * (native // common)
        n = math.ceil((end + margin - first) * native / sr)
        limits, max_s = self._limits, self._limits.max_decode_s
        if max_s is not None:
            limits = dataclasses.replace(limits, max_decode_s=max(max_s - self._spent_s, 1e-9))
        clock = time.perf_counter()
        seconds = n / native
        try:
            if self._lent is None:
                self._lent = opening.open_source(self._path)
            with AudioReader(
                self._path,
                sr=sr,
                offset_s=at / native,
                duration_s=seconds,
                block_s=seconds + 1.0,
                limits=limits,
                lent=self._lent,
            ) as part:
                y = np.concatenate(list(part))
        except AudioLimitError:
            raise
        except AudioError:
            return first, np.zeros(0, dtype=np.float32), True
        self._spent_s += time.perf_counter() - clock
        return first, y, part.problems != self.problems

    def _sought(self, tail: np.ndarray, tail_start: int) -> Iterator[Window]:
        length, margin = self._settings.length, round(_MARGIN_S * self._sr)
        n = tail_start + len(tail)
        starts = _spread(_starts(n, self._settings), self._max_windows or 1)
        peak = 0.0
        for i, start in enumerate(starts):
            first, y, is_odd = tail_start, tail, False
            if start < (tail_start + margin if tail_start else 0):
                first, y, is_odd = self._part(start, start + length)
            y = y[start - first : start - first + length]
            if is_odd or len(y) < length:
                yield from self._decoded(set(starts[i:]))
                return
            peak = max(peak, float(np.abs(y).max()))
            yield Window(start, start + length, y.copy())
        window = Window(0, 1, np.array([peak], dtype=np.float32))
        if is_silent(window):
            audible = (w for w in cut(self.heard, self._settings) if not is_silent(w))
            yield from _thinned(audible, self._max_windows or 1)
            return
        self.is_sought = True
        self.heard.n_samples, self.heard.peak = n, peak

    def _decoded(self, starts: set[int]) -> Iterator[Window]:
        """Decode all, since what was sought is not as promised; give out what is still wanted."""
        yield from (w for w in cut(self.heard, self._settings) if w.start in starts)


def _starts(n: int, settings: WindowSettings) -> list[int]:
    """Say where `cut` puts the windows of a recording that is longer than one."""
    starts = list(range(0, n - settings.length + 1, settings.hop))
    end = starts[-1] + settings.length
    return [*starts, n - settings.length] if n - end >= settings.min_tail else starts


def _spread(starts: list[int], n: int) -> list[int]:
    """Choose some evenly, the first and the last among them; the middle if it is one."""
    if n == 1:
        return [starts[len(starts) // 2]]
    n = min(n, len(starts))
    return [starts[round(i * (len(starts) - 1) / (n - 1))] for i in range(n)]


def _thinned(windows: Iterable[Window], n: int) -> list[Window]:
    """Choose evenly from windows whose number is not known yet: all, every second, every fourth."""
    kept: list[Window] = []
    step = 1
    for i, window in enumerate(windows):
        if len(kept) == n and i % step == 0:
            kept, step = kept[::2], 2 * step
        if len(kept) < n and i % step == 0:
            kept.append(window)
    return kept
