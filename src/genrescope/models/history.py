"""The history of a training as data: one record an epoch, kept as a CSV file.

``train`` is measured while learning, ``valid`` may end the training and choose the weights,
``watch`` is only watched (the test curve that papers draw) and decides nothing.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.atomic import write_text
from genrescope.errors import ConfigError


@dataclass(frozen=True)
class Epoch:
    """
    Loss and accuracy after one epoch.

    Attributes
    ----------
    epoch : int
        Number of the epoch, from 1.
    train_loss, valid_loss, watch_loss : float or None
        Mean cross-entropy, in nats; None where there is no such part.
    train_accuracy, valid_accuracy, watch_accuracy : float or None
        In [0, 1]; of several labels an input, the mean average precision.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    valid_loss: float | None = None
    valid_accuracy: float | None = None
    watch_loss: float | None = None
    watch_accuracy: float | None = None

    def to_dict(self) -> dict[str, float | None]:
        """
        Give the record as plain values.

        Returns
        -------
        dict
            Field name to value.
        """
        return dataclasses.asdict(self)


COLUMNS = tuple(field.name for field in dataclasses.fields(Epoch))


def write_history(path: Path, history: Sequence[Epoch]) -> None:
    """
    Write a history as CSV, atomically.

    Parameters
    ----------
    path : Path
        The file.
    history : sequence of Epoch
        In the order of the epochs.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for epoch in history:
        writer.writerow({k: "" if v is None else v for k, v in epoch.to_dict().items()})
    write_text(path, text.getvalue())


def read_history(path: Path) -> list[Epoch]:
    """
    Read a history that `write_history` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list of Epoch
        In the order of the epochs.

    Raises
    ------
    ConfigError
        If the file is no such history.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ConfigError(
                f"{path}: columns {reader.fieldnames} are not those of a training history "
                f"({', '.join(COLUMNS)}): give the history.csv of a run"
            )
        return [
            Epoch(int(row["epoch"]), **{c: float(row[c]) for c in COLUMNS[1:] if row[c] != ""})
            for row in reader
        ]
