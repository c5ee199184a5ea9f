"""Three convolutions along time over MFCC frames: the network of Li, Chan and Chun (2010).

Over 190 frames of 13 coefficients, kernels of 10 frames with steps of 4 leave 46, 10 and 1 frames,
so that the last layer sees 65 maps of 13 coefficients. Activation and input scaling are ours: ReLU,
and a batch norm of each coefficient before the first convolution.

References
----------
T. Li, A. Chan and A. Chun, "Automatic Musical Pattern Feature Extraction Using Convolutional Neural
Network", IMECS 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from genrescope.errors import ParameterError

KIND = "network"

KERNEL, STEP = 10, 4
"""Frames."""


@dataclass(frozen=True)
class Settings:
    """
    Maps of the three convolutions.

    Attributes
    ----------
    first, second, third : int
        Number of maps.

    Raises
    ------
    ParameterError
        If a layer has no map.
    """

    first: int = 3
    second: int = 15
    third: int = 65

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if min(self.first, self.second, self.third) < 1:
            raise ParameterError(
                f"first={self.first}, second={self.second} and third={self.third} count maps, so "
                "each must be at least 1"
            )


def build(settings: Settings, *, input_shape: tuple[int, ...], n_classes: int) -> nn.Module:
    """
    Build the network.

    Parameters
    ----------
    settings : Settings
        Maps of the convolutions.
    input_shape : tuple of int
        Coefficients and frames.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From MFCC [shape=(batch, n_mfcc, t)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the input is no table of MFCC, or shorter than a kernel.

    Examples
    --------
    >>> network = build(Settings(), input_shape=(13, 190), n_classes=10)
    >>> network[-1].in_features == 65 * 13
    True
    """
    if len(input_shape) != 2 or input_shape[1] < KERNEL:
        raise ParameterError(
            f"input of shape {input_shape} for a CNN over (n_mfcc, t) of at least {KERNEL} frames: "
            "choose the feature set mfcc, and longer windows"
        )
    n_mfcc, t = input_shape
    layers: list[nn.Module] = [nn.BatchNorm1d(n_mfcc), nn.Unflatten(1, (1, n_mfcc))]
    before = 1
    for after in (settings.first, settings.second, settings.third):
        # Shorter inputs than those of the paper leave the last kernels fewer frames than ten.
        kernel = min(KERNEL, t)
        layers += [nn.Conv2d(before, after, (1, kernel), stride=(1, STEP)), nn.ReLU()]
        before, t = after, (t - kernel) // STEP + 1
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(before * n_mfcc * t, n_classes))
