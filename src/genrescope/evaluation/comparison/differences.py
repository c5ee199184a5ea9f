"""
"Which differences are real", as a section of a report in Markdown.

Public functions: `differences_of_results`, `differences_section`, `points`, `probability`,
`needed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from genrescope.evaluation.comparison.answers import answers_of_results
from genrescope.evaluation.comparison.compare import compare
from genrescope.evaluation.comparison.records import Comparison, Refusal
from genrescope.evaluation.markdown import plain, table
from genrescope.evaluation.outcomes import TrackOutcome
from genrescope.evaluation.record import ProtocolResult
from genrescope.metrics.paired_bootstrap import Difference

TITLE = "Which differences are real"


def differences_of_results(
    results: Sequence[ProtocolResult],
    answers: Mapping[tuple[str, str], Sequence[TrackOutcome]],
) -> str:
    """
    Compare the models of a run that follow each other in accuracy, and write the section.

    Parameters
    ----------
    results : sequence of ProtocolResult
        What was measured.
    answers : mapping of (str, str) to sequence of TrackOutcome
        The answers about single tracks, by (model, protocol) of their result.

    Returns
    -------
    str
        Markdown; empty where no two models share a protocol.
    """
    comparisons, refusals = compare(answers_of_results(results, answers), neighbours=True)
    alone = [r for r in refusals if not r.is_alone]
    return differences_section(comparisons, alone, neighbours=True)


def differences_section(
    comparisons: Sequence[Comparison], refusals: Sequence[Refusal] = (), *, neighbours: bool = False
) -> str:
    """
    Write the section.

    Parameters
    ----------
    comparisons : sequence of Comparison
        What was compared.
    refusals : sequence of Refusal
        What was not.
    neighbours : bool
        Whether only models that follow each other in accuracy were compared.

    Returns
    -------
    str
        Markdown; empty where there is nothing to say.
    """
    if not comparisons:
        return ""
    return "\n\n".join(
        [
            f"## {TITLE}",
            "\n".join(f"- {_sentence(c)}" for c in comparisons),
            table(_HEADER, [_row(c) for c in comparisons], n_text=2),
            _how(comparisons[0], neighbours),
            *(["\n".join(f"- {plain(r.sentence)}" for r in refusals)] if refusals else []),
        ]
    )


def points(difference: Difference) -> str:
    """
    Write a difference with its interval, in points.

    Parameters
    ----------
    difference : Difference
        Of fractions.

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> points(Difference(0.052, -0.004, 0.108, 0.07))
    '+5.2 (-0.4 to +10.8)'
    """
    value, low, high = (100 * x for x in (difference.value, difference.low, difference.high))
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f})"


def probability(p: float) -> str:
    """
    Write a p-value.

    Parameters
    ----------
    p : float
        In [0, 1].

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> probability(0.0312), probability(2e-7)
    ('0.031', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def needed(c: Comparison) -> str:
    """
    Say how many tracks it takes to see a difference as large as this one.

    Parameters
    ----------
    c : Comparison
        The comparison.

    Returns
    -------
    str
        Text; a dash where the models do not differ.
    """
    if c.n_needed is None:
        return "-"
    return f"{c.n_needed:,} tracks of {c.n_groups_needed:,} artists"


_HEADER = (
    "models", "protocol", "points", "macro-F1", "p (artists)", "p (Holm)", "McNemar",
    "corrected t", "n", "artists", "n needed",
)  # fmt: skip


def _row(c: Comparison) -> list[str]:
    t = "-" if c.corrected_t is None else probability(c.corrected_t.p_value)
    return [
        f"{plain(c.first)} - {plain(c.second)}",
        f"{plain(c.protocol)} {c.caveat}".strip(),
        points(c.accuracy),
        points(c.macro_f1),
        probability(c.p_value),
        probability(c.p_adjusted),
        probability(c.p_mcnemar),
        t,
        str(c.n),
        str(c.n_groups),
        needed(c),
    ]


def _sentence(c: Comparison) -> str:
    names = f"{plain(c.first)} against {plain(c.second)} ({plain(c.protocol)})"
    text = f"{names}: **{plain(c.verdict)}**, {points(c.accuracy)} points, p = "
    text = f"{text}{probability(c.p_adjusted)}".replace("p = <", "p <")
    if not c.is_real and c.n_needed is not None:
        text += f"; to see such a difference takes about {needed(c)}"
    return ". ".join((text, *map(plain, c.notes))) + "."


def _how(c: Comparison, neighbours: bool) -> str:
    which = "Only models that follow each other in accuracy are compared. " if neighbours else ""
    return (
        f"{which}Points are percent of accuracy, first model less second, with "
        f"{100 * (1 - c.alpha):g} % intervals by artists. *p (artists)*: all answers about an "
        "artist swapped or not, by chance (exact); *Holm*: adjusted for all pairs under the "
        "protocol, and what decides; *McNemar*: as if tracks were independent, which tracks of one "
        "artist are not; *corrected t*: over folds and seeds (Nadeau and Bengio); *n needed*: for "
        f"a power of {100 * c.power:g} %, were the true difference the one seen here."
    )
