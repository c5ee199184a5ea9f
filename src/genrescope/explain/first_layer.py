"""The filters of the first convolution, of a run folder or of a model bundle alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from genrescope.bundle.format import MANIFEST_NAME, read_manifest, read_onnx
from genrescope.errors import missing_extra
from genrescope.explain.run_folders import is_part_of_run
from genrescope.explain.trained import open_run


def first_layer(folder: Path) -> tuple[np.ndarray, str]:
    """
    Give the filters of the first convolution, of a run folder or of a bundle alone.

    Parameters
    ----------
    folder : Path
        A run folder, or a model bundle.

    Returns
    -------
    weights : np.ndarray [shape=(n_filters, n_channels, ...)]
        The filters, float32.
    source : str
        Where they were read, for captions; it says where a factor may be in them.

    Raises
    ------
    ConfigError, BundleError
        If there is no network.
    ParameterError
        If the network has no convolution.
    """
    if (folder / MANIFEST_NAME).is_file() and not is_part_of_run(folder):
        manifest = read_manifest(folder)
        try:
            from genrescope.models import graph_layers
        except ImportError as error:
            raise missing_extra("train", "reading filters", error) from error
        weights = graph_layers.graph_filters(read_onnx(folder, manifest))
        return weights, (
            f"{manifest.name}, from the graph of its bundle: where a batch norm follows, each "
            "filter is times a factor of its own"
        )
    run = open_run(folder)
    from genrescope.models import inside

    return inside.first_filters(run.inside), run.manifest.name
