"""
The sentences of a report card about trust, which its page and its Markdown share.

Public functions: `certainty_words`, `risk_words`, `risk_at`, `not_music`, `horse_words`.
"""

from __future__ import annotations

from genrescope.evaluation.evidence import Certainty, Evidence
from genrescope.evaluation.horse_record import HorseResult


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
    return min(certainty.risk_coverage, key=lambda point: abs(point[0] - coverage))


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
    return "It names one of its genres whatever it hears: speech, noise and the song of a bird too."


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
    caveat = f" ({horse.caveat})" if horse.caveat else ""
    return (
        f"The worst of {len(horse.rows)} changes is {worst.title}: the accuracy {way} from "
        f"{100 * worst.accuracy_unchanged:.0f} to {100 * worst.accuracy:.0f} of 100{caveat}. That "
        f"swing of {100 * horse.score:.0f} points is the horse score."
    )
