"""What an audit means, in sentences: the worst first, each with what to do.

Public: `Advice`, `advice`, `kinds_text`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from genrescope.audit.audit import Audit
from genrescope.audit.crossings import Crossings
from genrescope.audit.duplicates import Duplicate

LARGE_SHARE = 0.25
UNEVEN = 3.0


@dataclass(frozen=True)
class Advice:
    """
    One sentence about the data set.

    Attributes
    ----------
    what : str
        What was found.
    todo : str
        What to do about it.
    """

    what: str
    todo: str


def advice(audit: Audit) -> tuple[Advice, ...]:
    """
    Say what the findings mean.

    Parameters
    ----------
    audit : Audit
        The findings.

    Returns
    -------
    tuple of Advice
        The worst first; empty where nothing was found.
    """
    return tuple(Advice(what, todo) for what, todo in _sentences(audit))


def kinds_text(pairs: Iterable[Duplicate]) -> str:
    """
    Count pairs by kind.

    Parameters
    ----------
    pairs : iterable of Duplicate
        The pairs.

    Returns
    -------
    str
        Such as ``"14 exact, 2 shifted"``.
    """
    counts = Counter(pair.kind for pair in pairs)
    return ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in counts.most_common())


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _sentences(audit: Audit) -> Iterator[tuple[str, str]]:
    if audit.unreadable:
        yield (
            f"{_count(len(audit.unreadable), 'track')} that cannot be read",
            "bring good copies, or take them out of the index",
        )
    for crossing in audit.crossings:
        yield from _of_split(crossing)
    pairs = audit.duplicates.pairs
    if pairs:
        n_tracks = len({track for pair in pairs for track in (pair.a, pair.b)})
        yield (
            f"{_count(len(pairs), 'pair')} of one sound, in {n_tracks} tracks: {kinds_text(pairs)}",
            "keep one of each, or see to it that no split parts them",
        )
    if audit.label_conflicts:
        yield (
            f"{_count(len(audit.label_conflicts), 'pair')} of one sound under two labels",
            "one label at least is wrong or too narrow: correct it, or take the pair out",
        )
    n_apart = sum(item.n_pairs - item.n_pairs_alike for item in audit.namesakes)
    if n_apart:
        yield (
            f"{_count(n_apart, 'pair')} of one artist and title without a sound in common",
            "keep them on one side of every split: other parts or recordings of one piece",
        )
    counts = Counter(finding.kind for finding in audit.findings)
    for kind, n in counts.items():
        yield f"{_count(n, 'track')} marked {kind}", _ADVICE[kind]
    mislabelled = audit.mislabelled
    if mislabelled.suspects:
        yield (
            f"{_count(len(mislabelled.suspects), 'track')} that may sound like another genre than "
            f"the label (so says a classifier that is right on "
            f"{100 * (mislabelled.accuracy or 0):.0f} %)",
            "listen to them, and correct what is wrong",
        )
    yield from _of_balance(audit)


_ADVICE = {
    "silent": "take them out: there is nothing to hear",
    "nothing_changes": "listen to them: silence or a test tone is no music",
    "clipped": "bring better copies, where there are any",
    "quiet": "check that they were exported whole; the level itself does no harm",
    "too_short": "take them out, or bring the whole recording",
    "cut_off": "see whether they crowd in one genre: a model learns the coding in place of it",
    "sample_rate": "see whether they crowd in one genre: a model learns the rate in place of it",
    "odd": "look at what the decoder says of each",
}


def _of_split(crossing: Crossings) -> Iterator[tuple[str, str]]:
    name = f"split {crossing.protocol}, fold {crossing.fold} of {crossing.n_folds}"
    if crossing.duplicates:
        yield (
            f"{name}: {_count(len(crossing.duplicates), 'pair')} of one sound in two parts; "
            f"{_count(crossing.n_test_heard_before, 'test track')} heard before the test",
            "report no number of it without saying so; put each pair into one part",
        )
    if crossing.label.startswith("leaky"):
        yield f"{name} is {crossing.label}", "use an artist-grouped split"
    n_titles = sum(count.n_titles for count in crossing.counts)
    if n_titles:
        yield (
            f"{name}: {_count(n_titles, 'title')} of one artist in two parts",
            "put all of one title into one part",
        )


def _of_balance(audit: Audit) -> Iterator[tuple[str, str]]:
    rows = audit.balance
    for row in rows:
        if row.largest_share > LARGE_SHARE:
            yield (
                f"{100 * row.largest_share:.0f} % of {row.label} is by {row.largest_artist}",
                "a model may learn the artist: group by artist, and add others",
            )
    if rows:
        most = max(rows, key=lambda row: row.n_tracks)
        least = min(rows, key=lambda row: row.n_tracks)
        if most.n_tracks > UNEVEN * least.n_tracks:
            yield (
                f"{most.label} has {most.n_tracks} tracks, {least.label} {least.n_tracks}",
                "read the figures of each genre, and macro averages, not the accuracy alone",
            )
