"""
The inside of a trained network: its layers by name, their filters and what they answer.

Convolutions are named ``conv-1``, ``conv-2`` ... in the order in which the network holds them, full
connections ``dense-1`` ...; ``genre`` is the output, one logit a label. What a layer answers is
taken before the activation that follows it. Arrays go in and come out; torch stays in here.

Public: `Inside`, `Unit`, `load_inside`, `first_filters`, `responses`, `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from genrescope.errors import ParameterError, unknown_name
from genrescope.models import _checkpoint, architectures, graph_layers
from genrescope.models.pair_cnn import OfTwo

GENRE = "genre"
BATCH_SIZE = 64
KINDS: Mapping[type[nn.Module], str] = {
    nn.Conv1d: "conv", nn.Conv2d: "conv", nn.Linear: "dense",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Inside:
    """
    A trained network that is looked into.

    Attributes
    ----------
    network : nn.Module
        From inputs to logits, in evaluation mode; its weights take no gradients.
    input_shape : tuple of int
        Of one input.
    layers : mapping of str to nn.Module
        Layers by name; ``genre`` is the network itself.
    """

    network: nn.Module
    input_shape: tuple[int, ...]
    layers: Mapping[str, nn.Module]

    @classmethod
    def of(cls, network: nn.Module, input_shape: tuple[int, ...]) -> Inside:
        """
        Look into a network.

        Parameters
        ----------
        network : nn.Module
            From inputs to logits; it is put into evaluation mode.
        input_shape : tuple of int
            Of one input.

        Returns
        -------
        Inside
            Its layers by name.

        Examples
        --------
        >>> network = nn.Sequential(nn.Unflatten(1, (1, 6)), nn.Conv2d(1, 2, 3), nn.Flatten())
        >>> Inside.of(network, (6, 8)).shapes()
        {'conv-1': (2, 4, 6), 'genre': (48,)}
        """
        network = network.eval().requires_grad_(False)
        layers: dict[str, nn.Module] = {}
        counts = dict.fromkeys(KINDS.values(), 0)
        for module in network.modules():
            kind = next((name for cls_, name in KINDS.items() if isinstance(module, cls_)), None)
            if kind is not None:
                counts[kind] += 1
                layers[f"{kind}-{counts[kind]}"] = module
        return cls(network, tuple(input_shape), {**layers, GENRE: network})

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """
        Give the shape of what each layer answers for one input.

        Returns
        -------
        dict
            Shapes by the names of the layers, without the batch.
        """
        found: dict[str, tuple[int, ...]] = {}
        hooks = [
            module.register_forward_hook(
                lambda _m, _i, out, name=name: found.__setitem__(name, tuple(out.shape[1:]))
            )
            for name, module in self.layers.items()
        ]
        try:
            self.network(torch.zeros(1, *self.input_shape).requires_grad_())
        finally:
            for hook in hooks:
                hook.remove()
        return {name: found[name] for name in self.layers if name in found}


@dataclass(frozen=True)
class Unit:
    """
    One filter, hidden unit or genre of a network.

    Attributes
    ----------
    layer : str
        Name of a layer.
    index : int
        Number of the filter or unit, from 0.
    """

    layer: str
    index: int


def load_inside(
    name: str,
    settings: Mapping[str, Any],
    *,
    graph: bytes,
    n_classes: int,
    training: Path,
    best: bool,
) -> Inside:
    """
    Load a network as its training left it.

    Parameters
    ----------
    name : str
        Name of the architecture.
    settings : mapping
        Its settings.
    graph : bytes
        The ONNX graph of its bundle, which says the shape of an input.
    n_classes : int
        Number of genres.
    training : Path
        Folder of the training.
    best : bool
        Take the weights of the best epoch, as a training with ``patience`` does.

    Returns
    -------
    Inside
        The network.

    Raises
    ------
    ConfigError
        If the checkpoint is missing or damaged, or does not fit the network.
    ParameterError
        If the model is no network.
    """
    weights = _checkpoint.read_network(training, best=best)
    # Weights that others published were its start; what it learned of them is in the checkpoint.
    own = {key: value for key, value in settings.items() if not key.startswith("weights")}
    input_shape = graph_layers.input_shape(graph)
    network = architectures.build_network(name, own, input_shape=input_shape, n_classes=n_classes)
    _checkpoint.fill(network, weights, training)
    return Inside.of(network, input_shape)


def first_filters(inside: Inside) -> np.ndarray:
    """
    Give the weights of the first convolution.

    Parameters
    ----------
    inside : Inside
        The network.

    Returns
    -------
    np.ndarray [shape=(n_filters, n_channels, ...)]
        Weights, float32; the last one or two axes are those that the filter slides along.

    Raises
    ------
    ParameterError
        If the network has no convolution.
    """
    for name, module in inside.layers.items():
        if name.startswith("conv"):
            weights: np.ndarray = module.weight.detach().numpy().copy()
            return weights
    raise graph_layers.no_convolution()


def responses(inside: Inside, X: np.ndarray, unit: Unit) -> np.ndarray:
    """
    Give what one unit answers to several inputs.

    Parameters
    ----------
    inside : Inside
        The network.
    X : np.ndarray [shape=(n, *input_shape)]
        Inputs, float32.
    unit : Unit
        Which unit.

    Returns
    -------
    np.ndarray [shape=(n, ...)]
        Float32: for a filter its maps, else one number an input.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    ParameterError
        If the layer has no such unit.

    Examples
    --------
    >>> inside = Inside.of(nn.Sequential(nn.Flatten(), nn.Linear(6, 3)), (2, 3))
    >>> responses(inside, np.zeros((4, 2, 3)), Unit("genre", 2)).shape
    (4,)
    """
    blocks = []
    for start in range(0, len(X), BATCH_SIZE):
        few = torch.from_numpy(np.array(X[start : start + BATCH_SIZE], dtype=np.float32))
        # Some networks compute their first layers as one where no gradient is asked for.
        blocks.append(answer(inside, few.requires_grad_(), unit).detach().numpy().copy())
    return np.concatenate(blocks)


def answer(inside: Inside, X: torch.Tensor, unit: Unit) -> torch.Tensor:
    """
    Give what one unit answers, as a tensor that gradients come back from.

    Parameters
    ----------
    inside : Inside
        The network.
    X : torch.Tensor [shape=(n, *input_shape)]
        Inputs.
    unit : Unit
        Which unit.

    Returns
    -------
    torch.Tensor [shape=(n, ...)]
        Its maps or numbers.

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    ParameterError
        If the layer has no such unit.
    """
    if unit.layer not in inside.layers:
        raise unknown_name("layer", unit.layer, tuple(inside.layers))
    module, caught = inside.layers[unit.layer], []
    hook = module.register_forward_hook(lambda _m, _i, out: caught.append(out))
    try:
        inside.network(X)
    finally:
        hook.remove()
    # The maps of a convolution have their filters first, a full connection its units last.
    out: torch.Tensor = caught[0]
    if isinstance([*module.modules()][-1], OfTwo):
        # Of the two logits one is always 0: less their mean, each of them says something.
        out = out - out.mean(1, keepdim=True)
    axis = out.ndim - 1 if isinstance(module, nn.Linear) else 1
    if not 0 <= unit.index < out.shape[axis]:
        raise ParameterError(
            f"{unit.layer} has no unit {unit.index}: it has {out.shape[axis]}, counted from 0"
        )
    return out.select(axis, unit.index)
