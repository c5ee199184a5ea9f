"""A single linear layer on the flattened input: the baseline of Joseph et al. (2024), section 2.2.

On their 64 x 100 picture and ten genres it has 64 * 100 * 10 + 10 = 64,010 parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

KIND = "network"


@dataclass(frozen=True)
class Settings:
    """A linear layer has nothing to set."""


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the layer.

    Parameters
    ----------
    settings : Settings
        Nothing to set.
    input_shape : tuple of int
        Shape of one input, without the batch.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From [shape=(batch, *input_shape)] to logits [shape=(batch, n_classes)].

    Examples
    --------
    >>> network = build(Settings(), input_shape=(64, 100), n_classes=10)
    >>> sum(p.numel() for p in network.parameters())
    64010
    """
    n_inputs = 1
    for size in input_shape:
        n_inputs *= size
    return nn.Sequential(nn.Flatten(), nn.Linear(n_inputs, n_classes))
