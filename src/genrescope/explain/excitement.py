"""
What excites a unit of a network: the input that does so most, and the real windows that do.

A unit is a filter of a convolution, a unit of a full connection, or a genre (its logit). Of a
filter, a real window counts by the strongest answer anywhere in its map.

Public: `Excitement`, `StrongWindow`, `Range`, `excitement`, `strongest_windows`.

References
----------
M. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, who show
the patches of real pictures that excite a filter most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope.errors import ParameterError
from genrescope.explain.trained import TrainedRun
from genrescope.seeding import rng_for
from genrescope.splits.split import PARTS
from genrescope.training.inputs import Inputs

if TYPE_CHECKING:
    from genrescope.models.inside import Unit

BLUR = 1.0
"""Cells by which gradients are blurred, but for the first convolution."""

LEAST_STD = 1e-3
"""Of a cell, as a share of the greatest deviation of any."""


@dataclass(frozen=True)
class StrongWindow:
    """
    A real window that excites a unit.

    Attributes
    ----------
    track_id, label : str
        Whose it is.
    part : str
        ``"train"``, ``"valid"``, ``"test"``, or ``""`` where the split does not name the track.
    window : int
        Which window of the track, from 0.
    answer : float
        Of the unit.
    row : int
        Of the window in the inputs.
    """

    track_id: str
    label: str
    part: str
    window: int
    answer: float
    row: int

    def to_dict(self) -> dict[str, Any]:
        """
        Give the window as plain values.

        Returns
        -------
        dict
            Without the row, which says nothing elsewhere.
        """
        names = ("track_id", "label", "part", "window", "answer")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, eq=False)
class Range:
    """
    Where the cells of real inputs lie.

    Attributes
    ----------
    mean, std : np.ndarray [shape=input_shape]
        Over the windows, cell by cell; deviations are not below a thousandth of the greatest.
    """

    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray) -> Range:
        """
        Measure the range of real inputs.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Inputs, at least two.

        Returns
        -------
        Range
            Of each cell.

        Raises
        ------
        ParameterError
            If there are fewer than two, or all are equal.
        """
        mean, std = X.mean(0, dtype=np.float64), X.std(0, dtype=np.float64)
        if len(X) < 2 or not std.max() > 0:
            raise ParameterError(
                f"{len(X)} windows, all alike, say nothing of how inputs differ: give more data"
            )
        # Float32, as inputs are: a cell that keeps the mean does not differ from it by rounding.
        std = np.maximum(std, LEAST_STD * std.max())
        return cls(mean.astype(np.float32), std.astype(np.float32))

    def deviation(self, x: np.ndarray) -> np.ndarray:
        """
        Say by how many deviations an input differs from the mean.

        Parameters
        ----------
        x : np.ndarray [shape=input_shape]
            An input.

        Returns
        -------
        np.ndarray [shape=input_shape]
            Cell by cell.
        """
        away: np.ndarray = (x - self.mean) / self.std
        return away


@dataclass(frozen=True, eq=False)
class Excitement:
    """
    What excites a unit.

    Attributes
    ----------
    name : str
        Of the unit, for people.
    unit : Unit
        The unit.
    x : np.ndarray [shape=input_shape]
        The input that excites it most, as gradient ascent found it.
    answer : float
        Of the unit to `x`; of a filter, in the middle of its map.
    P : np.ndarray [shape=(n_labels,)]
        What the network says `x` is.
    blur : float
        Cells by which the gradient was blurred.
    """

    name: str
    unit: Unit
    x: np.ndarray
    answer: float
    P: np.ndarray
    blur: float


def excitement(
    run: TrainedRun,
    unit: Unit,
    within: Range,
    *,
    seed: int = 0,
    n_steps: int = 100,
    blur: float | None = None,
) -> Excitement:
    """
    Find the input that excites a unit most.

    Parameters
    ----------
    run : TrainedRun
        The network.
    unit : Unit
        Which unit.
    within : Range
        Of real inputs; the input stays as near their mean as a real one does (see
        `genrescope.models.ascent` for the regulariser).
    seed : int
        Of the first input.
    n_steps : int
        Of gradient ascent.
    blur : float or None
        Cells by which the gradient is blurred; None takes 0 for the first convolution, whose
        filters are a few cells wide, and 1 for any other.

    Returns
    -------
    Excitement
        The input and what the network says to it.
    """
    from genrescope.models.ascent import excited

    if blur is None:
        blur = 0.0 if unit.layer == "conv-1" else BLUR
    x, answers = excited(
        run.inside,
        unit,
        mean=within.mean,
        std=within.std,
        rng=rng_for(seed, "excite", unit.layer, unit.index),
        n_steps=n_steps,
        blur=blur,
    )
    P = run.probabilities(x[None])[0]
    return Excitement(run.name(unit), unit, x, float(answers.max()), P, blur)


def strongest_windows(
    run: TrainedRun,
    inputs: Inputs,
    unit: Unit,
    *,
    n: int = 5,
    parts: Sequence[str] = PARTS,
) -> list[StrongWindow]:
    """
    Find the real windows that excite a unit most, at most one of each track.

    Parameters
    ----------
    run : TrainedRun
        The network.
    inputs : Inputs
        The windows of its data set, as `TrainedRun.inputs` gives them.
    unit : Unit
        Which unit.
    n : int
        How many.
    parts : sequence of str
        Parts of the split to look in; tracks that the split does not name are looked at where all
        parts are.

    Returns
    -------
    list of StrongWindow
        Strongest first.
    """
    from genrescope.models.inside import responses

    split = run.split()
    part_of = {track_id: part for part in PARTS for track_id in getattr(split, part)}
    wanted = {*parts, *([""] if set(parts) == set(PARTS) else [])}
    rows = inputs.rows(t.track_id for t in inputs.tracks if part_of.get(t.track_id, "") in wanted)
    answers = responses(run.inside, inputs.X[rows], unit)
    strength = answers.reshape(len(rows), -1).max(1) if len(rows) else np.zeros(0)
    found: dict[int, StrongWindow] = {}
    for i in np.argsort(-strength, kind="stable"):
        row, owner = int(rows[i]), int(inputs.track_of_window[rows[i]])
        if owner in found:
            continue
        track = inputs.tracks[owner]
        first = int(np.flatnonzero(inputs.track_of_window == owner)[0])
        found[owner] = StrongWindow(
            track.track_id,
            track.label,
            part_of.get(track.track_id, ""),
            row - first,
            float(strength[i]),
            row,
        )
        if len(found) == n:
            break
    return list(found.values())
