"""Read recordings: any common format, as mono float32 at the wanted rate, whole or in blocks.

Sound comes out as float32 [shape=(n,)], the mean of the channels, full scale 1.0. A part is cut at
the recording's own rate and then resampled. What is odd about a recording but leaves sound to hear
is told as a problem (attribute `problems` of the reader) or, by `read_audio`, as an `AudioWarning`;
what leaves none is an `AudioError`. Public functions: `open_audio`, `read_audio`.
"""

from __future__ import annotations

import math
import os
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt

from genrescope.audio import levels
from genrescope.audio.limits import Limits
from genrescope.audio.reader import AudioReader
from genrescope.errors import AudioWarning, ParameterError


def open_audio(
    path: str | os.PathLike[str],
    *,
    sr: int | None = 22050,
    offset_s: float = 0.0,
    duration_s: float | None = None,
    block_s: float = 10.0,
    limits: Limits | None = None,
) -> AudioReader:
    """
    Open a recording to read it in blocks, so that hours of sound never sit in memory.

    Parameters
    ----------
    path : str or path-like
        The file; its kind is told by its content.
    sr : int or None
        Sample rate to give out, in Hz; None keeps the recording's own.
    offset_s : float
        Where to begin, in seconds.
    duration_s : float or None
        How much to read, in seconds; None reads to the end.
    block_s : float
        Length of a block in seconds; the last one may be shorter.
    limits : Limits or None
        What to refuse; None means the limits of ``Limits()``.

    Returns
    -------
    AudioReader
        Iterates over float32 blocks [shape=(n,)]; close it, or use it in a ``with`` statement.

    Raises
    ------
    ParameterError
        If an argument is out of range.
    AudioError
        If nothing can be read, here or while reading; one subclass for each cause.

    Examples
    --------
    >>> import tempfile
    >>> from genrescope.audio.write import write_wav
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "long.wav"
    ...     write_wav(path, np.full(44100 * 5, 0.5), sr=44100)
    ...     with open_audio(path, block_s=2.0) as reader:
    ...         [block.size for block in reader]
    [44100, 44100, 22050]
    """
    if sr is not None and (
        isinstance(sr, bool) or not isinstance(sr, int | np.integer) or not 0 < sr < 2**31
    ):
        raise ParameterError(f"sr is {sr!r}, but it is a positive whole number of Hz or None")
    _check_seconds("offset_s", offset_s, at_least=0.0)
    _check_seconds("block_s", block_s, above=0.0)
    if duration_s is not None:
        _check_seconds("duration_s", duration_s, above=0.0)
    return AudioReader(
        Path(path),
        sr=sr,
        offset_s=offset_s,
        duration_s=duration_s,
        block_s=block_s,
        limits=Limits() if limits is None else limits,
    )


def read_audio(
    path: str | os.PathLike[str],
    *,
    sr: int | None = 22050,
    offset_s: float = 0.0,
    duration_s: float | None = None,
    limits: Limits | None = None,
) -> tuple[npt.NDArray[np.float32], int]:
    """
    Read a recording, or a part of it, as mono sound.

    Parameters
    ----------
    path : str or path-like
        The file; its kind is told by its content.
    sr : int or None
        Sample rate to give out, in Hz; None keeps the recording's own.
    offset_s : float
        Where to begin, in seconds.
    duration_s : float or None
        How much to read, in seconds; None reads to the end.
    limits : Limits or None
        What to refuse; None means the limits of ``Limits()``.

    Returns
    -------
    y : ndarray of float32 [shape=(n,)]
        The mean of the channels, full scale 1.0.
    sr : int
        Sample rate of `y` in Hz.

    Raises
    ------
    ParameterError
        If an argument is out of range.
    AudioError
        If nothing can be read; one subclass for each cause.

    Warns
    -----
    AudioWarning
        If the recording is odd but sound was saved from it, or if it is silent.

    Examples
    --------
    >>> import tempfile
    >>> from genrescope.audio.write import write_wav
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "short.wav"
    ...     write_wav(path, np.full(44100, 0.5), sr=44100)
    ...     y, sr = read_audio(path)
    >>> y.shape, sr
    ((22050,), 22050)
    """
    with open_audio(path, sr=sr, offset_s=offset_s, duration_s=duration_s, limits=limits) as reader:
        y = np.concatenate(list(reader))
    problems = list(reader.problems)
    if reader.peak <= levels.SILENT_PEAK:
        problems.append(f"silent: no sample exceeds {reader.peak:.3g} of full scale")
    for problem in problems:
        warnings.warn(f"{path}: {problem}", AudioWarning, stacklevel=2)
    return y, reader.sr


def _check_seconds(
    name: str, value: float, *, above: float = -math.inf, at_least: float = -math.inf
) -> None:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value <= above or value < at_least:
        rule = f"above {above:g}" if math.isfinite(above) else f"at least {at_least:g}"
        raise ParameterError(f"{name} is {value!r}, but it is a number of seconds {rule}")
