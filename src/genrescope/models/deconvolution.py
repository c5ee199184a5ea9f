"""
The way back from a feature map to the input of its network.

Two ways, which differ in one rule:

- ``"deconvolution"`` (Zeiler and Fergus): each layer is undone by its transpose; a max pool puts
  each value back where its maximum was, by the switches of the way there; a ReLU lets pass what is
  positive on the way back, whatever it let pass on the way there.
- ``"gradient"`` (Simonyan et al.): the derivative; a ReLU lets pass where it let pass before.

In both, batch norm gives its scale, and other activations their derivative. The map that goes back
is that of one unit, of which what is negative is taken as zero, and all other maps are zero.

Public functions: `brought_back`.

References
----------
M. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.
K. Simonyan, A. Vedaldi and A. Zisserman, "Deep inside convolutional networks", ICLR workshop, 2014.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from genrescope.errors import unknown_name
from genrescope.models.inside import Inside, Unit, answer

METHODS = ("deconvolution", "gradient")
_RELUS = (functional.relu, torch.relu, torch.Tensor.relu)


def brought_back(
    inside: Inside, x: np.ndarray, unit: Unit, *, method: str = "deconvolution"
) -> np.ndarray:
    """
    Bring the map of one unit back to the input.

    Parameters
    ----------
    inside : Inside
        The network.
    x : np.ndarray [shape=input_shape]
        One input.
    unit : Unit
        A filter; of a full connection or a genre, its one number goes back.
    method : str
        ``"deconvolution"`` or ``"gradient"``.

    Returns
    -------
    np.ndarray [shape=input_shape]
        Which cells of the input made the map, and with which sign, float32; zeros where the map has
        nothing positive.

    Raises
    ------
    UnknownNameError
        If there is no such way or layer.
    ParameterError
        If the layer has no such unit.

    Examples
    --------
    >>> from torch import nn
    >>> network = nn.Sequential(nn.Unflatten(1, (1, 2)), nn.MaxPool2d(2), nn.Conv2d(1, 1, 1))
    >>> inside = Inside.of(network, (2, 4))
    >>> with torch.no_grad():
    ...     _ = network[2].weight.fill_(2.0), network[2].bias.fill_(0.0)
    >>> x = np.array([[0, 3, 1, 0], [0, 0, 0, 0]], dtype=np.float32)
    >>> brought_back(inside, x, Unit("conv-1", 0))
    array([[ 0., 12.,  4.,  0.],
           [ 0.,  0.,  0.,  0.]], dtype=float32)
    """
    if method not in METHODS:
        raise unknown_name("way back", method, METHODS)
    X = torch.from_numpy(np.array(x, dtype=np.float32))[None].requires_grad_()
    with _Rectified() if method == "deconvolution" else nullcontext():
        out = answer(inside, X, unit)
        (back,) = torch.autograd.grad(out, X, out.detach().clamp_min(0.0))
    return np.asarray(back[0].numpy())


class _BothWays(torch.autograd.Function):
    """A ReLU that is one on the way back too."""

    @staticmethod
    def forward(ctx: Any, X: torch.Tensor) -> torch.Tensor:
        return X.clamp_min(0.0)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
        return grad.clamp_min(0.0)


class _Rectified(TorchFunctionMode):
    """While it holds, every ReLU, module or function, is one on the way back too."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in _RELUS:
            return _BothWays.apply(args[0])
        return func(*args, **(kwargs or {}))
