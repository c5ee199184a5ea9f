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
        f"Hears {len(manifest.labels)} genres: {', '.join(manifest.labels)}."
        + (" A recording is given several of them, or none." if manifest.task else ""),
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
                *_copies(manifest),
                ("held out", str(training.get("protocol", "not recorded"))),
                ("seed", str(training.get("seed", "not recorded"))),
            ]
        ),
        *([str(training["notes"])] if training.get("notes") else []),
        *_given_from(manifest),
        "## Meant for",
        f"Music, in whole songs or excerpts of about {_window_s(manifest):.0f} s, which is what it "
        f"learned from; of a few seconds it hears far less. {_declining(manifest)}",
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
    ...                        "n": 290, "protocol": "fault-filtered", "leakage": "",
    ...                        "baseline": 0.107}))
    accuracy 65.2 % (95 % interval 59.7 to 70.3, best baseline 11 %, n = 290, fault-filtered)
    """
    leakage = "".join(f"; {figure[key]}" for key in ("leakage", "remark") if figure.get(key))
    return (
        f"{figure['metric']} {100 * figure['value']:.1f} % ({_interval(figure)}, "
        f"{_floor(figure)}, n = {figure['n']}, {figure['protocol']}{leakage})"
    )


def trust_text(manifest: Manifest) -> str:
    """
    Say how far to trust a model, in words for who reads an answer of it.

    Parameters
    ----------
    manifest : Manifest
        What the bundle says of its model.

    Returns
    -------
    str
        Some lines.
    """
    if not manifest.evaluation:
        return f"Model {manifest.name}: its accuracy was not measured; do not rely on it."
    figure = manifest.evaluation[0]
    whose = "tracks" if figure.get("leakage") else "tracks by artists it had never heard"
    leakage = f" Mind: {figure['leakage']}." if figure.get("leakage") else ""
    if manifest.task:
        return _trust_of_several(manifest, figure, whose, leakage)
    data = f" of {figure['dataset']}" if figure.get("dataset") else ""
    recall = {k: v for k, v in figure.get("recall", {}).items() if v is not None}
    weak = sorted(recall, key=lambda label: recall[label])[:3]
    weakest = ", ".join(f"{label} ({100 * recall[label]:.0f} % found)" for label in weak)
    return (
        f"How far to trust this: the first genre of model {manifest.name} was right for "
        f"{100 * figure['value']:.0f} of 100 {whose}\n"
        f"({_interval(figure)}; {_floor(figure)}; n = {figure['n']}{data}; "
        f"protocol {figure['protocol']}).{leakage}\n"
        f"Weakest: {weakest or 'not measured'}. "
        f"It knows only {', '.join(manifest.labels)}{_declines(manifest)}"
    )


def _trust_of_several(
    manifest: Manifest, figure: Mapping[str, Any], whose: str, leakage: str
) -> str:
    data = f" of {figure['dataset']}" if figure.get("dataset") else ""
    found = {k: v for k, v in figure.get("average_precision", {}).items() if v is not None}
    weak = sorted(found, key=lambda label: found[label])[:3]
    weakest = ", ".join(f"{label} ({100 * found[label]:.0f} %)" for label in weak)
    right, heard = (figure.get(f"micro_{what}") for what in ("precision", "recall"))
    given = (
        f"Of the genres that it gives, {100 * right:.0f} of 100 are right; of those that tracks "
        f"have, it finds {100 * heard:.0f} of 100.\n"
        if right is not None and heard is not None
        else ""
    )
    sure = "" if manifest.thresholds.music_below is None else ", and declines what is no music"
    return (
        f"How far to trust this: asked for the tracks of a genre among {whose}, model "
        f"{manifest.name}\nhas a mean average precision (mAP) of {100 * figure['value']:.0f} %\n"
        f"({_interval(figure)}; {_floor(figure)}; n = {figure['n']}{data}; protocol "
        f"{figure['protocol']}).{leakage}\n{given}"
        f"Weakest: {weakest or 'not measured'}. It knows only {', '.join(manifest.labels)}, and "
        f"gives a recording several of them or none{sure}."
    )


def _given_from(manifest: Manifest) -> list[str]:
    values = manifest.label_thresholds
    if values is None:
        return []
    rows = [(label, f"{v:.3f}") for label, v in zip(manifest.labels, values, strict=True)]
    return [
        "## From which probability on it gives a genre",
        f"Chosen for {manifest.task['fitted_on']}.",
        _table(rows),
    ]


def _declines(manifest: Manifest) -> str:
    thresholds = manifest.thresholds
    if not thresholds.declines:
        return ", and names one of them whatever it hears."
    lost = f"{_percent(thresholds.music_lost)} of the music that they were set on"
    rejected = thresholds.measured.get("not_music_rejected")
    text = (
        f", and names one of them whatever it hears, unless it is not sure.\nIts thresholds turn "
        f"away {lost}."
        if rejected is None
        else f".\nIt declines {_percent(rejected)} of sounds that are not music (made ones, of "
        f"families that its detector did not know).\nIts thresholds turn away {lost}: more of "
        "other music, and of a few seconds."
    )
    if thresholds.coverage is None:
        return text
    return (
        f"{text}\nLikely genres are made to hold the true one {_percent(thresholds.coverage)} of "
        "the time, in music like that it learned from."
    )


def _declining(manifest: Manifest) -> str:
    thresholds = manifest.thresholds
    some = "those that it holds probable enough" if manifest.task else "one of them"
    alien = f"It knows its own genres only, and gives {some} to"
    if not thresholds.declines:
        return f"{alien} anything else: speech, noise and music of other traditions included."
    lines = [
        f"{alien} music of other traditions too. It declines to answer where it is not sure"
        + (" or hears no music" if thresholds.music_below is not None else "")
        + f"; its thresholds turn away {_percent(thresholds.music_lost)} of the music that they "
        "were set on, and more of other music.",
    ]
    rejected = thresholds.measured.get("not_music_rejected")
    if rejected is not None:
        short = thresholds.measured.get("declined_as_not_music_short", 0.0)
        lines.append(
            f"Of synthetic sounds that are not music, of families that its detector did not know, "
            f"it declines {_percent(rejected)}; of noisy, dull stretches of music below 6 s it "
            f"takes {_percent(short)} for no music."
        )
    if thresholds.coverage is not None:
        lines.append(
            "The genres that it calls likely are made to hold the true one "
            f"{_percent(thresholds.coverage)} of the time, in music like that of its training."
        )
    return " ".join([*lines, f"Thresholds: {thresholds.fitted_on}."])


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f} %".replace(".0 %", " %")


def _floor(figure: Mapping[str, Any]) -> str:
    if figure.get("baseline") is None:
        return "no baseline"
    return f"best baseline {100 * figure['baseline']:.0f} %"


def _interval(figure: Mapping[str, Any]) -> str:
    low, high = figure["low"], figure["high"]
    if low is None or high is None:
        return "no interval"
    return f"95 % interval {100 * low:.1f} to {100 * high:.1f}"


def _copies(manifest: Manifest) -> list[tuple[str, str]]:
    """Say how many changed copies were learned, where some were."""
    n_copies = manifest.recipe.get("augmentation", {}).get("n_copies", 0)
    what = "excerpts, other tempi and pitches, equalisers, narrower bands, noise, rooms"
    return [("changed copies", f"{n_copies} of each window: {what}")] if n_copies else []


def _figures(manifest: Manifest) -> str:
    if not manifest.evaluation:
        return "Not measured: no figure is known, so do not trust it beyond a first impression."
    lines = [f"- {figure_sentence(figure)}" for figure in manifest.evaluation]
    commands = sorted({str(f["command"]) for f in manifest.evaluation if f.get("command")})
    first = manifest.evaluation[0]
    recall = [
        (label, "no test track" if value is None else f"{100 * value:.0f} %")
        for label, value in first.get("recall", {}).items()
    ]
    by_genre = [f"Found of each genre ({first['protocol']}):", "", _table(recall)] if recall else []
    calibration = (
        [
            "",
            f"Expected calibration error of its probabilities: {first['ece']:.3f} "
            f"({first['protocol']}; 0 is perfect).",
        ]
        if "ece" in first
        else []
    )
    measured = ["", "Measured by:", "", *(f"    {c}" for c in commands)]
    return "\n".join([*lines, "", *by_genre, *calibration, *measured])


def _window_s(manifest: Manifest) -> float:
    return manifest.windows.length / manifest.front_end.sr


def _settings(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {key} | {value} |" for key, value in rows)])
