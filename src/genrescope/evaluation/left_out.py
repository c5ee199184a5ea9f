"""
What a report says of tracks and genres that were not tested: left out by a rule, and why.

Public functions: `left_out_notes`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from genrescope.evaluation.record import ProtocolResult
from genrescope.records import Skipped
from genrescope.splits.split import Split

N_REASONS = 3


def left_out_notes(
    skipped: Sequence[Skipped], judged: Sequence[tuple[ProtocolResult, Split]]
) -> list[str]:
    """
    Say how many tracks the data set and the protocols left out, and which genres went untested.

    Parameters
    ----------
    skipped : sequence of Skipped
        What of the data sets was not used; what has a fault is told elsewhere.
    judged : sequence of (ProtocolResult, Split)
        What was measured, each with one split of its protocol.

    Returns
    -------
    list of str
        A note a data set or protocol that left something out, and one a protocol that tested no
        track of some genre; each once, whichever model it is of.
    """
    notes = _reasons(skipped, "the data set")
    for result, split in judged:
        notes += _reasons(split.left_out, f"protocol {result.protocol}")
        absent = [row.label for row in result.per_class if not row.support]
        if absent:
            notes.append(
                f"protocol {result.protocol} tests no track of {', '.join(absent)}; who answers "
                "so is wrong"
            )
    return list(dict.fromkeys(notes))


def _reasons(items: Sequence[Skipped], who: str) -> list[str]:
    counts = Counter(item.reason for item in items if not item.is_fault)
    if not counts:
        return []
    first = [f"{reason} ({count})" for reason, count in counts.most_common(N_REASONS)]
    rest = sum(counts.values()) - sum(count for _, count in counts.most_common(N_REASONS))
    more = [f"other reasons ({rest})"] if rest else []
    n = sum(counts.values())
    return [f"{who} left {n} track{'s' if n > 1 else ''} out: {'; '.join([*first, *more])}"]
