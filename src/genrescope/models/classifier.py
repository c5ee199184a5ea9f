"""What every model can do, and how one is made by its name.

A `Classifier` follows scikit-learn: parameters in the constructor, `fit`, `predict_proba`,
`classes_`; `sklearn.base.clone` and `cross_validate` work on it.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from genrescope.errors import ConfigError, did_you_mean, missing_extra
from genrescope.settings import checked_value


@dataclass(frozen=True, eq=False)
class HeldOut:
    """
    What models that had not learned from an item say about it.

    Attributes
    ----------
    rows : np.ndarray [shape=(n,)]
        Which items of the training.
    P : np.ndarray [shape=(n, n_classes)]
        Their probabilities, in the order of the classifier's classes.
    """

    rows: np.ndarray
    P: np.ndarray


class Classifier(Protocol):
    """
    The interface of all models.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The labels, sorted: the columns of `predict_proba`.
    """

    classes_: np.ndarray

    def fit(
        self,
        X: np.ndarray,
        y: Any,
        *,
        groups: np.ndarray | None = None,
        valid: tuple[np.ndarray, Any] | None = None,
        watch: tuple[np.ndarray, Any] | None = None,
    ) -> Any:
        """
        Learn.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features.
        y : np.ndarray [shape=(n,)]
            Labels; where the task is multi-label, the names of each input's labels.
        groups : np.ndarray [shape=(n,)] or None
            Artists.
        valid, watch : tuple or None
            Features and labels that may end the training, and that are only watched.

        Returns
        -------
        object
            Itself.
        """

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """
        Give the probability of each genre.

        Parameters
        ----------
        X : np.ndarray [shape=(n, ...)]
            Features.

        Returns
        -------
        np.ndarray [shape=(n, n_classes)]
            Rows sum to one, save those of a multi-label network.
        """

    def to_onnx(self) -> bytes:
        """
        Write the trained model as a graph.

        Returns
        -------
        bytes
            From ``X`` to ``probabilities``.
        """


def held_out_of(classifier: Classifier) -> HeldOut | None:
    """
    Give what is known of training items from models that had not learned from them.

    Parameters
    ----------
    classifier : Classifier
        A trained model.

    Returns
    -------
    HeldOut or None
        None where its training holds nothing out by itself, as that of networks.
    """
    found: HeldOut | None = getattr(classifier, "held_out_", None)
    return found


def learns_copies(name: str) -> bool:
    """
    Say whether a model is given changed copies apart from what they are copies of.

    Parameters
    ----------
    name : str
        Name of a file in `genrescope.models`.

    Returns
    -------
    bool
        False where it learns them as further recordings.
    """
    from genrescope.models import architectures

    return bool(getattr(architectures.MODELS.module(name), "LEARNS_COPIES", False))


def make_classifier(
    name: str,
    settings: Mapping[str, Any] | None = None,
    *,
    training: Mapping[str, Any] | None = None,
    seed: int = 0,
    folder: Path | None = None,
    progress: bool = False,
) -> Classifier:
    """
    Make an untrained model.

    Parameters
    ----------
    name : str
        Name of a file in `genrescope.models`.
    settings : mapping or None
        Settings of the architecture, by name.
    training : mapping or None
        Settings of the training (``epochs``, ``batch_size``, ``learning_rate`` ...); networks only.
    seed : int
        Decides all that is random.
    folder : Path or None
        Where a network keeps checkpoints and logs.
    progress : bool
        Show a progress bar while a network learns.

    Returns
    -------
    Classifier
        An untrained model.

    Raises
    ------
    UnknownNameError
        If there is no such model.
    ConfigError
        If a setting is unknown or of the wrong type.
    ParameterError
        If a setting of the training breaks a rule.
    MissingExtraError
        If the extra [train] is not installed.

    Examples
    --------
    >>> make_classifier("linear", training={"epochs": 2})
    NetworkClassifier(epochs=2)
    """
    try:
        from genrescope.models import architectures

        kind = architectures.MODELS.module(name).KIND
        architectures.model_settings(name, settings)
        plain = name.replace("-", "_")
        if kind == "classical":
            from genrescope.models.classical import ClassicalClassifier

            if "task" in (training or {}):
                raise ConfigError(
                    f"model {name!r} learns one genre a track, and has no training setting 'task': "
                    "choose a network for 'multi-label'"
                )
            _refuse_unknown(training, [], "a classical model has no")
            return ClassicalClassifier(plain, dict(settings or {}) or None, seed=seed)
        from genrescope.models._training_rules import check_training
        from genrescope.models.neural import NetworkClassifier
    except ImportError as error:
        raise missing_extra("train", f"the model {name!r}", error) from error
    own = {"architecture", "settings", "seed", "folder", "progress"}
    _refuse_unknown(training, sorted(set(NetworkClassifier().get_params()) - own), "no")
    hints = typing.get_type_hints(NetworkClassifier.__init__)
    checked = {
        key: checked_value(value, hints[key], what=f"training: {key}")
        for key, value in (training or {}).items()
    }
    made = NetworkClassifier(
        plain,
        dict(settings or {}) or None,
        **checked,
        seed=seed,
        folder=None if folder is None else str(folder),
        progress=progress,
    )
    # Whether there is a validation part, for `patience` to watch, is known when it learns.
    check_training(made.get_params(), steered=True)
    return made


def _refuse_unknown(training: Mapping[str, Any] | None, known: list[str], what: str) -> None:
    for key in training or {}:
        if key not in known:
            raise ConfigError(f"{what} training setting {key!r}{did_you_mean(key, known)}")
