"""Windows: the stretches of a recording that a model hears one at a time.

All windows of a model are equally long, because networks have one input shape. A recording shorter
than a window is repeated until it fills one; of a longer one no more than `min_tail` samples at the
end go unheard, since a last window is laid against the end. Positions are in samples at the sample
rate of the front end; a window is ``[shape=(length,)]`` float32.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from genrescope.errors import ConfigError, ParameterError, did_you_mean

# 50 minutes at 22,050 Hz: a window is held in memory, and must not be what a damaged file says.
MAX_LENGTH = 2**26


@dataclass(frozen=True)
class WindowSettings:
    """
    How a recording is cut.

    Attributes
    ----------
    length : int
        Samples in a window. The default, 660,000, is 29.9 s at 22,050 Hz: the shortest GTZAN track.
    hop : int
        Samples from the start of a window to the start of the next, at most `length`.
    min_tail : int
        A remainder of at least this many samples gets a window of its own, laid against the end.
    n_first : int or None
        Windows that are heard, from the start of the recording; None hears all. So a model that
        learned the first half-minute of songs hears no more of new ones.
    """

    length: int = 660_000
    hop: int = 660_000
    min_tail: int = 66_150
    n_first: int | None = None

    def __post_init__(self) -> None:
        """Refuse lengths that cannot be cut."""
        if self.length > MAX_LENGTH:
            raise ParameterError(
                f"windows of {self.length} samples: at most {MAX_LENGTH} fit into memory with "
                "what is computed from them"
            )
        if not 1 <= self.hop <= self.length:
            raise ParameterError(
                f"windows of {self.length} samples every {self.hop}: the hop must be from 1 to "
                "the length, else sound between the windows would go unheard"
            )
        if self.min_tail < 1:
            raise ParameterError(f"min_tail is {self.min_tail}, but must be at least 1 sample")
        if self.n_first is not None and self.n_first < 1:
            raise ParameterError(f"n_first is {self.n_first}: a recording has at least one window")

    def to_dict(self) -> dict[str, int]:
        """
        Give the settings as plain values.

        Returns
        -------
        dict
            One key per attribute, but for `n_first` where all windows are heard.
        """
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> WindowSettings:
        """
        Make settings from plain values, as a bundle or a recipe holds them.

        Parameters
        ----------
        settings : mapping of str to int
            Any of the attributes; the others take their defaults.

        Returns
        -------
        WindowSettings
            The settings.

        Raises
        ------
        ConfigError
            If a key is unknown or a value breaks a rule.
        """
        known = [field.name for field in fields(cls)]
        for key, value in settings.items():
            if key not in known:
                raise ConfigError(f"unknown window setting {key!r}{did_you_mean(key, known)}")
            if isinstance(value, bool) or not isinstance(value, int):
                raise ConfigError(
                    f"window setting {key} is {value!r}, but counts samples or windows"
                )
        try:
            return cls(**settings)
        except ParameterError as error:
            raise ConfigError(f"windows: {error}") from error


@dataclass(frozen=True)
class Window:
    """
    One window of a recording.

    Attributes
    ----------
    start, end : int
        Where it lies in the recording, in samples; the end may be nearer than the length where a
        short recording was repeated.
    y : np.ndarray [shape=(length,)]
        Its sound, float32, read-only.
    """

    start: int
    end: int
    y: np.ndarray


def n_windows(n: int, settings: WindowSettings) -> int:
    """
    Say how many windows `cut` makes.

    Parameters
    ----------
    n : int
        Samples in the recording.
    settings : WindowSettings
        How it is cut.

    Returns
    -------
    int
        At least 1, but for no sample at all.

    Examples
    --------
    >>> [n_windows(n, WindowSettings(length=3, hop=2, min_tail=1)) for n in (0, 1, 3, 4, 5)]
    [0, 1, 1, 2, 2]
    """
    if n <= settings.length:
        return min(n, 1)
    n_hops, rest = divmod(n - settings.length, settings.hop)
    n_all = 1 + n_hops + (rest >= settings.min_tail)
    return n_all if settings.n_first is None else min(n_all, settings.n_first)


def cut(blocks: Iterable[np.ndarray], settings: WindowSettings) -> Iterator[Window]:
    """
    Cut a stream of sound into windows, holding no more than two of them and one block.

    Where only the first windows are wanted, the stream is not read on behind them.

    Parameters
    ----------
    blocks : iterable of np.ndarray [shape=(n,)]
        Successive stretches of mono sound, of any lengths.
    settings : WindowSettings
        How to cut.

    Returns
    -------
    iterator of Window
        In the order of time; none where there is no sample at all.

    Examples
    --------
    >>> sound = [np.arange(7, dtype=np.float32)]
    >>> [w.y.tolist() for w in cut(sound, WindowSettings(length=3, hop=3, min_tail=1))]
    [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [4.0, 5.0, 6.0]]
    >>> [w.y.tolist() for w in cut(sound, WindowSettings(length=9, hop=9, min_tail=1))]
    [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0, 1.0]]
    """
    return itertools.islice(_all_windows(blocks, settings), settings.n_first)


def _all_windows(blocks: Iterable[np.ndarray], settings: WindowSettings) -> Iterator[Window]:
    length, hop = settings.length, settings.hop
    y, n, start = np.empty(length, dtype=np.float32), 0, 0
    last: Window | None = None
    for block in blocks:
        rest = block
        while len(rest):
            part, rest = rest[: length - n], rest[length - n :]
            y[n : n + len(part)] = part
            n += len(part)
            if n == length:
                last = _window(start, start + length, y)
                yield last
                y, n, start = np.empty(length, dtype=np.float32), length - hop, start + hop
                y[:n] = last.y[hop:]
    end = start + n
    if last is None and n:
        while n < length:
            part = y[: min(n, length - n)]
            y[n : n + len(part)] = part
            n += len(part)
        yield _window(0, end, y)
    elif last is not None and end - last.end >= settings.min_tail:
        missing = length - n
        y[missing:] = y[:n]
        y[:missing] = last.y[hop - missing : hop]
        yield _window(end - length, end, y)


def _window(start: int, end: int, y: np.ndarray) -> Window:
    y.flags.writeable = False
    return Window(start, end, y)
