"""
What a comparison of two models found, as a record, in words and as JSON.

Differences are those of the first model less the second, as fractions. The verdict rests on the
adjusted p-value of the test by artists alone; the other tests stand beside it.

Public functions: `to_json`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from genrescope.metrics.paired_bootstrap import Difference
from genrescope.metrics.paired_tests import CorrectedT

_FORMAT = "genrescope-comparison/1"


@dataclass(frozen=True)
class Comparison:
    """
    Two models, side by side under one protocol.

    Attributes
    ----------
    first, second : str
        The models; the first is the one with the higher accuracy.
    protocol : str
        Under which both were tested.
    caveat : str
        ``"leaky"``, ``"unverified"`` or nothing.
    n, n_groups : int
        Tracks that both were tested on; artists among them, a track of an unknown artist by itself.
    accuracy_first, accuracy_second : float
        On these tracks.
    accuracy, macro_f1 : Difference
        Their differences, with intervals by artists.
    p_value, p_adjusted : float
        Of the sign-flip test by artists; the latter by Holm's method.
    alpha : float
        The level of the verdict; intervals are of 1 - alpha.
    n_only_first, n_only_second : int
        Tracks that one model got right more often than the other.
    p_mcnemar : float
        Of the exact McNemar test of these.
    corrected_t : CorrectedT or None
        Over folds and seeds; None where they do not differ in their test tracks, or the number of
        training tracks is not known.
    design_effect : float
        How many times more tracks the difference takes for tracks of one artist being alike.
    power : float
        Of the two figures that follow.
    n_needed, n_groups_needed : int or None
        Tracks, and artists with as many tracks each as here, that show this difference with that
        power; None where there is no difference.
    detectable : float or None
        The difference that this many tracks show with that power.
    notes : tuple of str
        What a reader must know.
    """

    first: str
    second: str
    protocol: str
    caveat: str
    n: int
    n_groups: int
    accuracy_first: float
    accuracy_second: float
    accuracy: Difference
    macro_f1: Difference
    p_value: float
    p_adjusted: float
    alpha: float
    n_only_first: int
    n_only_second: int
    p_mcnemar: float
    corrected_t: CorrectedT | None
    design_effect: float
    power: float
    n_needed: int | None
    n_groups_needed: int | None
    detectable: float | None
    notes: tuple[str, ...] = ()

    @property
    def is_real(self) -> bool:
        """
        Say whether the models are told apart.

        Returns
        -------
        bool
            True where the adjusted p-value is at most alpha.
        """
        return self.p_adjusted <= self.alpha

    @property
    def verdict(self) -> str:
        """
        Give the outcome in words.

        Returns
        -------
        str
            Which model is better, or that they are not told apart, with the caveat.
        """
        if not self.is_real:
            words = "not told apart"
        else:
            words = f"{self.first if self.accuracy.value > 0 else self.second} is better"
        return f"{words} ({self.caveat})" if self.caveat else words

    def to_dict(self) -> dict[str, Any]:
        """
        Give the comparison as plain values for JSON.

        Returns
        -------
        dict
            Its fields and the verdict; an infinite t, which JSON lacks, is null.
        """
        values = dataclasses.asdict(self)
        t = values["corrected_t"]
        if t is not None and abs(t["t"]) == float("inf"):
            t["t"] = None
        return {**values, "is_real": self.is_real, "verdict": self.verdict}


@dataclass(frozen=True)
class Refusal:
    """
    Two models that are not compared.

    Attributes
    ----------
    first, second : str
        The models, each with its protocol; the second is empty where no other model has the
        protocol of the first.
    reason : str
        Why not.
    """

    first: str
    second: str
    reason: str

    @property
    def is_alone(self) -> bool:
        """
        Say whether there was nothing to compare with.

        Returns
        -------
        bool
            True where no other model has the protocol.
        """
        return not self.second

    @property
    def sentence(self) -> str:
        """
        Say in words what is not compared, and why.

        Returns
        -------
        str
            Text.
        """
        names = f"{self.first} with {self.second}" if self.second else self.first
        return f"Not compared: {names}: {self.reason}"


def to_json(comparisons: Sequence[Comparison], refusals: Sequence[Refusal]) -> str:
    """
    Give comparisons as JSON text.

    Parameters
    ----------
    comparisons : sequence of Comparison
        What was compared.
    refusals : sequence of Refusal
        What was not.

    Returns
    -------
    str
        JSON with all digits.
    """
    document = {
        "format": _FORMAT,
        "comparisons": [c.to_dict() for c in comparisons],
        "not_compared": [dataclasses.asdict(r) for r in refusals],
    }
    return json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n"
