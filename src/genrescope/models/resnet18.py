"""ResNet-18 with the published layout, so that ImageNet weights can be loaded by name.

Joseph et al. (2024, section 5) leave to future work what it is for: to go on from a network that
learned on photographs.
Names and shapes of the arrays are those of torchvision and timm (``conv1.weight``,
``layer1.0.conv1.weight`` ...; 11,689,512 parameters with 1000 classes).

A picture of one channel [shape=(h, w)] is scaled to [0, 1] by its own least and largest value,
repeated to three channels and normalised by mean and standard deviation of ImageNet; a picture of
three [shape=(3, h, w)] likewise, without repeating.

References
----------
K. He, X. Zhang, S. Ren and J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from genrescope.digests import file_sha256
from genrescope.errors import ConfigError, ParameterError, unknown_name
from genrescope.models._weight_files import read_weights, weights_path

KIND = "network"

STAGES = ("stem", "layer1", "layer2", "layer3", "layer4")
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Of the pictures of ImageNet, in [0, 1], red, green, blue."""

SMALLEST = 33
"""Pixels a side: at 32 the last stage has one position, which batch norm cannot learn from."""


@dataclass(frozen=True)
class Settings:
    """
    Where the weights come from and which of them learn.

    Attributes
    ----------
    stretch : bool
        Scale each picture to [0, 1] by its own range; else it must lie there already.
    weights : str or None
        A ``.safetensors`` or ``.pth`` file of the published layout, or ``hub:OWNER/NAME``; the last
        layer is replaced. None starts from random weights (He et al.).
    weights_sha256 : str or None
        What the file must have as its SHA-256; None takes any.
    freeze : str
        Stages up to and with this one do not learn: ``"none"``, ``"stem"``, ``"layer1"`` ...
        ``"layer4"`` (then the last layer alone learns). Their batch norms keep their statistics.

    Raises
    ------
    UnknownNameError
        If `freeze` is no such name.
    """

    stretch: bool = True
    weights: str | None = None
    weights_sha256: str | None = None
    freeze: str = "none"

    def __post_init__(self) -> None:
        """Refuse names that there are not."""
        if self.freeze not in ("none", *STAGES):
            raise unknown_name("stage to freeze", self.freeze, ("none", *STAGES))


