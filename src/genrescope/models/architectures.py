"""The folder of models, as a registry: one file an architecture, found by its name.

A network module has ``KIND = "network"``, a frozen dataclass ``Settings`` and
``build(settings, *, input_shape, n_classes) -> nn.Module``; a classical one has
``KIND = "classical"``, ``Settings``, ``build(settings, *, seed, n_features, folds) -> estimator``
and, where skl2onnx cannot write it, ``to_onnx(estimator, *, input_shape, X) -> bytes``. One that
has ``LEARNS_COPIES`` is a pipeline whose last step takes ``copies`` to `fit` (see `classical`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genrescope.errors import ParameterError
from genrescope.registry import Registry
from genrescope.settings import make_settings

MODELS = Registry(
    "genrescope.models",
    "model",
    reserved=("architectures", "ascent", "batches", "checks", "classical", "classifier",
              "deconvolution", "graph_layers", "history", "inside", "kernel_graph", "label_sets",
              "lightning_seam", "members", "mixup_mlp", "music_machine", "neural", "onnx_graph",
              "pooled_block", "precision", "tasks", "tempered"),
)  # fmt: skip


def model_settings(name: str, settings: Mapping[str, Any] | None) -> Any:
    """
    Make the settings record of a model from plain values.

    Parameters
    ----------
    name : str
        Name of the model.
    settings : mapping or None
        Values by name; what is missing takes its default.

    Returns
    -------
    object
        The frozen ``Settings`` of the model.

    Raises
    ------
    UnknownNameError
        If there is no such model.
    ConfigError
        If there is no such setting, or one has the wrong type.
    ParameterError
        If a setting breaks a rule of the model.
    """
    return make_settings(MODELS.module(name).Settings, settings or {}, what=f"model {name!r}")


def build_network(
    name: str,
    settings: Mapping[str, Any] | None,
    *,
    input_shape: tuple[int, ...],
    n_classes: int,
) -> Any:
    """
    Build an untrained network.

    Parameters
    ----------
    name : str
        Name of the model.
    settings : mapping or None
        Its settings, by name.
    input_shape : tuple of int
        Shape of one input, without the batch.
    n_classes : int
        Number of genres.

    Returns
    -------
    nn.Module
        From inputs [shape=(batch, *input_shape)] to logits [shape=(batch, n_classes)].

    Raises
    ------
    ParameterError
        If the model is not a network.
    """
    module = MODELS.module(name)
    if module.KIND != "network":
        raise ParameterError(f"model {name!r} is {module.KIND}, not a network")
    return module.build(
        model_settings(name, settings), input_shape=tuple(input_shape), n_classes=n_classes
    )
