"""
A system of a paper: trained and judged as the paper did it, and honestly.

What goes wrong with one is told in its row, and the others go on.

Public: `Measured`, `System`, `reproduce_system`.
"""

from __future__ import annotations

from dataclasses import dataclass

from genrescope.errors import GenrescopeError
from genrescope.evaluation.judged import Judged
from genrescope.reproduction.workbench import DataNotHereError, NotMeasuredError, Workbench
from genrescope.training.recipe import Choice, Recipe
from genrescope.training.recipe_files import load_recipe


@dataclass(frozen=True)
class Measured:
    """
    A system under one protocol.

    Attributes
    ----------
    judged : Judged or None
        What came of it; None where nothing did.
    reason : str
        Why nothing did.
    failed : bool
        Whether that is a fault, and not for want of data or of time.
    """

    judged: Judged | None
    reason: str = ""
    failed: bool = False


@dataclass(frozen=True)
class System:
    """
    A system of a paper, reproduced.

    Attributes
    ----------
    recipe : Recipe
        On the data that were here.
    theirs, honest : Measured
        Under the protocol of the paper, and under the honest one.
    own_data : bool
        Whether the data are those that the recipe names, and no stand-in.
    """

    recipe: Recipe
    theirs: Measured
    honest: Measured
    own_data: bool

    @property
    def failures(self) -> list[str]:
        """
        Say what went wrong, though its data are here.

        Returns
        -------
        list of str
            A line each.
        """
        return [
            f"{self.recipe.name}, {which}: {measured.reason}"
            for which, measured in (("as the paper", self.theirs), ("honestly", self.honest))
            if measured.failed
        ]


def reproduce_system(bench: Workbench, name: str) -> System:
    """
    Train and judge a recipe under its paper's protocol and under the honest one.

    Parameters
    ----------
    bench : Workbench
        Where that is done; what was done before is read back.
    name : str
        Name of a recipe.

    Returns
    -------
    System
        Both results, or why there are none.
    """
    asked = load_recipe(name)
    try:
        recipe = bench.recipe(name)
    except DataNotHereError as error:
        missing = Measured(None, str(error))
        return System(asked, missing, missing, own_data=False)
    return System(
        recipe,
        _measured(bench, recipe, recipe.protocol),
        _measured(bench, recipe, recipe.honest),
        own_data=recipe.dataset == asked.dataset,
    )


def _measured(bench: Workbench, recipe: Recipe, protocol: Choice) -> Measured:
    try:
        return Measured(bench.measure(recipe, protocol))
    except NotMeasuredError as error:
        return Measured(None, str(error))
    except GenrescopeError as error:
        bench.say(f"{recipe.name}, {protocol.name}: {error}")
        return Measured(None, str(error), failed=True)
