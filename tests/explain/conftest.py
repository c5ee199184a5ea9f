"""Networks whose inside is known, as trained runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from genrescope.bundle.format import Manifest
from genrescope.explain.trained import TrainedRun
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings
from genrescope.models.inside import Inside
from genrescope.training.recipe import Recipe

LENGTH = 22050


@pytest.fixture
def run_of():
    """Make a run of a network that hears one second through the given features."""

    def make(network, features="logmel", front_end=None, labels=("jazz", "rock"), **settings):
        front_end = front_end or FrontEnd()
        choice = FeatureChoice.from_dict({"name": features, **settings})
        empty = torch.zeros(front_end.n_mels, front_end.n_frames(LENGTH)).numpy()
        windows = WindowSettings(length=LENGTH, hop=LENGTH, min_tail=1)
        manifest = Manifest("known", "1", labels, front_end, windows, choice)
        recipe = Recipe.from_dict(
            {"name": "known", "dataset": {"name": "synthetic"}, "model": {"name": "linear"},
             "protocol": {"name": "random"}}
        )  # fmt: skip
        (shape,) = [choice.compute([empty], front_end).shape[1:]]
        return TrainedRun(Path("nowhere"), manifest, recipe, Inside.of(network(shape), shape))

    return make


@pytest.fixture
def loudness():
    """A network whose filter 0 gives the level above a bias, cell by cell, and 1 its negative."""

    def network(bias):
        def build(shape):
            convolution = nn.Conv2d(1, 2, 1)
            with torch.no_grad():
                convolution.weight[:, 0, 0, 0] = torch.tensor([1.0, -1.0])
                convolution.bias[:] = torch.tensor([bias, -1000.0])
            return nn.Sequential(
                nn.Unflatten(1, (1, shape[0])), convolution, nn.ReLU(), nn.AdaptiveAvgPool2d(1),
                nn.Flatten(), nn.Linear(2, 2),
            )  # fmt: skip

        return build

    return network
