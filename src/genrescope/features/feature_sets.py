"""The folder of feature sets, as a registry: one file a set, from a window's log-mel to an input.

An entry has a frozen dataclass ``Settings`` and ``compute(S, *, settings, front_end)``, which turns
the log-mel of one window [shape=(n_mels, t)] into one float32 model input of a fixed shape.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genrescope.errors import ConfigError
from genrescope.features.front_end import FrontEnd
from genrescope.registry import Registry
from genrescope.settings import make_settings

FEATURE_SETS = Registry(
    "genrescope.features", "feature set", reserved=("feature_sets", "front_end", "windows")
)


@dataclass(frozen=True)
class FeatureChoice:
    """
    A feature set with its settings, as recipes and bundles hold it.

    Attributes
    ----------
    name : str
        Name of the feature set (``"mel-picture"``).
    settings : mapping
        Its settings, by name; what is missing takes its default.

    Examples
    --------
    >>> S = np.zeros((128, 387), dtype=np.float32)
    >>> FeatureChoice("mel-picture").compute([S, S], FrontEnd(hop_length=1708)).shape
    (2, 64, 100)
    """

    name: str = "logmel"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FeatureChoice:
        """
        Make a choice from plain values: ``name`` and the settings beside it.

        Parameters
        ----------
        values : mapping
            As in a recipe's ``[features]``.

        Returns
        -------
        FeatureChoice
            The choice, with every setting written out.

        Raises
        ------
        ConfigError
            If the name is missing, or a setting is unknown or of the wrong type.
        UnknownNameError
            If there is no such feature set.
        ParameterError
            If a setting breaks a rule of the feature set.
        """
        name = values.get("name")
        if not isinstance(name, str):
            raise ConfigError(f"features need a name; known: {', '.join(FEATURE_SETS.names())}")
        record = make_settings(
            FEATURE_SETS.module(name).Settings,
            {key: value for key, value in values.items() if key != "name"},
            what=f"feature set {name!r}",
        )
        return cls(name, dataclasses.asdict(record))

    def to_dict(self) -> dict[str, Any]:
        """
        Give the choice as plain values.

        Returns
        -------
        dict
            ``name`` and the settings beside it.
        """
        return {"name": self.name, **self.settings}

    def compute(self, logmels: Iterable[np.ndarray], front_end: FrontEnd) -> np.ndarray:
        """
        Compute the model inputs of several windows.

        Parameters
        ----------
        logmels : iterable of np.ndarray [shape=(n_mels, t)]
            One log-mel a window.
        front_end : FrontEnd
            What made them.

        Returns
        -------
        np.ndarray [shape=(n_windows, ...)]
            One input a window, float32.
        """
        module = FEATURE_SETS.module(self.name)
        settings = module.Settings(**self.settings)
        return np.stack(
            [module.compute(S, settings=settings, front_end=front_end) for S in logmels]
        ).astype(np.float32, copy=False)
