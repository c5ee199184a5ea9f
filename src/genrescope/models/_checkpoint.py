"""Whose checkpoint it is that lies in the folder of a training, and how far that training got.

A checkpoint says which training it belongs to: the digest of the settings that decide the weights
and of the data. Another training in the same folder is refused, since going on from a stranger's
weights would give a stranger's model.

Public functions: `training_digest`, `read_checkpoint`, `read_network`, `fill`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

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
        raise _damaged(path, error) from error
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


def read_network(folder: Path, *, best: bool) -> dict[str, torch.Tensor]:
    """
    Read the weights of a network that a training left.

    Parameters
    ----------
    folder : Path
        Of the training.
    best : bool
        Of the best epoch where one was chosen, else of the last.

    Returns
    -------
    dict of str to torch.Tensor
        Weights by the names that the network gives them.

    Raises
    ------
    ConfigError
        If there is no checkpoint, or a damaged one.
    """
    path = folder / NAME
    if not path.is_file():
        raise ConfigError(
            f"there is no {path}: the weights of a network are in the checkpoint of its training; "
            "give a run folder that `genrescope train` or `evaluate` wrote, and that was not "
            "tidied up"
        )
    try:
        found: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        states = [state for state in found["callbacks"].values() if "best_weights" in state]
        (chosen,) = [state["best_weights"] for state in states]
        last = found["state_dict"]
    except Exception as error:  # torch lets many kinds of error out of damaged files
        raise _damaged(path, error) from error
    if best and chosen is not None:
        weights: dict[str, torch.Tensor] = chosen
        return weights
    start = "network."
    return {k.removeprefix(start): v for k, v in last.items() if k.startswith(start)}


def fill(network: nn.Module, weights: Mapping[str, torch.Tensor], folder: Path) -> None:
    """
    Put the weights of a training into a network.

    Parameters
    ----------
    network : nn.Module
        A network of the same architecture; it is changed.
    weights : mapping of str to torch.Tensor
        As `read_network` gives them.
    folder : Path
        Of the training, for messages.

    Raises
    ------
    ConfigError
        If they are of another network.
    """
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:200]
        raise ConfigError(
            f"the weights in {folder} are those of another network ({reason}): the folder was "
            "mixed from two runs, or comes from another version of genrescope; train it again"
        ) from error


def _damaged(path: Path, error: Exception) -> ConfigError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return ConfigError(
        f"{path} is no checkpoint of genrescope, or a damaged one ({reason}): remove it, and "
        "the training begins anew"
    )
