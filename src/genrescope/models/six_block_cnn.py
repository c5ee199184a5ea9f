"""Six blocks of convolution and pooling, then two dense layers: the CNN of Tanaka and Hurtado.

The paper gives the filters of the six convolutions (32, 64, 64, 64, 128, 128 in the small network,
96, 96, 128, 128, 256, 348 in the big one), a max pool in each block, two fully connected layers,
dropout of 0.25 and 0.5, batch norm "to each CNN layer", and L2 "on the first convolution layer and
the fully connected layers' inputs". It does not give kernels, pools or the width of the first dense
layer: kernels are 3 x 3 with same padding, pools 2 x 2, and 512 units are hidden, as in many
networks of Keras for pictures of 64 x 64, which the pools bring down to 1 x 1. Weights start as
Keras starts them (uniform after Glorot, biases 0): from torch's own, smaller ones six layers
without batch norm learn nothing in the first epochs. Where in the convolutional part dropout stands
is not said either: behind every second block, since behind each block the network learns, but
answers by chance once nothing is silenced.

A pool rounds up where a side is odd (``padding="same"`` in Keras), so that any picture has an
answer. Activations stand behind the pools, which gives the same values for less work, since both
are monotone. L2 is the penalty of Keras, ``l2 * sum(w ** 2)``, part of the loss that is learned
(`SixBlocks.penalty`), but not of the one that is reported.

References
----------
G. Tanaka and J. Hurtado-Lopez, "Using Spectrograms and Convolutional Neural Networks for Music
Genre Classification", Stanford CS230 project, 2019, section 4.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import nn

from genrescope.errors import ParameterError, unknown_name

KIND = "network"
FILTERS = {"small": (32, 64, 64, 64, 128, 128), "big": (96, 96, 128, 128, 256, 348)}
ACTIVATIONS = {"relu": nn.ReLU, "elu": nn.ELU}


@dataclass(frozen=True)
class Settings:
    """
    Widths and regularisation of the network.

    Attributes
    ----------
    n_hidden : int
        Units of the first fully connected layer.
    filters : str
        ``"small"`` or ``"big"``: the filters of the six convolutions (`FILTERS`).
    activation : str
        ``"relu"`` or ``"elu"``.
    batch_norm : bool
        Normalise the output of each convolution.
    block_dropout : float
        Share of the values behind blocks that is silenced in training, in [0, 1).
    blocks_a_dropout : int
        Blocks from one such layer to the next: 2 puts it behind the second, fourth and sixth,
        1 behind each.
    dropout : float
        The same of the hidden units.
    l2 : float
        Weight of the sum of the squared weights of the first convolution and of the fully
        connected layers in the loss; 0 leaves it out.

    Raises
    ------
    UnknownNameError
        If there are no such filters, or no such activation.
    ParameterError
        If a number is out of range.
    """

    n_hidden: int = 512
    filters: str = "small"
    activation: str = "relu"
    batch_norm: bool = True
    block_dropout: float = 0.25
    blocks_a_dropout: int = 2
    dropout: float = 0.5
    l2: float = 0.01

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        for name, known in ("filters", FILTERS), ("activation", ACTIVATIONS):
            if getattr(self, name) not in known:
                raise unknown_name(name, getattr(self, name), known)
        rates = (self.block_dropout, self.dropout)
        counts = (self.n_hidden, self.blocks_a_dropout)
        if min(counts) < 1 or not all(0 <= rate < 1 for rate in rates):
            raise ParameterError(
                f"n_hidden={self.n_hidden} and blocks_a_dropout={self.blocks_a_dropout} must be at "
                f"least 1, block_dropout={self.block_dropout} and dropout={self.dropout} in [0, 1)"
            )
        if not 0 <= self.l2 < float("inf"):
            raise ParameterError(f"l2={self.l2} must be a finite number, 0 or more")


class SixBlocks(nn.Sequential):
    """
    The layers one after the other, and the penalty on some of their weights.

    Parameters
    ----------
    *layers : nn.Module
        From pictures to logits.
    l2 : float
        Weight of the penalty.
    """

    def __init__(self, *layers: nn.Module, l2: float) -> None:
        super().__init__(*layers)
        self._l2 = l2

    def penalty(self) -> torch.Tensor:
        """
        Give what is added to the loss while the network learns.

        Returns
        -------
        torch.Tensor
            ``l2`` times the sum of the squared weights (biases are free) of the first convolution
            and of the fully connected layers; a number.
        """
        first = next(layer for layer in self if isinstance(layer, nn.Conv2d))
        dense = [layer for layer in self if isinstance(layer, nn.Linear)]
        sums = [layer.weight.square().sum() for layer in (first, *dense)]
        return self._l2 * torch.stack(sums).sum()


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network.

    Parameters
    ----------
    settings : Settings
        Widths and regularisation.
    input_shape : tuple of int
        Channels, height and width of the picture, or height and width alone.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From pictures [shape=(batch, *input_shape)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the input is no picture, or one so small that the last batch norm would see one number.

    Examples
    --------
    >>> for filters in "small", "big":
    ...     network = build(Settings(filters=filters), input_shape=(3, 64, 64), n_classes=8)
    ...     print(sum(p.numel() for p in network.parameters()))
    385800
    1626236
    """
    if len(input_shape) not in (2, 3):
        raise ParameterError(
            f"input of shape {input_shape} for a CNN over pictures (height, width) or (channels, "
            "height, width): choose a feature set that gives pictures, such as mel-image"
        )
    if settings.batch_norm and max(input_shape[-2:]) <= 2**5:
        raise ParameterError(
            f"picture of {input_shape[-2]} x {input_shape[-1]} is too small: five pools leave one "
            "position, of which batch norm knows no spread; one side must be 33 or more, or "
            "batch_norm be false"
        )
    flat = len(input_shape) == 2
    layers: list[nn.Module] = [nn.Unflatten(1, (1, input_shape[0]))] if flat else []
    widths = [1 if flat else input_shape[0], *FILTERS[settings.filters]]
    for number, (before, after) in enumerate(itertools.pairwise(widths), start=1):
        layers += _block(settings, before, after)
        if number % settings.blocks_a_dropout == 0:
            layers.append(nn.Dropout(settings.block_dropout))
    n_positions = 1
    for size in input_shape[-2:]:
        n_positions *= -(-size // 2**6)
    network = SixBlocks(
        *layers,
        nn.Flatten(),
        nn.Linear(widths[-1] * n_positions, settings.n_hidden),
        ACTIVATIONS[settings.activation](),
        nn.Dropout(settings.dropout),
        nn.Linear(settings.n_hidden, n_classes),
        l2=settings.l2,
    )
    for layer in network:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network.to(memory_format=torch.channels_last)


def _block(settings: Settings, before: int, after: int) -> list[nn.Module]:
    return [
        nn.Conv2d(before, after, 3, padding="same"),
        *([nn.BatchNorm2d(after)] if settings.batch_norm else []),
        nn.MaxPool2d(2, ceil_mode=True),
        ACTIVATIONS[settings.activation](),
    ]
