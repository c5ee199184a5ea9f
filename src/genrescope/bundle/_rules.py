"""What the JSON of a bundle must be before it is believed: types, figures, labels.

Public functions: `parse`, `check_types`, `check_labels`, `check_figure`,
`check_windows`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from genrescope.errors import BundleError

TEXTS = ("name", "version", "licence", "created", "onnx_sha256")
TABLES = ("front_end", "windows", "features", "model", "training", "recipe", "abstention", "task")
LISTS = ("labels", "evaluation")


def parse(text: str) -> dict[str, Any]:
    """
    Read a JSON object of finite numbers.

    Parameters
    ----------
    text : str
        JSON.

    Returns
    -------
    dict
        The object.

    Raises
    ------
    BundleError
        If it is no JSON, or no object, or a number is NaN or infinite.
    """
    try:
        values = json.loads(text, parse_constant=_number, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"it is damaged ({error}): export the model again") from error
    if not isinstance(values, dict):
        raise BundleError("it holds no JSON object: it is not a bundle of genrescope")
    return values


def check_types(values: Mapping[str, Any]) -> None:
    """
    Refuse values that are no text, table or list where there must be one.

    Parameters
    ----------
    values : mapping
        All keys of a manifest.

    Raises
    ------
    BundleError
        If a value has the wrong type.
    """
    for keys, kind, what in ((TEXTS, str, "text"), (TABLES, Mapping, "a table"),
                             (LISTS, (list, tuple), "a list")):  # fmt: skip
        for key in keys:
            if not isinstance(values[key], kind):
                raise BundleError(f"{key} is {values[key]!r:.60}, but must be {what}")
    if not values["name"].isprintable():
        raise BundleError(f"name is {values['name']!r:.60}, which cannot be printed")


def check_labels(labels: Sequence[Any]) -> None:
    """
    Refuse what cannot be the labels of a classifier.

    Parameters
    ----------
    labels : sequence
        What the bundle says.

    Raises
    ------
    BundleError
        If they are not at least two different names that can be printed.
    """
    texts = {label for label in labels if isinstance(label, str) and label.isprintable()}
    if len(labels) < 2 or len(texts) != len(labels) or "" in texts:
        raise BundleError(
            f"labels are {list(labels)!r:.200}, but must be at least two different names"
        )


def check_figure(figure: Any) -> None:
    """
    Refuse a figure that does not say what it measures.

    Parameters
    ----------
    figure : object
        An entry of ``evaluation``.

    Raises
    ------
    BundleError
        If protocol, metric, n, value or interval are missing or of the wrong type.
    """
    number: tuple[type, ...] = (int, float)
    optional = (*number, type(None))
    kinds: dict[str, type | tuple[type, ...]] = {
        "metric": str, "protocol": str, "n": int, "value": number, "low": optional,
        "high": optional,
    }  # fmt: skip
    for key, kind in kinds.items():
        if not isinstance(figure, Mapping) or not isinstance(figure.get(key, ...), kind):
            raise BundleError(f"a figure of evaluation has no sound {key!r}: {figure!r:.200}")
    recall = figure.get("recall", {})
    if not isinstance(recall, Mapping) or not all(isinstance(r, optional) for r in recall.values()):
        raise BundleError(f"a figure of evaluation has no sound 'recall': {figure!r:.200}")


def check_windows(length: int, *, n_fft: int) -> None:
    """
    Refuse windows that hold no whole frame.

    Parameters
    ----------
    length : int
        Of a window, in samples.
    n_fft : int
        Of a frame of the front end, in samples.

    Raises
    ------
    BundleError
        If a window is shorter than a frame.
    """
    if length < n_fft:
        raise BundleError(
            f"windows of {length} samples are shorter than a frame of the front end, {n_fft} "
            "samples"
        )


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text} is not finite")
    return number
