"""Trained models as ONNX graphs: features in, probabilities out, any batch size."""

from __future__ import annotations

import io
import logging
import math
import warnings
from typing import Any

import torch
from torch import nn


def network_to_onnx(
    network: nn.Module, input_shape: tuple[int, ...], *, last: nn.Module | None = None
) -> bytes:
    """
    Write a network and its softmax as one graph.

    Parameters
    ----------
    network : nn.Module
        From inputs to logits, in evaluation mode.
    input_shape : tuple of int
        Shape of one input, without the batch.
    last : nn.Module or None
        From logits to probabilities; None is a softmax.

    Returns
    -------
    bytes
        Input ``X`` [shape=(batch, *input_shape)] float32, output ``probabilities``
        [shape=(batch, n_classes)] float32.
    """
    whole = nn.Sequential(network, nn.Softmax(dim=1) if last is None else last).eval()
    example = torch.zeros(2, *input_shape)
    file = io.BytesIO()
    level = logging.getLogger("torch.onnx").level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            whole,
            (example,),
            dynamo=True,
            input_names=["X"],
            output_names=["probabilities"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            verbose=False,
        )
    logging.getLogger("torch.onnx").setLevel(level)
    assert program is not None
    program.save(file)
    return file.getvalue()


def estimator_to_onnx(estimator: Any, input_shape: tuple[int, ...]) -> bytes:
    """
    Write an estimator of scikit-learn as one graph that flattens its input itself.

    Parameters
    ----------
    estimator : object
        A trained estimator that skl2onnx knows.
    input_shape : tuple of int
        Shape of one input, without the batch.

    Returns
    -------
    bytes
        Input ``X`` [shape=(batch, *input_shape)] float32, output ``probabilities``
        [shape=(batch, n_classes)] float32.
    """
    from onnx import TensorProto, helper
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    with warnings.catch_warnings():
        # skl2onnx looks whether an SVC has probabilities of its own, by attributes (probA_, probB_)
        # that scikit-learn 1.9 announces to remove; ours come from the calibration around it.
        warnings.filterwarnings("ignore", r"Attribute `prob[AB]_` was deprecated", FutureWarning)
        model = to_onnx(
            estimator,
            initial_types=[("flat", FloatTensorType([None, math.prod(input_shape)]))],
            options={"zipmap": False},
        )
    graph = model.graph
    whole = helper.make_tensor_value_info("X", TensorProto.FLOAT, ["batch", *input_shape])
    (probabilities,) = [output for output in graph.output if output.name == "probabilities"]
    nodes = [helper.make_node("Flatten", ["X"], ["flat"], axis=1), *graph.node]
    flattened = helper.make_graph(
        nodes, graph.name, [whole], [probabilities], initializer=list(graph.initializer)
    )
    del model.graph.node[:]
    model.graph.CopyFrom(flattened)
    data: bytes = model.SerializeToString()
    return data
