"""
A change: one transform of sound with its settings, under a name.

Each module of this folder is a family of transforms (see `FAMILIES`). It has a frozen dataclass
`Settings` and a pure function ``apply(y, *, sr, settings, rng) -> y``: float sound of full scale
1.0, ``[shape=(n,) or (n_channels, n)]``, in; new float32 sound at the same sample rate out. The
argument is never written to. What is random is drawn from `rng`.

Public: `Change`, `FAMILIES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genrescope.errors import ParameterError
from genrescope.registry import Registry
from genrescope.settings import make_settings

FAMILIES = Registry(
    "genrescope.augment",
    "family of transforms",
    reserved=("change", "horse_changes", "filters", "logmel_changes"),
)


@dataclass(frozen=True)
class Change:
    """
    One change of sound.

    Attributes
    ----------
    name : str
        What it is called in files and on the command line.
    title : str
        What it is, in words.
    family : str
        Name of the family of transforms that makes it.
    settings : mapping
        Settings of the family, by name; what is missing takes its default.

    Examples
    --------
    >>> quieter = Change("quieter", "gain -20 dB", "level", {"gain_db": -20.0})
    >>> y = np.ones(3, dtype=np.float32)
    >>> quieter.apply(y, sr=22050, rng=np.random.default_rng(0)).round(3).tolist()
    [0.1, 0.1, 0.1]
    """

    name: str
    title: str
    family: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, y: np.ndarray, *, sr: int, rng: np.random.Generator) -> np.ndarray:
        """
        Change sound.

        Parameters
        ----------
        y : np.ndarray [shape=(n,) or (n_channels, n)]
            Floating point, full scale 1.0; it is not written to.
        sr : int
            Sample rate in Hz.
        rng : np.random.Generator
            Source of what is random.

        Returns
        -------
        np.ndarray [shape=(m,) or (n_channels, m)]
            New float32 sound at the same rate.

        Raises
        ------
        ParameterError
            If `y` is no sound, or the change cannot be made of it.
        ConfigError
            If a setting is unknown or of the wrong type.
        UnknownNameError
            If there is no such family.
        """
        if y.ndim not in (1, 2) or not y.size or not np.issubdtype(y.dtype, np.floating):
            raise ParameterError(
                f"y has shape {y.shape} and type {y.dtype}, but must be floating point of shape "
                "(n,) or (n_channels, n), with a sample or more"
            )
        module = FAMILIES.module(self.family)
        settings = make_settings(
            module.Settings, self.settings, what=f"family of transforms {self.family!r}"
        )
        changed: np.ndarray = module.apply(y, sr=sr, settings=settings, rng=rng)
        return changed
