"""Convolutions with max pooling over MFCC, then fully connected layers: the CNNs of Poltronieri.

The report starts from two convolutions with max pooling and two fully connected layers, after
Dieleman and Schrauwen (2014), and lists five larger networks with their filters, kernels, pools and
hidden units. Pictures lie (frames, coefficients), as there. What it leaves open:

- padding: "same" for convolutions and pools, since unpadded pools of 4, 3 and 2 leave nothing of 13
  coefficients (which may be why the report has no figure for 13);
- the starting network, which is in a picture that the text lacks: 32 filters and 100 hidden units
  as in Dieleman and Schrauwen, with kernels of 3 x 3 and pools of 2 x 2.

First weights are drawn as Keras draws them. The ReLU stands behind the pooling, which gives the
same values, since both are monotone, for less work.

References
----------
S. Dieleman and B. Schrauwen, "End-to-end learning for music audio", ICASSP 2014.
A. Poltronieri, "Music Genre Recognition with Neural Networks", project report, Bologna.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import nn

from genrescope.errors import ParameterError
from genrescope.models._layer_widths import (
    check_dropout,
    check_picture,
    classifying_layers,
    scaled_first,
    start_as_keras,
    widths,
)

KIND = "network"


@dataclass(frozen=True)
class Settings:
    """
    Layers of the network.

    Attributes
    ----------
    dropout : float
        Share of the hidden units that is silenced in training, in [0, 1).
    filters : str
        Filters of each convolution, as in ``"128,64,32"``.
    kernels : str
        Side of the square kernel of each convolution.
    pools : str
        Side of the square max pool behind each.
    dense : str
        Units of each fully connected layer before the last; empty for none.
    scaled : bool
        Whether each coefficient is first scaled to a mean of 0 and a deviation of 1, by a batch
        norm without weights.

    Raises
    ------
    ParameterError
        If a setting is out of range, or the lists of the convolutions differ in length.
    """

    dropout: float = 0.0
    filters: str = "32,32"
    kernels: str = "3,3"
    pools: str = "2,2"
    dense: str = "100"
    scaled: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        check_dropout("dropout", self.dropout)
        lists = {n: widths(n, getattr(self, n)) for n in ("filters", "kernels", "pools")}
        if len({len(numbers) for numbers in lists.values()}) > 1:
            counts = ", ".join(f"{len(numbers)} {name}" for name, numbers in lists.items())
            raise ParameterError(f"{counts}: each convolution has one of each")
        widths("dense", self.dense, at_least=0)


class Blocks(nn.Sequential):
    """Layers over pictures turned from (coefficients, frames) to (frames, coefficients)."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """
        Give the logits.

        Parameters
        ----------
        X : torch.Tensor [shape=(n, n_mfcc, t)]
            Pictures.

        Returns
        -------
        torch.Tensor [shape=(n, n_classes)]
            Logits.
        """
        logits: torch.Tensor = super().forward(X.transpose(1, 2).unsqueeze(1))
        return logits


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network.

    Parameters
    ----------
    settings : Settings
        Layers of the network.
    input_shape : tuple of int
        Coefficients and frames.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From pictures [shape=(batch, n_mfcc, t)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the input is no picture.

    Examples
    --------
    >>> network = build(Settings(), input_shape=(40, 65), n_classes=10)
    >>> network(torch.zeros(2, 40, 65)).shape
    torch.Size([2, 10])
    """
    check_picture(input_shape, what="a CNN")
    n_mfcc, n_frames = input_shape
    layers: list[nn.Module] = []
    before = 1
    for after, kernel, pool in zip(
        widths("filters", settings.filters),
        widths("kernels", settings.kernels),
        widths("pools", settings.pools),
        strict=True,
    ):
        # As Keras pads: the odd one behind.
        front, behind = (kernel - 1) // 2, kernel // 2
        layers += [
            nn.ZeroPad2d((front, behind, front, behind)),
            nn.Conv2d(before, after, kernel),
            nn.MaxPool2d(pool, ceil_mode=True),
            nn.ReLU(),
        ]
        n_mfcc, n_frames = math.ceil(n_mfcc / pool), math.ceil(n_frames / pool)
        before = after
    n_flat = before * n_mfcc * n_frames
    head = classifying_layers(n_flat, settings.dense, n_classes, dropout=settings.dropout)
    network: nn.Module = Blocks(*layers, nn.Flatten(), *head)
    start_as_keras(network)
    network = network.to(memory_format=torch.channels_last)
    return scaled_first(network, input_shape) if settings.scaled else network
