"""Networks whose layers a table lists: widths as text, and weights that start as in Keras.

Public functions: `widths`, `check_dropout`, `check_picture`, `classifying_layers`,
`start_as_keras`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import nn

from genrescope.errors import ParameterError


def widths(name: str, text: str, *, at_least: int = 1) -> tuple[int, ...]:
    """
    Read the widths of successive layers.

    Parameters
    ----------
    name : str
        Name of the setting, for messages.
    text : str
        Whole numbers with commas between them; empty for no layer.
    at_least : int
        How many there must be.

    Returns
    -------
    tuple of int
        One a layer.

    Raises
    ------
    ParameterError
        If the text is something else, or a number is below 1.

    Examples
    --------
    >>> widths("filters", "128, 64")
    (128, 64)
    """
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    # Digits of other scripts are digits to Python, and too many of them are no width.
    if not all(part.isascii() and part.isdigit() and 0 < len(part) < 7 for part in parts):
        raise ParameterError(
            f"{name} is {text!r}, but must be whole numbers with commas between them, one a "
            "layer, as in '128,64'"
        )
    numbers = tuple(int(part) for part in parts)
    if len(numbers) < at_least or any(number < 1 for number in numbers):
        raise ParameterError(
            f"{name} is {text!r}, but must name at least {at_least} layers, each 1 or more"
        )
    return numbers


def check_dropout(name: str, value: float) -> None:
    """
    Refuse a share that cannot be silenced.

    Parameters
    ----------
    name : str
        Name of the setting, for messages.
    value : float
        The share; must be in [0, 1).

    Raises
    ------
    ParameterError
        If it is not.
    """
    if not 0 <= value < 1:
        raise ParameterError(f"{name} is {value}, but must be at least 0 and below 1")


def check_picture(input_shape: Sequence[int], *, what: str) -> None:
    """
    Refuse inputs that have no time.

    Parameters
    ----------
    input_shape : sequence of int
        Shape of one input, without the batch.
    what : str
        The network, for messages.

    Raises
    ------
    ParameterError
        If it is no picture of coefficients over time.
    """
    if len(input_shape) != 2 or min(input_shape) < 1:
        raise ParameterError(
            f"input of shape {tuple(input_shape)} for {what} over (coefficients, frames): choose a "
            "feature set that gives pictures, such as mfcc"
        )


def classifying_layers(n_in: int, dense: str, n_classes: int, *, dropout: float) -> list[nn.Module]:
    """
    Build fully connected layers, each with ReLU and dropout, and the last one to logits.

    Parameters
    ----------
    n_in : int
        Values that come in.
    dense : str
        Units of each layer before the last, as `widths` reads them; empty for none.
    n_classes : int
        Number of genres.
    dropout : float
        Share of the units that is silenced in training, in [0, 1).

    Returns
    -------
    list of nn.Module
        The layers one after the other.

    Examples
    --------
    >>> nn.Sequential(*classifying_layers(40, "64", 10, dropout=0.2))
    Sequential(
      (0): Linear(in_features=40, out_features=64, bias=True)
      (1): ReLU()
      (2): Dropout(p=0.2, inplace=False)
      (3): Linear(in_features=64, out_features=10, bias=True)
    )
    """
    sizes = (n_in, *widths("dense", dense, at_least=0))
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(sizes):
        layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(dropout)]
    return [*layers, nn.Linear(sizes[-1], n_classes)]


def scaled_first(network: nn.Module, input_shape: tuple[int, ...]) -> nn.Module:
    """
    Put a scaling of each coefficient before a network: a batch norm without weights.

    Parameters
    ----------
    network : nn.Module
        From inputs [shape=(batch, n_mfcc, t)].
    input_shape : tuple of int
        Coefficients and frames.

    Returns
    -------
    nn.Module
        The two in a row.

    Examples
    --------
    >>> network = scaled_first(nn.Identity(), (40, 65))
    >>> X = 5 + 3 * torch.randn(8, 40, 65)
    >>> bool(network(X).std() < 1.01)
    True
    """
    return nn.Sequential(nn.BatchNorm1d(input_shape[0], affine=False), network)


def start_as_keras(network: nn.Module) -> None:
    """
    Draw first weights as Keras does, in place.

    Glorot's uniform weights and zero biases; of an LSTM, orthogonal recurrent weights, and one bias
    a unit that is learned, 1 for the forget gate. PyTorch has two biases, of which one stays zero.

    Parameters
    ----------
    network : nn.Module
        The network.

    Examples
    --------
    >>> lstm = nn.LSTM(40, 64)
    >>> start_as_keras(lstm)
    >>> sum(p.numel() for p in lstm.parameters() if p.requires_grad) == 4 * 64 * (40 + 64 + 1)
    True
    """
    for layer in network.modules():
        if isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.LSTM):
            n_units = layer.hidden_size
            for name, values in layer.named_parameters():
                if name.startswith("weight_ih"):
                    nn.init.xavier_uniform_(values)
                elif name.startswith("weight_hh"):
                    nn.init.orthogonal_(values)
                else:
                    nn.init.zeros_(values)
                if name.startswith("bias_hh"):
                    values.requires_grad_(False)
                elif name.startswith("bias_ih"):
                    with torch.no_grad():
                        # The gates stand in the order input, forget, cell, output.
                        values[n_units : 2 * n_units] = 1.0
