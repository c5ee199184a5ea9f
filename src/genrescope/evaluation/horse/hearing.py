"""
Ask models about one track, unchanged and changed: the inner step of the horse test.

The track is decoded once and changed once by each change, whoever is asked about it.

Public: `Subject`, `Asked`, `replies`, `keep`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genrescope.audio.channels import read_channels
from genrescope.augment.change import Change
from genrescope.augment.horse_changes import STEREO_FAMILIES
from genrescope.errors import (
    AudioError,
    EmptyAudioError,
    GenrescopeError,
    ParameterError,
    SilentAudioError,
    TooShortAudioError,
)
from genrescope.evaluation.horse.answers import (
    ONE_CHANNEL,
    UNCHANGED,
    AnswerFile,
    TrackAnswers,
    change_key,
)
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.prediction.predictor import Predictor
from genrescope.seeding import rng_for


@dataclass(frozen=True, eq=False)
class Subject:
    """
    One trained model with the tracks that it is tested on.

    Attributes
    ----------
    predictor : Predictor
        The model.
    outcomes : tuple of TrackOutcome
        Its test tracks; their genre and artist are told here.
    folder : Path
        Where its answers are kept.
    """

    predictor: Predictor
    outcomes: tuple[TrackOutcome, ...]
    folder: Path


@dataclass(frozen=True, eq=False)
class Asked:
    """
    A subject with the file of its answers.

    Attributes
    ----------
    subject : Subject
        Who is asked.
    file : AnswerFile
        What it said.
    """

    subject: Subject
    file: AnswerFile

    def needs(self, track_id: str, key: str) -> bool:
        """
        Say whether it is still to be asked about a change of a track.

        Parameters
        ----------
        track_id : str
            The track.
        key : str
            Of the change, as `horse_answers.change_key` gives it.

        Returns
        -------
        bool
            False where it has answered already.
        """
        known = self.file.known.get(track_id)
        return known is None or not known.has(key)


@dataclass(frozen=True, eq=False)
class Reply:
    """
    What one subject said about one change of a track.

    Attributes
    ----------
    asked : Asked
        The subject.
    key : str
        Of the change.
    label : str or None
        The genre; None where too little sound is left.
    failure : str or None
        Why it could not be asked, else None.
    """

    asked: Asked
    key: str
    label: str | None = None
    failure: str | None = None


def replies(
    track_id: str, path: Path, asked: Sequence[Asked], changes: Sequence[Change], *, seed: int
) -> Iterator[Reply]:
    """
    Ask those who have not answered yet about a track, unchanged and changed.

    Parameters
    ----------
    track_id : str
        The track.
    path : Path
        Its sound.
    asked : sequence of Asked
        Who is tested on it.
    changes : sequence of Change
        What is done to the sound.
    seed : int
        Of what is random in the changes; every track and change draws by itself.

    Yields
    ------
    Reply
        One a subject and change; one a subject where the sound cannot be read.
    """
    waiting = [
        (change, key, [one for one in asked if one.needs(track_id, key)])
        for change, key in ((change, change_key(change)) for change in (None, *changes))
    ]
    if not any(ones for _, _, ones in waiting):
        return
    try:
        y, sr = read_channels(path)
    except AudioError as error:
        yield from (Reply(one, UNCHANGED, failure=str(error)) for one in asked)
        return
    for change, key, ones in waiting:
        if not ones:
            continue
        try:
            z = _changed(y, sr, change, rng=rng_for(seed, "horse", track_id, key))
        except GenrescopeError as error:
            yield from (Reply(one, key, failure=str(error)) for one in ones)
            continue
        yield from (_reply(one, key, z, sr) for one in ones)


def _changed(
    y: np.ndarray, sr: int, change: Change | None, *, rng: np.random.Generator
) -> np.ndarray:
    if change is None:
        return y
    if change.family in STEREO_FAMILIES and y.ndim == 1:
        raise ParameterError(ONE_CHANNEL)
    return change.apply(y, sr=sr, rng=rng)


def _reply(one: Asked, key: str, y: np.ndarray, sr: int) -> Reply:
    try:
        top = one.subject.predictor.predict(y, sr=sr).top
    except (EmptyAudioError, TooShortAudioError, SilentAudioError):
        return Reply(one, key)
    except GenrescopeError as error:
        return Reply(one, key, failure=str(error))
    return Reply(one, key, None if top is None else top.label)


def keep(track_id: str, found: Sequence[Reply]) -> None:
    """
    Write replies about a track into the files of those who gave them.

    Parameters
    ----------
    track_id : str
        The track.
    found : sequence of Reply
        The replies.
    """
    for one in {reply.asked: None for reply in found}:
        own = [reply for reply in found if reply.asked is one]
        labels = {r.key: r.label for r in own if r.failure is None}
        failures = {r.key: r.failure for r in own if r.failure is not None}
        one.file.add(TrackAnswers(track_id, labels, failures))
