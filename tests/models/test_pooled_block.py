"""The first block in one piece gives what its three layers give, forward and backward."""

import copy
import io

import numpy as np
import onnx
import pytest
import torch
from torch import nn
from torch.nn import functional

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


def test_in_float32_it_is_nearer_to_the_truth_than_the_layers_are():
    X, (convolution, norm) = pictures(size=(60, 90)), layers((3, 3))
    truth = functional.max_pool2d(copy.deepcopy(norm)(convolution(X)), 3)
    convolution, norm = convolution.float(), norm.float()
    plain = functional.max_pool2d(copy.deepcopy(norm)(convolution(X.float())), 3)
    ours = pooled_block(X.float(), convolution, norm, pool=3)
    assert (ours - truth).abs().max() <= 2 * (plain - truth).abs().max()
    torch.testing.assert_close(ours.double(), truth, rtol=1e-4, atol=1e-4)


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
