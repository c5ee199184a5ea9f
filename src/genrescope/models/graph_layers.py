"""
What can be read of a network in its ONNX graph: the shape of its inputs, and its first filters.

Public functions: `input_shape`, `graph_filters`, `no_convolution`.
"""

from __future__ import annotations

import numpy as np
from onnx import load_model_from_string, numpy_helper

from genrescope.errors import ParameterError


def input_shape(graph: bytes) -> tuple[int, ...]:
    """
    Read the shape of one input.

    Parameters
    ----------
    graph : bytes
        Of a model bundle.

    Returns
    -------
    tuple of int
        Without the batch.
    """
    (given,) = load_model_from_string(graph).graph.input
    return tuple(d.dim_value for d in given.type.tensor_type.shape.dim[1:])


def graph_filters(graph: bytes) -> np.ndarray:
    """
    Read the weights of the first convolution of an ONNX graph.

    Parameters
    ----------
    graph : bytes
        Of a model bundle.

    Returns
    -------
    np.ndarray [shape=(n_filters, n_channels, ...)]
        Weights, float32; where the export merged a batch norm into the convolution, each filter
        comes times a factor of its own.

    Raises
    ------
    ParameterError
        If the graph has no convolution with weights of its own.
    """
    found = load_model_from_string(graph).graph
    arrays = {array.name: array for array in found.initializer}
    for node in found.node:
        if node.op_type == "Conv" and node.input[1] in arrays:
            weights: np.ndarray = numpy_helper.to_array(arrays[node.input[1]])
            return weights
    raise no_convolution()


def no_convolution() -> ParameterError:
    """
    Make the error for a network without filters.

    Returns
    -------
    ParameterError
        It says what can be looked at instead.
    """
    return ParameterError(
        "the network has no convolution, so it has no filters to draw: look at what excites its "
        "genres (`genrescope explain excite RUN`)"
    )
