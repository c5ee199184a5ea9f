"""Numbers of a settings record, as files and callers give them: refused where they are none.

Public functions: `whole`, `number`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from genrescope.errors import ParameterError


def whole(name: str, value: Any) -> int:
    """
    Read a whole number.

    Parameters
    ----------
    name : str
        Name of the setting, for messages.
    value : object
        The value; integers of numpy serve too.

    Returns
    -------
    int
        The number.

    Raises
    ------
    ParameterError
        If it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise ParameterError(f"{name} is {value!r}, but must be a whole number")
    return int(value)


def number(name: str, value: Any) -> float:
    """
    Read a finite number.

    Parameters
    ----------
    name : str
        Name of the setting, for messages.
    value : object
        The value; integers, and numbers of numpy, serve too.

    Returns
    -------
    float
        The number.

    Raises
    ------
    ParameterError
        If it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise ParameterError(f"{name} is {value!r}, but must be a number")
    if not np.isfinite(value):
        raise ParameterError(f"{name} is {value!r}, but must be finite")
    return float(value)
