"""The windows of a sound file: all of them, or a few, spread evenly and decoded alone.

The few are chosen among all windows, silent or not, and silent ones of them are not given out.
Where none of them holds sound, all is decoded, and they are chosen among the windows that do.

A window that is sought lies where `genrescope.features.windows.cut` puts one in the whole
recording, and its sound is that of the whole: before resampling bit for bit in WAV, AIFF, AU, FLAC,
Ogg (Vorbis, Opus) and MP3, and in MP4 but for bands that AAC fills with noise of its own making.
Resampling begins where input and output samples coincide, a quarter of a second before the window,
and then differs from that of the whole by rounding: at most 3e-7 of full scale. Where the length
is an estimate, the container is another, or the rates share no such places, all is decoded, as it
is where a window that was sought is odd in any way; and twice where all windows are too many to
hold, and those wanted not those that the header let expect. Damage between windows goes unheard.
Public names: `open_windows`, `WindowReader`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from genrescope.audio import opening
from genrescope.audio.decode import open_audio
from genrescope.audio.limits import Limits
from genrescope.audio.reader import AudioReader
from genrescope.errors import AudioError, AudioLimitError, ParameterError
from genrescope.features.windows import Window, WindowSettings, cut, n_windows
from genrescope.prediction.hearing import Heard, is_silent

# FFmpeg finds places exactly in these; libsndfile in all that it reads.
_SOUGHT = ("MP3", "MP4")
# Sound before and after a window, from which codecs and the resampler get into their stride.
_MARGIN_S = 0.25
_TOLERANCE_S = 0.1
_LARGEST_STEP = 1024
# A block is copied into its window while the cache still holds it.
_BLOCK_S = 1.0
# Six minutes at 22,050 Hz, which most songs do not exceed.
_MAX_HELD_BYTES = 2**25


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
        So many windows, spread evenly; None gives out all, as there are where they are no more.
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
        So many windows, silent or not; None gives out all.
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
        elif self._most() <= self._max_windows:
            # A header that promised too little must not make them more.
            windows = enumerate(cut(self.heard, self._settings))
            yield from (window for i, window in windows if i < (self._max_windows or 0))
        else:
            tail = self._tail()
            yield from self._decoded() if tail is None else self._sought(*tail)

    def _most(self) -> float:
        """Say how many windows there are at most, by what the header promises."""
        if self._reader.n_promised is None:
            return math.inf
        seconds = self._reader.n_promised / self._reader.info.sr + _TOLERANCE_S
        return n_windows(math.ceil(seconds * self._sr), self._settings)

    def _tail(self) -> tuple[np.ndarray, int] | None:
        """Read the end, which alone tells the length, from the last window that surely is one."""
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
        seconds = math.ceil((end + margin - first) * native / sr) / native
        clock, spent_s = time.perf_counter(), self._reader.spent_s
        try:
            if self._lent is None:
                deadline = self._limits.deadline(now=clock, spent_s=spent_s)
                self._lent = opening.open_source(self._path, deadline=deadline)
            with AudioReader(
                self._path,
                sr=sr,
                offset_s=at / native,
                duration_s=seconds,
                block_s=seconds + 1.0,
                limits=self._limits,
                lent=self._lent,
                spent_s=spent_s + time.perf_counter() - clock,
            ) as part:
                y = np.concatenate(list(part))
        except AudioLimitError:
            raise
        except AudioError:
            return first, np.zeros(0, dtype=np.float32), True
        finally:
            # All parts have the time of one recording together, and so has what is read after them.
            self._reader.spent_s = spent_s + time.perf_counter() - clock
        return first, y, part.problems != self.problems

    def _sought(self, tail: np.ndarray, tail_start: int) -> Iterator[Window]:
        length, margin = self._settings.length, round(_MARGIN_S * self._sr)
        n = tail_start + len(tail)
        peak, last = 0.0, -1
        for i in _spread(range(n_windows(n, self._settings)), self._max_windows or 1):
            start = min(i * self._settings.hop, n - length)
            first, y, is_odd = tail_start, tail, False
            if start < (tail_start + margin if tail_start else 0):
                first, y, is_odd = self._part(start, start + length)
            y = y[start - first : start - first + length]
            if is_odd or len(y) < length:
                yield from self._decoded(after=last)
                return
            peak = max(peak, float(np.abs(y).max()))
            window = Window(start, start + length, y.copy())
            if not is_silent(window):
                last = start
                yield window
        if last < 0:
            yield from self._decoded()
            return
        self.is_sought = True
        self.heard.n_samples, self.heard.peak = n, peak

    def _decoded(self, *, after: int = -1) -> Iterator[Window]:
        """Decode all, and give out what is wanted of the windows that begin after a place."""
        room = max(1, _MAX_HELD_BYTES // (4 * self._settings.length))
        likely = self._likely(room)
        starts: list[int] = []
        audible: list[int] = []
        held: dict[int, Window] = {}
        for window in cut(self.heard, self._settings):
            held[len(starts)] = window
            if len(held) > room:
                held = {i: w for i, w in held.items() if i in likely or w is window}
                held = held if len(held) <= room else {}
            starts.append(window.start)
            if not is_silent(window):
                audible.append(window.start)
        n = self._max_windows or 1
        chosen = set(_spread(starts, n)) & set(audible) or _spread(audible, n)
        wanted = {start for start in chosen if start > after}
        if wanted <= {window.start for window in held.values()}:
            yield from (window for window in held.values() if window.start in wanted)
            return
        with open_audio(self._path, sr=self._sr, block_s=_BLOCK_S, limits=self._limits) as again:
            again.spent_s += self._reader.spent_s
            yield from (window for window in cut(again, self._settings) if window.start in wanted)

    def _likely(self, room: int) -> set[int]:
        """Say which windows will be wanted if the header is right by 2 %; nothing if too many."""
        n = round((self._reader.info.duration_s or 0.0) * self._sr)
        n_all = n_windows(n, self._settings)
        counts = range(n_all * 49 // 50, n_all * 51 // 50 + 2)
        if len(counts) > room:
            return set()
        return {i for count in counts for i in _spread(range(count), self._max_windows or 1)}


def _spread(items: Sequence[int], n: int) -> list[int]:
    """Choose so many evenly, the first and the last among them; the middle if it is one."""
    n = min(n, len(items))
    if n == 1:
        return [items[len(items) // 2]]
    return [items[round(i * (len(items) - 1) / (n - 1))] for i in range(n)]
