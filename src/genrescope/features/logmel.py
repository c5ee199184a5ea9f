"""The log-mel picture itself, as the front end made it: what convolutional networks see.

Conventions: in ``[shape=(n_mels, t)]``, out ``[shape=(n_mels, t)]``, float32, in the scale of the
front end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.features.front_end import FrontEnd


@dataclass(frozen=True)
class Settings:
    """Nothing to set: all settings of the picture are those of the front end."""


def compute(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Give the picture of one window as it is.

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel of one window, in the scale of the front end.
    settings : Settings
        Nothing to set.
    front_end : FrontEnd
        What made `S`.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        A copy, float32.
    """
    return np.array(S, dtype=np.float32)


def brought_back(
    A: np.ndarray, *, settings: Settings, front_end: FrontEnd, n_frames: int
) -> np.ndarray:
    """
    Bring weights of the cells of an input back to those of the log-mel, by the transposed map.

    Parameters
    ----------
    A : np.ndarray [shape=(n_mels, t)]
        One weight a cell of the input.
    settings : Settings
        Nothing to set.
    front_end : FrontEnd
        What made the log-mel.
    n_frames : int
        Columns of the log-mel.

    Returns
    -------
    np.ndarray [shape=(n_mels, t)]
        A copy, float32.
    """
    return np.array(A, dtype=np.float32)
