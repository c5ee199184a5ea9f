"""Equal blocks out of unequal ones. Public function: `regroup`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

# Room for a block, in samples, before it is known how much there is.
_ROOM = 1 << 19


def regroup(
    blocks: Iterable[npt.NDArray[np.float32]], size: int
) -> Iterator[npt.NDArray[np.float32]]:
    """
    Give out mono sound in blocks of one size, each copied once and as it comes.

    Parameters
    ----------
    blocks : iterable of ndarray of float32 [shape=(n,)]
        Successive stretches, of any lengths.
    size : int
        Samples in a block that is given out, at least 1.

    Yields
    ------
    ndarray of float32 [shape=(size,)]
        The same samples; the last block may be shorter, and is never empty.

    Examples
    --------
    >>> sound = np.arange(7, dtype=np.float32)
    >>> [block.tolist() for block in regroup([sound[:2], sound[2:]], 3)]
    [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0]]
    """
    out = np.empty(min(size, _ROOM), dtype=np.float32)
    n = 0
    for block in blocks:
        at = 0
        while at < len(block):
            if n == len(out):
                out = np.concatenate([out, np.empty(min(n, size - n), dtype=np.float32)])
            piece = block[at : at + len(out) - n]
            out[n : n + len(piece)] = piece
            at, n = at + len(piece), n + len(piece)
            if n == size:
                yield out
                out, n = np.empty(min(size, _ROOM), dtype=np.float32), 0
    if n:
        yield out[:n]
