"""Whether there is anything to hear: sound as one channel, its length, its peak and its levels.

Sound is floating point in [-1, 1]. Public: `Heard`, `is_silent`, `short_time_levels`, `audible`,
`to_mono`, `short_warnings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from genrescope.audio.levels import MAX_LEVEL, SILENT_PEAK, peak
from genrescope.errors import ParameterError, SilentAudioError, TooShortAudioError
from genrescope.features.windows import Window

MIN_DURATION_S = 0.5
LOOK_SAMPLES = 2**14
AUDIBLE_RANGE_DB = 50.0
MIN_AUDIBLE_SHARE = 1 / 6


class Heard:
    """
    Blocks of sound, with their length and peak as far as they were read.

    Parameters
    ----------
    blocks : iterable of np.ndarray [shape=(n,)]
        Mono sound.

    Attributes
    ----------
    n_samples : int
        How many were read.
    peak : float
        Greatest magnitude among them.
    """

    def __init__(self, blocks: Iterable[np.ndarray]) -> None:
        self._blocks = blocks
        self.n_samples = 0
        self.peak = 0.0

    def __iter__(self) -> Iterator[np.ndarray]:
        """Read the blocks, once."""
        for block in self._blocks:
            self.n_samples += len(block)
            self.peak = max(self.peak, peak(block))
            yield block

    def check(self, duration_s: float, path: str | None, *, n_windows: int) -> None:
        """
        Refuse sound that is too short or silent.

        Parameters
        ----------
        duration_s : float
            Length in seconds.
        path : str or None
            The file, for the message; None for an array.
        n_windows : int
            Windows that are not silent.

        Raises
        ------
        TooShortAudioError
            If it is shorter than half a second.
        SilentAudioError
            If nothing of it can be heard.
        """
        name = path or "the sound"
        if duration_s < MIN_DURATION_S:
            raise TooShortAudioError(
                f"{name}: {duration_s:.3f} s of sound, and at least {MIN_DURATION_S} s are needed "
                "to hear a genre: give a longer recording"
            )
        if self.peak <= SILENT_PEAK:
            raise SilentAudioError(
                f"{name}: silent (peak {self.peak:.2g}, about one step of 16 bits): the recording "
                "holds no signal; was the right channel or track exported?"
            )
        if not n_windows:
            raise SilentAudioError(
                f"{name}: silent but for its end, which is too short to be heard by itself: give "
                "the recording without the silence before it"
            )


def is_silent(window: Window) -> bool:
    """
    Say whether a window holds no signal.

    Parameters
    ----------
    window : Window
        A stretch of sound.

    Returns
    -------
    bool
        True where no sample goes beyond what a dithered silence of 16 bits has.
    """
    # Where there is music, its first second tells.
    parts = range(0, len(window.y), LOOK_SAMPLES)
    return all(peak(window.y[i : i + LOOK_SAMPLES]) <= SILENT_PEAK for i in parts)


def short_time_levels(y: np.ndarray, *, sr: int) -> np.ndarray:
    """
    Measure the level of each tenth of a second.

    Parameters
    ----------
    y : np.ndarray [shape=(n,)]
        Mono sound.
    sr : int
        Sample rate in Hz.

    Returns
    -------
    np.ndarray [shape=(n_frames,)]
        Root mean square in dB relative to full scale, float32; at least one frame.

    Examples
    --------
    >>> short_time_levels(np.full(2205, 0.1, dtype=np.float32), sr=22050).round(1).tolist()
    [-20.0]
    """
    frame = min(len(y), max(1, sr // 10))
    whole = y[: len(y) // frame * frame].reshape(-1, frame)
    power = np.einsum("ij,ij->i", whole, whole) / np.float32(frame)
    levels: np.ndarray = 10.0 * np.log10(np.maximum(power, np.float32(1e-20)))
    return levels


def audible(levels: Sequence[np.ndarray]) -> np.ndarray:
    """
    Tell the windows that can be heard from those that are silence beside the rest.

    What follows a song on a recording (a run-out groove, a gap before a hidden track) must have no
    say in its genre, although it is hardly ever digital silence.

    Parameters
    ----------
    levels : sequence of np.ndarray [shape=(n_frames,)]
        As `short_time_levels` gives them, one a window of the same recording.

    Returns
    -------
    np.ndarray [shape=(n_windows,), dtype=bool]
        True where a sixth of the window or more lies within 50 dB of the loudest tenth of a second
        of the recording; the window that holds most of that is always heard.

    Examples
    --------
    >>> audible([np.array([-20.0, -25.0]), np.array([-21.0, -90.0]), np.array([-90.0, -90.0])])
    array([ True,  True, False])
    """
    if not levels:
        return np.zeros(0, dtype=bool)
    floor = max(float(window.max()) for window in levels) - AUDIBLE_RANGE_DB
    shares = np.array([float((window > floor).mean()) for window in levels])
    heard: np.ndarray = shares >= min(MIN_AUDIBLE_SHARE, float(shares.max()))
    return heard


def to_mono(y: np.ndarray) -> np.ndarray:
    """
    Average the channels of sound that came as an array.

    Parameters
    ----------
    y : np.ndarray [shape=(n,) or (n_channels, n)]
        Floating point.

    Returns
    -------
    np.ndarray [shape=(n,)]
        Float32.

    Raises
    ------
    ParameterError
        If `y` is no finite sound of one or two dimensions.

    Examples
    --------
    >>> to_mono(np.array([[1.0, 0.0], [0.0, 0.5]])).tolist()
    [0.5, 0.25]
    """
    y = np.asarray(y)
    if y.ndim not in (1, 2) or not np.issubdtype(y.dtype, np.floating):
        raise ParameterError(
            f"y has shape {y.shape} and type {y.dtype}, but must be floating point of shape (n,) "
            "or (n_channels, n); divide integer samples by their full scale (32768 for 16 bits)"
        )
    if y.ndim == 2 and not y.shape[0]:
        raise ParameterError(f"y has shape {y.shape}: it has no channel")
    if y.ndim == 2 and y.shape[0] > y.shape[1] > 0:
        raise ParameterError(
            f"y has shape {y.shape}: more channels than samples; the first axis must be the "
            "channels (transpose what soundfile gives: y.T)"
        )
    # NaN fails the comparison.
    if not peak(y) <= MAX_LEVEL:
        raise ParameterError(
            f"y holds samples that are NaN, infinite or beyond {MAX_LEVEL:g} (full scale is 1): "
            "clean the sound first"
        )
    mono = y if y.ndim == 1 else y.mean(axis=0)
    return mono.astype(np.float32, copy=False)


def short_warnings(duration_s: float, *, window_s: float) -> tuple[str, ...]:
    """
    Warn of sound that is far shorter than what a model learned from.

    Parameters
    ----------
    duration_s : float
        Length of the sound in seconds.
    window_s : float
        What the model hears at a time, in seconds.

    Returns
    -------
    tuple of str
        One warning, or none.
    """
    if duration_s >= window_s / 2:
        return ()
    return (
        f"only {duration_s:.1f} s of sound, and the model learned from {window_s:.0f} s at a "
        "time: trust this answer less",
    )
