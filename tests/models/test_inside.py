"""Looking into networks whose filters are known."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from genrescope.errors import ConfigError, ParameterError, UnknownNameError
from genrescope.models import architectures, graph_layers
from genrescope.models.ascent import excited
from genrescope.models.deconvolution import brought_back
from genrescope.models.inside import Inside, Unit, first_filters, load_inside, responses
from genrescope.models.neural import NetworkClassifier
from genrescope.models.onnx_graph import network_to_onnx

EDGE = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.5, 2.0], [-1.0, 0.0, 1.0]], dtype=np.float32)


def known(*, n=2, last=None):
    """A network whose filter 1 is EDGE and whose others are zero."""
    convolution = nn.Conv2d(1, n, 3)
    with torch.no_grad():
        convolution.weight.zero_()
        convolution.bias.zero_()
        convolution.weight[1, 0] = torch.from_numpy(EDGE)
    return nn.Sequential(
        nn.Unflatten(1, (1, 8)), convolution, nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        last or nn.Linear(n * 3 * 4, 3),
    )  # fmt: skip


@pytest.fixture
def inside():
    return Inside.of(known(), (8, 10))


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((8, 10)).astype(np.float32)


def correlated(x):
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
    return (windows * EDGE).sum((-2, -1))


def test_layers_have_names_and_shapes(inside):
    assert inside.shapes() == {"conv-1": (2, 6, 8), "dense-1": (3,), "genre": (3,)}


def test_a_filter_is_read_from_network_and_graph(inside):
    np.testing.assert_array_equal(first_filters(inside)[1, 0], EDGE)
    graph = network_to_onnx(known(), (8, 10))
    np.testing.assert_array_equal(graph_layers.graph_filters(graph)[1, 0], EDGE)
    assert graph_layers.input_shape(graph) == (8, 10)


def test_a_network_without_filters_says_so():
    network = nn.Sequential(nn.Flatten(), nn.Linear(6, 2))
    with pytest.raises(ParameterError, match="no convolution"):
        first_filters(Inside.of(network, (2, 3)))
    with pytest.raises(ParameterError, match="no convolution"):
        graph_layers.graph_filters(network_to_onnx(network, (2, 3)))


def test_answers_are_those_of_the_filter(inside, x):
    found = responses(inside, np.stack([x, 2 * x]), Unit("conv-1", 1))
    np.testing.assert_allclose(found, [correlated(x), 2 * correlated(x)], atol=1e-5)


def test_answers_of_networks_that_compute_their_first_block_as_one():
    torch.manual_seed(0)
    network = architectures.build_network(
        "three-block-cnn", None, input_shape=(64, 100), n_classes=3
    )
    X = np.random.default_rng(1).standard_normal((3, 64, 100)).astype(np.float32)
    found = responses(Inside.of(network, (64, 100)), X, Unit("conv-1", 2))
    with torch.no_grad():
        expected = functional.conv2d(
            torch.from_numpy(X)[:, None], network[1].weight, network[1].bias
        )[:, 2]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_units_of_dense_layers_over_time_stand_last():
    network = nn.Sequential(nn.Linear(4, 7), nn.Flatten(), nn.Linear(35, 2))
    inside = Inside.of(network, (5, 4))
    assert responses(inside, np.zeros((2, 5, 4)), Unit("dense-1", 6)).shape == (2, 5)


@pytest.mark.parametrize("index", [-1, 2])
def test_units_that_there_are_not_are_refused(inside, x, index):
    with pytest.raises(ParameterError, match=r"conv-1 has no unit .* it has 2"):
        responses(inside, x[None], Unit("conv-1", index))
    with pytest.raises(UnknownNameError, match="conv-1"):
        responses(inside, x[None], Unit("conv1", 0))


def test_what_excites_a_filter_is_the_filter(inside):
    like = np.ones((8, 10))
    found, answers = excited(
        inside, Unit("conv-1", 1), mean=5 * like, std=2 * like, rng=np.random.default_rng(0)
    )
    away = (found - 5) / 2
    patch = away[3:6, 4:7].copy()
    assert np.corrcoef(patch.ravel(), EDGE.ravel())[0, 1] > 0.999
    away[3:6, 4:7] = 0
    np.testing.assert_array_equal(away, 0)
    # As large as a real input is: a root mean square of 1 over the cells that the filter weighs.
    n_weighed = np.count_nonzero(EDGE)
    assert np.linalg.norm(patch) == pytest.approx(np.sqrt(n_weighed), rel=1e-3)
    most = 5 * EDGE.sum() + 2 * np.linalg.norm(EDGE) * np.sqrt(n_weighed)
    assert answers[-1] == pytest.approx(most, rel=1e-3)
    assert answers[-1] > answers[0]


def test_an_exciting_input_raises_its_genre_and_is_the_same_again():
    torch.manual_seed(3)
    inside = Inside.of(known(last=nn.Linear(24, 3)), (8, 10))
    like = np.ones((8, 10))

    def found(seed, blur=0.0):
        rng = np.random.default_rng(seed)
        return excited(inside, Unit("genre", 2), mean=0 * like, std=like, rng=rng, blur=blur)

    x, answers = found(0)
    mean = responses(inside, 0 * like[None], Unit("genre", 2))[0]
    assert responses(inside, x[None], Unit("genre", 2))[0] == pytest.approx(answers.max())
    assert answers.max() > mean + 0.5
    np.testing.assert_array_equal(x, found(0)[0])
    assert not np.array_equal(x, found(1)[0])
    rough, smooth = (np.abs(np.diff(a)).sum() / np.abs(a).sum() for a in (x, found(0, 1.5)[0]))
    assert smooth < 0.7 * rough


def test_nothing_excites_a_dead_filter(inside):
    like = np.ones((8, 10))
    with pytest.raises(ParameterError, match="no cell of the input has an influence"):
        excited(inside, Unit("conv-1", 0), mean=like, std=like, rng=np.random.default_rng(0))
    with pytest.raises(ParameterError, match="must be positive"):
        excited(
            inside, Unit("conv-1", 1), mean=like, std=like, rng=np.random.default_rng(0), n_steps=0
        )


def test_the_way_back_is_the_transposed_convolution(inside, x):
    found = brought_back(inside, x, Unit("conv-1", 1))
    expected = np.zeros_like(x)
    for (i, j), value in np.ndenumerate(np.maximum(correlated(x), 0)):
        expected[i : i + 3, j : j + 3] += value * EDGE
    np.testing.assert_allclose(found, expected, atol=1e-4)


class Functional(nn.Module):
    """A ReLU by a function, between two convolutions of one cell; of weight 1 and -1."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1)
        with torch.no_grad():
            for convolution, weight in (self.first, 1.0), (self.second, -1.0):
                convolution.weight.fill_(weight)
                convolution.bias.fill_(1.0 if weight < 0 else 0.0)

    def forward(self, X):
        return self.second(functional.relu(self.first(X[:, None]))).flatten(1)


