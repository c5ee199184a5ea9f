"""
Evidence as JSON, and the file of it that a bundle may hold beside ``bundle.json``.

Public functions: `to_json`, `from_json`, `write_evidence`, `read_evidence`.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from genrescope.atomic import write_text
from genrescope.bundle.format import read_manifest
from genrescope.errors import ConfigError
from genrescope.evaluation import record
from genrescope.evaluation.card.evidence import Certainty, Evidence, Mistake, ModelFacts, Speed
from genrescope.evaluation.flattery import Flattery
from genrescope.evaluation.horse import record as horse_record

NAME = "evidence.json"
FORMAT = "genrescope-evidence-1"


def to_json(evidence: Evidence) -> str:
    """
    Give evidence as JSON text.

    Parameters
    ----------
    evidence : Evidence
        The evidence.

    Returns
    -------
    str
        JSON; `from_json` gives equal records back. What comes first is what users are told.
    """
    values: dict[str, Any] = {
        f.name: getattr(evidence, f.name) for f in dataclasses.fields(evidence)
    }
    for name in ("model", "certainty", "speed"):
        values[name] = None if values[name] is None else dataclasses.asdict(values[name])
    values["mistakes"] = [dataclasses.asdict(mistake) for mistake in evidence.mistakes]
    values["flattery"] = [dataclasses.asdict(flattery) for flattery in evidence.flattery]
    values["results"] = json.loads(record.to_json(evidence.results))
    horse = evidence.horse
    values["horse"] = None if horse is None else json.loads(horse_record.to_json([horse]))
    document = {"format": FORMAT, "headline": _headline(evidence), **values}
    return json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def from_json(text: str) -> Evidence:
    """
    Read evidence from JSON text.

    Parameters
    ----------
    text : str
        What `to_json` gave.

    Returns
    -------
    Evidence
        The evidence.

    Raises
    ------
    ConfigError
        If the text is not that, or of another version.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r} is not {FORMAT!r}")
        return _evidence({k: v for k, v in document.items() if k not in ("format", "headline")})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError(
            f"not the evidence of a report card ({error!r}): make it again with this version "
            "(`genrescope report MODEL --dataset DATA`), and leave it unedited"
        ) from error


def write_evidence(folder: Path, evidence: Evidence) -> Path:
    """
    Write evidence into a bundle, so that its card can be made without any data.

    Parameters
    ----------
    folder : Path
        The bundle.
    evidence : Evidence
        The evidence.

    Returns
    -------
    Path
        The file.
    """
    path = folder / NAME
    write_text(path, to_json(evidence))
    return path


def read_evidence(folder: Path) -> Evidence | None:
    """
    Read the evidence that a bundle holds.

    Parameters
    ----------
    folder : Path
        The bundle.

    Returns
    -------
    Evidence or None
        None where it holds none.

    Raises
    ------
    ConfigError
        If the file is damaged, of another version, or about another model.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        evidence = from_json(path.read_text(encoding="utf-8"))
    except (ConfigError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    told, is_ = evidence.model.onnx_sha256, read_manifest(folder).onnx_sha256
    if told != is_:
        raise ConfigError(
            f"{path} is about the graph {told[:12]}..., but the bundle holds {is_[:12]}...: the "
            "model was made anew after it was measured; remove the file, or measure it again"
        )
    return evidence


def _headline(evidence: Evidence) -> dict[str, Any]:
    result = evidence.headline
    score = result.headline
    return {
        "metric": "accuracy",
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "interval": score.interval_kind,
        "confidence": result.confidence,
        "n": result.n,
        "protocol": result.protocol,
        "honest": result.honest,
        "caveat": result.caveat,
    }


def _evidence(values: dict[str, Any]) -> Evidence:
    certainty, speed, horse = (values[name] for name in ("certainty", "speed", "horse"))
    results = record.from_json(json.dumps(values["results"]))
    if not results:
        raise ValueError("there is no result")
    made = {
        "model": _facts(values["model"]),
        "results": results,
        "certainty": None if certainty is None else _certainty(certainty),
        "mistakes": tuple(Mistake(**m) for m in values["mistakes"]),
        "flattery": tuple(Flattery(**f) for f in values["flattery"]),
        "horse": None if horse is None else horse_record.from_json(json.dumps(horse))[0],
        "speed": None if speed is None else Speed(**speed),
        "commands": tuple(values["commands"]),
        "notes": tuple(values["notes"]),
    }
    return Evidence(**{**values, **made})


def _facts(values: dict[str, Any]) -> ModelFacts:
    pairs = {
        name: tuple((str(key), str(value)) for key, value in values[name])
        for name in ("settings", "learned_from")
    }
    return ModelFacts(**{**values, **pairs, "labels": tuple(values["labels"])})


def _certainty(values: dict[str, Any]) -> Certainty:
    bins = tuple((float(c), float(a), int(n)) for c, a, n in values["bins"])
    curve = tuple((float(c), float(r), float(p)) for c, r, p in values["risk_coverage"])
    return Certainty(**{**values, "bins": bins, "risk_coverage": curve})
