"""The models of genrescope in torch, as their owner would run them without genrescope.

The kernel machine of the default model is rebuilt from the numbers in its ONNX graph; the CNN of
Joseph et al. (2024) is the trained module itself.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


class KernelMachine(nn.Module):
    """
    One-against-rest kernel machine with an RBF kernel and softmax, from features to probabilities.

    Parameters
    ----------
    path : Path
        ``model.onnx`` of a bundle.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        import onnx
        from onnx import numpy_helper

        graph = onnx.load(str(path)).graph
        for initializer in graph.initializer:
            values = torch.from_numpy(numpy_helper.to_array(initializer).copy())
            self.register_buffer(initializer.name, values)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Give probabilities [shape=(n, n_labels)] of features [shape=(n, n_features)]."""
        z = (X - self.mean) / self.scale
        squared = (z * z).sum(dim=1, keepdim=True) + self.vectors_sq - 2.0 * (z @ self.vectors)
        kernel = torch.exp(torch.clamp(squared, min=0.0) * self.minus_gamma)
        return torch.softmax(kernel @ self.weights + self.biases, dim=1)


class WithSoftmax(nn.Module):
    """A network of logits, with the softmax that makes probabilities of them."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Give probabilities [shape=(n, n_labels)]."""
        return torch.softmax(self.network(X), dim=1)


def load(bundle: Path) -> nn.Module:
    """
    Give the model of a bundle in torch.

    Parameters
    ----------
    bundle : Path
        Its folder; a file ``network.pt`` in it holds the weights of a CNN.

    Returns
    -------
    nn.Module
        From features to probabilities.
    """
    weights = bundle / "network.pt"
    if not weights.exists():
        return KernelMachine(bundle / "model.onnx").eval()
    from genrescope.models import three_block_cnn

    settings = three_block_cnn.Settings(n_filters=16, n_hidden=256)
    network = three_block_cnn.build(settings, input_shape=(64, 100), n_classes=10)
    network.load_state_dict(torch.load(weights, weights_only=True))
    return WithSoftmax(network).eval()
