"""The log-mel spectrogram as a small normalised picture: the input of Joseph et al.

Conventions: in ``[shape=(n_mels, t)]`` in the scale of the front end, out
``[shape=(height, width)]``, dimensionless, float32.

References
----------
M. Joseph, A. Siddharth, P. Hattayangdi and R. Kapoor, "DNN Music Genre Classification", 2024,
sections 2.1 and 2.2: pictures of 128 x 1291 cells in dB are resized to 64 x 100 and normalised with
a mean of -42.88 and a standard deviation of 15.50. The paper does not name its interpolation; the
bilinear one with antialiasing is what torchvision's ``Resize`` does by default.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genrescope.dsp import resize
from genrescope.errors import ParameterError
from genrescope.features.front_end import FrontEnd


@dataclass(frozen=True)
class Settings:
    """
    How the picture is made.

    Attributes
    ----------
    height, width : int
        Rows (of frequency) and columns (of time) of the picture.
    mean, std : float
        In dB; subtracted, then divided by. The defaults are those of the paper.

    Raises
    ------
    ParameterError
        If a length is below 1 or `std` is not positive.
    """

    height: int = 64
    width: int = 100
    mean: float = -42.88
    std: float = 15.50

    def __post_init__(self) -> None:
        """Refuse what cannot be computed."""
        if self.height < 1 or self.width < 1:
            raise ParameterError(
                f"height ({self.height}) and width ({self.width}) must be at least 1"
            )
        if not (self.std > 0 and np.isfinite(self.std) and np.isfinite(self.mean)):
            raise ParameterError(
                f"mean ({self.mean} dB) must be finite and std ({self.std} dB) positive"
            )


def compute(S: np.ndarray, *, settings: Settings, front_end: FrontEnd) -> np.ndarray:
    """
    Make the picture of one window.

    Where the scale of the front end is ``"unit"``, the picture first goes back to dB by
    ``-top_db + top_db * S``. That assumes that the window reaches the floor, as nearly all music
    does; the levels of one that does not come out stretched (see `FrontEnd.to_db`).

    Parameters
    ----------
    S : np.ndarray [shape=(n_mels, t)]
        Log-mel of one window, in the scale of the front end.
    settings : Settings
        How the picture is made.
    front_end : FrontEnd
        What made `S`.

    Returns
    -------
    np.ndarray [shape=(height, width)]
        The picture, dimensionless, float32.

    Examples
    --------
    >>> front_end = FrontEnd()
    >>> S = np.full((128, 1292), -42.88, dtype=np.float32)
    >>> picture = compute(S, settings=Settings(), front_end=front_end)
    >>> picture.shape, float(np.abs(picture).max().round(4))
    ((64, 100), 0.0)
    """
    picture = resize.resize(front_end.to_db(S), shape=(settings.height, settings.width))
    normalised: np.ndarray = (picture - np.float32(settings.mean)) / np.float32(settings.std)
    return normalised


def brought_back(
    A: np.ndarray, *, settings: Settings, front_end: FrontEnd, n_frames: int
) -> np.ndarray:
    """
    Bring weights of the cells of an input back to those of the log-mel, by the transposed map.

    Parameters
    ----------
    A : np.ndarray [shape=(height, width)]
        One weight a cell of the picture.
    settings : Settings
        How the picture is made.
    front_end : FrontEnd
        What made the log-mel.
    n_frames : int
        Columns of the log-mel.

    Returns
    -------
    np.ndarray [shape=(n_mels, n_frames)]
        Each weight spread over the cells that its pixel was made of, float32.

    Examples
    --------
    >>> A = np.zeros((64, 100), dtype=np.float32)
    >>> A[32, 50] = 1.0
    >>> L = brought_back(A, settings=Settings(), front_end=FrontEnd(), n_frames=1292)
    >>> L.shape, [int(i) for i in np.unravel_index(L.argmax(), L.shape)]
    ((128, 1292), [64, 652])
    """
    rows = resize.resize_matrix(settings.height, n_in=front_end.n_mels)
    columns = resize.resize_matrix(settings.width, n_in=n_frames)
    back: np.ndarray = rows.T @ (A.astype(np.float32) @ columns) / np.float32(settings.std)
    return back
