"""
The answers of a horse test, kept as they come: a test that was stopped goes on where it stood.

The file, beside the answers of a training, has one JSON document a line: first which model was
asked, then the answers about a track (a later line about a track adds to an earlier one). A change
is named with the beginning of the digest of its settings, so that answers about another change of
the same name are not taken for it.

Public: `TrackAnswers`, `AnswerFile`, `change_key`, `UNCHANGED`,
`ONE_CHANNEL`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from genrescope.atomic import write_text
from genrescope.augment.change import Change
from genrescope.bundle.format import Manifest
from genrescope.digests import settings_digest

UNCHANGED = "unchanged"
ONE_CHANNEL = "the recording has one channel: the change leaves it as it is"
_FORMAT = "genrescope-horse-answers-1"


@dataclass(frozen=True)
class TrackAnswers:
    """
    What one model said about one track, unchanged and changed.

    Attributes
    ----------
    track_id : str
        The track.
    labels : mapping of str to str or None
        The genre by `change_key`; None where too little sound was left for an answer.
    failures : mapping of str to str
        Why a change could not be made or heard, by `change_key`.
    """

    track_id: str
    labels: Mapping[str, str | None] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        """
        Say whether a change needs no further try.

        Parameters
        ----------
        key : str
            As `change_key` gives it.

        Returns
        -------
        bool
            True where there is an answer, or never can be one; what failed is tried again.
        """
        return key in self.labels or self.failures.get(key) == ONE_CHANNEL


def change_key(change: Change | None) -> str:
    """
    Name a change so that one with other settings has another name.

    Parameters
    ----------
    change : Change or None
        None is the recording as it is.

    Returns
    -------
    str
        A name for files.

    Examples
    --------
    >>> change_key(None)
    'unchanged'
    >>> change_key(Change("quiet", "quieter", "level", {"gain_db": -20.0})).partition(":")[0]
    'quiet'
    """
    if change is None:
        return UNCHANGED
    return f"{change.name}:{settings_digest([change.family, dict(change.settings)])[:8]}"


class AnswerFile:
    """
    The file of answers of one model; it grows by a line a track.

    Parameters
    ----------
    path : Path
        The file; one that belongs to another model, or was damaged, is begun anew.
    manifest : Manifest
        The model.
    seed : int
        Of what is random in the changes.

    Attributes
    ----------
    known : dict of str to TrackAnswers
        What is answered already, by track.
    """

    def __init__(self, path: Path, *, manifest: Manifest, seed: int) -> None:
        self._path = path
        self._header = {"format": _FORMAT, "model": _model_digest(manifest), "seed": seed}
        self.known: dict[str, TrackAnswers] = {}
        for answers in self._read():
            self._keep(answers)
        # What stands there is written anew: a line that a stopped test left half done is gone.
        lines = [self._header, *(_document(answers) for answers in self.known.values())]
        write_text(path, "".join(_line(document) for document in lines))

    def add(self, answers: TrackAnswers) -> None:
        """
        Keep answers about a track, in memory and on disk.

        Parameters
        ----------
        answers : TrackAnswers
            The new answers; those known before stay.
        """
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(_document(answers)))
        self._keep(answers)

    def _keep(self, new: TrackAnswers) -> None:
        old = self.known.get(new.track_id, TrackAnswers(new.track_id))
        self.known[new.track_id] = TrackAnswers(
            new.track_id, {**old.labels, **new.labels}, {**old.failures, **new.failures}
        )

    def _read(self) -> list[TrackAnswers]:
        if not self._path.exists():
            return []
        found = []
        lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        try:
            if not lines or json.loads(lines[0]) != self._header:
                return []
            for line in lines[1:]:
                values = json.loads(line)
                found.append(TrackAnswers(values["track_id"], values["labels"], values["failures"]))
        except (ValueError, TypeError, KeyError):
            # A test that is stopped leaves its last line half done.
            return found
        return found


def _model_digest(manifest: Manifest) -> str:
    """Name what decides the answers: the graph, and how sound is led to it."""
    return settings_digest(
        [
            manifest.onnx_sha256,
            manifest.front_end.to_dict(),
            manifest.windows.to_dict(),
            manifest.features.to_dict(),
            list(manifest.labels),
        ]
    )


def _document(answers: TrackAnswers) -> dict[str, Any]:
    return {
        "track_id": answers.track_id,
        "labels": dict(answers.labels),
        "failures": dict(answers.failures),
    }


def _line(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False) + "\n"
