"""Genre labels: what is a good one, and the vocabulary of a data set.

A label is a short text without surrounding spaces, line breaks or ``;``, which separates labels in
a track index. A vocabulary is a sorted tuple of distinct labels.

Public: `label_problem`, `label_key`, `vocabulary`, `one_hot`, `check_vocabulary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from genrescope.errors import DatasetError

SEPARATOR = ";"
# What a model learns of a track: its first label, or all of them.
SINGLE_LABEL, MULTI_LABEL = "single-label", "multi-label"
N_SHOWN = 3


def label_problem(label: str) -> str | None:
    """
    Say what is wrong with a label.

    Parameters
    ----------
    label : str
        The label.

    Returns
    -------
    str or None
        The rule that it breaks, or None.

    Examples
    --------
    >>> label_problem("hip hop") is None
    True
    >>> label_problem("")
    'a label is empty: give the genre, or remove the surplus separator'
    """
    if not label.strip():
        return "a label is empty: give the genre, or remove the surplus separator"
    if label != label.strip():
        return f"label {label!r} starts or ends with a space: remove it"
    if SEPARATOR in label:
        return f"label {label!r} holds {SEPARATOR!r}, which separates labels: rename it"
    if not label.isprintable():
        return f"label {label!r} holds a character that cannot be printed: rename it"
    return None


def vocabulary(label_sets: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """
    Collect the labels that occur.

    Parameters
    ----------
    label_sets : iterable of iterable of str
        The labels of each track.

    Returns
    -------
    tuple of str
        Distinct labels, sorted.

    Examples
    --------
    >>> vocabulary([("rock",), ("jazz", "blues"), ("rock",)])
    ('blues', 'jazz', 'rock')
    """
    return tuple(sorted({label for labels in label_sets for label in labels}))


def one_hot(labels: Iterable[str], names: Sequence[str]) -> list[int]:
    """
    Write the labels of a track as zeros and ones.

    Parameters
    ----------
    labels : iterable of str
        Its labels: one, or several where it has several.
    names : sequence of str
        The vocabulary.

    Returns
    -------
    list of int
        1 where the label is among them, in the order of `names`.

    Raises
    ------
    DatasetError
        If a label is not in the vocabulary.

    Examples
    --------
    >>> one_hot(["jazz"], ("blues", "jazz", "rock"))
    [0, 1, 0]
    """
    wanted = set(labels)
    if not wanted <= set(names):
        strange = ", ".join(sorted(wanted - set(names)))
        raise DatasetError(f"labels that the vocabulary {list(names)} does not hold: {strange}")
    return [int(name in wanted) for name in names]


def check_vocabulary(examples: Mapping[str, Sequence[str]]) -> None:
    """
    Refuse labels that are bad, or that would confuse whoever reads them.

    Parameters
    ----------
    examples : mapping of str to sequence of str
        Names of tracks by label, for the message.

    Raises
    ------
    DatasetError
        If a label is bad, or two differ only in case, spaces, hyphens, underscores or slashes.

    Examples
    --------
    >>> check_vocabulary({"rock": ["a", "b"], "jazz": ["c"]})
    """
    alike: dict[str, list[str]] = {}
    for label in sorted(examples):
        problem = label_problem(label)
        if problem:
            raise DatasetError(f"{problem} (track {_few(examples[label])})")
        alike.setdefault(label_key(label), []).append(label)
    for labels in alike.values():
        if len(labels) > 1:
            names = " and ".join(f"{label!r} ({_few(examples[label])})" for label in labels)
            raise DatasetError(
                f"labels {names} read the same: they would be learned as {len(labels)} genres; "
                "write them in one way, by renaming the folders, tags or entries of the index"
            )


def _few(tracks: Sequence[str]) -> str:
    more = len(tracks) - N_SHOWN
    return ", ".join(tracks[:N_SHOWN]) + (f" and {more} more" if more > 0 else "")


def label_key(label: str) -> str:
    """
    Reduce a label to what decides whether two of them read the same.

    Parameters
    ----------
    label : str
        The label.

    Returns
    -------
    str
        Lower case, without spaces, hyphens, underscores and slashes.

    Examples
    --------
    >>> label_key("Hip-Hop") == label_key("hip hop")
    True
    """
    return "".join(c for c in label.casefold() if not c.isspace() and c not in "-_/") or label
