"""The network of the blog on windows: counts, padding as in Keras, first weights, its optimiser."""

import numpy as np
import pytest
import torch

from genrescope.errors import ParameterError
from genrescope.models import architectures
from genrescope.models.lightning_seam import Learner
from genrescope.models.window_conv1d import Settings, build


def by_hand(network, X):
    """Convolve frame by frame: a filter of length 2 hears a frame and the next one, or silence."""
    for layer in network:
        if isinstance(layer, torch.nn.Conv1d):
            W, b = layer.weight.detach().numpy(), layer.bias.detach().numpy()
            now, then = W[:, :, 0], W[:, :, 1]
            after = np.concatenate([X[:, :, 1:], np.zeros_like(X[:, :, :1])], axis=2)
            X = np.einsum("oi,nit->not", now, X) + np.einsum("oi,nit->not", then, after)
            X = np.maximum(X + b[:, None], 0)
    last = network[-1]
    return X.reshape(len(X), -1) @ last.weight.detach().numpy().T + last.bias.detach().numpy()


def test_the_end_alone_is_padded_as_keras_does():
    torch.manual_seed(0)
    network = build(Settings(n_filters=6), input_shape=(8, 5), n_classes=3).eval()
    X = np.random.default_rng(0).normal(size=(4, 8, 5)).astype(np.float32)
    with torch.no_grad():
        ours = network(torch.from_numpy(X)).numpy()
    np.testing.assert_allclose(ours, by_hand(network, X), atol=1e-5)


def test_weights_start_as_glorot_and_biases_at_zero():
    network = build(Settings(), input_shape=(128, 5), n_classes=10)
    for layer, fans in ((network[1], 2 * (128 + 256)), (network[-1], 1280 + 10)):
        bound = (6 / fans) ** 0.5
        assert 0.98 * bound < float(layer.weight.detach().abs().max()) <= bound
        assert not layer.bias.any()


def test_dropout_stands_before_the_last_layer_alone():
    network = build(Settings(dropout=0.25), input_shape=(128, 5), n_classes=10)
    drops = [i for i, layer in enumerate(network) if isinstance(layer, torch.nn.Dropout)]
    assert drops == [len(network) - 2]
    assert network[drops[0]].p == 0.25


def test_adadelta_decays_as_in_keras():
    network = build(Settings(n_filters=2), input_shape=(4, 5), n_classes=2)
    learner = Learner(network, optimizer="adadelta", learning_rate=1.0, weight_decay=0.0, seed=0)
    (group,) = learner.configure_optimizers().param_groups
    assert (group["rho"], group["eps"], group["lr"]) == (0.95, 1e-7, 1.0)


@pytest.mark.parametrize("wrong", [{"n_filters": 0}, {"filter_length": 0}, {"dropout": 1.0}])
def test_what_cannot_be_built_is_refused(wrong):
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        architectures.model_settings("window-conv1d", wrong)


def test_inputs_of_three_dimensions_are_refused():
    with pytest.raises(ParameterError, match="choose a feature set that gives pictures"):
        build(Settings(), input_shape=(1, 128, 5), n_classes=10)
