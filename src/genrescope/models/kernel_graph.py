"""Machines with an RBF kernel as an ONNX graph of standard operators.

Public functions: `kernel_machines`, `machines_and_network`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

Node = tuple[str, list[str], str]

_STANDARDISE: tuple[Node, ...] = (
    ("Flatten", ["X"], "flat"),
    ("Sub", ["flat", "mean"], "centred"),
)
_SCALE: tuple[Node, ...] = (("Div", ["centred", "scale"], "z"),)
_SCALE_AND_PROJECT: tuple[Node, ...] = (
    ("Div", ["centred", "scale"], "scaled"),
    ("MatMul", ["scaled", "projection"], "z"),
)
_SCALE_AND_CLIP: tuple[Node, ...] = (
    ("Div", ["centred", "scale"], "scaled"),
    ("Clip", ["scaled", "lowest", "highest"], "z"),
)
_MACHINES: tuple[Node, ...] = (
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
)
"""Operator, inputs and output of each node: |z - v|**2 is z**2 - 2 z v + v**2."""
_DECIDED: tuple[Node, ...] = (("Softmax", ["scores"], "probabilities"),)
_NETWORK: tuple[Node, ...] = (
    ("MatMul", ["z", "hidden"], "hidden_products"),
    ("Add", ["hidden_products", "hidden_bias"], "hidden_sums"),
    ("Relu", ["hidden_sums"], "hidden_values"),
    ("MatMul", ["hidden_values", "out"], "out_products"),
    ("Add", ["out_products", "out_bias"], "logits"),
)
_MEAN_OF_BOTH: tuple[Node, ...] = (
    ("Softmax", ["scores"], "of_machines"),
    ("Softmax", ["logits"], "of_network"),
    ("Add", ["of_machines", "of_network"], "sum_of_both"),
    ("Log", ["sum_of_both"], "log_sum"),
    ("Mul", ["log_sum", "sharpness"], "sharpened"),
    ("Softmax", ["sharpened"], "probabilities"),
)
"""A constant factor in the sum of both falls out in the softmax of its logarithm."""


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
    constants = _of_machines(mean, scale, vectors, weights, biases, gamma)
    scaling = _SCALE
    if projection is not None:
        constants["projection"] = projection
        scaling = _SCALE_AND_PROJECT
    steps = (*_STANDARDISE, *scaling, *_MACHINES, *_DECIDED)
    return _graph(steps, constants, input_shape=input_shape, n_classes=len(biases))


def machines_and_network(
    *,
    mean: np.ndarray,
    scale: np.ndarray,
    limit: float,
    vectors: np.ndarray,
    weights: np.ndarray,
    biases: np.ndarray,
    gamma: float,
    network: Mapping[str, np.ndarray],
    sharpness: float,
    input_shape: tuple[int, ...],
) -> bytes:
    """
    Write the mean of kernel machines and of a network over the same clipped features ``z``.

    Both give a softmax; the logarithm of their mean, times `sharpness`, is the logit of the whole.

    Parameters
    ----------
    mean, scale : np.ndarray [shape=(n_features,)]
        Of the standardisation.
    limit : float
        Standardised features are clipped to [-limit, limit].
    vectors : np.ndarray [shape=(n_vectors, n_features)]
        Support vectors, standardised; their values are kept in half precision.
    weights : np.ndarray [shape=(n_vectors, n_classes)]
        Of the kernel values.
    biases : np.ndarray [shape=(n_classes,)]
        Of the classes.
    gamma : float
        Of the kernel ``exp(-gamma * |z - v|**2)``.
    network : mapping
        ``hidden`` [shape=(n_features, n_hidden)], kept in half precision, ``hidden_bias``, ``out``
        and ``out_bias``: ``relu(z @ hidden + hidden_bias) @ out + out_bias``.
    sharpness : float
        One over the temperature of the whole.
    input_shape : tuple of int
        Shape of one input, without the batch.

    Returns
    -------
    bytes
        Input ``X`` [shape=(batch, *input_shape)] float32, output ``probabilities``
        [shape=(batch, n_classes)] float32.
    """
    constants = {
        **_of_machines(mean, scale, vectors, weights, biases, gamma),
        **network,
        "lowest": np.array(-limit),
        "highest": np.array(limit),
        "sharpness": np.array(sharpness),
    }
    steps = (*_STANDARDISE, *_SCALE_AND_CLIP, *_MACHINES, *_NETWORK, *_MEAN_OF_BOTH)
    return _graph(
        steps,
        constants,
        input_shape=input_shape,
        n_classes=len(biases),
        halves=("vectors", "hidden"),
    )


def _of_machines(
    mean: np.ndarray,
    scale: np.ndarray,
    vectors: np.ndarray,
    weights: np.ndarray,
    biases: np.ndarray,
    gamma: float,
) -> dict[str, np.ndarray]:
    return {
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


def _graph(
    steps: Sequence[Node],
    constants: Mapping[str, np.ndarray],
    *,
    input_shape: tuple[int, ...],
    n_classes: int,
    halves: Collection[str] = (),
) -> bytes:
    """Write a graph from ``X`` to ``probabilities``; halves are kept in half precision."""
    from onnx import TensorProto, helper, numpy_helper

    widened = [("Cast", [f"{name}_half"], name) for name in constants if name in halves]
    tensors = [
        numpy_helper.from_array(
            np.ascontiguousarray(value, dtype=np.float16 if name in halves else np.float32).reshape(
                value.shape
            ),
            f"{name}_half" if name in halves else name,
        )
        for name, value in constants.items()
    ]
    tensors.append(numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"))
    nodes = [
        helper.make_node(
            kind, inputs, [output], **({"to": TensorProto.FLOAT} if kind == "Cast" else {})
        )
        for kind, inputs, output in (*widened, *steps)
    ]
    graph = helper.make_graph(
        nodes,
        "kernel_machines",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["batch", *input_shape])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", n_classes])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    data: bytes = model.SerializeToString()
    return data
