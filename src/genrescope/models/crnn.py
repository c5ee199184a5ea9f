"""The convolutional recurrent network of Nasrullah and Zhao, after that of Choi and others.

Batch norm over the mel bands; four convolutions of 3 x 3 with ELU, batch norm, a max pool and
dropout; then GRU layers over the frames that are left, of which the last gives its last state. The
pools (2, 2), (4, 2), (4, 2), (4, 2) take 128 bands to one and 16 frames to one. What does not fill
a pool is left out, as in Keras; where fewer bands or frames come than a pool takes, it takes those.
Batch norm has the epsilon of Keras (0.001) and the momentum of PyTorch (0.1; 0.99 of Keras would
take more steps than a small data set has). The GRU of PyTorch has a second bias a unit, as newer
ones of Keras do.

References
----------
K. Choi, G. Fazekas, M. Sandler and K. Cho, "Convolutional recurrent neural networks for music
classification", ICASSP 2017.
Z. Nasrullah and Y. Zhao, "Music artist classification with convolutional recurrent neural
networks", IJCNN 2019, arXiv:1901.04555.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import nn

from genrescope.errors import ParameterError
from genrescope.models._layer_widths import check_dropout, check_picture, start_as_keras, widths

KIND = "network"
# Bands and frames that each of the four pools makes one of.
POOLS = ((2, 2), (4, 2), (4, 2), (4, 2))
EPSILON = 1e-3


@dataclass(frozen=True)
class Settings:
    """
    Layers of the network.

    Attributes
    ----------
    dropout : float
        Share that is silenced in training behind the GRU layers, in [0, 1).
    conv_dropout : float
        Share that is silenced in training behind each convolution, in [0, 1).
    filters : str
        Filters of each of the four convolutions.
    units : str
        Units of each GRU layer.

    Raises
    ------
    ParameterError
        If a setting is out of range.
    """

    dropout: float = 0.3
    conv_dropout: float = 0.1
    filters: str = "64,128,128,128"
    units: str = "32,32"

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        check_dropout("dropout", self.dropout)
        check_dropout("conv_dropout", self.conv_dropout)
        widths("units", self.units)
        n_filters = len(widths("filters", self.filters))
        if n_filters != len(POOLS):
            raise ParameterError(
                f"filters is {self.filters!r}: {n_filters} convolutions, but the network has "
                f"{len(POOLS)}, one for each of its pools"
            )


class ConvolutionalRecurrent(nn.Module):
    """
    Convolutions over the picture, GRU layers over what they leave of time.

    Parameters
    ----------
    settings : Settings
        Layers of the network.
    input_shape : tuple of int
        Bands and frames that come in.
    n_classes : int
        Number of classes.
    """

    def __init__(self, settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> None:
        super().__init__()
        filters, units = widths("filters", settings.filters), widths("units", settings.units)
        n_mels, n_frames = input_shape
        self.bands = nn.BatchNorm1d(n_mels, eps=EPSILON)
        layers: list[nn.Module] = []
        for (before, after), pool in zip(itertools.pairwise((1, *filters)), POOLS, strict=True):
            high, wide = min(pool[0], n_mels), min(pool[1], n_frames)
            layers += [
                nn.Conv2d(before, after, 3, padding=1),
                nn.ELU(),
                nn.BatchNorm2d(after, eps=EPSILON),
                nn.MaxPool2d((high, wide)),
                nn.Dropout(settings.conv_dropout),
            ]
            n_mels, n_frames = n_mels // high, n_frames // wide
        self.convolutions = nn.Sequential(*layers)
        pairs = itertools.pairwise((n_mels * filters[-1], *units))
        self.recurrent = nn.ModuleList(nn.GRU(a, b, batch_first=True) for a, b in pairs)
        self.head = nn.Sequential(nn.Dropout(settings.dropout), nn.Linear(units[-1], n_classes))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """
        Give the logits.

        Parameters
        ----------
        X : torch.Tensor [shape=(n, n_mels, t)]
            Log-mels.

        Returns
        -------
        torch.Tensor [shape=(n, n_classes)]
            Logits.
        """
        maps = self.convolutions(self.bands(X).unsqueeze(1))
        states = maps.flatten(1, 2).transpose(1, 2)
        for layer in self.recurrent:
            states, _ = layer(states)
        logits: torch.Tensor = self.head(states[:, -1])
        return logits


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network.

    Parameters
    ----------
    settings : Settings
        Layers of the network.
    input_shape : tuple of int
        Mel bands and frames.
    n_classes : int
        Number of classes.

    Returns
    -------
    nn.Module
        From log-mels [shape=(batch, n_mels, t)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the input is no picture.

    Examples
    --------
    >>> network = build(Settings(), input_shape=(128, 94), n_classes=20)
    >>> network(torch.zeros(2, 128, 94)).shape
    torch.Size([2, 20])
    """
    check_picture(input_shape, what="a CRNN")
    network = ConvolutionalRecurrent(settings, input_shape=input_shape, n_classes=n_classes)
    start_as_keras(network)
    return network.to(memory_format=torch.channels_last)
