"""A recipe with some settings changed, measured: what an experiment on single causes compares.

Public: `Variant`, `measured`, `table`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genrescope.evaluation import markdown
from genrescope.evaluation.judged import Judged
from genrescope.reproduction.workbench import Workbench
from genrescope.training.recipe import Recipe


@dataclass(frozen=True)
class Variant:
    """
    One recipe, changed, trained and judged.

    Attributes
    ----------
    recipe : Recipe
        What was trained.
    judged : Judged
        What came of it.
    """

    recipe: Recipe
    judged: Judged

    @property
    def accuracy(self) -> float:
        """
        Accuracy of what was held out.

        Returns
        -------
        float
            In [0, 1].
        """
        return self.judged.result.headline.value


def measured(
    bench: Workbench,
    row: str,
    changes: Sequence[str] = (),
    *,
    seeds: Sequence[int] | None = None,
) -> Variant:
    """
    Train and judge a recipe with changed settings, split as its paper splits.

    Parameters
    ----------
    bench : Workbench
        Where it is trained; what was trained before is read back.
    row : str
        Name of the recipe.
    changes : sequence of str
        Settings to change, each ``section.key=value``. Each set of changes has its own run
        directory.
    seeds : sequence of int or None
        Seeds; None takes those of the workbench.

    Returns
    -------
    Variant
        The recipe and what came of it.
    """
    recipe = bench.recipe(row, changes)
    if changes:
        # A run directory is named after its recipe.
        what = [change.partition(".")[2].replace("=", "-") for change in changes]
        recipe = dataclasses.replace(recipe, name="-".join([row, *what]))
    return Variant(recipe, bench.measure(recipe, recipe.protocol, seeds=seeds))


def table(found: Mapping[str, Variant]) -> str:
    """
    Give a row a variant.

    Parameters
    ----------
    found : mapping of str to Variant
        By what was changed.

    Returns
    -------
    str
        Markdown: accuracy with interval and n, accuracy in training after the last epoch, epochs.
    """
    header = ["network", "accuracy", "95 % interval", "n", "in training", "epochs"]
    rows = []
    for name, one in found.items():
        score, history = one.judged.result.headline, one.judged.history()
        rows.append(
            [
                markdown.plain(name),
                markdown.number("accuracy", score.value, caveat=one.judged.result.caveat),
                markdown.interval(score),
                str(score.n),
                markdown.number("accuracy", history[-1].train_accuracy),
                str(len(history)),
            ]
        )
    return markdown.table(header, rows)
