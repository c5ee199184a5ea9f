"""Resizing pictures: separable bilinear interpolation that averages where it shrinks.

Conventions: a picture is ``[shape=(height, width)]``; sample ``i`` covers ``[i, i + 1)``, so that
corners are not aligned. Where an axis shrinks, the triangle that weighs its samples is widened by
the factor of shrinking, so that every sample counts (antialiasing).

Weights are computed in float64 and rounded to float32. PyTorch computes those of a float32 picture
in float32, which misplaces samples of an axis of 1000 by up to about 1e-4 sample; from a float64
picture it gives the same as this module.

Public functions: `resize_matrix`, `resize`.

References
----------
PyTorch, ``torch.nn.functional.interpolate(mode="bilinear", antialias=True, align_corners=False)``,
which follows Pillow's ``Image.resize``.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from genrescope.errors import ParameterError


def resize_matrix(n_out: int, *, n_in: int) -> np.ndarray:
    """
    Compute the weights that resize one axis.

    Parameters
    ----------
    n_out : int
        Samples wanted.
    n_in : int
        Samples at hand.

    Returns
    -------
    np.ndarray [shape=(n_out, n_in)]
        Weights in [0, 1]; each row sums to 1; float32, read-only.

    Raises
    ------
    ParameterError
        If a count is below 1.

    Examples
    --------
    >>> resize_matrix(2, n_in=4).round(4)
    array([[0.4286, 0.4286, 0.1429, 0.    ],
           [0.    , 0.1429, 0.4286, 0.4286]], dtype=float32)
    """
    if n_out < 1 or n_in < 1:
        raise ParameterError(f"cannot resize {n_in} samples to {n_out}: both must be at least 1")
    return _triangles(n_out, n_in)


@lru_cache(maxsize=32)
def _triangles(n_out: int, n_in: int) -> np.ndarray:
    scale = n_in / n_out
    support = max(scale, 1.0)
    centres = scale * (np.arange(n_out)[:, None] + 0.5)
    samples = np.arange(n_in)
    # The reference lets a sample count if its centre, rounded so, lies within the support.
    first = np.maximum(np.floor(centres - support + 0.5), 0)
    last = np.minimum(np.floor(centres + support + 0.5), n_in)
    weights = np.maximum(0.0, 1.0 - np.abs(samples + 0.5 - centres) / support)
    weights *= (samples >= first) & (samples < last)
    matrix: np.ndarray = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    matrix.flags.writeable = False
    return matrix


def resize(image: np.ndarray, *, shape: tuple[int, int]) -> np.ndarray:
    """
    Resize a picture.

    Parameters
    ----------
    image : np.ndarray [shape=(height, width)]
        The picture.
    shape : tuple of (int, int)
        Height and width wanted.

    Returns
    -------
    np.ndarray [shape=shape]
        The resized picture, float32; no value lies outside the range of those of `image`.

    Raises
    ------
    ParameterError
        If `image` has not two dimensions, or a length is below 1.

    Examples
    --------
    >>> resize(np.array([[0.0, 1.0], [2.0, 3.0]]), shape=(1, 2))
    array([[1., 2.]], dtype=float32)
    """
    image = np.asarray(image, dtype=np.float32)
    if image.ndim != 2:
        raise ParameterError(f"image has shape {image.shape}, but must be (height, width)")
    rows = resize_matrix(shape[0], n_in=image.shape[0])
    columns = resize_matrix(shape[1], n_in=image.shape[1])
    resized: np.ndarray = rows @ (image @ columns.T)
    return resized
