"""The first block in one piece gives what its three layers give, forward and backward."""

import copy
import io

import numpy as np
import onnx
import pytest
import torch
from torch import nn
from torch.nn import functional

from genrescope.errors import ParameterError
from genrescope.models.architectures import build_network
from genrescope.models.pooled_block import N_AT_A_TIME, pooled_block


def layers(kernel, *, seed=1):
    """Make layers whose batch norm stretches, mirrors and shifts."""
    torch.manual_seed(seed)
    convolution, norm = nn.Conv2d(1, 6, kernel), nn.BatchNorm2d(6)
    with torch.no_grad():
        norm.weight.copy_(torch.randn(6))
        norm.bias.copy_(torch.randn(6))
    return convolution.double(), norm.double()


def pictures(n=N_AT_A_TIME + 3, size=(13, 17)):
    torch.manual_seed(0)
    X = 3 + 2 * torch.randn(n, 1, *size, dtype=torch.float64)
    X[:, :, :4] = -2.0
    return X


@pytest.mark.parametrize("pool", [2, 3])
@pytest.mark.parametrize("kernel", [(3, 3), (2, 4), (1, 1)])
def test_values_gradients_and_running_statistics_are_those_of_the_layers(kernel, pool):
    X = pictures()
    one, plain = layers(kernel), layers(kernel)
    for _ in range(2):
        found = pooled_block(X, *one, pool=pool)
        expected = functional.max_pool2d(plain[1](plain[0](X)), pool)
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)
        part = torch.randn(found.shape, dtype=torch.float64)
        found.backward(part)
        expected.backward(part)
    for ours, theirs in zip(one, plain, strict=True):
        for name, value in theirs.named_parameters():
            found = ours.get_parameter(name).grad
            torch.testing.assert_close(found, value.grad, rtol=1e-8, atol=1e-8)
        for name, value in theirs.named_buffers():
            torch.testing.assert_close(ours.get_buffer(name), value, rtol=1e-9, atol=1e-9)
    for layer in (*one, *plain):
        layer.eval()
    found = pooled_block(X, *one, pool=pool)
    expected = functional.max_pool2d(plain[1](plain[0](X)), pool)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


def in_type(X, convolution, norm, dtype, *, plain, training=True, rough=False):
    """Go through copies of the layers; give values, and running mean and variance, in float64."""
    convolution, norm = copy.deepcopy(convolution).to(dtype), copy.deepcopy(norm).to(dtype)
    X, norm = X.to(dtype), norm.train(training)
    with torch.autocast("cpu", torch.bfloat16, enabled=rough):
        if plain:
            found = functional.max_pool2d(norm(convolution(X)), 3)
        else:
            found = pooled_block(X, convolution, norm, pool=3)
    found.double().square().sum().backward()
    assert all(bool(p.grad.isfinite().all()) for p in (*convolution.parameters(), norm.weight))
    return [value.detach().double() for value in (found, norm.running_mean, norm.running_var)]


def errors(X, *layers, **kw):
    """Give largest errors of the block and of the plain layers, against float64."""
    truth = in_type(X, *layers, torch.float64, plain=True, training=kw.get("training", True))
    of_both = [in_type(X, *layers, torch.float32, plain=plain, **kw) for plain in (False, True)]
    return [
        [float((a - b).abs().max()) for a, b in zip(got, truth, strict=True)] for got in of_both
    ]


def decibels(seed, mean, spread):
    """Make pictures that float32 holds exactly."""
    torch.manual_seed(seed)
    X = mean + spread * torch.randn(N_AT_A_TIME + 3, 1, 40, 50, dtype=torch.float64)
    return X.float().double()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("mean", "spread"), [(0, 1), (1e3, 1), (1e5, 1), (-40, 15)])
def test_a_mean_of_the_pixels_costs_float32_nothing(mean, spread, seed):
    ours, plain = errors(decibels(seed, mean, spread), *layers((3, 3), seed=seed))
    # Four units in the last place of the largest values, or nearer to the truth than the layers.
    assert ours[0] <= max(2e-6, plain[0])
    # Of the running mean, float32 holds so many digits and no more.
    assert ours[1] <= 1e-7 * max(1.0, abs(mean))
    assert ours[2] <= 1e-6 * spread**2
    if abs(mean) >= 1e3:
        assert ours[0] < 0.05 * plain[0]


@pytest.mark.parametrize("constant", [-80.0, 0.1, 1e5])
def test_constant_pictures_have_no_variance_and_give_the_bias(constant):
    X, (convolution, norm) = decibels(0, constant, 0), layers((3, 3))
    ours, _ = errors(X, convolution, norm)
    assert ours[0] < 1e-5
    assert ours[2] < 1e-7
    found, _, var = in_type(X, convolution, norm, torch.float32, plain=False)
    torch.testing.assert_close(found.amax((0, 2, 3)), norm.bias.detach(), rtol=0, atol=1e-5)
    torch.testing.assert_close(var, torch.full_like(var, 0.9), rtol=0, atol=1e-6)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("smooth", [False, True])
