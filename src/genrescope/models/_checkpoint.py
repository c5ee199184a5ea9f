"""Whose checkpoint it is that lies in the folder of a training, and how far that training got.

A checkpoint says which training it belongs to: the digest of the settings that decide the weights
and of the data. Another training in the same folder is refused, since going on from a stranger's
weights would give a stranger's model.

Public functions: `training_digest`, `read_checkpoint`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from genrescope.digests import array_sha256, settings_digest
from genrescope.errors import ConfigError

NAME = "last.ckpt"


def training_digest(settings: Mapping[str, Any], data: Sequence[np.ndarray]) -> str:
    """
    Name a training by what decides its outcome.

    Parameters
    ----------
    settings : mapping
        Plain values.
    data : sequence of np.ndarray
        All inputs and class indices, in a fixed order.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return settings_digest([dict(settings), [array_sha256(array) for array in data]])


def read_checkpoint(
    folder: Path, *, keeper: str, training: str, epochs: int
) -> dict[str, Any] | None:
    """
    Read the checkpoint of a training that was stopped, if there is one.

    Parameters
    ----------
    folder : Path
        Of the training.
    keeper : str
        Key of the state of the `Keeper` in the checkpoint.
    training : str
        Digest of the training that shall go on.
    epochs : int
        How many it shall have in the end.

    Returns
    -------
    dict or None
        The checkpoint as Lightning wrote it; None where the training has not begun.

    Raises
    ------
    ConfigError
        If the checkpoint is damaged, of another training, or has more epochs already.
    """
    path = folder / NAME
    if not path.exists():
        return None
    try:
        # weights_only: tensors and plain values alone, so that a file from elsewhere runs no code.
        found: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        state = found["callbacks"][keeper]
        owner, n_epochs = state["training"], len(state["history"])
    except Exception as error:  # torch lets many kinds of error out of damaged files
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ConfigError(
            f"{path} is no checkpoint of genrescope, or a damaged one ({reason}): remove it, and "
            "the training begins anew"
        ) from error
    if owner != training:
        raise ConfigError(
            f"{folder} holds the checkpoint of a training with other settings or other data: "
            "choose another folder, or remove that one"
        )
    if n_epochs > epochs:
        raise ConfigError(
            f"{path} has {n_epochs} epochs already and epochs={epochs} is less: choose another "
            "folder for a shorter training, or remove that one"
        )
    return found
