"""
What the horse test found of one model, as a record, with its way to JSON and back.

A horse is a system that answers by something other than genre. It is known by its answers: they
change where a recording is changed in ways that leave its genre. Values are fractions, never
percentages; a difference is accuracy after the change minus accuracy before, on the same tracks.

Public functions: `to_json`, `from_json`.

References
----------
Sturm, B. L. (2014). A simple method to determine if a music information retrieval system is a
"horse". IEEE Transactions on Multimedia 16(6), 1636-1644.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from genrescope.evaluation.record import leakage_caveat
from genrescope.evaluation.record_file import RecordFile

_FILE = RecordFile("genrescope-horse-1", what="horse results", name="horse.json of a run")


@dataclass(frozen=True)
class HorseRow:
    """
    How a model fared under one change.

    Attributes
    ----------
    change, title, family : str
        Name of the change, what it is in words, and the family of transforms that makes it.
    n : int
        Tracks that were heard unchanged and changed; both accuracies are on these.
    accuracy_unchanged, accuracy : float
        In [0, 1], before and after the change; a track without an answer counts as wrong.
    agreement : float
        Share of the tracks whose answer stayed the same, right or wrong.
    difference_low, difference_high : float or None
        Interval of the difference, artists drawn; None where there are fewer than two artists.
    n_missed : int
        Tracks without an answer after the change, because too little sound was left.
    n_failed : int
        Tracks on which the change could not be made; they are in none of the figures.
    """

    change: str
    title: str
    family: str
    n: int
    accuracy_unchanged: float
    accuracy: float
    agreement: float
    difference_low: float | None
    difference_high: float | None
    n_missed: int = 0
    n_failed: int = 0

    @property
    def difference(self) -> float:
        """
        By how much the change moves the accuracy.

        Returns
        -------
        float
            In [-1, 1]; negative where the change costs right answers.
        """
        return self.accuracy - self.accuracy_unchanged


@dataclass(frozen=True)
class HorseResult:
    """
    What the horse test found of one model under one protocol.

    Attributes
    ----------
    model, protocol : str
        Their names.
    dataset : str
        The data: name and size.
    leakage_label : str
        What is known about artists and duplicates on both sides of the split, as in
        `record.ProtocolResult`.
    n : int
        Test tracks that were heard.
    rows : tuple of HorseRow
        One a change, at least one, in the order in which the changes are listed.
    genres : tuple of (str, int)
        Tracks of each genre among those.
    confidence : float
        Of the intervals.
    notes : tuple of str
        What else a reader must know: a choice of tracks, changes that failed.
    """

    model: str
    protocol: str
    dataset: str
    leakage_label: str
    n: int
    rows: tuple[HorseRow, ...]
    genres: tuple[tuple[str, int], ...] = ()
    confidence: float = 0.95
    notes: tuple[str, ...] = ()

    @property
    def ordered(self) -> tuple[HorseRow, ...]:
        """
        The changes, the worst first.

        Returns
        -------
        tuple of HorseRow
            By falling size of the difference, down or up; of equal ones first that which changes
            most answers.
        """
        # Differences of equal numbers of tracks must not be told apart by rounding.
        return tuple(
            sorted(self.rows, key=lambda row: (-round(abs(row.difference), 9), row.agreement))
        )

    @property
    def worst(self) -> HorseRow:
        """
        The change that moves the accuracy most, down or up.

        Returns
        -------
        HorseRow
            The first of `ordered`.
        """
        return self.ordered[0]

    @property
    def score(self) -> float:
        """
        The horse score: by how much the worst change moves the accuracy.

        Returns
        -------
        float
            In [0, 1]; 0 is a model that no change moves.
        """
        return abs(self.worst.difference)

    @property
    def caveat(self) -> str:
        """
        The word that must stand beside each number.

        Returns
        -------
        str
            ``"leaky"``, ``"unverified"`` or nothing.
        """
        return leakage_caveat(self.leakage_label)


def to_json(results: Sequence[HorseResult]) -> str:
    """
    Give results as JSON text.

    Parameters
    ----------
    results : sequence of HorseResult
        The results.

    Returns
    -------
    str
        JSON with all digits; `from_json` gives equal records back. Beside each record stand its
        score and the name of its worst change.
    """
    return _FILE.text(
        [{**dataclasses.asdict(r), "score": r.score, "worst": r.worst.change} for r in results]
    )


def from_json(text: str) -> tuple[HorseResult, ...]:
    """
    Read results from JSON text.

    Parameters
    ----------
    text : str
        What `to_json` gave.

    Returns
    -------
    tuple of HorseResult
        The results.

    Raises
    ------
    ConfigError
        If the text is not that.
    """
    return _FILE.read(text, _result)


def _result(values: dict[str, Any]) -> HorseResult:
    plain = {key: value for key, value in values.items() if key not in ("score", "worst")}
    return HorseResult(
        **{
            **plain,
            "rows": tuple(HorseRow(**row) for row in values["rows"]),
            "genres": tuple((str(label), int(n)) for label, n in values["genres"]),
            "notes": tuple(values["notes"]),
        }
    )
