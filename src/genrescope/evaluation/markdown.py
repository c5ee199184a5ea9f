"""
Pieces of a report as Markdown text: numbers with their caveat, tables, names made safe.

Public functions: `number`, `interval`, `table`, `words`, `skipped_notes`, `plain`, `anchor`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from genrescope.evaluation.scoring import Score
from genrescope.records import Skipped

# These metrics are no fractions of tracks: percent would be wrong.
_ABSOLUTE = ("log_loss", "loss", "brier", "area_under_risk_coverage")


def number(metric: str, value: float | None, *, caveat: str = "") -> str:
    """
    Write a value with the word that must stand beside it.

    Parameters
    ----------
    metric : str
        Name of the metric; decides between percent and plain.
    value : float or None
        The value; None where there is none.
    caveat : str
        ``"leaky"``, ``"unverified"`` or nothing.

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> number("accuracy", 0.652, caveat="leaky")
    '65.2 % leaky'
    >>> number("log_loss", 1.25)
    '1.250'
    """
    if value is None:
        return "-"
    text = f"{value:.3f}" if metric in _ABSOLUTE else f"{100 * value:.1f} %"
    return f"{text} {caveat}".rstrip()


def interval(score: Score, *, caveat: str = "") -> str:
    """
    Write the interval of a score.

    Parameters
    ----------
    score : Score
        The score.
    caveat : str
        ``"leaky"``, ``"unverified"`` or nothing.

    Returns
    -------
    str
        Both ends, or ``-`` where there is no interval.

    Examples
    --------
    >>> interval(Score("accuracy", 0.65, 290, 0.595, 0.704, "wilson"))
    '59.5 to 70.4 %'
    """
    if score.low is None or score.high is None:
        return "-"
    low = number(score.metric, score.low).removesuffix(" %")
    return f"{low} to {number(score.metric, score.high, caveat=caveat)}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, n_text: int = 1) -> str:
    """
    Write a table.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        Cells, already safe.
    n_text : int
        Columns that hold text; those after them hold numbers and are set to the right.

    Returns
    -------
    str
        Lines without a newline at the end.

    Examples
    --------
    >>> print(table(["genre", "recall"], [["jazz", "61.0 %"]]))
    | genre | recall |
    | --- | ---: |
    | jazz | 61.0 % |
    """
    rule = ["---"] * n_text + ["---:"] * (len(header) - n_text)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def words(name: str) -> str:
    """
    Give a metric or baseline the name that people read.

    Parameters
    ----------
    name : str
        Its name in a record.

    Returns
    -------
    str
        Text.

    Examples
    --------
    >>> words("macro_f1"), words("balanced_accuracy")
    ('macro-F1', 'balanced accuracy')
    """
    own = {"macro_f1": "macro-F1", "log_loss": "log loss (nats)", "brier": "Brier score",
           "micro_f1": "micro-F1", "weighted_f1": "weighted F1", "macro_roc_auc": "macro ROC-AUC",
           "mean_average_precision": "mean average precision (mAP)"}  # fmt: skip
    return own.get(name, name.replace("_", " "))


def skipped_notes(skipped: Sequence[Skipped]) -> list[str]:
    """
    Say for a report which tracks could not be used.

    Parameters
    ----------
    skipped : sequence of Skipped
        What was left out.

    Returns
    -------
    list of str
        A note, with the first faults; nothing where no track has a fault.
    """
    faults = [item for item in skipped if item.is_fault]
    if not faults:
        return []
    first = "; ".join(f"{item.name}: {item.reason}" for item in faults[:3])
    return [f"{len(faults)} tracks could not be used ({first})"]


def plain(text: str) -> str:
    """
    Make a name safe for a line or a table cell.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        On one line, with the characters that Markdown or HTML would take for marks escaped.

    Examples
    --------
    >>> plain("rock | <b>")
    'rock \\\\| \\\\<b\\\\>'
    """
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(text.split()))


def anchor(text: str) -> str:
    """
    Make a file name of a title.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Lower-case letters, digits and hyphens; ``x`` where nothing of the text is left.

    Examples
    --------
    >>> anchor("SVM: Sturm 3-fold")
    'svm-sturm-3-fold'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"
