"""Changed copies of what a model learns from: excerpts, other tempi, noise, narrower bands.

A model that learns copies beside each recording does not take the quality of a recording for its
genre. Copies are made of the log-mel (see `genrescope.augment.logmel_changes`), are the same in
every training, whatever its seed and fold, and are computed once for a data set.

Public: `Augmentation`, `changed_copies`, `with_copies`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from genrescope.augment.logmel_changes import band_frequencies, changed
from genrescope.errors import ConfigError
from genrescope.models.classifier import learns_copies
from genrescope.seeding import rng_for
from genrescope.settings import make_settings

if TYPE_CHECKING:
    from genrescope.training.inputs import Inputs
    from genrescope.training.recipe import Recipe


@dataclass(frozen=True)
class Augmentation:
    """
    How many changed copies a model learns from.

    Attributes
    ----------
    n_copies : int
        Copies beside each window; 0 makes none.

    Raises
    ------
    ConfigError
        If the number is negative.
    """

    n_copies: int = 0

    def __post_init__(self) -> None:
        """Refuse fewer copies than none."""
        if self.n_copies < 0:
            raise ConfigError(f"augmentation: n_copies is {self.n_copies}, but counts copies")

    def to_dict(self) -> dict[str, Any]:
        """
        Give the settings as plain values.

        Returns
        -------
        dict
            Nothing where no copy is made.
        """
        return asdict(self) if self.n_copies else {}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Augmentation:
        """
        Make the settings from plain values.

        Parameters
        ----------
        values : mapping
            As ``[augmentation]`` of a recipe holds them.

        Returns
        -------
        Augmentation
            The settings.

        Raises
        ------
        ConfigError
            If a key is unknown or a value breaks its rule.
        """
        return make_settings(cls, values, what="augmentation")


# One data set at a time: its copies are several times as large as its inputs.
@lru_cache(maxsize=1)
def changed_copies(inputs: Inputs, n_copies: int) -> np.ndarray:
    """
    Make changed copies of every window of a data set.

    Parameters
    ----------
    inputs : Inputs
        The windows; those whose features hear the sound itself have no copies.
    n_copies : int
        Copies of each.

    Returns
    -------
    np.ndarray [shape=(n_copies, n_windows, ...)]
        Their model inputs, float32, read-only: they serve every training.

    Raises
    ------
    ConfigError
        If the features are computed from more than the log-mel.
    """
    if inputs.features.hears_sound:
        raise ConfigError(
            f"augmentation: the features {inputs.features.name!r} are computed from the sound "
            "itself, but copies are made of log-mels: leave [augmentation] out, or choose other "
            "features"
        )
    change = _changer(inputs)
    copies = np.empty((n_copies, *inputs.X.shape), dtype=np.float32)
    row = 0
    for track in inputs.tracks:
        windows = inputs.logmels(track.track_id)
        for number in range(n_copies):
            made = [change(S, number, track.track_id, i) for i, S in enumerate(windows)]
            copies[number, row : row + len(made)] = inputs.features.compute(made, inputs.front_end)
        row += len(windows)
    copies.flags.writeable = False
    return copies


def with_copies(
    recipe: Recipe, inputs: Inputs, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """
    Add the changed copies of a recipe to what its model learns.

    Parameters
    ----------
    recipe : Recipe
        Says how many copies, and which model.
    inputs : Inputs
        The windows.
    rows : np.ndarray [shape=(n,)]
        Those to learn.

    Returns
    -------
    rows : np.ndarray [shape=(m,)]
        Whose labels and groups what is learned has: `rows`, or again for each copy.
    X : np.ndarray [shape=(m, ...)]
        Model inputs to learn.
    apart : dict
        ``copies`` [shape=(n_copies, n, ...)] where the model takes them apart, else nothing.

    Raises
    ------
    ConfigError
        If the features have no copies (see `changed_copies`).
    """
    X, n_copies = inputs.X[rows], recipe.augmentation.n_copies
    if not n_copies:
        return rows, X, {}
    copies = changed_copies(inputs, n_copies)[:, rows]
    if learns_copies(recipe.model.name):
        return rows, X, {"copies": copies}
    return np.tile(rows, 1 + n_copies), np.concatenate([X, *copies]), {}


def _changer(inputs: Inputs) -> Callable[..., np.ndarray]:
    front_end = inputs.front_end
    fmax = front_end.sr / 2 if front_end.fmax is None else front_end.fmax
    hz = band_frequencies(n_mels=front_end.n_mels, fmin=front_end.fmin, fmax=fmax)

    def change(S: np.ndarray, *what: object) -> np.ndarray:
        levels = front_end.to_db(front_end.logmel_of(S))
        rate = front_end.sr / front_end.hop_length
        rng = rng_for(0, "changed copy", *what)
        made = np.maximum(changed(levels, hz=hz, frame_rate=rate, rng=rng), -front_end.top_db)
        return front_end.cropped(made, start=0, stop=made.shape[1])

    return change
