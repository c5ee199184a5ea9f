"""Three blocks of convolution, batch norm, ReLU and pooling: the CNNs of Joseph et al. (2024).

Sections 2.3 and 2.4 give the filters (8, 16, 32 in the simple CNN, twice as many in the complex
one), the hidden units (128, 256) and the number of parameters (15,610 and 59,114), but not the
kernels. Unpadded 3 x 3 convolutions with 3 x 3 max pooling leave 1 x 2 positions of the 64 x 100
picture, and with them both counts come out exactly. The ReLU stands behind the pooling, which gives
the same values, since both are monotone, for less work; the layout is channels-last; and the first
block is computed as one (see `pooled_block`), which is most of the speed.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import nn

from genrescope.errors import ParameterError
from genrescope.models.pooled_block import pooled_block

KIND = "network"


@dataclass(frozen=True)
class Settings:
    """
    Widths of the network.

    Attributes
    ----------
    n_filters : int
        Filters of the first convolution; the second has twice, the third four times as many.
    n_hidden : int
        Units of the first fully connected layer.
    dropout : float
        Share of the hidden units that is silenced in training, in [0, 1).

    Raises
    ------
    ParameterError
        If a setting is out of range.
    """

    n_filters: int = 8
    n_hidden: int = 128
    dropout: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if self.n_filters < 1 or self.n_hidden < 1 or not 0 <= self.dropout < 1:
            raise ParameterError(
                f"n_filters={self.n_filters} and n_hidden={self.n_hidden} must be at least 1, "
                f"dropout={self.dropout} in [0, 1)"
            )


class Blocks(nn.Sequential):
    """
    The layers one after the other, of which the first block is computed as one on the processor.

    In the graph that is exported, and where gradients of the pictures are asked for, each layer
    stands for itself.
    """

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """
        Give the logits.

        Parameters
        ----------
        X : torch.Tensor [shape=(n, height, width)]
            Pictures.

        Returns
        -------
        torch.Tensor [shape=(n, n_classes)]
            Logits.
        """
        layers = list(self)
        if X.device.type == "cpu" and not (X.requires_grad or torch.compiler.is_compiling()):
            unflatten, convolution, norm, pool, *layers = layers
            X = pooled_block(unflatten(X), convolution, norm, pool=pool.kernel_size)
        for layer in layers:
            X = layer(X)
        return X


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network.

    Parameters
    ----------
    settings : Settings
        Widths of the network.
    input_shape : tuple of int
        Height and width of the picture.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From pictures [shape=(batch, height, width)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the picture is too small for three blocks.

    Examples
    --------
    >>> for settings in Settings(), Settings(n_filters=16, n_hidden=256):
    ...     network = build(settings, input_shape=(64, 100), n_classes=10)
    ...     print(sum(p.numel() for p in network.parameters()))
    15610
    59114
    """
    if len(input_shape) != 2:
        raise ParameterError(
            f"input of shape {input_shape} for a CNN over pictures (height, width): "
            "choose a feature set that gives pictures, such as mel-picture"
        )
    n_positions = 1
    for size in input_shape:
        for _ in range(3):
            size = (size - 2) // 3
        n_positions *= size
    if n_positions < 1:
        raise ParameterError(
            f"picture of {input_shape[0]} x {input_shape[1]} is too small: each of the three "
            "blocks leaves (size - 2) // 3 and both sides must end at 1 or more (at least 53)"
        )
    widths = [1] + [settings.n_filters * 2**block for block in range(3)]
    blocks = [
        layer
        for before, after in itertools.pairwise(widths)
        for layer in (
            nn.Conv2d(before, after, 3),
            nn.BatchNorm2d(after),
            nn.MaxPool2d(3),
            nn.ReLU(),
        )
    ]
    network = Blocks(
        nn.Unflatten(1, (1, input_shape[0])),
        *blocks,
        nn.Flatten(),
        nn.Linear(widths[-1] * n_positions, settings.n_hidden),
        nn.ReLU(),
        nn.Dropout(settings.dropout),
        nn.Linear(settings.n_hidden, n_classes),
    )
    return network.to(memory_format=torch.channels_last)
