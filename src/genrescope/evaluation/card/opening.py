"""
The first screen of a report card: what a person sees who looks and does not read.

Public functions: `opening`.
"""

from __future__ import annotations

from collections.abc import Sequence

from genrescope.evaluation.card import trust_words
from genrescope.evaluation.card import words as card_words
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.record import ClassRow, ProtocolResult
from genrescope.pages.bars import Bar, interval_bars
from genrescope.pages.html import Safe, element, join, paragraph


def opening(evidence: Evidence) -> Safe:
    """
    Make the first screen: the honest number beside the leaky one and the baseline, and its meaning.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe
        HTML.
    """
    first = evidence.headline
    chart = interval_bars(_bars(evidence), label="accuracy", name="opening")
    return join(
        element("div", _big(first), element("div", chart), class_="split"),
        paragraph(card_words.meaning(evidence), kind="lead"),
        element("div", *_tiles(evidence), class_="tiles"),
        Safe("\n"),
    )


def bar_of(result: ProtocolResult, label: str) -> Bar:
    """
    Make the bar of a result.

    Parameters
    ----------
    result : ProtocolResult
        The result.
    label : str
        What stands above it.

    Returns
    -------
    Bar
        Hatched where it is leaky or unverified.
    """
    score = result.headline
    return Bar(label, score.value, score.low, score.high, result.caveat or "good")


def _big(first: ProtocolResult) -> Safe:
    score = first.headline
    ends = card_words.interval_words(score, first.confidence)
    artists = f" of {first.n_groups} artists" if first.n_groups else ""
    about = [
        f"right, of {card_words.whose(first)}",
        f"{ends}; {first.n} {card_words.units(first)}{artists}; protocol {first.protocol}",
    ]
    kind = "big leaky" if first.caveat else "big"
    number = element("p", element("b", f"{100 * score.value:.0f}"), "of 100", class_=kind)
    return element("div", number, paragraph(about[0]), paragraph(about[1], kind="note"))


def _bars(evidence: Evidence) -> list[Bar]:
    first, leaky = evidence.headline, evidence.leaky
    name = "artists it never heard" if first.honest and not first.caveat else first.protocol
    bars = [bar_of(first, name)]
    if leaky is not None:
        bars.append(bar_of(leaky, f"a split that leaks: {leaky.protocol}"))
    guess = card_words.floor(first)
    if guess is not None:
        bars.append(Bar(f"guessing ({guess.metric.replace('_', ' ')})", guess.value, kind="floor"))
    return bars


def _tiles(evidence: Evidence) -> list[Safe]:
    first = evidence.headline
    tiles = [
        _tile("Finds best", _genres(card_words.strongest(first), first.caveat)),
        _tile("Misses most", _genres(card_words.weakest(first), first.caveat)),
        _tile("Given what is no music", paragraph(trust_words.not_music(evidence))),
    ]
    return tiles


def _tile(heading: str, *parts: object) -> Safe:
    return element("div", element("h3", heading), *parts)


def _genres(rows: Sequence[ClassRow], caveat: str) -> Safe:
    items = [
        element(
            "li",
            element("span", row.label),
            element("span", f"{100 * (row.recall or 0):.0f} % {caveat}".rstrip()),
        )
        for row in rows
    ]
    return element("ul", *items) if items else paragraph("not measured")
