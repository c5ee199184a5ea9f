"""
The sentences of a report card, which its page and its Markdown share. They are text, not yet safe.

Public functions: `title`, `subtitle`, `units`, `whose`, `interval_words`, `floor`, `meaning`,
`strongest`, `weakest`, `taken_for`.
"""

from __future__ import annotations

import numpy as np

from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.record import ClassRow, ProtocolResult
from genrescope.evaluation.scoring import Score


def title(evidence: Evidence) -> str:
    """
    Name the card.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    str
        Text.
    """
    return f"{evidence.model.name}: how far to trust it"


def subtitle(evidence: Evidence) -> str:
    """
    Say what the model hears.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    str
        Text.
    """
    labels = evidence.model.labels or evidence.headline.labels
    shown = ", ".join(labels[:20]) + (f" and {len(labels) - 20} more" if len(labels) > 20 else "")
    return f"It hears {len(labels)} genres: {shown}."


def units(result: ProtocolResult) -> str:
    """
    Say what a result counts.

    Parameters
    ----------
    result : ProtocolResult
        The result.

    Returns
    -------
    str
        ``"recordings"`` or ``"segments"``.
    """
    return "segments" if result.unit == "segment" else "recordings"


def whose(result: ProtocolResult) -> str:
    """
    Say which recordings a result is about.

    Parameters
    ----------
    result : ProtocolResult
        The result.

    Returns
    -------
    str
        Text.
    """
    if result.caveat == "leaky":
        return f"{units(result)} of a test that leaks"
    if result.caveat == "unverified" or not result.honest:
        return "test recordings, of which it is not known whether the model had heard their artists"
    return "recordings by artists it had never heard"


def interval_words(score: Score, confidence: float) -> str:
    """
    Say between which values the truth may lie.

    Parameters
    ----------
    score : Score
        A figure.
    confidence : float
        Of its interval.

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> interval_words(Score("accuracy", 0.65, 290, 0.597, 0.703, "wilson"), 0.95)
    'between 60 and 70 (95 % interval)'
    """
    if score.low is None or score.high is None:
        return "no interval is known"
    low, high = 100 * score.low, 100 * score.high
    return f"between {low:.0f} and {high:.0f} ({100 * confidence:g} % interval)"


def floor(result: ProtocolResult) -> Score | None:
    """
    Find the best baseline.

    Parameters
    ----------
    result : ProtocolResult
        The result.

    Returns
    -------
    Score or None
        None where there is none.
    """
    return max(result.baselines, key=lambda score: score.value, default=None)


def meaning(evidence: Evidence) -> str:
    """
    Say what the honest number means, in a few sentences.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    str
        Text.
    """
    first = evidence.headline
    value = f"{100 * first.headline.value:.0f}"
    if first.caveat == "leaky" or not first.honest:
        text = (
            f"No honest number was measured. In this test it was right for {value} of 100, but the "
            "test lets the model meet artists that it knows: expect less of new music."
        )
    else:
        text = (
            f"Give it 100 recordings by artists it has never heard, and expect the right genre for "
            f"about {value} of them."
        )
    guess = floor(first)
    if guess is not None:
        text += f" Guessing gets {100 * guess.value:.0f}."
    leaky = evidence.leaky
    if leaky is not None:
        text += (
            f" A test that lets artists cross says {100 * leaky.headline.value:.0f}: that is the "
            "number to distrust."
        )
    return text


def strongest(result: ProtocolResult, n: int = 3) -> list[ClassRow]:
    """
    Find the genres that were found most often.

    Parameters
    ----------
    result : ProtocolResult
        The result.
    n : int
        How many.

    Returns
    -------
    list of ClassRow
        The best first.
    """
    return _by_recall(result)[::-1][:n]


def weakest(result: ProtocolResult, n: int = 3) -> list[ClassRow]:
    """
    Find the genres that were found least often.

    Parameters
    ----------
    result : ProtocolResult
        The result.
    n : int
        How many; fewer where they would be among the strongest.

    Returns
    -------
    list of ClassRow
        The worst first.
    """
    rows = _by_recall(result)
    return rows[: min(n, len(rows) // 2)]


def taken_for(result: ProtocolResult, n: int = 3) -> list[str]:
    """
    Name the commonest confusions.

    Parameters
    ----------
    result : ProtocolResult
        The result.
    n : int
        How many.

    Returns
    -------
    list of str
        The commonest first.
    """
    counts = np.array(result.confusion)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:n]
    pairs = [np.unravel_index(i, counts.shape) for i in order]
    return [
        f"{result.labels[i]} taken for {result.labels[j]} ({counts[i, j]:g} of "
        f"{sum(result.confusion[i]):g})"
        for i, j in pairs
        if counts[i, j] > 0
    ]


def _by_recall(result: ProtocolResult) -> list[ClassRow]:
    rows = [row for row in result.per_class if row.recall is not None]
    return sorted(rows, key=lambda row: row.recall or 0.0)