def test_bfloat16_of_pictures_in_decibels_is_no_worse_than_that_of_the_layers(smooth, training):
    total = torch.zeros(2, 3, dtype=torch.float64)
    for seed in range(4):
        X = decibels(seed, 0, 15)
        X = -40 + (8 * functional.avg_pool2d(X, 9, 1, 4) if smooth else X)
        X, (convolution, norm) = X.float().double(), layers((3, 3), seed=seed)
        with torch.no_grad():
            Y = convolution(X)
        norm.running_mean.copy_(Y.mean((0, 2, 3)))
        norm.running_var.copy_(Y.var((0, 2, 3)))
        found = errors(X, convolution, norm, rough=True, training=training)
        total += torch.tensor(found, dtype=torch.float64)
        # What is measured and exported is in float32, and so are its statistics.
        assert max(found[0][1:]) < 1e-4
    ours, plain = total[:, 0]
    assert ours <= plain
    assert ours / 4 < 0.1


def test_one_picture_teaches_unless_it_leaves_one_position():
    X, one, plain = decibels(0, 3, 2)[:1], layers((3, 3)), layers((3, 3))
    expected = functional.max_pool2d(plain[1](plain[0](X)), 3)
    torch.testing.assert_close(pooled_block(X, *one, pool=3), expected)
    before = copy.deepcopy(one[1].state_dict())
    with pytest.raises(ParameterError, match=r"1 pictures of 3 x 3 .* 1 positions"):
        pooled_block(X[..., :3, :3], *one, pool=1)
    assert all(bool((before[k] == v).all()) for k, v in one[1].state_dict().items())
    one[1].eval()
    assert pooled_block(X[..., :3, :3], *one, pool=1).shape == (1, 6, 1, 1)


@pytest.mark.parametrize(
    ("convolution", "norm"),
    [
        ({"stride": 2}, {}),
        ({"padding": 1}, {}),
        ({"dilation": 2}, {}),
        ({"bias": False}, {}),
        ({"in_channels": 2}, {}),
        ({}, {"momentum": None}),
        ({}, {"affine": False}),
        ({}, {"track_running_stats": False}),
    ],
)
def test_other_layers_are_not_taken_for_these(convolution, norm):
    of = {"in_channels": 1, "out_channels": 6, "kernel_size": 3} | convolution
    with pytest.raises(AssertionError, match="no first block"):
        pooled_block(torch.rand(4, 1, 9, 9), nn.Conv2d(**of), nn.BatchNorm2d(6, **norm), pool=3)


def test_a_filter_whose_scale_is_zero_gives_the_bias_and_learns():
    X, one, plain = pictures(), layers((3, 3)), layers((3, 3))
    with torch.no_grad():
        one[1].weight[2] = plain[1].weight[2] = 0.0
    found = pooled_block(X, *one, pool=3)
    expected = functional.max_pool2d(plain[1](plain[0](X)), 3)
    torch.testing.assert_close(found, expected)
    found.sum().backward()
    expected.sum().backward()
    torch.testing.assert_close(one[1].weight.grad, plain[1].weight.grad)
    torch.testing.assert_close(one[0].bias.grad, torch.zeros(6, dtype=torch.float64))


def test_a_picture_does_not_depend_on_how_many_are_given():
    X, (convolution, norm) = pictures().float(), layers((3, 3))
    convolution, norm = convolution.float().eval(), norm.float().eval()
    whole = pooled_block(X, convolution, norm, pool=3)
    alone = torch.cat([pooled_block(x[None], convolution, norm, pool=3) for x in X])
    torch.testing.assert_close(whole, alone, rtol=1e-5, atol=1e-5)


@pytest.fixture
def network():
    torch.manual_seed(3)
    return build_network(
        "three-block-cnn", {"n_filters": 2, "dropout": 0.0}, input_shape=(54, 55), n_classes=3
    )


def test_the_network_is_that_of_its_layers(network):
    X = torch.randn(9, 54, 55)
    plain = nn.Sequential(*copy.deepcopy(network))
    for mode in True, False:
        torch.testing.assert_close(
            network.train(mode)(X), plain.train(mode)(X), rtol=1e-4, atol=1e-5
        )


def test_gradients_of_the_pictures_can_be_asked_for(network):
    X = torch.randn(4, 54, 55, requires_grad=True)
    network(X).sum().backward()
    assert X.grad is not None
    assert X.grad.abs().max() > 0


def test_the_exported_graph_has_the_layers_and_their_values(network):
    from genrescope.models.onnx_graph import network_to_onnx

    network.train()(torch.randn(9, 54, 55))
    network.eval()
    graph = onnx.load(io.BytesIO(network_to_onnx(network, (54, 55))))
    kinds = [node.op_type for node in graph.graph.node]
    assert [kinds.count(kind) for kind in ("Conv", "MaxPool", "Gemm")] == [3, 3, 2]
    assert not set(kinds) & {"Split", "Concat", "Loop"}


def test_bfloat16_is_float32_to_eight_bits(network):
    X = torch.randn(9, 54, 55)
    with torch.autocast("cpu", torch.bfloat16):
        rough = network(X)
    assert rough.dtype == torch.bfloat16
    exact = network(X)
    assert 0 < (rough.float() - exact).abs().max() < 0.05 * exact.abs().max() + 0.02
    rough.float().square().sum().backward()
    gradients = [parameter.grad for parameter in network.parameters()]
    assert all(g is not None and g.dtype == torch.float32 for g in gradients)
    assert all(bool(np.isfinite(g.numpy()).all()) for g in gradients)
