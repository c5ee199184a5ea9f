"""What the settings of a network's training must be: refused here before anything is learned.

Public function: `check_training`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from genrescope.errors import ParameterError, did_you_mean
from genrescope.models.lightning_seam import OPTIMIZERS
from genrescope.models.precision import PRECISIONS
from genrescope.models.tasks import TASKS

DEVICES = ("auto", "cpu", "gpu", "cuda", "mps", "tpu")


def check_training(settings: Mapping[str, Any], *, steered: bool) -> None:
    """
    Refuse settings that break a rule.

    Parameters
    ----------
    settings : mapping
        Of a `NetworkClassifier`, by name.
    steered : bool
        Whether there is a validation part that may end the training.

    Raises
    ------
    ParameterError
        If a setting breaks a rule.
    """
    for name, known in (
        ("optimizer", OPTIMIZERS),
        ("device", DEVICES),
        ("precision", PRECISIONS),
        ("task", TASKS),
    ):
        value = settings[name]
        if value not in known:
            raise ParameterError(f"unknown {name} {value!r}{did_you_mean(str(value), known)}")
    epochs, batch_size = settings["epochs"], settings["batch_size"]
    if epochs < 1 or batch_size < 1:
        raise ParameterError(f"epochs={epochs} and batch_size={batch_size} must be at least 1")
    learning_rate, weight_decay = settings["learning_rate"], settings["weight_decay"]
    if not 0 < learning_rate < np.inf or not 0 <= weight_decay < np.inf:
        raise ParameterError(
            f"learning_rate={learning_rate} must be positive and weight_decay={weight_decay} not "
            "negative"
        )
    patience = settings["patience"]
    if patience is not None and not (steered and patience >= 1):
        raise ParameterError(
            f"patience={patience} ends the training after so many epochs, at least 1, without "
            "progress on a validation part: give fit one (valid), or leave patience out"
        )
