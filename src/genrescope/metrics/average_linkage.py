"""
Average linkage: classes joined step by step, the nearest first, and the order that this gives them.

Distances are symmetric, ``[shape=(n, n)]``, not negative; what is on the diagonal does not matter.
The record of the joints is that of scipy: clusters below `n` are single classes, the cluster that
joint ``i`` makes is ``n + i``.

Public functions: `average_linkage`, `leaves`.

References
----------
R. R. Sokal and C. D. Michener, "A statistical method for evaluating systematic relationships",
University of Kansas Science Bulletin 38, 1958 (UPGMA).
"""

from __future__ import annotations

import numpy as np

from genrescope.errors import ParameterError


def average_linkage(D: np.ndarray) -> np.ndarray:
    """
    Join the two clusters whose members are nearest on average, until one is left.

    Parameters
    ----------
    D : np.ndarray [shape=(n, n)]
        Distances, at least two classes.

    Returns
    -------
    np.ndarray [shape=(n - 1, 4)]
        A joint a row: the two clusters, the lower number first, their distance, and the number of
        classes in both.

    Raises
    ------
    ParameterError
        If the matrix is not square and symmetric, or holds something else than numbers from 0.

    Examples
    --------
    >>> D = np.array([[0.0, 1.0, 4.0], [1.0, 0.0, 6.0], [4.0, 6.0, 0.0]])
    >>> average_linkage(D).tolist()
    [[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 5.0, 3.0]]
    """
    D = np.asarray(D, dtype=float)
    n = len(D)
    if D.shape != (n, n) or n < 2 or not np.allclose(D, D.T) or not (D >= 0).all():
        raise ParameterError(
            f"distances of shape {D.shape} must be a symmetric matrix of numbers from 0, of two "
            "classes or more"
        )
    members = {i: [i] for i in range(n)}
    joints = []
    for step in range(n - 1):
        pairs = [(a, b) for a in members for b in members if a < b]
        means = [D[np.ix_(members[a], members[b])].mean() for a, b in pairs]
        nearest = int(np.argmin(means))
        a, b = pairs[nearest]
        members[n + step] = members.pop(a) + members.pop(b)
        joints.append([a, b, means[nearest], len(members[n + step])])
    return np.array(joints, dtype=float)


def leaves(joints: np.ndarray) -> list[int]:
    """
    Give the order of the classes in which no two branches cross.

    Parameters
    ----------
    joints : np.ndarray [shape=(n - 1, 4)]
        As `average_linkage` gives them.

    Returns
    -------
    list of int
        Classes, counted from 0.

    Examples
    --------
    >>> leaves(np.array([[0.0, 2.0, 1.0, 2.0], [1.0, 3.0, 5.0, 3.0]]))
    [1, 0, 2]
    """
    n = len(joints) + 1
    members: dict[int, list[int]] = {i: [i] for i in range(n)}
    for step, (a, b, *_) in enumerate(joints):
        members[n + step] = members.pop(int(a)) + members.pop(int(b))
    return members[2 * n - 2]
