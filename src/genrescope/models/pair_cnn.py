"""Two convolutions and one sigmoid unit, for pairs of genres: the network of Mersy and Lyk.

Each convolution has filters of 5 x 5 at a stride of 1 and ReLU, each max pool is 2 x 2, and one
unit with a sigmoid tells two genres apart. A sigmoid of z with binary cross-entropy equals a
softmax of (0, z) with cross-entropy, in its values and in its gradients: the network gives those
logits, and all else that serves any number of genres serves two. Of more than two genres, each has
a unit, as in the network of Costa et al. that the paper took over.

References
----------
G. Mersy and K. Lyk, "Musicology: Validating the Effectiveness of Convolutional Neural Networks for
Song Genre Classification", 2019, section 4.1.
Y. M. G. Costa, L. S. Oliveira and C. N. Silla, "An evaluation of convolutional neural networks for
music classification using spectrograms", Applied Soft Computing 52, 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from genrescope.errors import ParameterError
from genrescope.models._layer_widths import check_picture, start_as_keras

KIND = "network"
KERNEL, POOL = 5, 2
NORM_EPSILON = 1e-3
"""As in Keras."""


@dataclass(frozen=True)
class Settings:
    """
    Layers of the network.

    Attributes
    ----------
    n_filters : int
        Filters of each convolution.
    batch_norm : bool
        Whether batch normalisation stands behind the first convolution, as in the code of the
        paper, and not in its text.
    norm_momentum : float
        Share of a batch in the running statistics of the batch normalisation, in (0, 1]. The code
        of the paper has Keras' own, 0.99 for the old ones: in its 35 steps an epoch they hardly
        move, and decide what is measured after one epoch.

    Raises
    ------
    ParameterError
        If there is no filter, or the momentum is no share.
    """

    n_filters: int = 64
    batch_norm: bool = True
    norm_momentum: float = 0.01

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if self.n_filters < 1:
            raise ParameterError(f"n_filters is {self.n_filters}, but must be at least 1")
        if not 0 < self.norm_momentum <= 1:
            raise ParameterError(
                f"norm_momentum is {self.norm_momentum}, but must be above 0 and at most 1"
            )


class OfTwo(nn.Module):
    """One unit as two logits: 0 for the first class, the unit for the second."""

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """
        Put a zero before the unit.

        Parameters
        ----------
        z : torch.Tensor [shape=(n, 1)]
            The unit before its sigmoid.

        Returns
        -------
        torch.Tensor [shape=(n, 2)]
            Logits.
        """
        return torch.cat([torch.zeros_like(z), z], dim=1)


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network.

    Parameters
    ----------
    settings : Settings
        Layers of the network.
    input_shape : tuple of int
        Bands and frames, each at least 16.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From pictures [shape=(batch, n_mels, t)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the input is no picture, or too small for two convolutions.

    Examples
    --------
    >>> network = build(Settings(), input_shape=(64, 173), n_classes=2)
    >>> network(torch.zeros(3, 64, 173)).shape
    torch.Size([3, 2])
    >>> sum(p.numel() for p in network.parameters())
    137537
    """
    check_picture(input_shape, what="a CNN")
    sizes = list(input_shape)
    for _ in range(2):
        sizes = [(size - KERNEL + 1) // POOL for size in sizes]
    if min(sizes) < 1:
        raise ParameterError(
            f"picture of {input_shape[0]} x {input_shape[1]} is too small: convolutions of "
            f"{KERNEL} x {KERNEL} and pools of {POOL} x {POOL}, twice, take at least 16 x 16"
        )
    n_filters = settings.n_filters
    norm = nn.BatchNorm2d(n_filters, eps=NORM_EPSILON, momentum=settings.norm_momentum)
    network = nn.Sequential(
        nn.Unflatten(1, (1, input_shape[0])),
        nn.Conv2d(1, n_filters, KERNEL),
        nn.ReLU(),
        *([norm] if settings.batch_norm else []),
        nn.MaxPool2d(POOL),
        nn.Conv2d(n_filters, n_filters, KERNEL),
        # The other way round gives the same values, since both are monotone, for more work.
        nn.MaxPool2d(POOL),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(n_filters * sizes[0] * sizes[1], 1 if n_classes == 2 else n_classes),
        *([OfTwo()] if n_classes == 2 else []),
    )
    start_as_keras(network)
    return network.to(memory_format=torch.channels_last)
