"""Write a trained model as a bundle, and prove that the bundle gives the model's own answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from genrescope.bundle.format import Manifest, write_bundle
from genrescope.errors import BundleError

MAX_DIFFERENCE = 1e-4


def export_bundle(
    folder: Path,
    manifest: Manifest,
    *,
    onnx: bytes,
    card: str,
    predict_proba: Callable[[np.ndarray], np.ndarray],
    examples: np.ndarray,
) -> Manifest:
    """
    Check a graph against its model and write the bundle.

    Parameters
    ----------
    folder : Path
        Where the bundle shall stand.
    manifest : Manifest
        What it says.
    onnx : bytes
        The graph, from ``X`` to ``probabilities``.
    card : str
        The model card, in Markdown.
    predict_proba : callable
        The trained model, from features to probabilities.
    examples : np.ndarray [shape=(n, ...)]
        Features to compare on.

    Returns
    -------
    Manifest
        As it was written.

    Raises
    ------
    BundleError
        If graph and model differ by more than 1e-4 in a probability, or one is not finite.
    """
    difference = largest_difference(onnx, predict_proba, examples)
    if not np.isfinite(difference):
        raise BundleError(
            "the trained model gives probabilities that are not finite: nothing was written; its "
            "training diverged: lower the learning rate, and look at the features for NaN"
        )
    if difference > MAX_DIFFERENCE:
        raise BundleError(
            f"the exported graph differs from the trained model by {difference:.2g} in a "
            f"probability, more than {MAX_DIFFERENCE}: nothing was written; features of extreme "
            "size, or an operator that lost precision, are the usual cause"
        )
    return write_bundle(folder, manifest, onnx=onnx, card=card)


def largest_difference(
    onnx: bytes, predict_proba: Callable[[np.ndarray], np.ndarray], examples: np.ndarray
) -> float:
    """
    Measure how far a graph is from its model.

    Parameters
    ----------
    onnx : bytes
        The graph, from ``X`` to ``probabilities``.
    predict_proba : callable
        The trained model.
    examples : np.ndarray [shape=(n, ...)]
        Features.

    Returns
    -------
    float
        Largest absolute difference of a probability.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    (P,) = session.run(["probabilities"], {"X": examples.astype(np.float32, copy=False)})
    return float(np.abs(P - predict_proba(examples)).max())
