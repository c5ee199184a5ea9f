"""Several labels an input, as a model is given them: sets of names, or a matrix of which has which.

Public functions: `multi_hot`, `checked_label_sets`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from genrescope.errors import ParameterError
from genrescope.models.checks import Data, Lesson, checked_groups, checked_inputs


def multi_hot(label_sets: Sequence[Collection[str]], labels: Sequence[str]) -> np.ndarray:
    """
    Tell which labels each input has.

    Parameters
    ----------
    label_sets : sequence of collection of str
        One an input, which may be empty.
    labels : sequence of str
        The columns; other labels are passed over.

    Returns
    -------
    np.ndarray [shape=(n, n_labels)]
        Boolean.

    Examples
    --------
    >>> multi_hot([("rock", "pop"), ("jazz",)], ["jazz", "rock"]).tolist()
    [[False, True], [True, False]]
    """
    column = {label: k for k, label in enumerate(labels)}
    Y = np.zeros((len(label_sets), len(column)), dtype=bool)
    for row, names in enumerate(label_sets):
        for name in names:
            if name in column:
                Y[row, column[name]] = True
    return Y


def checked_label_sets(
    X: Any, y: Any, *, groups: Any = None, valid: Any = None, watch: Any = None
) -> Lesson:
    """
    Refuse what no model of several labels can learn from.

    Parameters
    ----------
    X : array-like [shape=(n, ...)]
        Features.
    y : sequence of collection of str, or array-like [shape=(n, n_labels)]
        The labels of each input; or a matrix of zeros and ones, whose columns are the labels.
    groups : array-like [shape=(n,)] or None
        Artists.
    valid, watch : tuple or None
        Further features and labels, of the same form.

    Returns
    -------
    Lesson
        The same as arrays, labels as a boolean matrix.

    Raises
    ------
    ParameterError
        If features are no finite numbers, counts or shapes differ, there are fewer than two labels,
        one has no training example, or no input of a further part has any label.

    Examples
    --------
    >>> lesson = checked_label_sets([[0.0], [1.0]], [("rock", "pop"), ("rock",)])
    >>> lesson.classes.tolist(), lesson.y.astype(int).tolist()
    (['pop', 'rock'], [[1, 1], [0, 1]])
    """
    found = _matrix(y)
    if found is None:
        _check_sets(y, what="training")
        names = np.array(sorted({label for labels in y for label in labels}))
        Y = multi_hot(y, names.tolist())
    else:
        names, Y = np.arange(found.shape[1]), found
    X = checked_inputs(X, len(Y), what="training")
    if Y.shape[1] < 2 or not Y.any(axis=0).all():
        without = [str(name) for name in names[~Y.any(axis=0)]]
        raise ParameterError(
            f"{Y.shape[1]} training labels, of which {without} have no example: a model of several "
            "labels needs two at least, and an input of each"
        )
    further: list[Data | None] = []
    for what, part in (("validation", valid), ("watched", watch)):
        further.append(None if part is None else _further(part, names, X.shape[1:], what=what))
    return Lesson(X, Y, names, checked_groups(groups, len(Y)), *further)


def _further(part: Any, names: np.ndarray, input_shape: tuple[int, ...], *, what: str) -> Data:
    X, y = part
    Y = _matrix(y)
    if Y is None:
        _check_sets(y, what=what)
        strange = sorted({str(label) for labels in y for label in labels} - {*names.tolist()})
        if strange:
            raise ParameterError(f"{what} labels {strange} have no training example")
        Y = multi_hot(y, names.tolist())
    X = checked_inputs(X, len(Y), what=what, input_shape=input_shape)
    if Y.shape[1] != len(names) or not Y.any():
        raise ParameterError(
            f"{what} labels have shape {Y.shape} and {int(Y.sum())} are true, but the training has "
            f"{len(names)} labels: give as many columns, and an input with a label at least"
        )
    return X, Y


def _matrix(y: Any) -> np.ndarray | None:
    """Give a matrix of zeros and ones as one of truth; None for sets of names."""
    if not isinstance(y, np.ndarray) or y.ndim != 2:
        return None
    if y.dtype.kind not in "biuf" or not np.isin(y, (0, 1)).all():
        raise ParameterError(
            f"a matrix of labels of type {y.dtype} must hold 0 and 1 alone: which input has which "
            "label; or give the names of the labels of each input"
        )
    return y.astype(bool)


def _check_sets(y: Any, *, what: str) -> None:
    names = [label for labels in y if not isinstance(labels, str) for label in labels]
    if any(isinstance(labels, str) for labels in y) or not all(isinstance(n, str) for n in names):
        raise ParameterError(
            f"{what} labels are not the names of several labels an input: give [('rock', 'pop'), "
            "('jazz',)], or leave the task at 'single-label'"
        )
