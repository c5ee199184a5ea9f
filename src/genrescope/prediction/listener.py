"""The listener of a model: from a recording to what the graphs of the model are given.

It loads no graph: workers do this part (see `genrescope.crew`), and the answers come from the one
session of their parent. Public: `Listener`, `Rows`, `open_task`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from genrescope.audio.limits import Limits
from genrescope.crew.messages import PART, Message
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings, cut
from genrescope.prediction.hearing import Heard
from genrescope.prediction.listening import Listening, Recording

MAX_ROWS = 64
# The log-mels of a long recording must not pile up, nor what is made of them.
MAX_HELD_BYTES = 2**22


@dataclass(frozen=True, eq=False)
class Rows:
    """
    What the graphs are given for some windows.

    Attributes
    ----------
    X : np.ndarray [shape=(n, ...)]
        For the genres, float32.
    music : np.ndarray [shape=(n, ...)] or None
        For the detector of music; None where there is none, or it is given `X` too.
    """

    X: np.ndarray
    music: np.ndarray | None = None


@dataclass(frozen=True)
class Listener:
    """
    How a model listens.

    Attributes
    ----------
    front_end : FrontEnd
        From sound to log-mel.
    windows : WindowSettings
        How recordings are cut.
    features : FeatureChoice
        From log-mel to what the graph of genres is given.
    music_features : FeatureChoice or None
        To what the detector of music is given; None where there is none.
    """

    front_end: FrontEnd
    windows: WindowSettings
    features: FeatureChoice
    music_features: FeatureChoice | None = None

    def rows(self, logmels: Sequence[np.ndarray]) -> Rows:
        """
        Compute what the graphs are given.

        Parameters
        ----------
        logmels : sequence of np.ndarray [shape=(n_mels, t)]
            One a window; below it the rows that the features compute from sound.

        Returns
        -------
        Rows
            One a window.
        """
        X = self.features.compute(logmels, self.front_end)
        if self.music_features in (None, self.features):
            return Rows(X)
        assert self.music_features is not None
        return Rows(X, self.music_features.compute(logmels, self.front_end))

    def listen(self, y: np.ndarray) -> Iterator[Rows | Recording]:
        """
        Listen to sound in an array.

        Parameters
        ----------
        y : np.ndarray [shape=(n,)]
            Mono, float32, at the sample rate of the front end.

        Yields
        ------
        Rows or Recording
            Rows until there are no more; then what an answer says besides.

        Raises
        ------
        TooShortAudioError, SilentAudioError
            If there is too little to hear.
        """
        heard = Heard([y])
        listening = Listening(cut(heard, self.windows), self.front_end, self.features)
        yield from self._all_rows(listening)
        yield listening.recording(heard)

    def listen_file(
        self, path: str, *, limits: Limits | None = None, max_windows: int | None = None
    ) -> Iterator[Rows | Recording]:
        """
        Listen to a file.

        Parameters
        ----------
        path : str
            Sound file, or video with a sound track.
        limits : Limits or None
            What to refuse; None takes the defaults.
        max_windows : int or None
            Of a longer file, listen to this many windows, spread evenly; None listens to all (see
            `genrescope.prediction.excerpts`).

        Yields
        ------
        Rows or Recording
            Rows until there are no more; then what an answer says besides.

        Raises
        ------
        AudioError
            If the file cannot be read, is silent or too short; the subclass says which.
        """
        from genrescope.prediction.excerpts import open_windows

        with open_windows(
            Path(path),
            settings=self.windows,
            sr=self.front_end.sr,
            limits=limits,
            max_windows=max_windows,
        ) as windows:
            listening = Listening(windows, self.front_end, self.features)
            yield from self._all_rows(listening)
            yield listening.recording(windows.heard, path=path, problems=windows.problems)

    def _all_rows(self, logmels: Iterable[np.ndarray]) -> Iterator[Rows]:
        held: list[np.ndarray] = []
        for S in logmels:
            held.append(S)
            if len(held) == MAX_ROWS or len(held) * S.nbytes >= MAX_HELD_BYTES:
                yield self.rows(held)
                held = []
        if held:
            yield self.rows(held)

    def to_dict(self) -> dict[str, Any]:
        """
        Give the settings as plain values.

        Returns
        -------
        dict
            What `from_dict` takes.
        """
        theirs = self.music_features
        return {
            "front_end": self.front_end.to_dict(),
            "windows": self.windows.to_dict(),
            "features": self.features.to_dict(),
            "music_features": None if theirs is None else theirs.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Listener:
        """
        Make a listener from plain values.

        Parameters
        ----------
        values : mapping
            As `to_dict` gives them.

        Returns
        -------
        Listener
            The listener.
        """
        theirs = values["music_features"]
        return cls(
            FrontEnd.from_dict(values["front_end"]),
            WindowSettings.from_dict(values["windows"]),
            FeatureChoice.from_dict(values["features"]),
            None if theirs is None else FeatureChoice.from_dict(theirs),
        )


def open_task(settings: Mapping[str, Any]) -> Callable[[str], Iterator[Message]]:
    """
    Prepare to listen to files, as a task of a crew.

    Parameters
    ----------
    settings : mapping
        ``listener`` (see `Listener.to_dict`), ``limits`` as plain values or None, ``max_windows``.

    Returns
    -------
    callable
        From the path of a file to its rows, as arrays; then what else is known, as a value.
    """
    listener = Listener.from_dict(settings["listener"])
    limits = None if settings["limits"] is None else Limits(**settings["limits"])

    def _listen(path: str) -> Iterator[Message]:
        heard = listener.listen_file(path, limits=limits, max_windows=settings["max_windows"])
        for part in heard:
            if isinstance(part, Recording):
                yield Message(PART, dataclasses.asdict(part))
            else:
                rows = (part.X,) if part.music is None else (part.X, part.music)
                yield Message(PART, arrays=rows)

    return _listen
