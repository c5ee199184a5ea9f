"""Bundles for tests: real graphs of tiny models, without training any network."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from genrescope.bundle.card import model_card
from genrescope.bundle.format import Manifest, write_bundle
from genrescope.features.feature_sets import FeatureChoice
from genrescope.features.front_end import FrontEnd
from genrescope.features.windows import WindowSettings

LABELS = ("blues", "jazz", "rock")
FRONT_END = FrontEnd(sr=8000, n_fft=512, hop_length=256, n_mels=16)
WINDOWS = WindowSettings(length=8000, hop=8000, min_tail=2000)
FEATURES = {"name": "mfcc", "n_mfcc": 4}
SHAPE = (4, FRONT_END.n_frames(WINDOWS.length))


def manifest(**values):
    return Manifest(
        **{
            "name": "tiny",
            "version": "1",
            "labels": LABELS,
            "front_end": FRONT_END,
            "windows": WINDOWS,
            "features": FeatureChoice.from_dict(FEATURES),
            "model": {"name": "linear", "n_parameters": 3},
            "training": {"dataset": "noise", "seed": 0},
            "evaluation": (
                {"metric": "accuracy", "protocol": "artist-grouped", "n": 40, "value": 0.5,
                 "low": 0.35, "high": 0.65, "leakage": "", "command": "genrescope evaluate"},
            ),
            "licence": "CC0-1.0",
            "created": "2024-05-01",
        }
        | values
    )  # fmt: skip


def graph(shape=SHAPE, n_labels=3, *, last="Softmax", name="X", kind=TensorProto.FLOAT):
    """A linear layer with a softmax over flattened inputs, as ONNX."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(int(np.prod(shape)), n_labels)).astype(np.float32) / 100
    nodes = [
        helper.make_node("Cast", [name], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["x"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "W"], ["logits"]),
        helper.make_node(last, ["logits"], ["probabilities"]),
    ]
    whole = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, kind, ["batch", *shape])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(weights, "W")],
    )
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def convolution(shape, n_labels=3):
    """Two convolutions, the mean over time, and a softmax, as ONNX."""
    rng = np.random.default_rng(0)
    weights = {
        "K1": rng.normal(size=(8, 1, 3, 3)) / 10,
        "K2": rng.normal(size=(16, 8, 3, 3)) / 10,
        "W": rng.normal(size=(16, n_labels)) / 10,
    }
    nodes = [
        helper.make_node("Unsqueeze", ["X", "axis"], ["image"]),
        helper.make_node("Conv", ["image", "K1"], ["c1"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["m1"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["m1", "K2"], ["c2"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c2"], ["r2"]),
        helper.make_node("GlobalAveragePool", ["r2"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "W"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"]),
    ]
    whole = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["batch", *shape])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, None)],
        [
            *(numpy_helper.from_array(w.astype(np.float32), name) for name, w in weights.items()),
            numpy_helper.from_array(np.array([1]), "axis"),
        ],
    )
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def write(folder, *, onnx=None, **values):
    made = manifest(**values)
    return write_bundle(folder, made, onnx=onnx or graph(), card=model_card(made))
