"""What every model asks of its input, checked in one place before anything is learned or predicted.

Features are finite numbers [shape=(n, ...)], labels any values that sort [shape=(n,)]; lists are
taken as arrays. What is asked of several labels an input stands in `label_sets`.

Public: `Data`, `Lesson`, `checked_lesson`, `checked_features`, `checked_inputs`, `checked_groups`,
`check_positive`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from genrescope.errors import ParameterError

Data = tuple[np.ndarray, np.ndarray]
# Networks and graphs compute in float32, where larger numbers are infinite.
_MOST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Lesson:
    """
    What a model learns from, as arrays that fit each other.

    Attributes
    ----------
    X : np.ndarray [shape=(n, ...)]
        Features.
    y : np.ndarray [shape=(n,) or (n, n_classes)]
        Labels, or which of the classes each input has.
    classes : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted; two at least.
    groups : np.ndarray [shape=(n,)] or None
        Artists.
    valid, watch : tuple of np.ndarray or None
        Features and labels that may end the training, and that are only watched.
    """

    X: np.ndarray
    y: np.ndarray
    classes: np.ndarray
    groups: np.ndarray | None
    valid: Data | None
    watch: Data | None


def check_positive(settings: Any) -> None:
    """
    Refuse settings of a model that are not positive numbers.

    Parameters
    ----------
    settings : dataclass
        Numbers, or None where a default is computed.

    Raises
    ------
    ParameterError
        If one is 0, negative or infinite.
    """
    for name, value in asdict(settings).items():
        if value is not None and not 0 < value < np.inf:
            raise ParameterError(f"{name} is {value}, but must be positive")


def checked_lesson(
    X: Any, y: Any, *, groups: Any = None, valid: Any = None, watch: Any = None
) -> Lesson:
    """
    Refuse what no model can learn from.

    Parameters
    ----------
    X : array-like [shape=(n, ...)]
        Features.
    y : array-like [shape=(n,)]
        Labels.
    groups : array-like [shape=(n,)] or None
        Artists.
    valid, watch : tuple of array-like or None
        Further features and labels, of the same form.

    Returns
    -------
    Lesson
        The same as arrays.

    Raises
    ------
    ParameterError
        If features are no finite numbers, counts or shapes differ, there are fewer than two labels,
        or a further part has a label without training example.

    Examples
    --------
    >>> checked_lesson([[0.0, 1.0], [1.0, 0.0]], ["rock", "jazz"]).classes.tolist()
    ['jazz', 'rock']
    """
    X, y = _labelled(X, y, what="training")
    try:
        classes = np.unique(y)
    except TypeError as error:
        raise ParameterError(f"labels that cannot be sorted ({error}): give all as text") from error
    if len(classes) < 2:
        raise ParameterError(
            f"the {len(y)} training labels are all {str(classes[0])!r}: a classifier tells two "
            "genres apart at least; add examples of another"
        )
    groups = checked_groups(groups, len(y))
    further = []
    for what, part in (("validation", valid), ("watched", watch)):
        if part is not None:
            part = _labelled(*part, what=what)
            _check_shape(part[0], X.shape[1:], what=f"{what} features")
            strange = sorted({str(label) for label in part[1][~np.isin(part[1], classes)]})
            if strange:
                raise ParameterError(f"{what} labels {strange} have no training example")
        further.append(part)
    return Lesson(X, y, classes, groups, *further)


def checked_features(X: Any, *, input_shape: tuple[int, ...]) -> np.ndarray:
    """
    Refuse features that a trained model cannot be asked about.

    Parameters
    ----------
    X : array-like [shape=(n, ...)]
        Features; n may be 0.
    input_shape : tuple of int
        Shape of one input that the model was trained on.

    Returns
    -------
    np.ndarray [shape=(n, ...)]
        The same as an array.

    Raises
    ------
    ParameterError
        If they are no finite numbers, or of another shape.
    """
    X = _numbers(X, what="features")
    _check_shape(X, input_shape, what="features")
    return X


def checked_inputs(
    X: Any, n: int, *, what: str, input_shape: tuple[int, ...] | None = None
) -> np.ndarray:
    """
    Refuse features that nothing can be learned from.

    Parameters
    ----------
    X : array-like [shape=(n, ...)]
        Features.
    n : int
        How many inputs have labels.
    what : str
        What they are, for messages.
    input_shape : tuple of int or None
        Shape that one input must have; None takes any.

    Returns
    -------
    np.ndarray [shape=(n, ...)]
        The same as an array.

    Raises
    ------
    ParameterError
        If they are no finite numbers, or their number or shape is wrong.
    """
    X = _numbers(X, what=f"{what} features")
    if not len(X) == n > 0:
        raise ParameterError(
            f"{len(X)} {what} inputs and labels of {n}: give as many of each, at least 1"
        )
    _check_some(X, what=what)
    if input_shape is not None:
        _check_shape(X, input_shape, what=f"{what} features")
    return X


def checked_groups(groups: Any, n: int) -> np.ndarray | None:
    """
    Refuse artists that are not one an input.

    Parameters
    ----------
    groups : array-like [shape=(n,)] or None
        Artists.
    n : int
        Number of inputs.

    Returns
    -------
    np.ndarray [shape=(n,)] or None
        The same as an array.

    Raises
    ------
    ParameterError
        If the shape is wrong.
    """
    if groups is None:
        return None
    groups = np.asarray(groups)
    if groups.shape != (n,):
        raise ParameterError(
            f"groups have shape {groups.shape}, but must have {(n,)}: one artist a label"
        )
    return groups


def _check_some(X: np.ndarray, *, what: str) -> None:
    if X.ndim < 2 or 0 in X.shape:
        raise ParameterError(
            f"{what} features have shape {X.shape}, but must be (n, ...) with one feature or more "
            "an input; X.reshape(-1, 1) makes inputs of single numbers"
        )


def _labelled(X: Any, y: Any, *, what: str) -> Data:
    X, y = _numbers(X, what=f"{what} features"), np.asarray(y)
    if y.ndim != 1 or not len(X) == len(y) > 0:
        raise ParameterError(
            f"{len(X)} {what} inputs and {len(y) if y.ndim == 1 else f'{y.shape}'} labels: give as "
            "many of each, at least 1, and one label an input"
        )
    _check_some(X, what=what)
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ParameterError(f"a {what} label is NaN or infinite: give a genre to each input")
    return X, y


def _numbers(X: Any, *, what: str) -> np.ndarray:
    try:
        X = np.asarray(X)
    except ValueError as error:
        raise ParameterError(f"{what} are no array ({error}): give inputs of one shape") from error
    if X.ndim == 0 or X.dtype.kind not in "fiub":
        raise ParameterError(
            f"{what} have type {X.dtype} and shape {X.shape}, but must be numbers (n, ...)"
        )
    # Least and greatest are NaN where any is; a mask of a large array would cost its memory again.
    if X.size and not max(float(X.max()), -float(X.min())) <= _MOST:
        raise ParameterError(
            f"{what} hold NaN, infinite or larger numbers than float32 can: look at what made "
            "them, and repair or leave out those inputs"
        )
    return X


def _check_shape(X: np.ndarray, input_shape: tuple[int, ...], *, what: str) -> None:
    if X.shape[1:] != input_shape:
        raise ParameterError(
            f"{what} have shape {X.shape}, but the model is for {('n', *input_shape)}: give "
            "inputs as it was trained on".replace("'", "")
        )
