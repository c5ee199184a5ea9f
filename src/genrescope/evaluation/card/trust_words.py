"""
The sentences of a report card about trust, which its page and its Markdown share.

Public functions: `certainty_words`, `risk_words`, `risk_at`, `declines`, `not_music`,
`horse_words`.
"""

from __future__ import annotations

from genrescope.evaluation.card.evidence import Certainty, Evidence
from genrescope.evaluation.horse.record import HorseResult


def certainty_words(certainty: Certainty) -> str:
    """
    Say whether the model is as often right as it is sure.

    Parameters
    ----------
    certainty : Certainty
        Of its answers.

    Returns
    -------
    str
        Text.
    """
    gap = sum((c - a) * n for c, a, n in certainty.bins) / max(1, certainty.n_answers)
    points = f"{abs(100 * gap):.0f} points of a hundred"
    if abs(gap) < 0.02:
        return "On the whole it is right about as often as its probabilities say."
    if gap > 0:
        return f"On the whole it is surer than it should be, by {points}."
    return f"On the whole it is right more often than its probabilities say, by {points}."


def risk_words(certainty: Certainty) -> str:
    """
    Say what is won by answering only where the model is sure.

    Parameters
    ----------
    certainty : Certainty
        Of its answers.

    Returns
    -------
    str
        Text.
    """
    half, whole = risk_at(certainty, 0.5), risk_at(certainty, 1.0)
    return (
        f"Of all its answers {100 * whole[1]:.0f} of 100 are wrong; of the surer half "
        f"{100 * half[1]:.0f} of 100."
    )


def risk_at(certainty: Certainty, coverage: float) -> tuple[float, float]:
    """
    Find the point of the curve that is nearest to a coverage.

    Parameters
    ----------
    certainty : Certainty
        Of its answers.
    coverage : float
        In (0, 1].

    Returns
    -------
    coverage, risk : float
        The point.
    """
    point = min(certainty.risk_coverage, key=lambda point: abs(point[0] - coverage))
    return point[0], point[1]


def declines(evidence: Evidence) -> list[str]:
    """
    Say when the model declines to answer, and what that costs.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    list of str
        A sentence each; none where it never declines.
    """
    table = evidence.abstention
    said = []
    if "not_sure" in table:
        threshold = table["not_sure"]["confidence_below"]
        text = f"Below {100 * threshold:.0f} % for its first genre it answers: not sure."
        found = evidence.certainty
        kept = [] if found is None else [p for p in found.risk_coverage if p[2] >= threshold]
        if kept:
            coverage, risk, _ = kept[-1]
            text += (
                f" With that it answers about {100 * coverage:.0f} of 100 recordings, and "
                f"{100 * risk:.0f} of 100 answers are wrong."
            )
        said.append(text)
    if "not_music" in table:
        said.append(f"Not music: {not_music(evidence)[0].lower()}{not_music(evidence)[1:]}")
    if "likely" in table:
        said.append(
            f"Its list of likely genres is made to hold the true one for "
            f"{100 * table['likely']['coverage']:.0f} of 100 recordings like those it learned from."
        )
    if said and table.get("fitted_on"):
        said.append(f"Thresholds: {table['fitted_on']}.")
    return said


def not_music(evidence: Evidence) -> str:
    """
    Say what the model does with what is no music.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    str
        Text.
    """
    measured = evidence.abstention.get("measured", {})
    rejected, lost = measured.get("not_music_rejected"), measured.get("declined_as_not_music")
    if not evidence.model.onnx_sha256:
        return "It is not known: the model itself was not at hand when this was written."
    if "not_music" not in evidence.abstention:
        return "It names one of its genres whatever it hears: speech, noise and birds too."
    if rejected is None:
        return "It may answer that this is not music. How often it is right in that is not known."
    text = (
        f"It says so for {100 * rejected:.0f} of 100 synthetic sounds, of kinds that it was not "
        "shown."
    )
    if lost is not None:
        n_lost = "fewer than one" if lost < 0.005 else f"{100 * lost:.0f}"
        text += f" Of 100 pieces of the music that this was set on it turns {n_lost} away."
    return text


def horse_words(horse: HorseResult) -> str:
    """
    Say which change moves the answers most.

    Parameters
    ----------
    horse : HorseResult
        What the horse test found.

    Returns
    -------
    str
        Text.
    """
    worst = horse.worst
    way = "falls" if worst.difference < 0 else "rises"
    caveat = f", {horse.caveat}" if horse.caveat else ""
    before, after = (f"{100 * v:.0f}" for v in (worst.accuracy_unchanged, worst.accuracy))
    return (
        f"The worst of {len(horse.rows)} changes is {worst.title}: the accuracy {way} from "
        f"{before} to {after} of 100 (n = {worst.n}{caveat}). That swing of "
        f"{100 * horse.score:.0f} points is the horse score."
    )
