"""
The sections of a report card about accuracy: by protocol, by genre, and what is taken for what.

Public functions: `by_protocol`, `by_genre`, `confusions`.
"""

from __future__ import annotations

import numpy as np

from genrescope.evaluation.card import words as card_words
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.card.opening import bar_of
from genrescope.evaluation.flattery import sentence
from genrescope.evaluation.markdown import interval, number
from genrescope.evaluation.record import ProtocolResult
from genrescope.metrics.seriation import seriation, similarity
from genrescope.pages.bars import Bar, interval_bars, interval_dots
from genrescope.pages.heat import confusion_heat
from genrescope.pages.html import Safe, element, folded, join, paragraph, section, table
from genrescope.pages.scales import percent


def by_protocol(evidence: Evidence) -> Safe:
    """
    Set all protocols side by side.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe
        A section.
    """
    ordered = in_order(evidence)
    dots = interval_dots([bar_of(r, r.protocol) for r in ordered], label="accuracy by protocol")
    header = ["protocol", "accuracy", "interval", "macro-F1", "ECE", "best baseline", "n",
              "artists", "folds", "seeds"]  # fmt: skip
    text = (
        "A filled dot is a test whose artists the model never met; a hollow one is a test that "
        "leaks, or of which that is not known. The line is the "
        f"{100 * evidence.headline.confidence:g} % interval."
    )
    leaks = [
        element("li", element("b", r.protocol), ": ", r.leakage_label or "unverified")
        for r in ordered
    ]
    return section(
        "Honest and leaky",
        paragraph(text),
        dots,
        _flattery(evidence),
        element("h3", "What the tests share with the training, and what else to know"),
        element("ul", *leaks, *(element("li", note) for note in evidence.notes)),
        folded("All figures of all protocols", table(header, [_row(r) for r in ordered])),
        paragraph(_data(evidence), kind="note"),
        name="protocols",
    )


def in_order(evidence: Evidence) -> list[ProtocolResult]:
    """
    Order the results: the headline, then the other honest ones, then what leaks.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    list of ProtocolResult
        All of them.
    """
    first = evidence.headline
    return sorted(
        evidence.results, key=lambda r: (r is not first, not r.honest, r.caveat == "leaky")
    )


def by_genre(evidence: Evidence) -> Safe:
    """
    Show how much of each genre is found.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe
        A section.
    """
    first = evidence.headline
    rows = sorted(first.per_class, key=lambda row: -1 if row.recall is None else -row.recall)
    kind = first.caveat or "good"
    bars = [
        Bar(row.label, row.recall, row.recall_low, row.recall_high, kind)
        for row in rows
        if row.recall is not None
    ]
    guess = card_words.floor(first)
    chart = interval_bars(
        bars,
        label="recall by genre",
        name="genres",
        mark=None if guess is None else guess.value,
        mark_label="guessing",
    )
    cells = [
        [
            row.label,
            f"{row.support:g}" if row.support == round(row.support) else f"{row.support:.1f}",
            *(
                number(m, getattr(row, m), caveat=first.caveat)
                for m in ("recall", "precision", "f1")
            ),
        ]
        for row in rows
    ]
    text = "Of the recordings of each genre, so many were found (recall, with its interval)."
    header = ["genre", "recordings", "recall", "precision", "F1"]
    return section(
        "Genre by genre",
        paragraph(f"{text} Protocol {first.protocol}."),
        chart,
        folded("The same in numbers, with precision and F1", table(header, cells)),
        name="genres",
    )


def confusions(evidence: Evidence) -> Safe:
    """
    Show which genre is taken for which, similar ones side by side.

    Parameters
    ----------
    evidence : Evidence
        What was measured.

    Returns
    -------
    Safe
        A section.
    """
    first = evidence.headline
    counts = np.array(first.confusion)
    order = seriation(similarity(counts))
    labels = [first.labels[i] for i in order]
    common = card_words.taken_for(first)
    said = f"Most often: {'; '.join(common)}." if common else "Nothing was taken for anything else."
    caveat = f" ({first.caveat})" if first.caveat else ""
    name = f"confusion matrix, {first.protocol}{caveat}. {said}"
    return section(
        "What it takes for what",
        paragraph(
            "A row is a genre; its cells say what the model called its recordings. On the framed "
            "diagonal it was right. Genres that it mixes up stand near each other. " + said
        ),
        element(
            "figure",
            element("div", confusion_heat(labels, counts[np.ix_(order, order)], label=name),
                    class_="scroll"),
            element("figcaption", f"Recordings, protocol {first.protocol}{caveat}"
                    + (", mean over seeds" if len(first.seeds) > 1 else "")),
        ),
        name="confusions",
    )  # fmt: skip


def _row(r: ProtocolResult) -> list[object]:
    guess = card_words.floor(r)
    known = {s.metric: s for s in r.scores}
    error = known.get("expected_calibration_error")
    value = number("accuracy", r.headline.value, caveat=r.caveat)
    return [
        r.protocol,
        element("b", value) if r.honest else value,
        interval(r.headline),
        number("macro_f1", known["macro_f1"].value, caveat=r.caveat),
        "-" if error is None else f"{error.value:.3f}",
        "-" if guess is None else percent(guess.value),
        str(r.n),
        str(r.n_groups) if r.n_groups else "-",
        str(r.n_folds),
        ", ".join(map(str, r.seeds)),
    ]


def _flattery(evidence: Evidence) -> Safe:
    if not evidence.flattery:
        return Safe()
    items = [
        element("li", f"Leaky: {sentence(f)} than {f.honest_protocol}.") for f in evidence.flattery
    ]
    return join(element("h3", "How much a leaky test flatters it"), element("ul", *items))


def _data(evidence: Evidence) -> str:
    data = list(dict.fromkeys(r.dataset for r in evidence.results if r.dataset))
    return f"Measured on {'; '.join(data)}." if data else "The data are not recorded."
