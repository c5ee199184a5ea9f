"""
An order of classes in which those that are taken for each other stand side by side.

`confusion` holds counts or weights [shape=(n, n)], rows are the true classes.

Public functions: `similarity`, `seriation`.
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import ParameterError

# Classes that were never confused keep a thread between them, so that there is one order of all.
_THREAD = 1e-3


def similarity(confusion: np.ndarray) -> np.ndarray:
    """
    Say how often two classes are taken for each other.

    Parameters
    ----------
    confusion : np.ndarray [shape=(n, n)]
        Counts or weights.

    Returns
    -------
    np.ndarray [shape=(n, n)]
        Symmetric, 0 on the diagonal: the mean of both shares, of the true class that was taken for
        the other.

    Raises
    ------
    ParameterError
        If the matrix is not square, or holds something else than numbers from 0.

    Examples
    --------
    >>> similarity(np.array([[3, 1], [0, 4]])).tolist()
    [[0.0, 0.125], [0.125, 0.0]]
    """
    if confusion.ndim != 2 or confusion.shape[0] != confusion.shape[1]:
        raise ParameterError(
            f"confusion has shape {confusion.shape}, but must be square: a row and a column a class"
        )
    # NaN fails the comparison.
    if not (np.isfinite(confusion) & (confusion >= 0)).all():
        raise ParameterError("confusion holds numbers below 0 or not finite; give counts of tracks")
    totals = confusion.sum(axis=1, keepdims=True)
    shares = confusion / np.where(totals > 0, totals, 1)
    both: np.ndarray = (shares + shares.T) / 2
    np.fill_diagonal(both, 0)
    return both


def seriation(similar: np.ndarray) -> np.ndarray:
    """
    Order items so that similar ones stand near each other.

    The order is that of the entries of the Fiedler vector: of all placements on a line (of mean 0
    and given spread) it is the one with the least sum of squared distances, weighted by similarity.

    Parameters
    ----------
    similar : np.ndarray [shape=(n, n)]
        Symmetric, from 0; the diagonal does not count.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=int64]
        Indices of the items in their order: the first item stands in the first half, and equal
        places keep the given order. Where nothing is similar, the given order.

    References
    ----------
    .. [1] Atkins, J. E., Boman, E. G. and Hendrickson, B. (1998). A spectral algorithm for
       seriation and the consecutive ones problem. SIAM Journal on Computing 28, 297-310.

    Examples
    --------
    >>> near = np.array([[0.0, 0.1, 0.9], [0.1, 0.0, 0.8], [0.9, 0.8, 0.0]])
    >>> seriation(near).tolist()
    [0, 2, 1]
    """
    weights = similar.astype(np.float64)
    np.fill_diagonal(weights, 0)
    n = len(weights)
    if n < 3 or not weights.any():
        return np.arange(n)
    weights = weights + _THREAD * weights.max() * (1 - np.eye(n))
    laplacian = np.diag(weights.sum(axis=1)) - weights
    _, vectors = np.linalg.eigh(laplacian)
    # The vector is known up to its sign; rounding lets equal places be equal.
    places = np.round(vectors[:, 1], 9)
    order = np.argsort(places, kind="stable")
    if int(np.flatnonzero(order == 0)[0]) >= n / 2:
        order = np.argsort(-places, kind="stable")
    return order
