"""
The last sections of a report card: what the model is, its speed, licence, and how to measure again.

Public functions: `model_facts`, `fact_rows`, `speed_words`, `size_words`, `again`.
"""

from __future__ import annotations

from genrescope.evaluation.card.evidence import Evidence, ModelFacts, Speed
from genrescope.pages.html import Safe, element, paragraph, section, table


def model_facts(evidence: Evidence) -> Safe:
    """
    Say what the model is, what it learned from, how fast it is and what may be done with it.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe
        A section.
    """
    return section("The model", table(["", ""], fact_rows(evidence), n_text=2), name="model")


def fact_rows(evidence: Evidence) -> list[tuple[str, str]]:
    """
    List what is known of a model.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    list of (str, str)
        What, and its value; what is not known is left out.
    """
    model = evidence.model
    heard = "" if model.window_s is None else f"{model.window_s:.3g} s at a time"
    rows = [
        ("name", f"{model.name} {model.version}".strip()),
        ("size", size_words(model)),
        ("speed", "" if evidence.speed is None else speed_words(evidence.speed)),
        ("hears", heard),
        ("learned from", "; ".join(f"{name}: {value}" for name, value in model.learned_from)),
        *model.settings,
        ("made", model.created),
        ("licence", model.licence),
    ]
    return [(name, value) for name, value in rows if value]


def again(evidence: Evidence) -> Safe:
    """
    Give the commands that measure all of it again.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe
        A section.
    """
    commands = (
        element("pre", "\n".join(evidence.commands))
        if evidence.commands
        else paragraph("The commands are not recorded.")
    )
    made = f"Made by {evidence.made_by}." if evidence.made_by else ""
    return section(
        "Measure it again",
        commands,
        paragraph(made, kind="note") if made else Safe(),
        name="again",
    )


def speed_words(speed: Speed) -> str:
    """
    Say how fast it answers.

    Parameters
    ----------
    speed : Speed
        As measured.

    Returns
    -------
    str
        Text.
    """
    text = f"{speed.window_ms:.0f} ms for {speed.window_s:.3g} s of sound in memory"
    if speed.file_ms is not None and speed.file_s is not None:
        text += f"; {speed.file_ms:.0f} ms for a file of {speed.file_s:.0f} s"
    return f"{text} ({speed.machine})"


def size_words(model: ModelFacts) -> str:
    """
    Say how large the model is.

    Parameters
    ----------
    model : ModelFacts
        What it is.

    Returns
    -------
    str
        Text; nothing where it is not known.
    """
    parts = [] if model.n_parameters is None else [f"{model.n_parameters:,} parameters"]
    if model.size_bytes is not None:
        parts.append(f"{model.size_bytes / 1e6:.1f} MB on disk")
    return ", ".join(parts)
