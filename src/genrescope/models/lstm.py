"""LSTM layers over the frames of MFCC, then fully connected layers: the networks of Poltronieri.

The report starts from layers of 128 and 64 units and one hidden layer of 64, and lists six others
with their dropouts. The last LSTM layer gives its state after the last frame. Dropout of an LSTM
layer is that of its inputs, one mask for all frames, as the argument ``dropout`` of a Keras layer;
first weights are drawn as Keras draws them, and there are as many parameters.

References
----------
S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997.
A. Poltronieri, "Music Genre Recognition with Neural Networks", project report, Bologna.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import nn

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
    lstm_dropout : float
        Share of the inputs of each LSTM layer that is silenced in training, in [0, 1).
    units : str
        Units of each LSTM layer, as in ``"128,64"``.
    dense : str
        Units of each fully connected layer before the last; empty for none.
    scaled : bool
        Whether each coefficient is first scaled to a mean of 0 and a deviation of 1, by a batch
        norm without weights.

    Raises
    ------
    ParameterError
        If a setting is out of range.
    """

    dropout: float = 0.0
    lstm_dropout: float = 0.0
    units: str = "128,64"
    dense: str = "64"
    scaled: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        check_dropout("dropout", self.dropout)
        check_dropout("lstm_dropout", self.lstm_dropout)
        widths("units", self.units)
        widths("dense", self.dense, at_least=0)


class Recurrent(nn.Module):
    """
    LSTM layers, then fully connected ones that hear the last state.

    Parameters
    ----------
    n_in : int
        Coefficients of a frame.
    units : tuple of int
        Units of each LSTM layer.
    lstm_dropout : float
        Share of the inputs of each that is silenced in training.
    head : nn.Module
        From the last state to logits.
    """

    def __init__(
        self, n_in: int, *, units: tuple[int, ...], lstm_dropout: float, head: nn.Module
    ) -> None:
        super().__init__()
        pairs = itertools.pairwise((n_in, *units))
        self.layers = nn.ModuleList(nn.LSTM(a, b, batch_first=True) for a, b in pairs)
        # Whole rows of (coefficients, frames) are silenced: one mask for all frames.
        self.dropout = nn.Dropout1d(lstm_dropout)
        self.head = head

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
        for layer in self.layers:
            states, _ = layer(self.dropout(X).transpose(1, 2))
            X = states.transpose(1, 2)
        logits: torch.Tensor = self.head(X[:, :, -1])
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
    check_picture(input_shape, what="an LSTM")
    units = widths("units", settings.units)
    head = classifying_layers(units[-1], settings.dense, n_classes, dropout=settings.dropout)
    network = Recurrent(
        input_shape[0],
        units=units,
        lstm_dropout=settings.lstm_dropout,
        head=nn.Sequential(*head),
    )
    start_as_keras(network)
    return scaled_first(network, input_shape) if settings.scaled else network
