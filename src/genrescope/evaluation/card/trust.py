"""
The sections of a report card about trust: wrong answers, certainty, and what moves the answers.

Public functions: `mistakes`, `certainty`, `horse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from genrescope.evaluation.card import trust_words
from genrescope.evaluation.card.evidence import Certainty, Evidence
from genrescope.evaluation.horse.record import HorseResult, HorseRow
from genrescope.pages.curves import reliability_diagram, risk_coverage_curve
from genrescope.pages.html import Safe, element, folded, join, paragraph, player, section, table
from genrescope.pages.scales import percent
from genrescope.pages.swings import Swing, swing_bars


@dataclass(frozen=True)
class Clip:
    """
    A piece of a recording to listen to, and what it is.

    Attributes
    ----------
    mp3 : bytes or None
        The sound; None where it is not at hand.
    about : str
        Artist and title, as far as known.
    """

    mp3: bytes | None
    about: str = ""


def mistakes(evidence: Evidence, clips: Mapping[str, Clip]) -> Safe | None:
    """
    Show the wrong answers that the model was surest of.

    Parameters
    ----------
    evidence : Evidence
        What was measured.
    clips : mapping of str to Clip
        What can be told and heard of tracks, by their id.

    Returns
    -------
    Safe or None
        A section; None where no wrong answer is known.
    """
    if not evidence.mistakes:
        return None
    rows = []
    for m in evidence.mistakes:
        clip = clips.get(m.track_id, Clip(None))
        parts: list[object] = [element("div", m.track_id)]
        if clip.about:
            parts.append(element("div", clip.about, class_="note"))
        if clip.mp3 is not None:
            parts.append(player(clip.mp3, label=f"eight seconds of {m.track_id}"))
        numbers = [percent(m.confidence, digits=0), percent(m.p_true, digits=0)]
        rows.append([join(*parts), element("b", m.y_pred), m.y_true, *numbers])
    text = (
        "Wrong, and sure of it. Listen before you blame the model: it may be the label of the "
        "file that is wrong."
        if any(clip.mp3 for clip in clips.values())
        else "Wrong, and sure of it. The sound was not at hand when this page was made."
    )
    header = ["recording", "it said", "filed as", "how sure", "gave the filed genre"]
    return section(
        "Its most confident mistakes",
        paragraph(text),
        table(header, rows, n_text=3),
        name="mistakes",
    )


def certainty(evidence: Evidence) -> Safe | None:
    """
    Show whether the model knows when it is right.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe or None
        A section; None where there are no probabilities.
    """
    found = evidence.certainty
    if found is None:
        return None
    confidence, accuracy, count = zip(*found.bins, strict=True)
    coverage, risk, _ = zip(*found.risk_coverage, strict=True)
    marks = [
        (c, r, f"{what}: {percent(r, digits=0)} wrong")
        for what, (c, r) in (
            ("surer half", trust_words.risk_at(found, 0.5)),
            ("all", trust_words.risk_at(found, 1.0)),
        )
    ]
    about = f"{found.n_answers} answers, protocol {found.protocol}"
    return section(
        "Does it know when it is right?",
        paragraph(f"{trust_words.certainty_words(found)} {trust_words.risk_words(found)}"),
        element(
            "div",
            _figure(
                reliability_diagram(confidence, accuracy, count, label=_bins_said(found)),
                f"On the dashed line it would be as often right as it is sure. {about}.",
            ),
            _figure(
                risk_coverage_curve(
                    coverage,
                    risk,
                    marks=marks,
                    label=f"risk against coverage: {_curve_said(found)}",
                ),
                "From the left: only its surest answers, then more and more of them. Mean risk "
                f"{found.area:.3f} (0 is perfect).",
            ),
            class_="pair",
        ),
        _measured_error(evidence),
        _declines(evidence),
        name="certainty",
    )


def horse(evidence: Evidence) -> Safe | None:
    """
    Show what changes that leave the genre do to the answers.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe or None
        A section; None where the horse test was not run.
    """
    found = evidence.horse
    if found is None:
        return None
    swings = [
        Swing(row.title, row.difference, row.difference_low, row.difference_high)
        for row in sorted(found.rows, key=lambda row: row.difference)
    ]
    header = ["change", "family", "accuracy before", "after", "difference", "interval",
              "same answer", "n"]  # fmt: skip
    caveat = f" ({found.caveat}: {found.leakage_label})" if found.caveat else ""
    numbers = table(header, [_horse_row(row) for row in found.rows], n_text=2)
    return section(
        "Is it a horse?",
        paragraph(
            "Clever Hans, a horse, seemed to count; he watched his master. A model that hears "
            "genre gives the same answer when the file is made smaller, quieter or a little "
            "noisier. " + trust_words.horse_words(found)
        ),
        swing_bars(swings, label="change of accuracy", name="horse"),
        folded("All changes in numbers", numbers),
        paragraph(_horse_note(found) + caveat, kind="note"),
        name="horse",
    )


def _horse_row(row: HorseRow) -> list[object]:
    ends = "-"
    if row.difference_low is not None and row.difference_high is not None:
        low, high = (100 * v for v in (row.difference_low, row.difference_high))
        ends = f"{low:+.1f} to {high:+.1f}".replace("-", "\u2212")
    return [
        row.title,
        row.family,
        percent(row.accuracy_unchanged),
        percent(row.accuracy),
        percent(row.difference, signed=True).removesuffix(" %"),
        ends,
        percent(row.agreement),
        str(row.n),
    ]


def _horse_note(found: HorseResult) -> str:
    notes = "".join(f" {note}." for note in found.notes)
    return f"{found.n} recordings of {found.dataset}, protocol {found.protocol}.{notes}"


def _figure(chart: Safe, caption: str) -> Safe:
    return element("figure", chart, element("figcaption", caption))


def _bins_said(found: Certainty) -> str:
    said = "; ".join(
        f"{percent(c)} sure, {percent(a)} right, {n} answers" for c, a, n in found.bins
    )
    return f"reliability: {said}"


def _curve_said(found: Certainty) -> str:
    points = [trust_words.risk_at(found, coverage) for coverage in (0.25, 0.5, 0.75, 1.0)]
    return "; ".join(f"{percent(c)} answered, {percent(r)} of these wrong" for c, r in points)


def _measured_error(evidence: Evidence) -> Safe:
    found = [s for s in evidence.headline.scores if s.metric == "expected_calibration_error"]
    if not found:
        return Safe()
    return paragraph(
        f"Expected calibration error {found[0].value:.3f} (fifteen bins; 0 is perfect).",
        kind="note",
    )


def _declines(evidence: Evidence) -> Safe:
    said = trust_words.declines(evidence)
    if not said:
        return Safe()
    items = [element("li", sentence) for sentence in said]
    return join(element("h3", "When it declines to answer"), element("ul", *items))
