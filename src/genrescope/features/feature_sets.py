"""The folder of feature sets, as a registry: one file a set, from a window's log-mel to an input.

An entry has a frozen dataclass ``Settings`` and ``compute(S, *, settings, front_end)``, which turns
the log-mel of one window [shape=(n_mels, t)] into one float32 model input of a fixed shape.

A set that needs more of the sound than its log-mel also has ``sound_rows(y, *, settings,
front_end)``, which gives rows [shape=(n_rows, t)] over the frames of the log-mel. They travel below
it, wherever log-mels travel (the store, the windows of a prediction), and ``compute`` is given both
as one picture [shape=(n_mels + n_rows, t)].

A set that is a linear map of the log-mel may have ``brought_back(A, *, settings, front_end,
n_frames)``, the transposed map: from one weight a cell of the input to one a cell of the log-mel.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genrescope.errors import ConfigError, ParameterError
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

    @property
    def hears_sound(self) -> bool:
        """
        Whether the set needs rows that are computed from the sound itself.

        Returns
        -------
        bool
            False where the log-mel is enough.
        """
        return hasattr(FEATURE_SETS.module(self.name), "sound_rows")

    def picture(self, y: np.ndarray, front_end: FrontEnd) -> np.ndarray:
        """
        Compute what `compute` needs of a stretch of sound.

        Parameters
        ----------
        y : np.ndarray [shape=(n,)]
            Mono sound at the sample rate of the front end.
        front_end : FrontEnd
            From sound to log-mel.

        Returns
        -------
        np.ndarray [shape=(n_mels, t)] or [shape=(n_mels + n_rows, t)]
            The log-mel, and below it the rows that are computed from sound; float32.

        Raises
        ------
        MissingExtraError
            If the rows need packages that are not installed.

        Examples
        --------
        >>> y = np.zeros(22050, dtype=np.float32)
        >>> FeatureChoice("mfcc").picture(y, FrontEnd()).shape
        (128, 44)
        """
        S = front_end.compute(y)
        if not self.hears_sound:
            return S
        module = FEATURE_SETS.module(self.name)
        rows = module.sound_rows(y, settings=module.Settings(**self.settings), front_end=front_end)
        return np.concatenate([S, rows]).astype(np.float32, copy=False)

    def compute(self, logmels: Iterable[np.ndarray], front_end: FrontEnd) -> np.ndarray:
        """
        Compute the model inputs of several windows.

        Parameters
        ----------
        logmels : iterable of np.ndarray [shape=(n_mels, t)] or [shape=(n_mels + n_rows, t)]
            One log-mel a window; rows below it that this set does not need are left out.
        front_end : FrontEnd
            What made them.

        Returns
        -------
        np.ndarray [shape=(n_windows, ...)]
            One input a window, float32.

        Raises
        ------
        ParameterError
            If the set needs rows computed from sound, and a window has none.
        """
        module = FEATURE_SETS.module(self.name)
        settings = module.Settings(**self.settings)
        return np.stack(
            [
                module.compute(self._needed(S, front_end), settings=settings, front_end=front_end)
                for S in logmels
            ]
        ).astype(np.float32, copy=False)

    def brought_back(self, A: np.ndarray, front_end: FrontEnd, *, n_frames: int) -> np.ndarray:
        """
        Bring weights of the cells of an input back to those of the log-mel it was made of.

        Parameters
        ----------
        A : np.ndarray [shape=(...)]
            One weight a cell of an input.
        front_end : FrontEnd
            What made the log-mel.
        n_frames : int
            Columns of the log-mel.

        Returns
        -------
        np.ndarray [shape=(n_mels, n_frames)]
            Float32.

        Raises
        ------
        ParameterError
            If the set has no way back.

        Examples
        --------
        >>> FeatureChoice("mfcc").brought_back(np.ones((13, 5)), FrontEnd(), n_frames=5).shape
        (128, 5)
        """
        module = FEATURE_SETS.module(self.name)
        if not hasattr(module, "brought_back"):
            known = [
                n for n in FEATURE_SETS.names() if hasattr(FEATURE_SETS.module(n), "brought_back")
            ]
            raise ParameterError(
                f"there is no way back from the features {self.name!r} to a log-mel, so nothing "
                f"can be made audible of them: choose a model on {', '.join(known)}"
            )
        settings = module.Settings(**self.settings)
        back: np.ndarray = module.brought_back(
            A, settings=settings, front_end=front_end, n_frames=n_frames
        )
        return back

    def _needed(self, S: np.ndarray, front_end: FrontEnd) -> np.ndarray:
        """Give the rows of a picture that this set needs."""
        if not self.hears_sound:
            return front_end.logmel_of(S)
        if len(S) <= front_end.n_mels:
            raise ParameterError(
                f"the features {self.name!r} are computed from sound, but of this window there is "
                "only a log-mel: use a data set of sound files, or features that a log-mel gives, "
                "such as mfcc"
            )
        return S
