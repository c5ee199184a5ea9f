"""One model judged under one protocol, with the folders of its trainings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from genrescope.evaluation.folds import Fold
from genrescope.evaluation.multilabel.record import MultiLabelResult
from genrescope.evaluation.outcomes import TrackOutcome, read_predictions_csv
from genrescope.evaluation.record import ProtocolResult
from genrescope.models.history import Epoch, read_history

ResultT = TypeVar("ResultT", bound=ProtocolResult | MultiLabelResult)


@dataclass(frozen=True)
class JudgedFolds(Generic[ResultT]):
    """
    A result with the folds that it comes from.

    Attributes
    ----------
    result : ProtocolResult or MultiLabelResult
        What came of it.
    folds : sequence of Fold
        Where the trainings stand.
    """

    result: ResultT
    folds: Sequence[Fold]

    @property
    def key(self) -> tuple[str, str]:
        """
        Model and protocol, as the result names them.

        Returns
        -------
        tuple of str
            The names.
        """
        return self.result.model, self.result.protocol

    @property
    def tables(self) -> list[Path]:
        """
        Where the answers about the test tracks stand.

        Returns
        -------
        list of Path
            One a fold.
        """
        return [fold.folder / "predictions.csv" for fold in self.folds]

    def history(self) -> list[Epoch]:
        """
        Give the first training, epoch by epoch.

        Returns
        -------
        list of Epoch
            Nothing where it has no epochs.
        """
        path = self.folds[0].folder / "training" / "history.csv"
        return read_history(path) if path.exists() else []


class Judged(JudgedFolds[ProtocolResult]):
    """A result of one label a track, with the folds that it comes from."""

    def answers(self) -> list[TrackOutcome]:
        """
        Give what was said about each test track.

        Returns
        -------
        list of TrackOutcome
            Fold by fold.
        """
        return [o for path in self.tables for o in read_predictions_csv(path)[1]]
