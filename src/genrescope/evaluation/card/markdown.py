"""
The report card of a model as Markdown: the same figures, as text.

Public functions: `card_markdown`.
"""

from __future__ import annotations

from genrescope.evaluation.card import trust_words
from genrescope.evaluation.card import words as card_words
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.card.facts import fact_rows
from genrescope.evaluation.card.results import in_order
from genrescope.evaluation.flattery import sentence
from genrescope.evaluation.markdown import interval, number, plain, table
from genrescope.evaluation.record import ProtocolResult


def card_markdown(evidence: Evidence) -> str:
    """
    Write a report card as Markdown.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    str
        Markdown.
    """
    first = evidence.headline
    value = number("accuracy", first.headline.value, caveat=first.caveat)
    parts = [
        f"# {plain(card_words.title(evidence))}",
        plain(card_words.subtitle(evidence)),
        f"**{value}** right, of {first.n} {plain(card_words.whose(first))}: "
        f"{card_words.interval_words(first.headline, first.confidence)}; protocol "
        f"{plain(first.protocol)}.",
        plain(card_words.meaning(evidence)),
        f"Given what is no music: {plain(trust_words.not_music(evidence))}",
        _protocols(evidence),
        _genres(first),
        *_certainty(evidence),
        *_mistakes(evidence),
        *_horse(evidence),
        "## The model\n\n"
        + table(["", ""], [[plain(k), plain(v)] for k, v in fact_rows(evidence)], n_text=2),
        _again(evidence),
    ]
    return "\n\n".join(parts) + "\n"


def _protocols(evidence: Evidence) -> str:
    rows = []
    for r in in_order(evidence):
        guess = card_words.floor(r)
        rows.append(
            [
                plain(r.protocol),
                plain(r.leakage_label) or "unverified",
                number("accuracy", r.headline.value, caveat=r.caveat),
                interval(r.headline),
                number("macro_f1", r.score("macro_f1").value, caveat=r.caveat),
                "-" if guess is None else number("accuracy", guess.value),
                str(r.n),
            ]
        )
    header = ["protocol", "leakage", "accuracy", "interval", "macro-F1", "best baseline", "n"]
    said = "".join(
        f"\n- Leaky: {plain(sentence(f))} than {plain(f.honest_protocol)}."
        for f in evidence.flattery
    )
    flattered = f"\n\nHow much a leaky test flatters it:\n{said}" if said else ""
    notes = "".join(f"\n- {plain(note)}" for note in evidence.notes)
    told = f"\n\nWhat else to know:\n{notes}" if notes else ""
    return f"## Honest and leaky\n\n{table(header, rows, n_text=2)}{flattered}{told}"


def _genres(r: ProtocolResult) -> str:
    rows = [
        [
            plain(row.label),
            f"{row.support:g}",
            *(number(m, getattr(row, m), caveat=r.caveat) for m in ("recall", "precision", "f1")),
        ]
        for row in r.per_class
    ]
    common = "; ".join(map(plain, card_words.taken_for(r)))
    said = f"\n\nMost often: {common}." if common else ""
    header = ["genre", "recordings", "recall", "precision", "F1"]
    return f"## Genre by genre ({plain(r.protocol)})\n\n{table(header, rows)}{said}"


def _certainty(evidence: Evidence) -> list[str]:
    found = evidence.certainty
    if found is None:
        return []
    rows = [[f"{100 * c:.1f} %", f"{100 * a:.1f} %", str(n)] for c, a, n in found.bins]
    return [
        "## Does it know when it is right?",
        f"{trust_words.certainty_words(found)} {trust_words.risk_words(found)}",
        table(["how sure", "right", "answers"], rows, n_text=0),
        *(plain(sentence) for sentence in trust_words.declines(evidence)),
    ]


def _mistakes(evidence: Evidence) -> list[str]:
    if not evidence.mistakes:
        return []
    rows = [
        [plain(m.track_id), plain(m.y_pred), plain(m.y_true), f"{100 * m.confidence:.0f} %"]
        for m in evidence.mistakes
    ]
    header = ["recording", "it said", "filed as", "how sure"]
    return ["## Its most confident mistakes", table(header, rows, n_text=3)]


def _horse(evidence: Evidence) -> list[str]:
    found = evidence.horse
    if found is None:
        return []
    rows = [
        [
            plain(row.title),
            f"{100 * row.accuracy_unchanged:.1f} %",
            f"{100 * row.accuracy:.1f} %",
            f"{100 * row.difference:+.1f}",
            f"{100 * row.agreement:.1f} %",
            str(row.n),
        ]
        for row in found.rows
    ]
    header = ["change", "accuracy before", "after", "difference", "same answer", "n"]
    return ["## Is it a horse?", plain(trust_words.horse_words(found)), table(header, rows)]


def _again(evidence: Evidence) -> str:
    commands = "\n".join(f"    {command}" for command in evidence.commands)
    return f"## Measure it again\n\n{commands or 'The commands are not recorded.'}"