class Block(nn.Module):
    """
    Two convolutions and the way around them.

    Parameters
    ----------
    before, after : int
        Channels.
    stride : int
        Of the first convolution.
    """

    def __init__(self, before: int, after: int, *, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.downsample: nn.Module | None = None
        if stride != 1 or before != after:
            self.downsample = nn.Sequential(
                nn.Conv2d(before, after, 1, stride=stride, bias=False), nn.BatchNorm2d(after)
            )

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """
        Give the sum of both ways.

        Parameters
        ----------
        X : torch.Tensor [shape=(n, before, h, w)]
            Maps.

        Returns
        -------
        torch.Tensor [shape=(n, after, h / stride, w / stride)]
            Maps, not negative.
        """
        around = X if self.downsample is None else self.downsample(X)
        Y = functional.relu(self.bn1(self.conv1(X)))
        return functional.relu(self.bn2(self.conv2(Y)) + around)


class ResNet18(nn.Module):
    """
    The network, with the names of the published one.

    Parameters
    ----------
    n_classes : int
        Number of genres.
    stretch : bool
        As in `Settings`.
    freeze : str
        As in `Settings`.
    """

    weights_sha256: str | None = None

    def __init__(self, n_classes: int, *, stretch: bool = True, freeze: str = "none") -> None:
        super().__init__()
        self.stretch = stretch
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = nn.Sequential(Block(64, 64, stride=1), Block(64, 64, stride=1))
        self.layer2 = nn.Sequential(Block(64, 128, stride=2), Block(128, 128, stride=1))
        self.layer3 = nn.Sequential(Block(128, 256, stride=2), Block(256, 256, stride=1))
        self.layer4 = nn.Sequential(Block(256, 512, stride=2), Block(512, 512, stride=1))
        self.fc = nn.Linear(512, n_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        # Not among the arrays of the published layout.
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("std", torch.tensor(STD)[:, None, None], persistent=False)
        stages = [[self.conv1, self.bn1], *([getattr(self, name)] for name in STAGES[1:])]
        n_frozen = 0 if freeze == "none" else STAGES.index(freeze) + 1
        # Held in a plain tuple, so that no name of an array is given twice.
        self._frozen = tuple(part for stage in stages[:n_frozen] for part in stage)
        for part in self._frozen:
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> ResNet18:
        """
        Set the mode, in which frozen stages never learn.

        Parameters
        ----------
        mode : bool
            Whether to learn.

        Returns
        -------
        ResNet18
            Itself.
        """
        super().train(mode)
        for part in self._frozen:
            part.eval()
        return self

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """
        Give the logits.

        Parameters
        ----------
        X : torch.Tensor [shape=(n, h, w) or (n, 3, h, w)]
            Pictures.

        Returns
        -------
        torch.Tensor [shape=(n, n_classes)]
            Logits.
        """
        if X.dim() == 3:
            X = X.unsqueeze(1).expand(-1, 3, -1, -1)
        if self.stretch:
            low, high = X.amin((1, 2, 3), keepdim=True), X.amax((1, 2, 3), keepdim=True)
            X = (X - low) / (high - low).clamp(min=1e-6)
        X = functional.relu(self.bn1(self.conv1((X - self.mean) / self.std)))
        X = functional.max_pool2d(X, 3, stride=2, padding=1)
        X = self.layer4(self.layer3(self.layer2(self.layer1(X))))
        logits: torch.Tensor = self.fc(X.mean((2, 3)))
        return logits


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network, and load its weights where some are given.

    Parameters
    ----------
    settings : Settings
        Where the weights come from and which of them learn.
    input_shape : tuple of int
        ``(height, width)`` or ``(3, height, width)`` of the picture.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From pictures [shape=(batch, *input_shape)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the input is no picture, or too small.
    ConfigError
        If the weights cannot be read, or have other names or shapes.

    Examples
    --------
    >>> network = build(Settings(), input_shape=(64, 100), n_classes=10)
    >>> sum(p.numel() for p in network.parameters())
    11181642
    """
    if len(input_shape) not in (2, 3) or (len(input_shape) == 3 and input_shape[0] != 3):
        raise ParameterError(
            f"input of shape {input_shape} for ResNet-18, which sees pictures (height, width) or "
            "(3, height, width): choose a feature set that gives pictures, such as mel-picture"
        )
    if min(input_shape[-2:]) < SMALLEST:
        raise ParameterError(
            f"picture of {input_shape[-2]} x {input_shape[-1]} is too small for ResNet-18, which "
            f"halves it five times: both sides must be at least {SMALLEST}"
        )
    network = ResNet18(n_classes, stretch=settings.stretch, freeze=settings.freeze)
    if settings.weights is not None:
        _load(network, settings.weights, settings.weights_sha256)
    return network


def _load(network: ResNet18, weights: str, sha256: str | None) -> None:
    path = weights_path(weights)
    network.weights_sha256 = file_sha256(path)
    if sha256 not in (None, network.weights_sha256):
        raise ConfigError(
            f"{path} has the SHA-256 {network.weights_sha256}, not {sha256}: it is another file "
            "than the recipe asks for, or damaged"
        )
    found, own = read_weights(path), network.state_dict()
    # The last layer is that of other classes; the counts of batches are missing in old files.
    wanted = {name for name in own if not name.startswith("fc.")}
    missing = sorted(n for n in wanted - set(found) if not n.endswith("num_batches_tracked"))
    unexpected = sorted(set(found) - set(own))
    misshapen = sorted(n for n in wanted & set(found) if found[n].shape != own[n].shape)
    if missing or unexpected or misshapen:
        said = {"missing": missing, "unexpected": unexpected, "of another shape": misshapen}
        lists = "; ".join(f"{what}: {', '.join(names)}" for what, names in said.items() if names)
        raise ConfigError(
            f"{path} has not the layout of ResNet-18 as torchvision and timm name it ({lists}): "
            "give weights of that network and naming"
        )
    taken = {name: found[name] for name in wanted & set(found)}
    network.load_state_dict(taken, strict=False)
