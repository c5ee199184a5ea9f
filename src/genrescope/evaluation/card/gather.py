"""
From results and answers to evidence: what a report card needs to know, and no more.

Public functions: `gather`, `facts_of_bundle`, `certainty_of`, `mistakes_of`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from genrescope import __version__
from genrescope.bundle.format import Manifest, read_manifest
from genrescope.errors import ParameterError
from genrescope.evaluation.card.evidence import Certainty, Evidence, Mistake, ModelFacts
from genrescope.evaluation.flattery import flatteries
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.record import ProtocolResult
from genrescope.metrics.calibration import reliability_curve
from genrescope.metrics.selective import area_under_risk_coverage, risk_coverage

Answers = Mapping[tuple[str, str], Sequence[TrackOutcome]]

N_BINS = 10
N_POINTS = 60
N_MISTAKES = 10
_DIGITS = 5


def gather(
    results: Sequence[ProtocolResult],
    answers: Answers,
    *,
    model: ModelFacts,
    **more: Any,
) -> Evidence:
    """
    Put together what was measured of one model.

    Parameters
    ----------
    results : sequence of ProtocolResult
        Of this model; the honest ones in the order in which they shall be believed.
    answers : mapping of (str, str) to sequence of TrackOutcome
        The answers about single tracks, by (model, protocol) of their result.
    model : ModelFacts
        What the model is.
    **more : object
        Further fields of `Evidence`: ``horse, abstention, speed, commands, notes``.

    Returns
    -------
    Evidence
        With certainty and mistakes where the answers of the headline are there.

    Raises
    ------
    ParameterError
        If there is no result, or the results are of several models.
    """
    names = sorted({result.model for result in results})
    if len(names) != 1:
        raise ParameterError(
            f"the results are of {len(names)} models ({', '.join(names)}), but a report card is of "
            "one: evaluate it by itself, or name its own run folder"
        )
    first = Evidence(model, tuple(results)).headline
    said = answers.get((first.model, first.protocol), ())
    return Evidence(
        model=model,
        results=tuple(results),
        certainty=certainty_of(said, first.labels, protocol=first.protocol),
        mistakes=mistakes_of(said, first.labels),
        flattery=tuple(flatteries(results, answers)),
        made_by=f"genrescope {__version__}",
        **more,
    )


def facts_of_bundle(folder: Path) -> ModelFacts:
    """
    Read what a bundle says of its model.

    Parameters
    ----------
    folder : Path
        The bundle.

    Returns
    -------
    ModelFacts
        What it is.
    """
    manifest = read_manifest(folder)
    # The graph of the model, and that of its detector of music where it has one.
    size_bytes = sum(path.stat().st_size for path in folder.glob("*.onnx"))
    training = manifest.training
    keys = (("dataset", "data"), ("n_tracks", "tracks"), ("protocol", "held out"), ("seed", "seed"))
    n_parameters = manifest.model.get("n_parameters")
    return ModelFacts(
        name=manifest.name,
        version=manifest.version,
        labels=manifest.labels,
        settings=_settings(manifest),
        window_s=round(manifest.windows.length / manifest.front_end.sr, 2),
        n_parameters=n_parameters if isinstance(n_parameters, int) else None,
        size_bytes=size_bytes or None,
        learned_from=tuple((name, str(training[key])) for key, name in keys if key in training),
        licence=manifest.licence,
        created=manifest.created,
        onnx_sha256=manifest.onnx_sha256,
    )


def certainty_of(
    outcomes: Sequence[TrackOutcome], labels: Sequence[str], *, protocol: str
) -> Certainty | None:
    """
    Compare how sure the answers were with how right they were.

    Parameters
    ----------
    outcomes : sequence of TrackOutcome
        Of one protocol.
    labels : sequence of str
        In the order of the probabilities.
    protocol : str
        Its name.

    Returns
    -------
    Certainty or None
        None where there are no answers, or they have no probabilities.
    """
    if not outcomes or not outcomes[0].probabilities:
        return None
    index = {label: i for i, label in enumerate(labels)}
    y_true = np.array([index[o.y_true] for o in outcomes])
    P = np.array([o.probabilities for o in outcomes])
    curve = reliability_curve(y_true, P, n_bins=N_BINS)
    traced = risk_coverage(y_true, P)
    n = len(outcomes)
    shown = np.unique(np.linspace(0, n - 1, min(n, N_POINTS)).round().astype(int))
    return Certainty(
        protocol=protocol,
        n_answers=n,
        bins=tuple(
            (round(float(c), _DIGITS), round(float(a), _DIGITS), int(k))
            for c, a, k in zip(curve.confidence, curve.accuracy, curve.count, strict=True)
        ),
        risk_coverage=tuple(
            (
                round(float(traced.coverage[i]), _DIGITS),
                round(float(traced.risk[i]), _DIGITS),
                round(float(traced.confidence[i]), _DIGITS),
            )
            for i in shown
        ),
        area=round(area_under_risk_coverage(traced), _DIGITS),
    )


def mistakes_of(
    outcomes: Sequence[TrackOutcome], labels: Sequence[str], *, n: int = N_MISTAKES
) -> tuple[Mistake, ...]:
    """
    Find the wrong answers that the model was surest of.

    Parameters
    ----------
    outcomes : sequence of TrackOutcome
        Of one protocol.
    labels : sequence of str
        In the order of the probabilities.
    n : int
        How many.

    Returns
    -------
    tuple of Mistake
        The surest first, at most one a track; none where the answers have no probabilities.
    """
    index = {label: i for i, label in enumerate(labels)}
    found: dict[str, Mistake] = {}
    for o in outcomes:
        if o.y_true == o.y_pred or not o.probabilities:
            continue
        p_pred, p_true = (round(o.probabilities[index[y]], _DIGITS) for y in (o.y_pred, o.y_true))
        known = found.get(o.track_id)
        if known is None or p_pred > known.confidence:
            found[o.track_id] = Mistake(o.track_id, o.y_true, o.y_pred, p_pred, p_true)
    return tuple(sorted(found.values(), key=lambda m: (-m.confidence, m.track_id))[:n])


def _settings(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    parts: Mapping[str, Mapping[str, Any]] = {
        "model": manifest.model,
        "features": manifest.features.to_dict(),
        "front end": manifest.front_end.to_dict(),
        "windows": manifest.windows.to_dict(),
    }
    return tuple(
        (name, ", ".join(f"{k} {v}" for k, v in values.items() if k != "n_parameters"))
        for name, values in parts.items()
    )
