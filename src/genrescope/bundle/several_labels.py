"""A model of several labels a recording, as its bundle says it.

In ``bundle.json`` it is the table ``task``, which is missing where each recording gets one label:

``name``        ``"multi-label"``: probabilities need not sum to one, for each label is a question
                of its own
``thresholds``  ``{"rock": 0.31, ...}``: the probability from which on each label is given
``fitted_on``   what they were chosen on, in words

Public functions: `task_table`, `label_thresholds`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genrescope.errors import BundleError, did_you_mean
from genrescope.labels import MULTI_LABEL

_KEYS = ("name", "thresholds", "fitted_on")


def task_table(thresholds: Mapping[str, float], *, fitted_on: str) -> dict[str, Any]:
    """
    Give what a bundle says of a model of several labels.

    Parameters
    ----------
    thresholds : mapping of str to float
        From which probability on each label is given.
    fitted_on : str
        What they were chosen on.

    Returns
    -------
    dict
        The table ``task``.
    """
    return {"name": MULTI_LABEL, "thresholds": dict(thresholds), "fitted_on": fitted_on}


def label_thresholds(task: Mapping[str, Any], labels: Sequence[str]) -> tuple[float, ...] | None:
    """
    Read the thresholds of a model of several labels, and refuse those that cannot be ones.

    Parameters
    ----------
    task : mapping
        The table ``task`` of a bundle; empty where it has none.
    labels : sequence of str
        The labels of the bundle.

    Returns
    -------
    tuple of float or None
        In the order of `labels`; None for a model of one label a recording.

    Raises
    ------
    BundleError
        If a key or a task is unknown, a label lacks its threshold, or one is no probability.

    Examples
    --------
    >>> task = task_table({"rock": 0.3, "jazz": 0.6}, fitted_on="20 tracks")
    >>> label_thresholds(task, ["jazz", "rock"])
    (0.6, 0.3)
    """
    if not task:
        return None
    for key in task:
        if key not in _KEYS:
            raise BundleError(f"unknown key of task {key!r}{did_you_mean(key, _KEYS)}")
    if task.get("name") != MULTI_LABEL:
        raise BundleError(
            f"task is {task.get('name')!r:.60}, which this version does not know: it knows "
            f"{MULTI_LABEL!r}; install a newer genrescope, or export the model again"
        )
    given = task.get("thresholds")
    if not isinstance(given, Mapping) or set(given) != set(labels):
        raise BundleError(
            f"the thresholds of task are {given!r:.120}, but must be a table of the labels: "
            "export the model again"
        )
    for label, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise BundleError(
                f"the threshold of {label!r} is {value!r:.60}, but must be a probability in [0, 1]"
            )
    if not isinstance(task.get("fitted_on"), str):
        raise BundleError(f"task: fitted_on is {task.get('fitted_on')!r:.60}, but must be text")
    return tuple(float(given[label]) for label in labels)
