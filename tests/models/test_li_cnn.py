"""The network of Li, Chan and Chun has the sizes that its kernels and steps leave."""

import pytest
import torch

from genrescope.errors import ParameterError
from genrescope.models import architectures


def test_the_frames_become_46_and_10_and_1():
    network = architectures.build_network("li-cnn", None, input_shape=(13, 190), n_classes=3)
    X, shapes = torch.zeros(2, 13, 190), []
    for layer in network.eval():
        X = layer(X)
        if isinstance(layer, torch.nn.Conv2d):
            shapes.append(tuple(X.shape[1:]))
    assert shapes == [(3, 13, 46), (15, 13, 10), (65, 13, 1)]
    assert X.shape == (2, 3)


def test_inputs_and_settings_that_it_cannot_take():
    for shape in ((13, 9), (13,), (1, 13, 190)):
        with pytest.raises(ParameterError, match="at least 10 frames"):
            architectures.build_network("li-cnn", None, input_shape=shape, n_classes=3)
    with pytest.raises(ParameterError, match="first=0"):
        architectures.model_settings("li-cnn", {"first": 0})
