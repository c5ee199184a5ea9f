"""The network for pairs: one sigmoid unit is what its two logits are, and its sizes."""

import pytest
import torch
from torch.nn import functional

from genrescope.errors import ParameterError
from genrescope.models import architectures
from genrescope.models.pair_cnn import OfTwo, Settings, build


def test_two_logits_are_one_sigmoid_with_binary_cross_entropy():
    z = torch.randn(50, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 4
    y = torch.arange(50) % 2
    units = [z.clone().requires_grad_() for _ in range(2)]
    logits = OfTwo()(units[0])
    losses = [
        functional.cross_entropy(logits, y),
        functional.binary_cross_entropy_with_logits(units[1][:, 0], y.double()),
    ]
    for loss in losses:
        loss.backward()
    torch.testing.assert_close(*losses)
    torch.testing.assert_close(units[0].grad, units[1].grad)
    torch.testing.assert_close(torch.softmax(logits, 1)[:, 1], torch.sigmoid(z[:, 0]))


def test_a_pair_has_one_unit_and_more_genres_one_each():
    flat = 64 * 13 * 40
    for n_classes, n_units in ((2, 1), (3, 3), (10, 10)):
        network = build(Settings(), input_shape=(64, 173), n_classes=n_classes)
        (last,) = [m for m in network.modules() if isinstance(m, torch.nn.Linear)]
        assert (last.in_features, last.out_features) == (flat, n_units)
        assert network(torch.zeros(2, 64, 173)).shape == (2, n_classes)


def test_batch_norm_is_of_the_code_and_not_of_the_text():
    counts = [
        sum(p.numel() for p in build(s, input_shape=(64, 173), n_classes=2).parameters())
        for s in (Settings(), Settings(batch_norm=False))
    ]
    assert counts[0] - counts[1] == 2 * 64
    assert counts[1] == 64 * 26 + 64 * (64 * 25 + 1) + 64 * 13 * 40 + 1


def test_small_pictures_and_settings_are_refused():
    assert build(Settings(n_filters=2), input_shape=(16, 16), n_classes=2)
    with pytest.raises(ParameterError, match="64 x 15 is too small"):
        build(Settings(), input_shape=(64, 15), n_classes=2)
    with pytest.raises(ParameterError, match="choose a feature set that gives pictures"):
        build(Settings(), input_shape=(64,), n_classes=2)
    with pytest.raises(ParameterError, match="n_filters is 0"):
        architectures.model_settings("pair-cnn", {"n_filters": 0})
