"""The model card of a bundle, in Markdown: what it is, what it learned, how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genrescope.bundle.format import Manifest


def model_card(manifest: Manifest) -> str:
    """
    Write the model card of a bundle.

    Parameters
    ----------
    manifest : Manifest
        What the bundle says of its model.

    Returns
    -------
    str
        Markdown.
    """
    training = manifest.training
    parts = [
        f"# {manifest.name} {manifest.version}",
        f"Hears {len(manifest.labels)} genres: {', '.join(manifest.labels)}.",
        "## How far to trust it",
        _figures(manifest),
        "## What it is",
        _table(
            [
                ("model", _settings(manifest.model)),
                ("features", _settings(manifest.features.to_dict())),
                ("front end", _settings(manifest.front_end.to_dict())),
                ("windows", _settings(manifest.windows.to_dict())),
            ]
        ),
        "## What it learned from",
        _table(
            [
                ("data", str(training.get("dataset", "not recorded"))),
                ("tracks", str(training.get("n_tracks", "not recorded"))),
                ("protocol", str(training.get("protocol", "not recorded"))),
                ("seed", str(training.get("seed", "not recorded"))),
            ]
        ),
        *([str(training["notes"])] if training.get("notes") else []),
        "## Meant for",
        "Music in whole songs or excerpts of some seconds. It knows its own genres only, and gives "
        "one of them to anything else: speech, noise and music of other traditions included.",
        "## Licence",
        manifest.licence or "Not recorded.",
    ]
    return "\n\n".join(parts) + "\n"


def figure_sentence(figure: Mapping[str, Any]) -> str:
    """
    Say a figure in one line, with all that a reader needs to judge it.

    Parameters
    ----------
    figure : mapping
        An entry of a manifest's ``evaluation``.

    Returns
    -------
    str
        A sentence without a full stop.

    Examples
    --------
    >>> print(figure_sentence({"metric": "accuracy", "value": 0.652, "low": 0.597, "high": 0.703,
    ...                        "n": 290, "protocol": "fault-filtered", "leakage": ""}))
    accuracy 65.2 % (95 % interval 59.7 to 70.3, n = 290, fault-filtered)
    """
    leakage = f"; {figure['leakage']}" if figure.get("leakage") else ""
    value, low, high = (100 * figure[key] for key in ("value", "low", "high"))
    return (
        f"{figure['metric']} {value:.1f} % (95 % interval {low:.1f} to {high:.1f}, "
        f"n = {figure['n']}, {figure['protocol']}{leakage})"
    )


def _figures(manifest: Manifest) -> str:
    if not manifest.evaluation:
        return "Not measured: no figure is known, so do not trust it beyond a first impression."
    lines = [f"- {figure_sentence(figure)}" for figure in manifest.evaluation]
    commands = sorted({str(f["command"]) for f in manifest.evaluation if f.get("command")})
    return "\n".join([*lines, "", "Measured by:", "", *(f"    {c}" for c in commands)])


def _settings(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {key} | {value} |" for key, value in rows)])
