"""Three convolutions along the time of a window of 100 ms: the network of the blog on GTZAN.

The post lists the layers in Keras: filters of length 2, padding "same", which for an even length
pads the end alone, ReLU behind each, dropout before the one fully connected layer, Glorot's uniform
weights. Keras convolves inputs of shape (frames, bands), so that the post transposes its (128, 5)
to (5, 128); PyTorch convolves (bands, frames), which is the same without a transposition.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from torch import nn

from genrescope.errors import ParameterError
from genrescope.models._layer_widths import check_dropout, check_picture, start_as_keras

KIND = "network"


@dataclass(frozen=True)
class Settings:
    """
    Widths of the network.

    Attributes
    ----------
    n_filters : int
        Filters of each convolution.
    filter_length : int
        Frames that a filter sees.
    n_layers : int
        Convolutions one after the other.
    dropout : float
        Share of the values before the last layer that is silenced in training, in [0, 1).

    Raises
    ------
    ParameterError
        If a setting is out of range.
    """

    n_filters: int = 256
    filter_length: int = 2
    n_layers: int = 3
    dropout: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        check_dropout("dropout", self.dropout)
        if min(self.n_filters, self.filter_length, self.n_layers) < 1:
            raise ParameterError(
                f"n_filters={self.n_filters}, filter_length={self.filter_length} and "
                f"n_layers={self.n_layers} must be at least 1"
            )


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network.

    Parameters
    ----------
    settings : Settings
        Widths of the network.
    input_shape : tuple of int
        Bands and frames; bands alone are one frame.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From windows [shape=(batch, n_mels, t)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the input is no picture.

    Examples
    --------
    >>> network = build(Settings(), input_shape=(128, 5), n_classes=10)
    >>> sum(p.numel() for p in network.parameters())
    341258
    """
    layers: list[nn.Module] = []
    if len(input_shape) == 1:
        input_shape = (*input_shape, 1)
        layers.append(nn.Unflatten(1, input_shape))
    check_picture(input_shape, what="convolutions along time")
    n_mels, n_frames = input_shape
    padded = settings.filter_length - 1
    for before, after in itertools.pairwise((n_mels, *[settings.n_filters] * settings.n_layers)):
        # As Keras pads: the odd one behind.
        layers += [
            nn.ConstantPad1d((padded // 2, padded - padded // 2), 0.0),
            nn.Conv1d(before, after, settings.filter_length),
            nn.ReLU(),
        ]
    network = nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Dropout(settings.dropout),
        nn.Linear(settings.n_filters * n_frames, n_classes),
    )
    start_as_keras(network)
    return network
