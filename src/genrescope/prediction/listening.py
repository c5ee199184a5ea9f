"""Listening to one recording: the log-mels of its windows, and what else is to be said of it.

Public: `Listening`, `Recording`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import Window
from genrescope.prediction.hearing import Heard, audible, is_silent, short_time_levels


@dataclass(frozen=True)
class Recording:
    """
    What an answer says of a recording besides its genres.

    Attributes
    ----------
    duration_s : float
        Its length in seconds.
    spans : sequence of (int, int)
        First sample of each window that was heard, and the one after its last.
    kept : sequence of bool
        Whether each of them has a say.
    problems : sequence of str
        What is odd about the file.
    """

    duration_s: float
    spans: Sequence[Sequence[int]]
    kept: Sequence[bool]
    problems: Sequence[str] = ()


class Listening:
    """
    The log-mels of a recording's windows, but for silent ones; iterates once.

    Parameters
    ----------
    windows : iterable of Window
        Of the recording.
    front_end : FrontEnd
        From sound to log-mel.
    features : FeatureChoice
        Says whether rows computed from sound are needed below the log-mels.
    """

    def __init__(
        self,
        windows: Iterable[Window],
        front_end: FrontEnd,
        features: FeatureChoice = FeatureChoice(),  # noqa: B008 - a frozen record
    ) -> None:
        self._windows, self._front_end, self._features = windows, front_end, features
        self._spans: list[tuple[int, int]] = []
        self._levels: list[np.ndarray] = []

    def __iter__(self) -> Iterator[np.ndarray]:
        """Give the log-mels [shape=(n_mels, t)], and rows below, in the order of time."""
        for window in self._windows:
            if is_silent(window):
                continue
            self._spans.append((window.start, window.end))
            self._levels.append(short_time_levels(window.y, sr=self._front_end.sr))
            yield self._features.picture(window.y, self._front_end)

    def recording(
        self, heard: Heard, *, path: str | None = None, problems: Sequence[str] = ()
    ) -> Recording:
        """
        Say what was heard, after the last log-mel.

        Parameters
        ----------
        heard : Heard
            The sound that was cut into the windows.
        path : str or None
            The file, for messages; None for an array.
        problems : sequence of str
            What is odd about the file.

        Returns
        -------
        Recording
            Windows that are silent beside the others are not kept.

        Raises
        ------
        TooShortAudioError, SilentAudioError
            If there is too little to hear.
        """
        duration_s = heard.n_samples / self._front_end.sr
        heard.check(duration_s, path, n_windows=len(self._spans))
        kept: list[bool] = audible(self._levels).tolist()
        return Recording(duration_s, tuple(self._spans), tuple(kept), tuple(problems))
