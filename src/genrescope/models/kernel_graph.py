"""Machines with an RBF kernel as an ONNX graph of standard operators."""

from __future__ import annotations

import numpy as np

_STANDARDISE = (
    ("Flatten", ["X"], "flat"),
    ("Sub", ["flat", "mean"], "centred"),
)
_SCALE = (("Div", ["centred", "scale"], "z"),)
_SCALE_AND_PROJECT = (
    ("Div", ["centred", "scale"], "scaled"),
    ("MatMul", ["scaled", "projection"], "z"),
)
_MACHINES = (
    ("Mul", ["z", "z"], "zz"),
    ("ReduceSum", ["zz", "axis"], "z_sq"),
    ("MatMul", ["z", "vectors"], "dot"),
    ("Mul", ["dot", "minus_two"], "minus_two_dot"),
    ("Add", ["minus_two_dot", "z_sq"], "partial_distance"),
    ("Add", ["partial_distance", "vectors_sq"], "signed_distance"),
    ("Max", ["signed_distance", "zero"], "distance"),
    ("Mul", ["distance", "minus_gamma"], "exponent"),
    ("Exp", ["exponent"], "kernel"),
    ("MatMul", ["kernel", "weights"], "weighted"),
    ("Add", ["weighted", "biases"], "scores"),
    ("Softmax", ["scores"], "probabilities"),
)
"""Operator, inputs and output of each node: |z - v|**2 is z**2 - 2 z v + v**2."""


def kernel_machines(
    *,
    mean: np.ndarray,
    scale: np.ndarray,
    vectors: np.ndarray,
    weights: np.ndarray,
    biases: np.ndarray,
    gamma: float,
    input_shape: tuple[int, ...],
    projection: np.ndarray | None = None,
) -> bytes:
    """
    Write ``softmax(exp(-gamma * |z - v|**2) @ weights + biases)`` of standardised features ``z``.

    Parameters
    ----------
    mean, scale : np.ndarray [shape=(n_features,)]
        Of the standardisation.
    vectors : np.ndarray [shape=(n_vectors, n_features)]
        Support vectors, standardised (and projected).
    weights : np.ndarray [shape=(n_vectors, n_classes)]
        Of the kernel values.
    biases : np.ndarray [shape=(n_classes,)]
        Of the classes.
    gamma : float
        Of the kernel.
    input_shape : tuple of int
        Shape of one input, without the batch.
    projection : np.ndarray [shape=(n_inputs, n_features)] or None
        What standardised inputs are multiplied by before the kernel; None leaves them.

    Returns
    -------
    bytes
        Input ``X`` [shape=(batch, *input_shape)] float32, output ``probabilities``
        [shape=(batch, n_classes)] float32.
    """
    from onnx import TensorProto, helper, numpy_helper

    constants = {
        "mean": mean,
        "scale": scale,
        "vectors": vectors.T,
        "vectors_sq": (vectors**2).sum(axis=1)[None],
        "weights": weights,
        "biases": biases,
        "minus_gamma": np.array(-gamma),
        "minus_two": np.array(-2.0),
        "zero": np.array(0.0),
    }
    scaling: tuple[tuple[str, list[str], str], ...] = _SCALE
    if projection is not None:
        constants["projection"] = projection
        scaling = _SCALE_AND_PROJECT
    tensors = [
        numpy_helper.from_array(
            np.ascontiguousarray(value, dtype=np.float32).reshape(value.shape), name
        )
        for name, value in constants.items()
    ]
    tensors.append(numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"))
    steps = (*_STANDARDISE, *scaling, *_MACHINES)
    nodes = [helper.make_node(kind, inputs, [output]) for kind, inputs, output in steps]
    graph = helper.make_graph(
        nodes,
        "kernel_machines",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["batch", *input_shape])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(biases)])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    data: bytes = model.SerializeToString()
    return data
