"""The records that travel between the layers: frozen, typed, with no behaviour but their form.

Times are in seconds, sample rates in Hz, probabilities in [0, 1].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Track:
    """
    One recording of a data set.

    Attributes
    ----------
    track_id : str
        Name of the track, unique in its data set.
    path : Path or None
        Sound file; None where only features of the track exist.
    labels : tuple of str
        Genres; the first is the one that single-label models learn.
    sha256 : str or None
        Digest of the sound file (or of the features, where there is no file).
    artist, album, title : str or None
        As far as known.
    duration_s : float or None
        Length in seconds, as far as known.
    group : str or None
        Who must not stand on both sides of a split: the artist (or artist group); None if unknown.
    grouped_by : str
        What `group` names: ``"artist"``, or ``"album"`` or ``"title"`` where artists are labels.
    extra : mapping of str to str
        Further columns of the track index, as text.
    """

    track_id: str
    path: Path | None
    labels: tuple[str, ...]
    sha256: str | None = None
    artist: str | None = None
    album: str | None = None
    title: str | None = None
    duration_s: float | None = None
    group: str | None = None
    grouped_by: str = "artist"
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """
        The first label: what a single-label model learns.

        Returns
        -------
        str
            A genre.
        """
        return self.labels[0]


@dataclass(frozen=True)
class Skipped:
    """
    An item that was left out, and why.

    Attributes
    ----------
    name : str
        Track id or path.
    reason : str
        Why it was left out.
    is_fault : bool
        Whether something is wrong with it; False where it was left out by a rule, as pictures in a
        folder of music are.
    """

    name: str
    reason: str
    is_fault: bool = True


@dataclass(frozen=True)
class GenreProbability:
    """
    A genre and how probable the model holds it.

    Attributes
    ----------
    label : str
        The genre.
    probability : float
        In [0, 1].
    """

    label: str
    probability: float


@dataclass(frozen=True)
class WindowPrediction:
    """
    What the model heard in one window of a recording.

    Attributes
    ----------
    start_s, end_s : float
        Where the window lies in the recording, in seconds.
    genres : tuple of GenreProbability
        All labels, most probable first.
    music : float or None
        How probable the model holds it that this is music; None where it cannot tell.
    """

    start_s: float
    end_s: float
    genres: tuple[GenreProbability, ...]
    music: float | None = None


@dataclass(frozen=True)
class Prediction:
    """
    The answer about one recording.

    Attributes
    ----------
    path : str or None
        The file, as it was given; None for sound that came as an array.
    model : str
        Name of the model bundle.
    duration_s : float or None
        Length of the sound that was heard, in seconds; None if it could not be read.
    genres : tuple of GenreProbability
        All labels, most probable first; empty where there is an error.
    windows : tuple of WindowPrediction
        The timeline.
    abstained : str or None
        ``"not_sure"`` or ``"not_music"`` where the model declines to answer, else None.
    music : float or None
        How probable the model holds it that this is music; None where it cannot tell.
    likely : tuple of str
        Genres that hold the true one as often as the model's bundle promises (a conformal set),
        most probable first; empty where it promises nothing, and where this is not music. Of a
        model that gives a recording several genres: those that it gives, which may be none.
    error : str or None
        Why there is no answer, else None.
    warnings : tuple of str
        What was odd about the recording (truncated, wrong extension ...).
    """

    path: str | None
    model: str
    duration_s: float | None
    genres: tuple[GenreProbability, ...] = ()
    windows: tuple[WindowPrediction, ...] = ()
    abstained: str | None = None
    music: float | None = None
    likely: tuple[str, ...] = ()
    error: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def top(self) -> GenreProbability | None:
        """
        The most probable genre.

        Returns
        -------
        GenreProbability or None
            None where there is no answer.
        """
        return self.genres[0] if self.genres else None

    def to_dict(self, *, top: int | None = None) -> dict[str, Any]:
        """
        Give the prediction as plain values for JSON.

        Parameters
        ----------
        top : int or None
            Keep this many genres, here and in each window; None keeps all.

        Returns
        -------
        dict
            Keys ``path, model, duration_s, genres, windows, abstained, music, likely, error,
            warnings``.
        """
        return {
            "path": self.path,
            "model": self.model,
            "duration_s": None if self.duration_s is None else round(self.duration_s, 3),
            "genres": _genres(self.genres, top),
            "windows": [
                {
                    "start_s": round(w.start_s, 3),
                    "end_s": round(w.end_s, 3),
                    "genres": _genres(w.genres, top),
                    "music": _rounded(w.music),
                }
                for w in self.windows
            ],
            "abstained": self.abstained,
            "music": _rounded(self.music),
            "likely": list(self.likely),
            "error": self.error,
            "warnings": list(self.warnings),
        }


def _genres(genres: tuple[GenreProbability, ...], top: int | None) -> list[dict[str, Any]]:
    return [{"label": g.label, "probability": round(g.probability, 6)} for g in genres[:top]]


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 6)
