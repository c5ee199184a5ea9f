"""The answers of the folds of a protocol: trained and judged, or read back where they stand.

A fold that is finished is not trained again: its table of answers is written last.

Public: `Answers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from genrescope.evaluation.fold_training import claim, train_fold
from genrescope.evaluation.folds import Fold
from genrescope.training.inputs import Inputs
from genrescope.training.loading import Bar
from genrescope.training.recipe import Recipe

Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Answers(Generic[Outcome]):
    """
    How answers of one kind are made and kept.

    Attributes
    ----------
    judge : callable
        Asks a predictor about test tracks, as `run.judge` does.
    read : callable
        Reads the labels and the answers from a file.
    write : callable
        Writes answers to a file, given all labels.
    told : callable
        Says what came of the answers of a fold.
    """

    judge: Callable[..., list[Outcome]]
    read: Callable[[Path], tuple[Any, list[Outcome]]]
    write: Callable[..., None]
    told: Callable[[Sequence[Outcome]], str]

    def _of_fold(
        self,
        recipe: Recipe,
        inputs: Inputs,
        fold: Fold,
        labels: Sequence[str],
        *,
        progress: bool,
        bar: Bar,
    ) -> list[Outcome]:
        """Train one model and judge it on its test tracks; a finished fold is read back."""
        claim(fold, recipe, inputs)
        path, split = fold.folder / "predictions.csv", fold.split
        if path.exists():
            return self.read(path)[1]
        predictor = train_fold(recipe, inputs, fold, progress=progress, bar=bar)
        found = self.judge(predictor, inputs, split.test, labels, fold=split.fold, seed=fold.seed)
        split.save(fold.folder / "split.json")
        self.write(path, found, labels=labels)
        return found

    def of_folds(
        self,
        recipe: Recipe,
        inputs: Inputs,
        folds: Sequence[Fold],
        labels: Sequence[str],
        *,
        progress: bool,
        report: Callable[[str], None] | None,
        bar: Bar,
    ) -> list[Outcome]:
        """
        Train a model a fold and judge it on its test tracks; finished folds are read back.

        Parameters
        ----------
        recipe : Recipe
            What to train.
        inputs : Inputs
            The windows of the data set, in the segments of the splits.
        folds : sequence of Fold
            The folds of one protocol.
        labels : sequence of str
            All labels of the data set.
        progress : bool
            Show a progress bar while a network learns.
        report : callable or None
            Called with a line of text after each training.
        bar : callable
            Opens a progress bar for what takes its time besides.

        Returns
        -------
        list of object
            One a test track, fold by fold.

        Raises
        ------
        ConfigError
            If a folder holds a training with other settings.
        """
        outcomes: list[Outcome] = []
        for fold in folds:
            found = self._of_fold(recipe, inputs, fold, labels, progress=progress, bar=bar)
            outcomes += found
            if report is not None:
                report(
                    f"{recipe.name}, {fold.protocol}, fold {fold.split.fold} of "
                    f"{fold.split.n_folds}, seed {fold.seed}: {self.told(found)}"
                )
        return outcomes
