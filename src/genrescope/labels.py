"""Genre labels: what is a good one, the vocabulary of a data set, and labels as numbers.

A label is a short text without surrounding spaces, line breaks or ``;``, which separates labels in
a track index. A vocabulary is a sorted tuple of distinct labels; the number of a label is its place
in it.

Public: `label_problem`, `label_key`, `vocabulary`, `check_vocabulary`, `encode`, `decode`,
`multi_hot`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from genrescope.errors import DatasetError, ParameterError, did_you_mean

SEPARATOR = ";"


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


def check_vocabulary(labels: Sequence[str]) -> None:
    """
    Refuse a vocabulary that cannot be learned or would confuse its reader.

    Parameters
    ----------
    labels : sequence of str
        The vocabulary.

    Raises
    ------
    DatasetError
        If there are fewer than two labels, one is bad or occurs twice, or two differ only in case,
        spaces, hyphens or underscores.
    """
    if len(labels) < 2:
        raise DatasetError(
            f"{len(labels)} label ({', '.join(labels) or 'none'}): a classifier needs two at least;"
            " add tracks of another genre"
        )
    seen: dict[str, str] = {}
    for label in labels:
        problem = label_problem(label)
        if problem:
            raise DatasetError(problem)
        plain = label_key(label)
        if plain in seen:
            raise DatasetError(
                f"labels {seen[plain]!r} and {label!r} read the same: they would be learned as two "
                "genres; write both in the same way"
            )
        seen[plain] = label


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


def encode(labels: Sequence[str], *, vocabulary: Sequence[str]) -> np.ndarray:
    """
    Turn labels into numbers.

    Parameters
    ----------
    labels : sequence of str
        One label a track.
    vocabulary : sequence of str
        All labels, in the order of their numbers.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=int64]
        Place of each label in the vocabulary.

    Raises
    ------
    ParameterError
        If a label is not in the vocabulary.

    Examples
    --------
    >>> encode(["rock", "blues"], vocabulary=["blues", "rock"])
    array([1, 0])
    """
    places = {label: i for i, label in enumerate(vocabulary)}
    return np.array([_place(label, places) for label in labels], dtype=np.int64)


def decode(indices: Iterable[int], *, vocabulary: Sequence[str]) -> list[str]:
    """
    Turn numbers back into labels.

    Parameters
    ----------
    indices : iterable of int
        Places in the vocabulary.
    vocabulary : sequence of str
        All labels, in the order of their numbers.

    Returns
    -------
    list of str
        The labels.

    Raises
    ------
    ParameterError
        If a number is negative or beyond the vocabulary.

    Examples
    --------
    >>> decode([1, 0], vocabulary=["blues", "rock"])
    ['rock', 'blues']
    """
    places = [int(i) for i in indices]
    for place in places:
        if not 0 <= place < len(vocabulary):
            raise ParameterError(
                f"label number {place} is outside 0 to {len(vocabulary) - 1}: the numbers belong "
                "to another vocabulary"
            )
    return [vocabulary[place] for place in places]


def multi_hot(label_sets: Sequence[Sequence[str]], *, vocabulary: Sequence[str]) -> np.ndarray:
    """
    Turn the labels of each track into a row of zeros and ones.

    Parameters
    ----------
    label_sets : sequence of sequence of str
        The labels of each track; a track may have none.
    vocabulary : sequence of str
        All labels, in the order of their numbers.

    Returns
    -------
    np.ndarray [shape=(n, n_labels), dtype=float32]
        1 where the track has the label.

    Raises
    ------
    ParameterError
        If a label is not in the vocabulary.

    Examples
    --------
    >>> multi_hot([("rock", "blues"), ("rock",)], vocabulary=["blues", "rock"])
    array([[1., 1.],
           [0., 1.]], dtype=float32)
    """
    places = {label: i for i, label in enumerate(vocabulary)}
    hot = np.zeros((len(label_sets), len(vocabulary)), dtype=np.float32)
    for row, labels in zip(hot, label_sets, strict=True):
        row[[_place(label, places) for label in labels]] = 1
    return hot


def _place(label: str, places: dict[str, int]) -> int:
    if label not in places:
        raise ParameterError(f"unknown label {label!r}{did_you_mean(label, places)}")
    return places[label]
