"""Measured figures in a model bundle: what a user is told about how far to trust it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from genrescope.bundle.card import model_card
from genrescope.bundle.format import Manifest, read_manifest, read_onnx, write_bundle
from genrescope.evaluation.record import ProtocolResult


def record_figures(
    folder: Path, figures: Sequence[Mapping[str, Any]], *, licence: str | None = None
) -> Manifest:
    """
    Write measured figures into a bundle and its card, in place of those it had.

    Parameters
    ----------
    folder : Path
        The bundle.
    figures : sequence of mapping
        As `figure_of` gives them; the first is what users are told.
    licence : str or None
        Of the weights; None keeps what the bundle says.

    Returns
    -------
    Manifest
        As it was written.
    """
    manifest = read_manifest(folder)
    onnx = read_onnx(folder, manifest)
    manifest = dataclasses.replace(
        manifest, evaluation=tuple(figures), licence=licence or manifest.licence
    )
    return write_bundle(folder, manifest, onnx=onnx, card=model_card(manifest))


def figure_of(result: ProtocolResult, *, command: str) -> dict[str, Any]:
    """
    Give the accuracy of a result as a bundle records it.

    Parameters
    ----------
    result : ProtocolResult
        What was measured.
    command : str
        What gives the figure.

    Returns
    -------
    dict
        Protocol, metric, n, value, interval, baseline, macro F1, expected calibration error,
        recall by genre, leakage, seeds, command.
    """
    score = result.headline
    return {
        "protocol": result.protocol,
        "dataset": result.dataset,
        "metric": "accuracy",
        "n": result.n,
        "value": round(score.value, 6),
        "low": None if score.low is None else round(score.low, 6),
        "high": None if score.high is None else round(score.high, 6),
        "interval": score.interval_kind,
        "macro_f1": round(result.score("macro_f1").value, 6),
        "ece": round(result.score("expected_calibration_error").value, 6),
        "recall": {
            c.label: None if c.recall is None else round(c.recall, 6) for c in result.per_class
        },
        "baseline": round(max(b.value for b in result.baselines), 6),
        "leakage": result.leakage_label if result.caveat else "",
        "seeds": list(result.seeds),
        "command": command,
    }
