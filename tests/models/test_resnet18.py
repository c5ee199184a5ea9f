"""ResNet-18 takes weights of the published layout by name, from both kinds of file."""

import json
import struct
import sys
import types

import numpy as np
import pytest
import torch

from genrescope.digests import file_sha256
from genrescope.errors import ConfigError, MissingExtraError, ParameterError, UnknownNameError
from genrescope.models import architectures
from genrescope.models._weight_files import read_weights
from genrescope.models.onnx_graph import network_to_onnx

SHAPE = (40, 48)


def built(settings=None, *, n_classes=5, shape=SHAPE):
    return architectures.build_network(
        "resnet18", settings, input_shape=shape, n_classes=n_classes
    ).eval()


def write_safetensors(path, arrays, *, metadata=True):
    header, parts, start = {"__metadata__": {"format": "pt"}} if metadata else {}, [], 0
    for name, array in arrays.items():
        data = array.numpy().tobytes()
        dtype = {torch.float32: "F32", torch.int64: "I64"}[array.dtype]
        header[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [start, start + len(data)],
        }
        parts.append(data)
        start += len(data)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
    return path


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A network of 1000 classes with random weights and statistics, in both forms."""
    folder = tmp_path_factory.mktemp("weights")
    generator = torch.Generator().manual_seed(3)
    network = built(n_classes=1000)
    state = {
        name: torch.rand(array.shape, generator=generator) * 0.1 + 0.01
        if array.is_floating_point()
        else array
        for name, array in network.state_dict().items()
    }
    torch.save(state, folder / "weights.pth")
    return state, folder / "weights.pth", write_safetensors(folder / "weights.safetensors", state)


def test_the_layout_is_the_published_one():
    state = built(n_classes=1000).state_dict()
    assert len(state) == 122
    assert state["conv1.weight"].shape == (64, 3, 7, 7)
    assert state["layer1.0.conv1.weight"].shape == (64, 64, 3, 3)
    assert state["layer2.0.downsample.0.weight"].shape == (128, 64, 1, 1)
    assert state["layer4.1.bn2.running_var"].shape == (512,)
    assert state["fc.weight"].shape == (1000, 512)
    assert not [n for n in state if n.startswith(("layer1.0.downsample", "mean", "std"))]


@pytest.mark.parametrize(("n_classes", "n"), [(1000, 11_689_512), (10, 11_181_642)])
def test_the_number_of_parameters_is_the_published_one(n_classes, n):
    assert sum(p.numel() for p in built(n_classes=n_classes).parameters()) == n


def test_both_files_give_the_same_network_with_a_new_head(published):
    state, *paths = published
    head = built().fc.state_dict()
    X = torch.randn(2, *SHAPE, generator=torch.Generator().manual_seed(0))
    answers = []
    for path in paths:
        network = built({"weights": str(path)})
        network.fc.load_state_dict(head)
        for name, array in network.state_dict().items():
            assert name.startswith("fc.") or torch.equal(array, state[name]), name
        assert network.weights_sha256 == file_sha256(path)
        assert network.fc.weight.shape == (5, 512)
        answers.append(network(X))
    assert torch.equal(*answers)
    assert not torch.allclose(answers[0], built()(X))


def test_wrong_names_and_shapes_are_listed(published, tmp_path):
    state = dict(published[0])
    state["stem.weight"] = state.pop("conv1.weight")
    state["bn1.bias"] = torch.zeros(3)
    path = write_safetensors(tmp_path / "wrong.safetensors", state)
    match = "missing: conv1.weight; unexpected: stem.weight; of another shape: bn1.bias"
    with pytest.raises(ConfigError, match=match):
        built({"weights": str(path)})


def test_the_file_is_pinned_by_its_digest(published):
    _, path, _ = published
    built({"weights": str(path), "weights_sha256": file_sha256(path)})
    with pytest.raises(ConfigError, match="another file than the recipe asks for"):
        built({"weights": str(path), "weights_sha256": "0" * 64})


def test_a_file_that_holds_objects_or_is_damaged_is_refused(tmp_path):
    path = tmp_path / "model.pth"
    torch.save(built(), path)
    with pytest.raises(ConfigError, match="cannot be read as weights alone"):
        read_weights(path)
    torch.save([torch.zeros(2)], path)
    with pytest.raises(ConfigError, match="holds no state dict"):
        read_weights(path)
    with pytest.raises(ConfigError, match="no file of weights by its ending"):
        read_weights(tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"data_offsets": [0, 9999]}, "needs 8 bytes"),
        ({"data_offsets": [-8, 0]}, "offsets"),
        ({"data_offsets": [8, 0]}, "needs 8 bytes"),
        ({"shape": [2**40]}, "needs"),
        ({"shape": [-2]}, "shape"),
        ({"shape": 2}, "shape"),
        ({"dtype": "X9"}, "not one of"),
        ({"dtype": "BF16"}, "BF16"),
        ({"dtype": ["F32"]}, "lacks|not one of"),
    ],
)
def test_bounds_of_safetensors_are_checked(change, match, tmp_path):
    header = {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **change}}
    text = json.dumps(header).encode()
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(8))
    with pytest.raises(ConfigError, match=match):
        read_weights(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"abc", struct.pack("<Q", 2**60) + b"{}", struct.pack("<Q", 2) + b"[]",
     struct.pack("<Q", 3) + b"{a}", struct.pack("<Q", 8) + b'{"a": 1}'],
)  # fmt: skip
def test_what_is_no_safetensors_is_refused(content, tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="damaged or no safetensors"):
        read_weights(path)


def test_a_published_file_of_the_hub(published, monkeypatch):
    asked = []

    def download(*, repo_id, filename):
        asked.append((repo_id, filename))
        if repo_id == "no/such":
            raise OSError("404 Client Error")
        return str(published[2])

    monkeypatch.setitem(
        sys.modules, "huggingface_hub", types.SimpleNamespace(hf_hub_download=download)
    )
    network = built({"weights": "hub:timm/resnet18.a1_in1k"})
    assert asked == [("timm/resnet18.a1_in1k", "model.safetensors")]
    assert torch.equal(network.conv1.weight, published[0]["conv1.weight"])
    with pytest.raises(ConfigError, match=r"hub:no/such.*404 Client Error"):
        built({"weights": "hub:no/such"})
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtraError, match="hub"):
        built({"weights": "hub:timm/resnet18.a1_in1k"})


def test_frozen_stages_do_not_learn():
    network = built({"freeze": "layer3"}).train()
    before = {name: array.clone() for name, array in network.state_dict().items()}
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    network(torch.randn(4, *SHAPE)).square().sum().backward()
    optimizer.step()
    changed = {n for n, array in network.state_dict().items() if not torch.equal(array, before[n])}
    assert {name.partition(".")[0] for name in changed} == {"layer4", "fc"}
    assert any("running_mean" in name for name in changed)
    with pytest.raises(UnknownNameError, match="did you mean 'layer4'"):
        built({"freeze": "layer5"})


def test_one_channel_equals_three_of_the_same():
    grey, colour = built(), built(shape=(3, *SHAPE))
    colour.load_state_dict(grey.state_dict())
    X = torch.randn(2, *SHAPE)
    expected = grey(X)
    torch.testing.assert_close(colour(X[:, None].repeat(1, 3, 1, 1)), expected)
    # The range of a picture does not matter, unless it is said to be [0, 1] already.
    torch.testing.assert_close(grey(3 * X - 2), expected, rtol=1e-3, atol=1e-4)
    assert torch.isfinite(grey(torch.zeros(1, *SHAPE))).all()


def test_pictures_that_it_cannot_see():
    for shape, match in (((4, 40, 40), "sees pictures"), ((32, 40), "too small"), ((9,), "sees")):
        with pytest.raises(ParameterError, match=match):
            built(shape=shape)


def test_the_exported_graph_gives_the_same_answers():
    import onnxruntime

    network = built(n_classes=3)
    graph = network_to_onnx(network, SHAPE)
    X = np.random.default_rng(0).normal(size=(3, *SHAPE)).astype(np.float32)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    (P,) = session.run(None, {"X": X})
    with torch.no_grad():
        expected = torch.softmax(network(torch.from_numpy(X)), 1).numpy()
    np.testing.assert_allclose(P, expected, atol=1e-5)
