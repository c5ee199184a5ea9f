"""The convolutional recurrent network of Nasrullah and Zhao."""

import pytest
import torch
from torch import nn

from genrescope.errors import ParameterError
from genrescope.features.front_end import FrontEnd
from genrescope.models import crnn
from genrescope.training.recipe_files import load_recipe, recipe_names

FRAMES = {"1s": 32, "3s": 94, "5s": 157, "6s": 188, "10s": 313, "20s": 628, "30s": 911}


def build(n_mels=128, n_frames=94, **settings):
    shape = (n_mels, n_frames)
    return crnn.build(crnn.Settings(**settings), input_shape=shape, n_classes=20).eval()


@pytest.mark.parametrize("n_frames", FRAMES.values())
def test_128_bands_become_one_and_frames_are_halved_four_times(n_frames):
    network = build(n_frames=n_frames)
    X = torch.randn(2, 128, n_frames)
    with torch.no_grad():
        maps = network.convolutions(network.bands(X).unsqueeze(1))
        assert maps.shape == (2, 128, 1, n_frames // 16)
        assert network(X).shape == (2, 20)


def test_the_layers_are_those_of_the_paper():
    network = build()
    layers = list(network.convolutions)
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [64, 128, 128, 128]
    pools = [layer.kernel_size for layer in layers if isinstance(layer, nn.MaxPool2d)]
    assert pools == [(2, 2), (4, 2), (4, 2), (4, 2)]
    assert [layer.p for layer in layers if isinstance(layer, nn.Dropout)] == [0.1] * 4
    assert [(g.input_size, g.hidden_size) for g in network.recurrent] == [(128, 32), (32, 32)]
    conv = sum(9 * a * b + b for a, b in ((1, 64), (64, 128), (128, 128), (128, 128)))
    norms = 2 * (128 + 64 + 3 * 128)
    gru = sum(3 * 32 * (a + 32 + 2) for a in (128, 32))
    assert sum(p.numel() for p in network.parameters()) == conv + norms + gru + 32 * 20 + 20


def test_small_pictures_pass_the_pools():
    for shape in ((54, 54), (128, 3), (1, 1)):
        assert build(*shape)(torch.zeros(1, *shape)).shape == (1, 20)


def test_what_cannot_be_built_is_refused():
    with pytest.raises(ParameterError, match=r"3 convolutions, but the network has 4"):
        crnn.Settings(filters="64,128,128")
    with pytest.raises(ParameterError, match=r"conv_dropout is 1\.0"):
        crnn.Settings(conv_dropout=1.0)
    with pytest.raises(ParameterError, match="a CRNN"):
        crnn.build(crnn.Settings(), input_shape=(128,), n_classes=2)


def test_the_recipes_hear_as_many_frames_as_the_paper():
    names = [n for n in recipe_names() if n.startswith("nasrullah-zhao2019.")]
    assert [n.partition(".")[2] for n in names] == list(FRAMES)
    for name in names:
        recipe = load_recipe(name)
        assert recipe.front_end == FrontEnd(sr=16000, n_fft=2048, hop_length=512, scale="db")
        n_frames = recipe.front_end.n_frames(recipe.windows.length)
        assert n_frames == FRAMES[name.partition(".")[2]]
        assert recipe.published
