"""
Where systems are reproduced: what an experiment needs to train, judge, keep and draw.

All that is trained stands in run directories, and all that takes time is kept: an interrupted
reproduction goes on where it stood when the command is given again.

Public: `Workbench`, `DataNotHereError`, `NotMeasuredError`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genrescope.atomic import write_text
from genrescope.datasets.dataset import Dataset
from genrescope.digests import settings_digest
from genrescope.errors import ConfigError, DatasetError
from genrescope.evaluation.drawing.canvas import save_figure
from genrescope.evaluation.folds import Fold, plan_folds
from genrescope.evaluation.judged import Judged
from genrescope.evaluation.markdown import anchor
from genrescope.evaluation.multilabel.record import MultiLabelResult
from genrescope.evaluation.multilabel.run import run_folds as run_several
from genrescope.evaluation.run import run_folds
from genrescope.reproduction.at_hand import is_here, n_missing
from genrescope.training.changes import assigned
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar, load_inputs, no_bar
from genrescope.training.recipe import Choice, Recipe, StandIn
from genrescope.training.recipe_files import load_recipe
from genrescope.training.several_labels import is_multi_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUICK = {"training.epochs": 2, "selection.at_most": 12}
"""What a quick look changes where a recipe does not say it itself."""
DPI = 90
"""Of figures: a page shows many, and travels with the documents."""


class DataNotHereError(DatasetError):
    """Neither the data of a recipe nor those that may stand in for them are at hand."""


class NotMeasuredError(ConfigError):
    """What was asked for was not measured yet, and nothing may be."""


@dataclass(frozen=True, eq=False)
class Workbench:
    """
    What an experiment works with.

    Attributes
    ----------
    folder : Path
        Where run directories (``runs``), log-mels (``store``), figures and kept records stand.
    quick : bool
        A quick look: few tracks and epochs; its numbers say that all works, and nothing more.
    seeds : tuple of int
        One training a fold and seed.
    read_only : bool
        Train nothing and compute nothing that takes time: what was not measured before is told.
    say : callable
        Takes a line of text for the user.
    bar : callable
        Opens a progress bar.
    """

    folder: Path
    quick: bool = False
    seeds: tuple[int, ...] = (0,)
    read_only: bool = False
    say: Callable[[str], None] = lambda text: None
    bar: Bar = no_bar
    _datasets: dict[str, Dataset] = field(default_factory=dict, repr=False)
    _inputs: dict[str, Inputs] = field(default_factory=dict, repr=False)

    def recipe(self, name: str, changes: Sequence[str] = ()) -> Recipe:
        """
        Load a recipe, on data that are here: its own, or the first stand-in.

        Parameters
        ----------
        name : str
            Name of the recipe.
        changes : sequence of str
            Settings to change, each ``section.key=value``.

        Returns
        -------
        Recipe
            Ready to be measured; quick where the workbench is.

        Raises
        ------
        DataNotHereError
            If no data are at hand.
        """
        recipe = load_recipe(name, changes)
        own = StandIn(recipe.dataset)
        for given in (own, *recipe.stand_in):
            if is_here(given.dataset):
                recipe = dataclasses.replace(
                    recipe,
                    dataset=given.dataset,
                    protocol=given.protocol or recipe.protocol,
                    honest=given.honest or recipe.honest,
                    selection=given.selection or recipe.selection,
                )
                return self._quickly(recipe) if self.quick else recipe
        wanted = " or ".join(c.dataset.name for c in (own, *recipe.stand_in))
        raise DataNotHereError(
            f"recipe {name!r} needs {wanted}, and none is where the recipe says: set the variable "
            "that it names to the folder of the data, or see `genrescope data get`"
        )

    def inputs(self, recipe: Recipe) -> Inputs:
        """
        Compute the model inputs of a recipe; the last ones are held for the next to ask.

        Parameters
        ----------
        recipe : Recipe
            As `recipe` gave it.

        Returns
        -------
        Inputs
            The windows of the data set.
        """
        plain = recipe.to_dict()
        asked = ("dataset", "front_end", "windows", "features", "selection")
        key = settings_digest({name: plain.get(name) for name in asked})
        if key not in self._inputs:
            self._inputs.clear()
            self._inputs[key] = load_inputs(
                recipe, self.folder / "store", datasets=self._datasets, bar=self.bar
            )
        return self._inputs[key]

    def measure(
        self,
        recipe: Recipe,
        protocol: Choice,
        *,
        seeds: Sequence[int] | None = None,
        inputs: Inputs | None = None,
    ) -> Judged:
        """
        Train and judge a recipe under a protocol; finished folds are read back.

        Parameters
        ----------
        recipe : Recipe
            As `recipe` gave it.
        protocol : Choice
            ``recipe.protocol`` (the paper's), ``recipe.honest``, or any other.
        seeds : sequence of int or None
            Seeds; None takes those of the workbench.
        inputs : Inputs or None
            What is learned, where an experiment cuts or chooses it; None takes `inputs` of the
            recipe.

        Returns
        -------
        Judged
            The result, the answers about single tracks and the histories of the trainings.

        Raises
        ------
        NotMeasuredError
            If the workbench only reads, and a fold is not there; or the recipe gives a track
            several labels, whose figures stand beside no accuracy.
        """
        if is_multi_label(recipe):
            raise NotMeasuredError("a track has several labels: see mAP, in the section on them")
        inputs, folds = self._planned(recipe, protocol, seeds, inputs)
        return Judged(run_folds(recipe, inputs, folds, report=self.say, bar=self.bar), folds)

    def measure_several(self, recipe: Recipe, protocol: Choice) -> MultiLabelResult:
        """
        Train and judge a recipe that gives a track several labels; finished folds are read back.

        Parameters
        ----------
        recipe : Recipe
            As `recipe` gave it.
        protocol : Choice
            How it is split.

        Returns
        -------
        MultiLabelResult
            mAP and the other figures of several labels.

        Raises
        ------
        NotMeasuredError
            If the workbench only reads, and a fold is not there.
        """
        inputs, folds = self._planned(recipe, protocol)
        return run_several(recipe, inputs, folds, report=self.say, bar=self.bar)

    def _planned(
        self,
        recipe: Recipe,
        protocol: Choice,
        seeds: Sequence[int] | None = None,
        inputs: Inputs | None = None,
    ) -> tuple[Inputs, list[Fold]]:
        runs = self.folder / ("quick" if self.quick else "runs") / recipe.name
        if self.read_only and not any((runs / protocol.name).glob("*/predictions.csv")):
            raise NotMeasuredError("not trained yet")
        inputs = self.inputs(recipe) if inputs is None else inputs
        folds = plan_folds(
            inputs, protocol.name, protocol.settings, list(seeds or self.seeds), runs
        )
        if self.read_only and (missing := n_missing(recipe, inputs, folds)):
            raise NotMeasuredError(
                f"{missing} of {len(folds)} trainings are not there yet, or are of other settings "
                "or data"
            )
        return inputs, folds

    def kept(self, name: str, settings: Any, compute: Callable[[], Any]) -> Any:
        """
        Give what was computed before with the same settings, or compute and keep it.

        Parameters
        ----------
        name : str
            Name of the record.
        settings : object
            Plain values that decide it.
        compute : callable
            Gives plain values.

        Returns
        -------
        object
            Plain values, as JSON gives them back.

        Raises
        ------
        NotMeasuredError
            If the workbench only reads, and nothing was kept.
        """
        digest = settings_digest({"settings": settings, "quick": self.quick})
        path = self.folder / "kept" / f"{anchor(name)}-{digest[:16]}.json"
        if not path.is_file():
            if self.read_only:
                raise NotMeasuredError(f"{name} was not computed yet")
            write_text(path, json.dumps(compute(), indent=1) + "\n")
        return json.loads(path.read_text(encoding="utf-8"))

    def figure(self, stem: str, figure: Figure) -> Path:
        """
        Write a figure.

        Parameters
        ----------
        stem : str
            Its name, before it is made safe.
        figure : Figure
            The figure.

        Returns
        -------
        Path
            The file.
        """
        path = self.folder / "figures" / f"{anchor(stem)}.png"
        save_figure(figure, path, dpi=DPI)
        return path

    def _quickly(self, recipe: Recipe) -> Recipe:
        settings = QUICK | dict(recipe.quick)
        if not recipe.training:
            settings = {k: v for k, v in settings.items() if not k.startswith("training.")}
        return Recipe.from_dict(assigned(recipe.to_dict(), settings))
