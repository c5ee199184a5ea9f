"""
Rank correlation, and whether two symmetric tables of the same classes agree.

Public functions: `spearman`, `table_correlation`.

References
----------
N. Mantel, "The detection of disease clustering and a generalized regression approach", Cancer
Research 27, 1967.
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import ParameterError


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """
    Correlate the ranks of two lists; equal values share the mean of their ranks.

    Parameters
    ----------
    a, b : np.ndarray [shape=(n,)]
        Values, at least two.

    Returns
    -------
    float
        In [-1, 1]; NaN where all values of a list are equal.

    Raises
    ------
    ParameterError
        If the lists differ in length, or have fewer than two values.

    Examples
    --------
    >>> round(spearman(np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 0.5])), 6)
    -1.0
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.ndim != 1 or a.shape != b.shape or len(a) < 2:
        raise ParameterError(
            f"lists of shape {a.shape} and {b.shape}: give two of the same length, at least 2"
        )
    x, y = (ranks - ranks.mean() for ranks in (_ranks(a), _ranks(b)))
    norm = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / norm if norm else float("nan")


def table_correlation(
    A: np.ndarray, B: np.ndarray, rng: np.random.Generator, *, n_resamples: int = 9_999
) -> tuple[float, float]:
    """
    Correlate the ranks of two symmetric tables, and test it by naming the classes anew.

    The cells of a table share classes, so that they are no independent draws: whole classes are
    exchanged (Mantel's test).

    Parameters
    ----------
    A, B : np.ndarray [shape=(n, n)]
        Symmetric tables of the same classes; the diagonals do not matter.
    rng : np.random.Generator
        Source of the permutations.
    n_resamples : int
        Number of permutations.

    Returns
    -------
    correlation : float
        Spearman's, over the pairs of classes; NaN where all cells of a table are equal.
    p : float
        Share of the permutations, the given order among them, with a correlation as far from 0; NaN
        where there is none.

    Raises
    ------
    ParameterError
        If the tables are not square, or differ in size.
    """
    A, B = np.asarray(A, dtype=float), np.asarray(B, dtype=float)
    if A.ndim != 2 or A.shape != B.shape or A.shape[0] != A.shape[1]:
        raise ParameterError(f"tables of shape {A.shape} and {B.shape}: both must be square alike")
    rows, columns = np.triu_indices(len(A), 1)
    found = spearman(A[rows, columns], B[rows, columns])
    if np.isnan(found):
        return found, float("nan")
    n_as_far = 1
    for _ in range(n_resamples):
        order = rng.permutation(len(A))
        drawn = spearman(A[np.ix_(order, order)][rows, columns], B[rows, columns])
        n_as_far += abs(drawn) >= abs(found) - 1e-12
    return found, n_as_far / (n_resamples + 1)


def _ranks(values: np.ndarray) -> np.ndarray:
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: np.ndarray = (last - (counts - 1) / 2)[codes]
    return ranks
