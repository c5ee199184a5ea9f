"""What shall be evaluated together, and where it stands.

The report on one model under one protocol stands in ``RUNS/model/protocol``, a report on several of
either in ``RUNS/reports/model+model/protocol+protocol``.

Public: `Plan`, `report_folder`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from genrescope.digests import settings_digest
from genrescope.training.recipe import Choice, Recipe


@dataclass(frozen=True)
class Plan:
    """
    What shall be evaluated, and where.

    Attributes
    ----------
    recipes : tuple of Recipe
        The models.
    protocols : tuple of Choice
        Under which they are judged.
    seeds : tuple of int
        One training a fold and seed.
    runs : Path
        Where run directories stand.
    store : Path
        Where log-mels of sound files are kept.
    command : str
        What the user typed, for the report.
    live_plot : bool
        Redraw the curves of a single training while it learns (`live_curves`).
    """

    recipes: tuple[Recipe, ...]
    protocols: tuple[Choice, ...]
    seeds: tuple[int, ...]
    runs: Path
    store: Path
    command: str
    live_plot: bool = False

    @property
    def report_folder(self) -> Path:
        """
        Where the report goes.

        Returns
        -------
        Path
            The folder.
        """
        models = [recipe.name for recipe in self.recipes]
        return report_folder(self.runs, models, [protocol.name for protocol in self.protocols])


def report_folder(runs: Path, models: Sequence[str], protocols: Sequence[str]) -> Path:
    """
    Name the folder of a report, another one for each set of models and protocols.

    Parameters
    ----------
    runs : Path
        Where run directories stand.
    models, protocols : sequence of str
        Their names.

    Returns
    -------
    Path
        The folder.

    Examples
    --------
    >>> report_folder(Path("runs"), ["svm"], ["random"]).as_posix()
    'runs/svm/random'
    >>> report_folder(Path("runs"), ["svm", "linear"], ["random"]).as_posix()
    'runs/reports/svm+linear/random'
    """
    if len(models) == len(protocols) == 1:
        return runs / models[0] / protocols[0]
    return runs / "reports" / _joined(models) / _joined(protocols)


def _joined(names: Sequence[str]) -> str:
    text = "+".join(names)
    # File systems allow 255 bytes; what is cut off still tells one set of names from another.
    return text if len(text) <= 120 else f"{text[:100]}-{settings_digest(list(names))[:12]}"
