"""
What was measured of one model under one protocol, as a record, with its way to JSON and back.

Values are fractions, never percentages. A result carries its own doubt: `ProtocolResult.caveat` is
the word (``"leaky"``, ``"unverified"``) that stands wherever one of its numbers is printed.

Public functions: `leakage_caveat`, `to_json`, `from_json`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from genrescope.errors import unknown_name
from genrescope.evaluation.record_file import RecordFile
from genrescope.evaluation.scoring import Score, headline

_FILE = RecordFile(
    "genrescope-results-1",
    what="results",
    name="results.json of a run",
    elsewhere={
        "genrescope-multilabel-results-1": "these are results of several labels a track, which "
        "have no accuracy, no confusion and no report card: read the report.md beside them"
    },
)
_CUT = re.compile(r" in \d+ segments each\b")


@dataclass(frozen=True)
class ClassRow:
    """
    Scores of one class; means over seeds.

    Attributes
    ----------
    label : str
        The class.
    support : float
        Number of test tracks of the class (of a seed, on average).
    precision, recall, f1 : float or None
        In [0, 1]; None for a class without test tracks.
    recall_low, recall_high : float or None
        Wilson interval of the recall.
    """

    label: str
    support: float
    precision: float | None
    recall: float | None
    f1: float | None
    recall_low: float | None
    recall_high: float | None


@dataclass(frozen=True)
class ProtocolResult:
    """
    What was measured of one model under one protocol.

    Attributes
    ----------
    model, protocol : str
        Their names.
    leakage_label : str
        What is known about artists and duplicates on both sides of the split; starts with
        ``"clean"`` where it was checked and none were found.
    honest : bool
        Whether the protocol is meant to say how new music will fare.
    labels : tuple of str
        All labels.
    n, n_groups, n_ungrouped : int
        Test tracks (or segments), artists among them, and tracks whose artist is unknown.
    n_folds : int
        Folds that were pooled.
    seeds : tuple of int
        Seeds of the trainings.
    confidence : float
        Of all intervals.
    scores : tuple of Score
        See `scoring.scores`.
    accuracy_by_seed : tuple of float
        In the order of `seeds`.
    per_class : tuple of ClassRow
        In the order of `labels`.
    confusion : tuple of tuple of float
        Rows are true classes; mean over seeds, so that a row sums to tracks, not trainings.
    baselines : tuple of Score
        See `scoring.baseline_scores`.
    dataset : str
        The data: name and size.
    unit : {"track", "segment"}
        What is tested and counted. Among segments a track of an unknown artist counts as an artist.
    grouped_by : str
        What stands for "artist" in all of the above: ``"album"`` or ``"title"`` where the artists
        are the labels.
    """

    model: str
    protocol: str
    leakage_label: str
    honest: bool
    labels: tuple[str, ...]
    n: int
    n_groups: int
    n_ungrouped: int
    n_folds: int
    seeds: tuple[int, ...]
    confidence: float
    scores: tuple[Score, ...]
    accuracy_by_seed: tuple[float, ...]
    per_class: tuple[ClassRow, ...]
    confusion: tuple[tuple[float, ...], ...]
    baselines: tuple[Score, ...]
    dataset: str = ""
    unit: str = "track"
    grouped_by: str = "artist"

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

    @property
    def data(self) -> str:
        """
        The data, however it was cut: results are set side by side where this is the same.

        Returns
        -------
        str
            `dataset` without the words on segments.
        """
        return _CUT.sub("", self.dataset)

    @property
    def headline(self) -> Score:
        """
        The accuracy with the interval that is reported first.

        Returns
        -------
        Score
            As `scoring.headline` chooses it.
        """
        return headline(self.scores)

    def score(self, metric: str, interval_kind: str | None = None) -> Score:
        """
        Find a score.

        Parameters
        ----------
        metric : str
            Name of the metric, or of a baseline.
        interval_kind : str or None
            Kind of its interval; None takes the first.

        Returns
        -------
        Score
            The score.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        for score in (*self.scores, *self.baselines):
            if score.metric == metric and interval_kind in (None, score.interval_kind):
                return score
        known = {f"{s.metric} ({s.interval_kind})" for s in (*self.scores, *self.baselines)}
        name = metric if interval_kind is None else f"{metric} ({interval_kind})"
        raise unknown_name("score", name, known)


def leakage_caveat(leakage_label: str) -> str:
    """
    Give the word that stands beside numbers of a split with this leakage label.

    Parameters
    ----------
    leakage_label : str
        Free text.

    Returns
    -------
    str
        Nothing where the text starts with ``clean``; ``"unverified"`` where it starts so or says
        nothing at all; else ``"leaky"``.

    Examples
    --------
    >>> leakage_caveat("clean: artists disjoint"), leakage_caveat("63.8 % of artists shared")
    ('', 'leaky')
    """
    text = leakage_label.strip().lower()
    if text.startswith("clean"):
        return ""
    return "unverified" if not text or text.startswith("unverified") else "leaky"


def to_json(
    results: Sequence[ProtocolResult], *, flattery: Sequence[Mapping[str, Any]] = ()
) -> str:
    """
    Give results as JSON text.

    Parameters
    ----------
    results : sequence of ProtocolResult
        The results.
    flattery : sequence of mapping
        What leaky protocols add to honest ones, as plain values (see `flattery.from_json`).

    Returns
    -------
    str
        JSON with all digits; `from_json` gives equal records back.
    """
    further = {"flattery": [dict(f) for f in flattery]} if flattery else {}
    return _FILE.text([dataclasses.asdict(r) for r in results], **further)


def from_json(text: str) -> tuple[ProtocolResult, ...]:
    """
    Read results from JSON text.

    Parameters
    ----------
    text : str
        What `to_json` gave.

    Returns
    -------
    tuple of ProtocolResult
        The results.

    Raises
    ------
    ConfigError
        If the text is not that.
    """
    return _FILE.read(text, _result)


def _result(values: dict[str, Any]) -> ProtocolResult:
    tuples = {k: tuple(values[k]) for k in ("labels", "seeds", "accuracy_by_seed")}
    parts = {k: tuple(Score(**s) for s in values[k]) for k in ("scores", "baselines")}
    per_class = tuple(ClassRow(**row) for row in values["per_class"])
    confusion = tuple(tuple(row) for row in values["confusion"])
    rest = {"per_class": per_class, "confusion": confusion}
    return ProtocolResult(**{**values, **tuples, **parts, **rest})
