"""
What papers reported beside what was measured here: which of our figures may stand beside theirs.

A figure of a paper compares with ours under the protocol of the recipe, which is the paper's own.
Ours under any other protocol stand apart, honest ones first.

Public functions: `papers_of`, `against_papers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genrescope.evaluation.markdown import interval, number, plain, table, words
from genrescope.evaluation.record import ProtocolResult

if TYPE_CHECKING:
    from genrescope.training.recipe import Published, Recipe


@dataclass(frozen=True)
class Paper:
    """
    What a paper reported of one model.

    Attributes
    ----------
    protocol : str
        How it split its data, by the name of our protocol.
    figures : tuple of Published
        Its figures on the recordings that ours were measured on.
    """

    protocol: str
    figures: tuple[Published, ...]

    @property
    def accuracy(self) -> float | None:
        """
        The first accuracy that it reported.

        Returns
        -------
        float or None
            In [0, 1]; None where it reported none.
        """
        return next((p.value for p in self.figures if p.metric == "accuracy"), None)

    def is_beside(self, result: ProtocolResult) -> bool:
        """
        Say whether a result was measured as the paper did it.

        Parameters
        ----------
        result : ProtocolResult
            Of the model of the paper.

        Returns
        -------
        bool
            True under the protocol of the paper.
        """
        return result.protocol.replace("_", "-") == self.protocol.replace("_", "-")


def papers_of(recipes: Sequence[Recipe]) -> dict[str, Paper]:
    """
    Collect what the papers of recipes reported on the recordings that the recipes run on.

    Parameters
    ----------
    recipes : sequence of Recipe
        The models.

    Returns
    -------
    dict of str to Paper
        By name of the model; models without such figures are left out.
    """
    return {r.name: Paper(r.protocol.name, r.comparable) for r in recipes if r.comparable}


def against_papers(ordered: Sequence[ProtocolResult], papers: Mapping[str, Paper]) -> str:
    """
    Write the table of a report that sets papers and ours side by side.

    Parameters
    ----------
    ordered : sequence of ProtocolResult
        What was measured.
    papers : mapping of str to Paper
        By name of the model.

    Returns
    -------
    str
        A section of Markdown.
    """
    rows = []
    for model in dict.fromkeys(r.model for r in ordered if r.model in papers):
        paper = papers[model]
        ours = [r for r in ordered if r.model == model]
        alike = [r for r in ours if paper.is_beside(r)]
        others = [r for r in ours if not paper.is_beside(r)]
        for p in paper.figures:
            rows.append(
                [
                    plain(model),
                    words(p.metric),
                    plain(p.measured_on),
                    plain(p.source),
                    number(p.metric, p.value),
                    _ours(p.metric, alike),
                    _ours(p.metric, [r for r in others if r.honest]),
                    _ours(p.metric, [r for r in others if not r.honest]),
                ]
            )
    header = ["model", "metric", "paper measured on", "source", "paper"]
    header += ["ours as they did it", "ours, honestly", "ours otherwise"]
    return "## Beside what papers reported\n\n" + table(header, rows, n_text=4)


def _ours(metric: str, results: Sequence[ProtocolResult]) -> str:
    cells = []
    for r in results:
        if metric in {s.metric for s in r.scores}:
            score = r.headline if metric == "accuracy" else r.score(metric)
            text = number(metric, score.value, caveat=r.caveat)
            cells.append(f"{text} ({interval(score)}, n = {r.n}, {plain(r.protocol)})")
    return "; ".join(cells) or "-"
