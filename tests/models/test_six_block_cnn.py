"""The CNN of Tanaka and Hurtado-Lopez: its layers, its penalty, and that the penalty is learned."""

import numpy as np
import pytest
import torch
from torch import nn

from genrescope.errors import ParameterError, UnknownNameError
from genrescope.models.lightning_seam import Learner
from genrescope.models.neural import NetworkClassifier
from genrescope.models.six_block_cnn import FILTERS, Settings, build

SHAPE = (3, 64, 64)


def built(shape=SHAPE, **settings):
    torch.manual_seed(0)
    return build(Settings(**settings), input_shape=shape, n_classes=8)


def of(network, kind):
    return [layer for layer in network if isinstance(layer, kind)]


@pytest.mark.parametrize("filters", FILTERS)
def test_six_layers_of_the_filters_of_the_paper(filters):
    network = built(filters=filters)
    assert tuple(c.out_channels for c in of(network, nn.Conv2d)) == FILTERS[filters]
    assert len(of(network, nn.MaxPool2d)) == len(of(network, nn.BatchNorm2d)) == 6
    assert [layer.in_features for layer in of(network, nn.Linear)] == [FILTERS[filters][-1], 512]
    assert [layer.p for layer in of(network, nn.Dropout)] == [0.25] * 3 + [0.5]


def test_dropout_stands_behind_every_so_many_blocks():
    for every, n in ((1, 6), (2, 3), (3, 2), (7, 0)):
        network = built(blocks_a_dropout=every, block_dropout=0.3)
        assert [layer.p for layer in of(network, nn.Dropout)] == [0.3] * n + [0.5]


@pytest.mark.parametrize("activation", ["relu", "elu"])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_activations_behind_the_pools_change_no_value(activation, batch_norm):
    """The same layers in the order of the paper, activation before pooling, agree."""
    network = built(activation=activation, batch_norm=batch_norm).eval()
    layers = list(network)
    for i, layer in enumerate(layers[:-1]):
        if isinstance(layer, nn.MaxPool2d):
            layers[i], layers[i + 1] = layers[i + 1], layer
    X = torch.rand(4, *SHAPE)
    with torch.no_grad():
        torch.testing.assert_close(network(X), nn.Sequential(*layers)(X))


@pytest.mark.parametrize(
    "shape", [(3, 64, 64), (64, 64), (1, 64, 64), (3, 1, 1), (128, 65), (2, 3)]
)
def test_pictures_of_any_size_have_an_answer(shape):
    network = built(shape, batch_norm=max(shape[-2:]) > 32).eval()
    assert network(torch.rand(2, *shape)).shape == (2, 8)


def test_a_batch_of_one_is_learned_or_the_picture_refused():
    """Batch norm has no spread of a single number, and the last batch may hold one picture."""
    assert built((3, 33, 2)).train()(torch.rand(1, 3, 33, 2)).shape == (1, 8)
    with pytest.raises(ParameterError, match="32 x 32 is too small"):
        built((3, 32, 32))


@pytest.mark.parametrize("shape", [(64,), (2, 3, 64, 64)])
def test_what_is_no_picture(shape):
    with pytest.raises(ParameterError, match="choose a feature set that gives pictures"):
        built(shape)


def test_the_penalty_is_on_the_first_convolution_and_the_dense_layers_alone():
    network = built(l2=0.5)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(2.0)
    dense = 128 * 512 + 512 * 8
    assert network.penalty().item() == pytest.approx(0.5 * 4 * (3 * 9 * 32 + dense))
    assert built(l2=0.0).penalty().item() == 0


def test_the_penalty_is_learned_and_not_reported():
    network = built(block_dropout=0.0, dropout=0.0, l2=0.5)
    batch = (torch.rand(4, *SHAPE), torch.arange(4))
    learner = Learner(network, optimizer="sgd", learning_rate=0.1, weight_decay=0.0, seed=0)
    loss = float(learner.training_step(batch, 0).detach())
    assert loss == pytest.approx(learner.sums[0] / 4 + network.penalty().item(), rel=1e-5)


def test_l2_makes_the_weights_smaller():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(24, 3, 8, 8)).astype(np.float32)
    y = np.array(["rock", "jazz"])[np.arange(24) % 2]

    def norm(l2):
        model = NetworkClassifier(
            "six_block_cnn",
            {"l2": l2, "batch_norm": False},
            epochs=3,
            batch_size=8,
            learning_rate=1e-3,
            device="cpu",
        ).fit(X, y)
        return sum(layer.weight.square().sum().item() for layer in of(model.network_, nn.Linear))

    assert norm(0.1) < norm(0.0)


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"filters": "bigg"}, UnknownNameError, "did you mean 'big'"),
        ({"activation": "relo"}, UnknownNameError, "did you mean 'relu'"),
        ({"n_hidden": 0}, ParameterError, "n_hidden=0"),
        ({"blocks_a_dropout": 0}, ParameterError, "blocks_a_dropout=0"),
        ({"block_dropout": 1.0}, ParameterError, "block_dropout=1.0"),
        ({"dropout": -0.1}, ParameterError, "dropout=-0.1"),
        ({"l2": -1.0}, ParameterError, "l2=-1.0"),
        ({"l2": float("inf")}, ParameterError, "l2=inf"),
    ],
)
def test_settings_out_of_range(settings, error, match):
    with pytest.raises(error, match=match):
        Settings(**settings)
