"""The networks of Poltronieri: layers as listed, weights as Keras counts and draws them."""

import numpy as np
import pytest
import torch

from genrescope.errors import ParameterError
from genrescope.models import architectures
from genrescope.models._layer_widths import widths


def built(name, shape=(40, 65), **settings):
    torch.manual_seed(0)
    return architectures.build_network(name, settings, input_shape=shape, n_classes=10)


def n_parameters(network):
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def test_the_lstm_has_as_many_parameters_as_in_keras():
    first, second = 4 * 128 * (40 + 128 + 1), 4 * 64 * (128 + 64 + 1)
    assert n_parameters(built("lstm")) == first + second + 64 * 65 + 10 * 65


def test_the_cnn_has_the_listed_layers_and_padded_positions():
    network = built(
        "mfcc-cnn", filters="128,64,32", kernels="4,3,2", pools="4,3,2", dense="128,64", dropout=0.3
    )
    # 65 x 40 frames and coefficients: 17 x 10, then 6 x 4, then 3 x 2.
    convolutions = 128 * (16 + 1) + 64 * (9 * 128 + 1) + 32 * (4 * 64 + 1)
    dense = 128 * (32 * 3 * 2 + 1) + 64 * (128 + 1) + 10 * (64 + 1)
    assert n_parameters(network) == convolutions + dense


@pytest.mark.parametrize("shape", [(13, 65), (13, 130), (1, 1)])
def test_small_pictures_leave_something(shape):
    network = built("mfcc-cnn", shape, filters="4,4,4", kernels="4,3,2", pools="4,3,2")
    assert network(torch.zeros(2, *shape)).shape == (2, 10)


def test_the_padding_of_an_even_kernel_is_that_of_keras():
    # A kernel of ones over ones counts what it covers: 1 in front and 2 behind are padding.
    network = built("mfcc-cnn", (5, 5), filters="1", kernels="4", pools="1", dense="")
    padding, convolution = network[0], network[1]
    with torch.no_grad():
        convolution.weight.fill_(1.0)
        counts = convolution(padding(torch.ones(1, 1, 5, 5)))[0, 0]
    along = torch.tensor([3.0, 4.0, 4.0, 3.0, 2.0])
    assert torch.equal(counts, along[:, None] * along)


def test_time_is_the_first_axis_of_the_cnn_as_in_the_report():
    network = built("mfcc-cnn", (13, 65), filters="2", kernels="4", pools="4", dense="")
    seen = []
    network[0].register_forward_hook(lambda layer, given, out: seen.append(given[0].shape))
    network(torch.zeros(1, 13, 65))
    assert seen == [torch.Size([1, 1, 65, 13])]


def test_the_lstm_hears_time_in_its_order_to_the_last_frame():
    network = built("lstm", (3, 8), units="4", dense="").eval()
    X = torch.randn(1, 3, 8)
    base = network(X)
    assert not torch.allclose(network(X.flip(2)), base)
    for frame in (0, 7):
        other = X.clone()
        other[:, :, frame] += 1
        assert not torch.allclose(network(other), base)


def test_dropout_of_an_lstm_is_one_mask_for_all_frames():
    network = built("lstm", (50, 9), lstm_dropout=0.5).train()
    out = network.dropout(torch.ones(1, 50, 9))[0]
    assert torch.equal(out, out[:, :1].expand(50, 9))
    assert set(out[:, 0].tolist()) == {0.0, 2.0}
    assert torch.equal(network.eval().dropout(torch.ones(1, 50, 9)), torch.ones(1, 50, 9))


def test_weights_start_as_in_keras():
    layer = built("lstm").layers[0]
    bias = layer.bias_ih_l0.detach().reshape(4, 128)
    assert bias.mean(dim=1).tolist() == [0.0, 1.0, 0.0, 0.0]
    recurrent = layer.weight_hh_l0.detach()
    np.testing.assert_allclose(recurrent.T @ recurrent, np.eye(128), atol=1e-5)
    weight = built("mfcc-cnn")[-1].weight.detach()
    limit = (6 / (100 + 10)) ** 0.5
    assert 0.9 * limit < float(weight.abs().max()) <= limit


@pytest.mark.parametrize("name", ["mfcc-cnn", "lstm"])
def test_what_is_no_picture_is_refused(name):
    with pytest.raises(ParameterError, match=r"shape \(54,\).*such as mfcc"):
        built(name, (54,))


@pytest.mark.parametrize(
    ("name", "settings", "match"),
    [
        ("mfcc-cnn", {"filters": "8,8,8"}, "3 filters, 2 kernels, 2 pools"),
        ("mfcc-cnn", {"filters": "8 8"}, "with commas between them"),
        ("mfcc-cnn", {"pools": "0,4"}, "each 1 or more"),
        ("mfcc-cnn", {"dropout": 1.0}, "below 1"),
        ("lstm", {"units": ""}, "at least 1 layers"),
        ("lstm", {"dense": "64,-1"}, "whole numbers"),
        ("lstm", {"lstm_dropout": -0.1}, "lstm_dropout is -0.1"),
    ],
)
def test_settings_that_cannot_be_built(name, settings, match):
    with pytest.raises(ParameterError, match=match):
        built(name, **settings)


def test_widths():
    assert widths("dense", "", at_least=0) == ()
    for text in ("1.5", "٣", "9999999", "1,,2"):
        with pytest.raises(ParameterError, match="whole numbers"):
            widths("dense", text)


@pytest.mark.parametrize("name", ["lstm", "mfcc-cnn"])
def test_scaled_networks_do_not_hear_the_scale_of_a_coefficient(name):
    X = torch.randn(8, 40, 65)
    louder = X * torch.linspace(1, 50, 40)[:, None] - 300
    scaled, plain = (built(name, scaled=is_scaled).train() for is_scaled in (True, False))
    torch.testing.assert_close(scaled(X), scaled(louder), atol=1e-3, rtol=1e-3)
    assert not torch.allclose(plain(X), plain(louder), atol=1e-2)
    assert n_parameters(scaled) == n_parameters(plain)
