"""
What was measured of one model of several labels under one protocol, with its way to JSON and back.

Values are fractions. As `evaluation.record` does it, a result carries the word (``"leaky"``,
``"unverified"``) that stands wherever one of its numbers is printed.

Public: `LabelRow`, `MultiLabelResult`, `to_json`, `from_json`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from genrescope.errors import unknown_name
from genrescope.evaluation.record import leakage_caveat
from genrescope.evaluation.record_file import RecordFile
from genrescope.evaluation.scoring import Score

_FILE = RecordFile(
    "genrescope-multilabel-results-1",
    what="results of several labels",
    name="results.json of such a run",
)


@dataclass(frozen=True)
class LabelRow:
    """
    Scores of one label, means over seeds; None where it has no test track (or nothing else).

    Attributes
    ----------
    label : str
        The label.
    support : float
        Number of test tracks that have it (of a seed, on average).
    prevalence : float
        What part of the test tracks they are: the average precision of a constant.
    average_precision, low, high : float or None
        With its interval.
    roc_auc, precision, recall, f1 : float or None
        Area under the curve, and how well it is given.
    """

    label: str
    support: float
    prevalence: float
    average_precision: float | None
    low: float | None
    high: float | None
    roc_auc: float | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class MultiLabelResult:
    """
    What was measured of one model of several labels under one protocol.

    Attributes
    ----------
    model, protocol : str
        Their names.
    leakage_label : str
        What is known about artists and duplicates on both sides of the split.
    honest : bool
        Whether the protocol is meant to say how new music will fare.
    labels : tuple of str
        All labels.
    n, n_groups, n_ungrouped, n_folds : int
        Test tracks (or segments), artists among them, tracks of unknown artists, and folds.
    seeds : tuple of int
        Seeds of the trainings.
    confidence : float
        Of all intervals.
    scores : tuple of Score
        See `multilabel.scoring`; the mean average precision comes first.
    baselines : tuple of Score
        What a constant answer gets, by the names of the scores.
    per_label : tuple of LabelRow
        In the order of `labels`.
    dataset : str
        The data: name and size.
    unit : {"track", "segment"}
        What is tested and counted.
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
    baselines: tuple[Score, ...]
    per_label: tuple[LabelRow, ...]
    dataset: str = ""
    unit: str = "track"

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
    def headline(self) -> Score:
        """
        The mean average precision, which is reported first.

        Returns
        -------
        Score
            With its interval.
        """
        return self.scores[0]

    def score(self, metric: str) -> Score:
        """
        Find a score.

        Parameters
        ----------
        metric : str
            Name of the metric.

        Returns
        -------
        Score
            The score.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        for score in self.scores:
            if score.metric == metric:
                return score
        raise unknown_name("score", metric, {s.metric for s in self.scores})

    def baseline(self, metric: str) -> Score | None:
        """
        Find what a constant answer gets.

        Parameters
        ----------
        metric : str
            Name of the metric.

        Returns
        -------
        Score or None
            None where no constant answer is measured by it.
        """
        return next((s for s in self.baselines if s.metric == metric), None)


def to_json(results: Sequence[MultiLabelResult]) -> str:
    """
    Give results as JSON text.

    Parameters
    ----------
    results : sequence of MultiLabelResult
        The results.

    Returns
    -------
    str
        JSON with all digits; `from_json` gives equal records back.
    """
    return _FILE.text([dataclasses.asdict(r) for r in results])


def from_json(text: str) -> tuple[MultiLabelResult, ...]:
    """
    Read results from JSON text.

    Parameters
    ----------
    text : str
        What `to_json` gave.

    Returns
    -------
    tuple of MultiLabelResult
        The results.

    Raises
    ------
    ConfigError
        If the text is not that.
    """
    return _FILE.read(text, _result)


def _result(values: dict[str, Any]) -> MultiLabelResult:
    plain = {key: tuple(values[key]) for key in ("labels", "seeds")}
    scores = {key: tuple(Score(**s) for s in values[key]) for key in ("scores", "baselines")}
    rows = tuple(LabelRow(**row) for row in values["per_label"])
    return MultiLabelResult(**{**values, **plain, **scores, "per_label": rows})