@pytest.mark.parametrize("as_module", [True, False])
def test_what_a_relu_lets_pass_on_the_way_back(as_module):
    network = Functional()
    if as_module:
        network = nn.Sequential(
            nn.Unflatten(1, (1, 1)), network.first, nn.ReLU(), network.second, nn.Flatten()
        )
    inside = Inside.of(network, (1, 3))
    x = np.array([[-2.0, 0.5, 2.0]], dtype=np.float32)
    # The map is 1 - relu(x) = (1, 0.5, -1), and goes back negative: -(1, 0.5, 0).
    unit = Unit("conv-2", 0)
    np.testing.assert_allclose(brought_back(inside, x, unit, method="gradient"), [[0, -0.5, 0]])
    np.testing.assert_allclose(brought_back(inside, x, unit), [[0, 0, 0]])
    with pytest.raises(UnknownNameError, match="deconvolution"):
        brought_back(inside, x, unit, method="deconvolve")


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A small CNN that was steered by a validation part, and its folder."""
    folder = tmp_path_factory.mktemp("training")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 53, 53)).astype(np.float32)
    y = np.array(["jazz", "rock"] * 20)
    X[y == "rock", :20] += 1
    # Validation labels that are wrong soon worsen: the best epoch is not the last.
    valid = (X[:10], y[:10][::-1])
    model = NetworkClassifier(
        "three-block-cnn", {"n_filters": 2}, epochs=6, batch_size=8, learning_rate=0.02,
        patience=5, folder=folder,
    )  # fmt: skip
    model.fit(X, y, valid=valid)
    return model, X, folder, model.to_onnx()


def opened(learned, *, best, folder=None, n_filters=2):
    _, _, own, graph = learned
    return load_inside(
        "three-block-cnn", {"n_filters": n_filters}, graph=graph, n_classes=2,
        training=folder or own, best=best,
    )  # fmt: skip


def test_a_network_is_loaded_as_its_training_left_it(learned):
    model, X, _, _ = learned
    best = min(range(6), key=lambda i: model.history_[i].valid_loss)
    assert best < len(model.history_) - 1
    P = model.predict_proba(X)[:, 1]

    def found(best):
        inside = opened(learned, best=best)
        a, b = (responses(inside, X, Unit("genre", i)) for i in range(2))
        return 1 / (1 + np.exp(a - b))

    np.testing.assert_allclose(found(True), P, atol=1e-5)
    assert np.abs(found(False) - P).max() > 1e-3


def test_other_weights_are_refused(learned, tmp_path):
    with pytest.raises(ConfigError, match=r"weights in .* are those of another network"):
        opened(learned, best=True, n_filters=4)
    with pytest.raises(ConfigError, match=r"there is no .*last\.ckpt"):
        opened(learned, best=True, folder=tmp_path)
    (tmp_path / "last.ckpt").write_bytes(b"no checkpoint")
    with pytest.raises(ConfigError, match="no checkpoint of genrescope, or a damaged one"):
        opened(learned, best=True, folder=tmp_path)


def test_of_two_genres_by_one_unit_each_genre_answers(x):
    network = architectures.build_network(
        "pair-cnn", {"n_filters": 2}, input_shape=(16, 16), n_classes=2
    )
    inside = Inside.of(network.eval(), (16, 16))
    X = np.random.default_rng(1).standard_normal((3, 16, 16)).astype(np.float32)
    first, second = (responses(inside, X, Unit("genre", i)) for i in range(2))
    np.testing.assert_allclose(first, -second, atol=1e-6)
    z = network(torch.from_numpy(X)).detach().numpy()[:, 1]
    np.testing.assert_allclose(second - first, z, rtol=1e-5)
    mean, std = np.zeros((16, 16), np.float32), np.ones((16, 16), np.float32)
    for index in range(2):
        rng = np.random.default_rng(0)
        _, answers = excited(inside, Unit("genre", index), mean=mean, std=std, rng=rng, n_steps=5)
        assert answers[-1] > answers[0]
